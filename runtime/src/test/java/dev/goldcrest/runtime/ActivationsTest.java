package dev.goldcrest.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.core.graph.Op;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActivationsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1e-8, 1.1283791670955126e-08",
    "0.1, 0.1124629160182849",
    "0.5, 0.5204998778130465",
    "1, 0.8427007929497149",
    "1.5, 0.9661051464753108",
    "2, 0.9953222650189527",
    "3, 0.9999779095030014",
    "4, 0.9999999845827421",
    "5, 0.9999999999984626",
    "5.9, 0.9999999999999999",
    "40, 1"
  })
  void erf_knownArguments_areExactToDoubleRounding(double x, double expected) {
    assertThat(Activations.erf(x)).isCloseTo(expected, within(1e-15));
    assertThat(Activations.erf(-x)).isEqualTo(-Activations.erf(x));
  }

  @Test
  void erf_slope_isTheGaussian() {
    for (double x = -5.5; x < 5.5; x += 0.01) {
      double slope = (Activations.erf(x + 1e-5) - Activations.erf(x - 1e-5)) / 2e-5;
      assertThat(slope).isCloseTo(2 / Math.sqrt(Math.PI) * Math.exp(-x * x), within(1e-9));
    }
  }

  @Test
  void apply_farFromZero_staysFinite() {
    for (Op.Unary.Kind kind : Op.Unary.Kind.values()) {
      assertThat(Activations.apply(kind, 1e4)).as(kind.name()).isFinite();
      assertThat(Activations.apply(kind, -1e4))
          .as(kind.name())
          .isCloseTo(kind == Op.Unary.Kind.TANH ? -1 : 0, within(1e-300));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gelu_erf, GELU",
    "gelu_tanh, GELU_TANH",
    "relu, RELU",
    "sigmoid, SIGMOID",
    "silu, SILU",
    "softplus, SOFTPLUS",
    "tanh, TANH"
  })
  void apply_goldenArguments_givesTheOriginalsNumbers(String golden, Op.Unary.Kind kind)
      throws IOException {
    double[] x = golden("in.x");
    double[] expected = golden("out." + golden);
    for (int i = 0; i < x.length; i++) {
      assertThat(Activations.apply(kind, x[i]))
          .as("at %s", x[i])
          .isCloseTo(expected[i], within(1e-6));
    }
  }

  private static double[] golden(String name) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                ActivationsTest.class.getResourceAsStream("/golden/activations.tsv"),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(name + "\t")) {
          String[] numbers = line.substring(name.length() + 1).split(" ");
          return Arrays.stream(numbers).mapToDouble(Double::parseDouble).toArray();
        }
      }
    }
    throw new IllegalArgumentException("no golden numbers " + name);
  }
}
