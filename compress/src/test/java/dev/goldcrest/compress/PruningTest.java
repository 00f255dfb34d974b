package dev.goldcrest.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PruningTest {
  @Test
  void of_magnitude_takesTheSmallestAndTiesFromTheEnd() {
    float[] weight = {3, -1, 0.5f, 1, -2, 1};
    assertThat(new Pruning.Magnitude(0.5).of(weight)).containsExactly(3, -1, 0, 0, -2, 0);
    assertThat(new Pruning.Magnitude(0.34).of(weight)).containsExactly(3, -1, 0, 1, -2, 0);
    assertThat(new Pruning.Magnitude(0.1).of(weight)).containsExactly(weight);
    assertThat(weight[2]).as("what was given stays").isEqualTo(0.5f);
  }

  @Test
  void of_sensitivity_takesWhatIsBelowThatManyDeviations() {
    Random random = new Random(1);
    float[] weight = new float[10_000];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) (0.02 * random.nextGaussian());
    }
    // P(|x| < 0.5 s) and P(|x| < s) of a normal distribution
    assertThat(Pruning.zeros(new Pruning.Sensitivity(0.5).of(weight)))
        .isCloseTo(0.383, within(.02));
    assertThat(Pruning.zeros(new Pruning.Sensitivity(1).of(weight))).isCloseTo(0.683, within(.02));
  }

  @Test
  void of_everythingSmall_keepsOne() {
    assertThat(new Pruning.Sensitivity(10).of(new float[] {1, -2, 1.5f})).containsExactly(0, -2, 0);
    assertThat(new Pruning.Sensitivity(1).of(new float[] {5, 5})).containsExactly(5, 5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "1", "-0.1", "1.5", "40%", "", "NaN", "sensitivity:0", "sensitivity:x"})
  void parse_nonsense_isRefused(String text) {
    assertThatThrownBy(() -> Pruning.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
