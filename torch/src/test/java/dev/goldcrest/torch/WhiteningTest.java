package dev.goldcrest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WhiteningTest {
  private static final double[] VARIANCES = {1, 0.25, 4, 0};

  @BeforeAll
  static void load() {
    assumeTrue(
        Torch.available(),
        "libtorch's natives are not there for this system: whitening is not checked");
  }

  /** All corners of a box around (1, 1, 1, 1) that is flat in the last direction. */
  private static EncoderData corners() {
    return new EncoderData(
        Collections.nCopies(8, List.of("a")),
        new EncoderData.Vectors() {
          @Override
          public int dimension() {
            return VARIANCES.length;
          }

          @Override
          public void copyTo(int row, float[] into, int at) {
            for (int i = 0; i < VARIANCES.length; i++) {
              int sign = (row >> i & 1) == 0 ? 1 : -1;
              into[at + i] = (float) (1 + sign * Math.sqrt(VARIANCES[i]));
            }
          }
        });
  }

  /** Squared length of a step of 1 along each axis, after the matrix. */
  private static double[] lengths(double power) {
    try (Tensor matrix = Whitening.of(corners(), power)) {
      float[] values = Torch.floats(matrix);
      double[] lengths = new double[VARIANCES.length];
      for (int i = 0; i < values.length; i++) {
        lengths[i / VARIANCES.length] += (double) values[i] * values[i];
      }
      return lengths;
    }
  }

  @Test
  void of_vectors_scalesEachDirectionByAPowerOfItsVariance() {
    for (double power : new double[] {0, 0.5, 1}) {
      double total = 0;
      for (double variance : VARIANCES) {
        total += variance == 0 ? 0 : Math.pow(variance, 1 - power);
      }
      double[] lengths = lengths(power);
      double average = 0;
      for (int i = 0; i < 3; i++) {
        assertThat(lengths[i]).isCloseTo(Math.pow(VARIANCES[i], -power) / total, within(1e-5));
        average += VARIANCES[i] * lengths[i];
      }
      assertThat(average).as("of a vector's squared distance").isCloseTo(1, within(1e-5));
    }
  }

  /** To its power it would count without bounds. */
  @Test
  void of_aDirectionWithoutVariance_countsAsOneOfTheMean() {
    assertThat(lengths(1)[3]).isCloseTo(1 / ((4 + 1 + 0.25) / 4) / 3, within(1e-5));
  }
}
