package dev.goldcrest.torch;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.text.TextConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * The training of an encoder towards another one's vectors, from the first step to the best
 * weights; stopped and resumed as {@link TrainingRun} is.
 */
public final class EncoderRun {
  private final Architecture model;
  private final TextConfig text;
  private final EncoderData train;
  private final EncoderData dev;
  private final EncoderOptions options;
  private final Path checkpoint;

  /**
   * How a run ended.
   *
   * @param weights the best by path, as the file will hold them; empty if no epoch was completed
   * @param devCosine mean cosine of these weights' vectors to those of dev; NaN if there are none
   * @param best the epoch they come from
   * @param epochs all that were completed; their accuracy is the mean cosine, their dev loss 1 less
   *     that
   * @param finished false if the run was told to stop before its end
   */
  public record Outcome(
      Map<String, float[]> weights,
      double devCosine,
      TrainingRun.Epoch best,
      List<TrainingRun.Epoch> epochs,
      boolean finished) {}

  /**
   * @param model whose output {@code embedding} has as many values as the vectors of the data
   * @param checkpoint where to keep the run at rest, or null for nowhere
   */
  public EncoderRun(
      Architecture model,
      TextConfig text,
      EncoderData train,
      EncoderData dev,
      EncoderOptions options,
      Path checkpoint) {
    int values = model.whole().output("embedding").shape().at(-1);
    if (values != train.vectors().dimension() || values != dev.vectors().dimension()) {
      throw new IllegalArgumentException(
          "the model gives vectors of "
              + values
              + " values, it should learn such of "
              + train.vectors().dimension());
    }
    this.model = model;
    this.text = text;
    this.train = train;
    this.dev = dev;
    this.options = options;
    this.checkpoint = checkpoint;
  }

  /**
   * Trains to the end, or until {@code stop} says so between two steps; then the checkpoint holds
   * the run.
   *
   * @param resume go on from the checkpoint if there is one
   * @param stored what the file gives back of weights, which is what is scored in the end
   * @param expired ends the epoch at the next step, scores it and so ends the run in time
   * @throws DivergedException if the loss stops being finite; the last checkpoint is intact
   */
  public Outcome run(
      boolean resume,
      UnaryOperator<Map<String, float[]>> stored,
      BooleanSupplier stop,
      BooleanSupplier expired,
      TrainingRun.Listener listener)
      throws IOException {
    try (EncoderTrainer trainer =
        new EncoderTrainer(model, text, train, options, Beginning.FRESH)) {
      TrainingLoop.Plan plan =
          new TrainingLoop.Plan(options.epochs(), options.steps(train.texts().size()), 0);
      TrainingLoop loop =
          new TrainingLoop(trainer, plan, new DevCosine(trainer), checkpoint, recipe());
      boolean finished = loop.run(resume, stop, expired, listener);
      if (loop.best().isEmpty()) {
        return new Outcome(Map.of(), Double.NaN, null, List.of(), finished);
      }
      Map<String, float[]> kept = stored.apply(loop.best());
      trainer.use(kept);
      double cosine = trainer.meanCosine(dev);
      return new Outcome(kept, cosine, loop.bestEpoch(), loop.epochs(), finished);
    }
  }

  private final class DevCosine implements TrainingLoop.Judge {
    private final EncoderTrainer trainer;

    DevCosine(EncoderTrainer trainer) {
      this.trainer = trainer;
    }

    @Override
    public TrainingRun.Epoch score(int number, double loss) {
      double cosine = trainer.meanCosine(dev);
      return new TrainingRun.Epoch(number, loss, cosine, 1 - cosine);
    }

    @Override
    public boolean better(TrainingRun.Epoch one, TrainingRun.Epoch other) {
      return one.devAccuracy() > other.devAccuracy();
    }
  }

  private String recipe() {
    return model.name()
        + " "
        + model.settings()
        + " "
        + options
        + " "
        + text
        + " "
        + Long.toHexString(train.fingerprint())
        + " "
        + Long.toHexString(dev.fingerprint());
  }
}
