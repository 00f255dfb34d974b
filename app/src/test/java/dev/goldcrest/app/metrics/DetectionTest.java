package dev.goldcrest.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DetectionTest {
  @Test
  void ap_worked_isPrecisionAtEachPositive() {
    boolean[] truth = {true, false, true, false};
    double[] scores = {0.9, 0.8, 0.7, 0.1};
    assertThat(AveragePrecision.of(truth, scores)).isCloseTo((1 + 2.0 / 3) / 2, within(1e-12));
    // One negative weighs as much as one positive.
    assertThat(AveragePrecision.calibrated(truth, scores))
        .isCloseTo((1 + 2.0 / 3) / 2, within(1e-12));
    // Twice as many negatives: each weighs half.
    boolean[] rare = {true, false, false};
    assertThat(AveragePrecision.calibrated(rare, new double[] {1, 3, 2}))
        .isCloseTo(1 / (1 + 2 / 2.0), within(1e-12));
    assertThat(AveragePrecision.of(new boolean[2], new double[2])).isNaN();
  }

  /** golden lstr/cap-hand; half of what is drawn at random is chance. */
  @Test
  void ap_authorsExample_isTheirs() {
    boolean[] truth = {true, false, true, true, false, false, false, true};
    double[] scores = {0.9, 0.8, 0.7, 0.6, 0.55, 0.5, 0.3, 0.2};
    assertThat(AveragePrecision.of(truth, scores)).isCloseTo(0.7291666666666666, within(1e-12));
    assertThat(AveragePrecision.calibrated(truth, scores))
        .isCloseTo(0.7291666666666666, within(1e-12));
  }

  @Test
  void ap_ties_countTogether() {
    assertThat(AveragePrecision.of(new boolean[] {true, false}, new double[] {1, 1}))
        .isCloseTo(0.5, within(1e-12));
  }

  @Test
  void of_ignoredClass_takesItsFramesOut() {
    boolean[][] truth = {{false, true, false}, {true, false, false}, {false, true, true}};
    double[][] scores = {{0, 0.9, 0}, {0, 0.1, 0}, {0, 0.0, 0}};
    boolean[] starts = {true, false, false};
    Detection judged = Detection.of(truth, scores, starts, 0, 2);
    assertThat(judged.frames()).isEqualTo(2);
    assertThat(judged.map()).isEqualTo(1);
    assertThat(Detection.of(truth, scores, starts, 0, -1).precisions()[1]).isLessThan(1);
    assertThat(judged.precisions()[0]).isNaN();
  }

  @Test
  void delay_countsFramesUntilTheClassIsBest() {
    boolean[][] truth = {
      {true, false}, {false, true}, {false, true}, {false, true}, {true, false}, {false, true}
    };
    double[][] scores = {{1, 0}, {1, 0}, {1, 0}, {0, 1}, {1, 0}, {1, 0}};
    DetectionDelay delay =
        DetectionDelay.of(
            truth, scores, new boolean[] {true, false, false, false, false, false}, 0, -1);
    assertThat(delay).isEqualTo(new DetectionDelay(2, 1, 2, 2));
    // Where a recording begins, another instance does.
    DetectionDelay parted =
        DetectionDelay.of(
            truth, scores, new boolean[] {true, false, true, false, false, false}, 0, -1);
    assertThat(parted.instances()).isEqualTo(3);
    assertThat(parted.mean()).isEqualTo(1);
  }

  @Test
  void ap_scoresThatAreNoNumbers_comesToAnEnd() {
    double[] scores = {Double.NaN, 0.5, Double.NaN};
    assertThat(AveragePrecision.of(new boolean[] {true, true, false}, scores)).isBetween(0.0, 1.0);
  }

  @Test
  void calibrated_noNegative_isPerfect() {
    assertThat(AveragePrecision.calibrated(new boolean[] {true, true}, new double[] {0, 1}))
        .isEqualTo(1);
  }

  /** The second recording begins with a frame that is not judged. */
  @Test
  void of_recordingBeginsIgnored_stillPartsInstances() {
    boolean[][] truth = {
      {true, false, false},
      {false, true, false},
      {false, true, false},
      {false, false, true},
      {false, true, false},
      {false, true, false}
    };
    double[][] scores = {
      {0, 0.5, 0}, {0, 0.9, 0}, {0, 0.9, 0}, {0, 0, 0}, {0, 0.1, 0}, {0, 0.9, 0}
    };
    boolean[] starts = {true, false, false, true, false, false};
    // Its own first tenth, and that of the other, hold a positive each: 0.9 and 0.1 around 0.5.
    assertThat(Detection.of(truth, scores, starts, 0, 2).stages()[0])
        .isCloseTo((1 + 2.0 / 3) / 2, within(1e-12));
  }
}
