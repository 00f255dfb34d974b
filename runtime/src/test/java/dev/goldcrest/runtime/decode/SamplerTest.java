package dev.goldcrest.runtime.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.runtime.kernels.AllKernels;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import dev.goldcrest.runtime.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SamplerTest {
  private static final int DRAWS = 20_000;
  private static final double[] PROBABILITIES = {
    0.05, 0.05, 0.1, 0.1, 0.3, 0.02, 0.18, 0.01, 0.06, 0.13
  };

  static Stream<Kernels> kernels() {
    return AllKernels.list().stream();
  }

  private static SamplingOptions options(double temperature, int topK, double topP, long seed) {
    return new SamplingOptions(temperature, topK, topP, seed, 40, true);
  }

  /** How often each token is drawn from PROBABILITIES. */
  private static double[] frequencies(Kernels kernels, SamplingOptions options) {
    Sampler sampler = new Sampler(kernels);
    float[] scores = new float[PROBABILITIES.length];
    double[] counts = new double[PROBABILITIES.length];
    Random random = new Random(options.seed());
    float[] logs = new float[scores.length];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = (float) Math.log(PROBABILITIES[i]);
    }
    Stepper any = new BeamSearchTest.Constant(logs);
    sampler.generate(any, new int[0], options); // makes its arrays
    for (int i = 0; i < DRAWS; i++) {
      System.arraycopy(logs, 0, scores, 0, logs.length);
      counts[sampler.draw(scores, scores.length, options, random)] += 1.0 / DRAWS;
    }
    return counts;
  }

  private static void near(double[] frequencies, int[] tokens, double temperature) {
    double total = 0;
    for (int token : tokens) {
      total += Math.pow(PROBABILITIES[token], 1 / temperature);
    }
    double sum = 0;
    for (int token : tokens) {
      double expected = Math.pow(PROBABILITIES[token], 1 / temperature) / total;
      assertThat(frequencies[token])
          .as("token " + token)
          .isCloseTo(expected, within(5 * Math.sqrt(expected / DRAWS)));
      sum += frequencies[token];
    }
    assertThat(sum).as("all others never").isCloseTo(1, within(1e-9));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void draw_manyTimes_asOftenAsTheModelSays(Kernels kernels) {
    int[] all = {2, 3, 4, 5, 6, 7, 8, 9};
    near(frequencies(kernels, options(1, 0, 1, 1)), all, 1);
    near(frequencies(kernels, options(0.5, 0, 1, 2)), all, 0.5);
    near(frequencies(kernels, options(3, 0, 1, 3)), all, 3);
    near(frequencies(kernels, options(1, 3, 1, 4)), new int[] {4, 6, 9}, 1);
    near(frequencies(kernels, options(2, 2, 1, 5)), new int[] {4, 6}, 2);
    near(frequencies(kernels, options(1, 99, 1, 6)), all, 1);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void draw_topP_fromTheFewestThatReachIt(Kernels kernels) {
    // of the 0.9 that may be drawn: 0.3, 0.18, 0.13, 0.1, 0.1, ...
    near(frequencies(kernels, options(1, 0, 0.3, 1)), new int[] {4}, 1);
    near(frequencies(kernels, options(1, 0, 0.34, 2)), new int[] {4, 6}, 1);
    near(frequencies(kernels, options(1, 0, 0.66, 3)), new int[] {4, 6, 9}, 1);
    near(frequencies(kernels, options(1, 0, 0.7, 4)), new int[] {4, 6, 9, 2}, 1);
    near(frequencies(kernels, options(1, 0, 0.999, 5)), new int[] {2, 3, 4, 5, 6, 7, 8, 9}, 1);
    near(frequencies(kernels, options(1, 3, 0.7, 6)), new int[] {4, 6}, 1);
  }

  @Test
  void draw_temperatureZeroOrTiny_takesTheBest() {
    for (double temperature : new double[] {0, 1e-45, 1e-6}) {
      near(frequencies(new ScalarKernels(), options(temperature, 0, 1, 1)), new int[] {4}, 1);
    }
  }

  @Test
  void generate_sameSeed_sameTokens() {
    Sampler sampler = new Sampler(new ScalarKernels());
    TableStepper model = new TableStepper(200, 1000, 1, 0);
    int[] prompt = {9, 8, 7};
    int[] first = sampler.generate(model, prompt, options(1, 20, 0.9, 7));

    assertThat(sampler.generate(model, prompt, options(1, 20, 0.9, 7))).isEqualTo(first);
    List<int[]> others = new ArrayList<>();
    for (int seed = 8; seed < 12; seed++) {
      others.add(sampler.generate(model, prompt, options(1, 20, 0.9, seed)));
    }
    assertThat(others).anySatisfy(other -> assertThat(other).isNotEqualTo(first));
  }

  @Test
  void generate_promptIsRead_andItsEndTokenStops() {
    Sampler sampler = new Sampler(new ScalarKernels());
    TableStepper model = new TableStepper(12, 1000, 4, 0);
    int[] found = sampler.generate(model, new int[] {5, 6}, options(0, 0, 1, 0));
    List<Integer> expected = new ArrayList<>(List.of(5, 6));
    while (expected.size() < 42) {
      double[] logs = model.logProbabilities(new PlainSearch.Path(expected, 0).prefix());
      int best = Tokenizer.EOS;
      for (int i = Tokenizer.EOS; i < logs.length; i++) {
        best = logs[i] > logs[best] ? i : best;
      }
      if (best == Tokenizer.EOS) {
        break;
      }
      expected.add(best);
    }
    assertThat(PlainSearch.list(found)).isEqualTo(expected.subList(2, expected.size()));
  }

  @Test
  void generate_beyondTheContext_forgetsTheOlderHalf() {
    int steps = 8;
    List<Integer> lengths = new ArrayList<>();
    float[] scores = new float[20];
    Arrays.fill(scores, 0, 4, -50);
    Stepper model =
        new Stepper() {
          private int taken;

          @Override
          public int vocabulary() {
            return scores.length;
          }

          @Override
          public int maxSteps() {
            return steps;
          }

          @Override
          public void start(int[] source) {
            taken = 0;
          }

          @Override
          public float[] step(int rows, int[] tokens, int[] parents) {
            lengths.add(++taken);
            return scores.clone();
          }

          @Override
          public void close() {}
        };
    int[] found =
        new Sampler(new ScalarKernels()).generate(model, new int[20], options(1, 0, 1, 1));

    assertThat(found).hasSize(40);
    assertThat(lengths.stream().mapToInt(i -> i).max()).hasValue(steps);
    assertThat(lengths.subList(0, 16))
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8);
  }

  @Test
  void generate_noTokensAsked_givesNone() {
    SamplingOptions none = new SamplingOptions(1, 0, 1, 1, 0, true);

    assertThat(
            new Sampler(new ScalarKernels())
                .generate(new TableStepper(9, 9, 1, 0), new int[3], none))
        .isEmpty();
  }

  @Test
  void options_outOfRange_refusedWithTheirNames() {
    assertThatThrownBy(() -> options(-1, 0, 1, 0)).hasMessageContaining("temperature");
    assertThatThrownBy(() -> options(1, -1, 1, 0)).hasMessageContaining("top-k");
    assertThatThrownBy(() -> options(1, 0, 0, 0)).hasMessageContaining("top-p");
    assertThatThrownBy(() -> options(1, 0, Double.NaN, 0)).hasMessageContaining("top-p");
  }
}
