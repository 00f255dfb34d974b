package dev.goldcrest.app.train;

import dev.goldcrest.app.baseline.LinearBaseline;
import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.torch.TrainingRun;
import java.nio.file.Path;

/**
 * A finished training.
 *
 * @param model the file
 * @param bytes its size
 * @param recipe what was trained, and how
 * @param outcome scores by epoch
 * @param baseline fitted on the same examples
 * @param cost of one prediction
 * @param seconds of training, from segmented texts to the file
 * @param whole whether seconds and energy are of all processes that had a part in it
 * @param energy that this took
 */
public record Trained(
    Path model,
    long bytes,
    Recipe recipe,
    TrainingRun.Outcome outcome,
    LinearBaseline baseline,
    PredictionCost cost,
    double seconds,
    boolean whole,
    Energy.Reading energy) {}
