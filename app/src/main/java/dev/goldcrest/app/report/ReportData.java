package dev.goldcrest.app.report;

import dev.goldcrest.app.metrics.ConfusionMatrix;
import dev.goldcrest.app.metrics.Interval;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything a report shows. Lists may be empty and the things said to be nullable may be null: the
 * page then leaves their section out. All texts may be hostile; the page escapes them.
 *
 * @param title the headline
 * @param task what was learned from what, a short phrase
 * @param date when, as it shall be printed, or null
 * @param metric name of the score, such as {@code accuracy}; scores are 0-1 and shown in percent
 * @param scoredOn the examples behind every score of the table, such as {@code 8216 test rows, seen
 *     by no training}; or null
 * @param contenders the reported model first, then what it is measured against, baseline second
 * @param curve the course of training, in order
 * @param confusion gold against predicted on the test part, or null
 * @param bytesByLayer stored bytes by part of the model
 * @param macsByLayer multiply-adds of one forward pass by part of the model
 * @param mistakes wrong predictions, the most confident first
 * @param predictions examples of use
 * @param settings name and value, shown in their order
 * @param energy what training used, or null
 */
public record ReportData(
    String title,
    String task,
    String date,
    String metric,
    String scoredOn,
    List<Contender> contenders,
    List<CurvePoint> curve,
    ConfusionMatrix confusion,
    List<Part> bytesByLayer,
    List<Part> macsByLayer,
    List<Mistake> mistakes,
    List<Prediction> predictions,
    Map<String, String> settings,
    Energy energy) {

  public ReportData {
    if (contenders.isEmpty()) {
      throw new IllegalArgumentException("report: no row for the model itself");
    }
    contenders = List.copyOf(contenders);
    curve = List.copyOf(curve);
    bytesByLayer = List.copyOf(bytesByLayer);
    macsByLayer = List.copyOf(macsByLayer);
    mistakes = List.copyOf(mistakes);
    predictions = List.copyOf(predictions);
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /**
   * A row of the table.
   *
   * @param score 0-1
   * @param interval where the true score lies with 95 % confidence, or null
   * @param macroF1 0-1, NaN if unknown
   * @param bytes size of the file, negative if unknown
   * @param p50Micros median time of one prediction in microseconds, NaN if unknown
   * @param macs multiply-adds of one prediction, negative if unknown
   */
  public record Contender(
      String name,
      double score,
      Interval interval,
      double macroF1,
      long bytes,
      double p50Micros,
      long macs) {}

  /**
   * One point of the learning curve.
   *
   * @param epoch how far training was, in epochs
   * @param trainLoss mean loss since the last point, NaN if not taken
   * @param devScore the metric on the dev part, 0-1, NaN if not taken
   */
  public record CurvePoint(double epoch, double trainLoss, double devScore) {}

  /** A named share of the bytes or multiply-adds. */
  public record Part(String name, long amount) {}

  /**
   * A wrong prediction.
   *
   * @param probability how sure the model was of {@code predicted}, 0-1
   */
  public record Mistake(String gold, String predicted, double probability, String text) {}

  /** An example of use with the most likely labels, best first. */
  public record Prediction(String text, List<Guess> guesses) {
    public Prediction {
      guesses = List.copyOf(guesses);
    }
  }

  /** A label with its probability, 0-1. */
  public record Guess(String label, double probability) {}

  /**
   * Energy of training.
   *
   * @param text how much, whether measured or estimated, and what it costs
   * @param how the counter or the formula
   */
  public record Energy(String text, String how) {}
}
