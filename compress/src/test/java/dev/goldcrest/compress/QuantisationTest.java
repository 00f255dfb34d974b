package dev.goldcrest.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.runtime.Coded;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantisationTest {
  private static float[] normal(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (0.1 * random.nextGaussian());
    }
    return values;
  }

  @Test
  void int8_everyRow_errsByHalfAStepOfItsOwn() {
    float[] weight = normal(7 * 33, 1);
    for (int i = 0; i < 33; i++) {
      weight[i] *= 100;
      weight[33 + i] = 0;
    }
    Coded.Int8 quantised = Int8.of(weight, 7);
    float[] values = quantised.floats();
    for (int i = 0; i < weight.length; i++) {
      float step = quantised.scales()[i / 33];
      assertThat(Math.abs(values[i] - weight[i])).isLessThanOrEqualTo(step * 0.5001f);
    }
    assertThat(quantised.scales()[1]).isZero();
    assertThat(Errors.relative(weight, values)).isBetween(1e-4, 0.01);
    assertThat(Int8.of(values, 7).values()).as("a second time").isEqualTo(quantised.values());
  }

  @Test
  void int8_largestOfARow_hasTheLastCode() {
    Coded.Int8 quantised = Int8.of(new float[] {-0.5f, 0.25f, 1e-30f, 2, -3, 3}, 2);
    assertThat(quantised.values()).containsExactly(-127, 64, 0, 85, -127, 127);
    assertThatThrownBy(() -> Int8.of(new float[] {1, Float.NaN}, 1)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> Int8.of(new float[5], 2)).hasMessageContaining("2 rows");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 8})
  void codebook_normalValues_isNearTheBestThatIsKnown(int bits) {
    float[] weight = normal(60_000, 3);
    Coded.Codebook codebook = Codebook.of(weight, bits);
    assertThat(codebook.values().length).isLessThanOrEqualTo(1 << bits);
    // Max (1960): the least squared error of a normal distribution for 2 and 16 values; for 256
    // Panter and Dite's pi sqrt(3) / 2 / 256².
    double best = bits == 1 ? 0.3634 : bits == 4 ? 0.009497 : Math.PI * Math.sqrt(3) / 2 / 65536;
    double error = Errors.relative(weight, codebook.floats());
    assertThat(error * error / best).isBetween(0.9, 1.15);
  }

  @Test
  void codebook_everyElement_hasTheNearestValue() {
    float[] weight = normal(2000, 5);
    Coded.Codebook codebook = Codebook.of(weight, 4);
    float[] decoded = codebook.floats();
    for (int i = 0; i < weight.length; i++) {
      for (float value : codebook.values()) {
        assertThat(Math.abs(decoded[i] - weight[i]))
            .isLessThanOrEqualTo(Math.abs(value - weight[i]));
      }
    }
  }

  @Test
  void codebook_prunedWeight_keepsItsZerosAndNothingElse() {
    float[] pruned = new Pruning.Magnitude(0.4).of(normal(5000, 2));
    Coded.Codebook codebook = Codebook.of(pruned, 4);
    assertThat(codebook.values()[0]).isZero();
    assertThat(codebook.values()).hasSize(16);
    float[] decoded = codebook.floats();
    for (int i = 0; i < pruned.length; i++) {
      assertThat(codebook.codes()[i] == 0).isEqualTo(pruned[i] == 0);
      assertThat(decoded[i] == 0).isEqualTo(pruned[i] == 0);
    }
  }

  @Test
  void codebook_fewValues_isExact() {
    float[] weight = {1, -2, 1, 0.5f, 0.5f, -2};
    assertThat(Codebook.of(weight, 4).floats()).containsExactly(weight);
    assertThat(Codebook.of(weight, 4).values()).containsExactly(-2, 0.5f, 1);
    assertThat(Codebook.of(new float[3], 4).floats()).containsExactly(0, 0, 0);
    assertThat(Codebook.of(new float[] {7, 7}, 8).floats()).containsExactly(7, 7);
    assertThatThrownBy(() -> Codebook.of(new float[] {1, Float.POSITIVE_INFINITY}, 4))
        .hasMessageContaining("Infinity");
  }

  @Test
  void codebook_sameWeight_givesTheSameBytes() {
    float[] weight = normal(3000, 8);
    Coded.Codebook one = Codebook.of(weight, 8);
    Coded.Codebook other = Codebook.of(weight.clone(), 8);
    assertThat(other.codes()).isEqualTo(one.codes());
    assertThat(other.values()).isEqualTo(one.values());
    TreeSet<Byte> used = new TreeSet<>();
    for (byte code : one.codes()) {
      used.add(code);
    }
    assertThat(used).as("every value is used").hasSize(one.values().length);
    float[] sorted = one.values().clone();
    Arrays.sort(sorted);
    assertThat(one.values()).isEqualTo(sorted);
  }
}
