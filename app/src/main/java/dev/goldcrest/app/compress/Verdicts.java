package dev.goldcrest.app.compress;

import dev.goldcrest.app.cli.Units;
import dev.goldcrest.app.metrics.PairedBootstrap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What compression gave and took, in sentences that call a loss a loss. */
final class Verdicts {
  /** Times nearer than this are the same: the clock of a busy machine is no better. */
  private static final double SAME_TIME = 0.03;

  private Verdicts() {}

  static List<String> of(Subject subject, CompressJob.Outcome outcome) {
    Stage before = outcome.before();
    Stage after = outcome.after();
    List<String> verdicts = new ArrayList<>();
    verdicts.add(
        ratio("The file", before.bytes(), after.bytes(), "smaller", "larger", 0)
            + String.format(
                ", %s instead of %s.", Units.bytes(after.bytes()), Units.bytes(before.bytes())));
    verdicts.add(score(subject, before, after));
    verdicts.add(
        ratio("One prediction", before.macs(), after.macs(), "cheaper", "dearer", 0)
            + String.format(
                Locale.ROOT, ", %,d multiply-adds instead of %,d.", after.macs(), before.macs()));
    verdicts.add(
        ratio("It", before.p50Micros(), after.p50Micros(), "faster", "slower", SAME_TIME)
            + String.format(
                ", %s instead of %s, timed in turns.",
                Units.micros(after.p50Micros()), Units.micros(before.p50Micros())));
    verdicts.add(
        ratio("In memory it", before.memoryBytes(), after.memoryBytes(), "smaller", "larger", 0)
            + String.format(
                ", %s of weights and activations instead of %s.",
                Units.bytes(after.memoryBytes()), Units.bytes(before.memoryBytes())));
    return verdicts;
  }

  private static String ratio(
      String what, double before, double after, String better, String worse, double same) {
    double ratio = before / after;
    if (Math.abs(ratio - 1) <= same) {
      return what + " is as before";
    }
    boolean gain = ratio > 1;
    return String.format(
        Locale.ROOT, "%s is %.2f times %s", what, gain ? ratio : 1 / ratio, gain ? better : worse);
  }

  private static String score(Subject subject, Stage before, Stage after) {
    if (subject.scoredOn() == null) {
      return "What it costs in "
          + subject.metric()
          + " was not measured: --dev or --data gives examples.";
    }
    double difference = after.score().value() - before.score().value();
    boolean better = difference > 0 == subject.higherIsBetter();
    String change =
        difference == 0
            ? "nothing lost"
            : subject.text(Math.abs(difference))
                + " "
                + subject.unit()
                + (better ? " gained" : " lost");
    PairedBootstrap test =
        before.score().answers().isEmpty()
            ? null
            : subject.difference(after.score(), before.score());
    String chance =
        test == null || difference == 0
            ? ""
            : String.format(
                Locale.ROOT,
                " (p %.3f%s)",
                test.p(),
                test.p() > 0.05 ? ", which chance alone may give" : "");
    return String.format(
        "%s on %s: %s instead of %s, %s%s.",
        subject.metric(),
        subject.scoredOn(),
        subject.text(after.score().value()),
        subject.text(before.score().value()),
        change,
        chance);
  }
}
