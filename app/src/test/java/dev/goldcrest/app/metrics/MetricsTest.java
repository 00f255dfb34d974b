package dev.goldcrest.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsTest {
  // Worked by hand. Gold a a a b b c, predicted a a b b d a.
  private static final List<String> GOLD = List.of("a", "a", "a", "b", "b", "c");
  private static final List<String> PREDICTED = List.of("a", "a", "b", "b", "d", "a");

  @Test
  void confusion_handCase_countsEveryPair() {
    ConfusionMatrix matrix = ConfusionMatrix.of(GOLD, PREDICTED);
    assertThat(matrix.labels()).containsExactly("a", "b", "c", "d");
    assertThat(matrix.counts())
        .isDeepEqualTo(new long[][] {{2, 1, 0, 0}, {0, 1, 0, 1}, {1, 0, 0, 0}, {0, 0, 0, 0}});
    assertThat(matrix.accuracy()).isEqualTo(0.5);
    assertThat(matrix.total()).isEqualTo(6);
  }

  @Test
  void perLabel_handCase_givesPrecisionRecallF1() {
    List<LabelScore> scores = ConfusionMatrix.of(GOLD, PREDICTED).perLabel();
    // a: 2 right of 3 predicted and 3 gold; b: 1 of 2 and 2; c: 0 of 0 and 1; d: 0 of 1 and 0.
    assertThat(scores.get(0)).isEqualTo(new LabelScore("a", 2 / 3.0, 2 / 3.0, 4 / 6.0, 3));
    assertThat(scores.get(1)).isEqualTo(new LabelScore("b", 0.5, 0.5, 0.5, 2));
    assertThat(scores.get(2)).isEqualTo(new LabelScore("c", 0, 0, 0, 1));
    assertThat(scores.get(3)).isEqualTo(new LabelScore("d", 0, 0, 0, 0));
  }

  @Test
  void macroF1_labelOnlyPredicted_countsAsZero() {
    // (2/3 + 1/2 + 0 + 0) / 4
    assertThat(ConfusionMatrix.of(GOLD, PREDICTED).macroF1()).isCloseTo(7 / 24.0, within(1e-12));
    assertThat(ConfusionMatrix.of(GOLD, GOLD).macroF1()).isEqualTo(1);
  }

  @Test
  void confusion_unequalLengths_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfusionMatrix.of(GOLD, List.of("a")))
        .withMessageContaining("6 gold and 1 predicted");
    assertThatIllegalArgumentException().isThrownBy(() -> ConfusionMatrix.of(List.of(), List.of()));
  }

  @Test
  void wilson_knownCases_matchTheFormula() {
    // 8 of 10 by hand: centre (0.8 + 3.841459/20) / 1.3841459 = 0.716740,
    // margin 1.959964 * sqrt(0.016 + 3.841459/400) / 1.3841459 = 0.226577.
    Interval eight = Interval.wilson95(8, 10);
    assertThat(eight.low()).isCloseTo(0.4901625, within(1e-6));
    assertThat(eight.high()).isCloseTo(0.9433178, within(1e-6));
    // None of n: the upper end is z^2 / (n + z^2).
    assertThat(Interval.wilson95(0, 10).low()).isCloseTo(0, within(1e-12));
    assertThat(Interval.wilson95(0, 10).high()).isCloseTo(3.841459 / 13.841459, within(1e-6));
    assertThat(Interval.wilson95(10, 10).high()).isCloseTo(1, within(1e-12));
  }

  @Test
  void bootstrap_clearLead_isSignificantAndCovered() {
    Trio trio = trio(1000, 80, 20);
    PairedBootstrap test = PairedBootstrap.of(trio.gold, trio.first, trio.second, 2000, 1);
    assertThat(test.difference()).isCloseTo(0.06, within(1e-12));
    assertThat(test.p()).isLessThan(0.01);
    // Normal theory: the lead has variance (0.1 - 0.06^2) / n, so 1.96 sd is 0.0192.
    assertThat(test.interval().low()).isCloseTo(0.06 - 0.0192, within(0.004));
    assertThat(test.interval().high()).isCloseTo(0.06 + 0.0192, within(0.004));
  }

  @Test
  void bootstrap_smallLead_isNotSignificant() {
    Trio trio = trio(1000, 22, 20);
    // z = 0.002 / sqrt(0.042 / 1000) = 0.31, two-sided p about 0.76.
    assertThat(PairedBootstrap.of(trio.gold, trio.first, trio.second, 2000, 1).p())
        .isBetween(0.65, 0.95);
  }

  @Test
  void bootstrap_equalPredictions_givesNoDifference() {
    PairedBootstrap test = PairedBootstrap.of(GOLD, PREDICTED, PREDICTED, 100, 7);
    assertThat(test).isEqualTo(new PairedBootstrap(0, new Interval(0, 0), 1, 100));
  }

  @Test
  void bootstrap_sameSeed_givesTheSameResult() {
    Trio trio = trio(200, 15, 9);
    assertThat(PairedBootstrap.of(trio.gold, trio.first, trio.second, 500, 3))
        .isEqualTo(PairedBootstrap.of(trio.gold, trio.first, trio.second, 500, 3));
  }

  private record Trio(List<String> gold, List<String> first, List<String> second) {}

  /** n examples of which one classifier alone gets some right, and all others are right in both. */
  private static Trio trio(int n, int firstOnly, int secondOnly) {
    List<String> right = new ArrayList<>(Collections.nCopies(n, "x"));
    List<String> first = new ArrayList<>(right);
    List<String> second = new ArrayList<>(right);
    Collections.fill(second.subList(0, firstOnly), "y");
    Collections.fill(first.subList(firstOnly, firstOnly + secondOnly), "y");
    return new Trio(right, first, second);
  }
}
