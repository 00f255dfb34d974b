package dev.goldcrest.app.distill;

import dev.goldcrest.app.cli.Progress;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Units;
import dev.goldcrest.app.train.Effort;
import dev.goldcrest.app.train.PredictionCost;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.torch.EncoderRun;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A finished distillation.
 *
 * @param model the file
 * @param bytes its size
 * @param effort from the first question to the file
 */
public record Distilled(
    Path model,
    long bytes,
    EmbeddingModel encoder,
    EncoderRun.Outcome outcome,
    int trainTexts,
    int devTexts,
    Effort effort)
    implements Report {
  /** Words for which multiply-adds are counted. */
  private static final int WORDS = 12;

  /** From the first question to the file. */
  public double seconds() {
    return effort.seconds();
  }

  private PredictionCost cost() {
    return PredictionCost.of(encoder.architecture(), encoder.text(), WORDS);
  }

  @Override
  public void print(PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%s: mean cosine to the teacher %.4f on %,d held-out texts, %s%n",
        model,
        outcome.devCosine(),
        devTexts,
        Units.bytes(bytes));
    out.printf(
        Locale.ROOT,
        "epoch %d of %d over %,d texts, vectors of %d values, %,d weights, %,d multiply-adds for %d"
            + " words, trained in %s%n",
        outcome.best().number(),
        outcome.epochs().size(),
        trainTexts,
        encoder.dimension(),
        cost().parameters(),
        cost().macs(),
        cost().words(),
        Progress.duration(seconds()));
    out.println(effort.energy().text());
    out.printf("the teacher's vectors stay in %s for the next time%n", DistillJob.vectors(model));
  }

  @Override
  public Object json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("model", model.toString());
    object.put("modelBytes", bytes);
    object.put("devCosine", outcome.devCosine());
    object.put("devTexts", devTexts);
    object.put("trainTexts", trainTexts);
    object.put("epochs", outcome.epochs().size());
    object.put("bestEpoch", outcome.best().number());
    object.put("dimension", encoder.dimension());
    object.put("parameters", cost().parameters());
    object.put("macs", cost().macs());
    object.put("macsWords", cost().words());
    object.put("seconds", seconds());
    object.put("energy", effort.energy().footprint().json());
    object.put("energyMeasured", effort.energy().measured());
    return object;
  }
}
