package dev.goldcrest.app.compress;

import dev.goldcrest.app.cli.Units;
import dev.goldcrest.app.metrics.PairedBootstrap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** What compression gave and took, in sentences that call a loss a loss. */
final class Verdicts {
  /** Times nearer than this are the same: the clock of a busy machine is no better. */
  private static final double SAME_TIME = 0.03;

  /** The heap has a few tables of its own that come and go. */
  private static final double SAME_MEMORY = 0.02;

  private Verdicts() {}

  static List<String> of(Subject subject, CompressJob.Outcome outcome) {
    Stage before = outcome.before();
    Stage after = outcome.after();
    List<String> verdicts = new ArrayList<>();
    verdicts.add(
        compared(
            before.bytes(),
            after.bytes(),
            0,
            "The file is %s smaller",
            "The file is %s larger",
            "The file is as large as before",
            Units::bytes));
    verdicts.add(score(subject, before, after));
    verdicts.add(
        compared(
            before.macs(),
            after.macs(),
            0,
            "One prediction takes %s fewer multiply-adds",
            "One prediction takes %s more multiply-adds",
            "One prediction takes as many multiply-adds as before",
            macs -> String.format(Locale.ROOT, "%,.0f", macs)));
    verdicts.add(
        compared(
            before.p50Micros(),
            after.p50Micros(),
            SAME_TIME,
            "Timed in turns it is %s faster",
            "Timed in turns it is %s slower",
            "Timed in turns it is as fast as before",
            Units::micros));
    verdicts.add(memory(before.memory(), after.memory()));
    return verdicts;
  }

  /** No difference is told that another measurement of the same model may show. */
  private static String memory(Memory before, Memory after) {
    if (before.bytes() < 0 || after.bytes() < 0) {
      return "What it takes in memory is too little to be told from what else is on the heap.";
    }
    double spread = Math.max(before.spread(), after.spread());
    return compared(
        before.bytes(),
        after.bytes(),
        Math.max(SAME_MEMORY, spread / after.bytes()),
        "Running it takes %s less memory",
        "Running it takes %s more memory",
        "Running it takes as much memory as before",
        Units::bytes);
  }

  /** One sentence about a number of which less is better. */
  private static String compared(
      double before,
      double after,
      double same,
      String less,
      String more,
      String equal,
      DoubleFunction<String> text) {
    double ratio = before / after;
    String times = String.format(Locale.ROOT, "%.2f times", Math.max(ratio, 1 / ratio));
    String said =
        Math.abs(ratio - 1) <= same ? equal : String.format(ratio > 1 ? less : more, times);
    return said + ": " + text.apply(after) + " instead of " + text.apply(before) + ".";
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
        subject.metric().substring(0, 1).toUpperCase(Locale.ROOT) + subject.metric().substring(1),
        subject.scoredOn(),
        subject.text(after.score().value()),
        subject.text(before.score().value()),
        change,
        chance);
  }
}
