package dev.goldcrest.runtime.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.runtime.kernels.AllKernels;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import dev.goldcrest.runtime.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BeamSearchTest {
  private static final int[] SOURCE = {4, 5, Tokenizer.EOS};
  private static final int FAR = 1000;

  static Stream<Kernels> kernels() {
    return AllKernels.list().stream();
  }

  private static DecodingOptions options(int beam, double penalty, int min, int max, int ngram) {
    return new DecodingOptions(beam, penalty, min, 0, max, ngram, true);
  }

  private static List<Hypothesis> search(Stepper model, DecodingOptions options) {
    return new BeamSearch(new ScalarKernels()).search(model, SOURCE, options);
  }

  private static void same(List<Hypothesis> found, List<PlainSearch.Path> expected, double lenpen) {
    assertThat(found).hasSameSizeAs(expected);
    for (int rank = 0; rank < found.size(); rank++) {
      List<Integer> tokens = PlainSearch.list(found.get(rank).tokens());
      tokens = new ArrayList<>(tokens);
      tokens.add(Tokenizer.EOS);
      assertThat(tokens).as("rank " + rank).isEqualTo(expected.get(rank).tokens());
      assertThat(found.get(rank).score()).isCloseTo(expected.get(rank).score(lenpen), within(1e-5));
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void search_beamAsWideAsTheTree_findsTheBestOfAll(Kernels kernels) {
    BeamSearch search = new BeamSearch(kernels);
    for (int seed = 0; seed < 40; seed++) {
      TableStepper model = new TableStepper(6, FAR, seed, 0);
      DecodingOptions options = options(256, 0.5 + seed % 4 * 0.5, seed % 3, 4, 0);
      model.start(SOURCE);
      List<PlainSearch.Path> expected = PlainSearch.all(model, options, 4);
      List<Hypothesis> found = search.search(model, SOURCE, options);
      assertThat(expected.size()).isLessThan(256);
      same(found, expected, options.lengthPenalty());
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void search_anyOptions_equalsTheDefinition(Kernels kernels) {
    BeamSearch search = new BeamSearch(kernels);
    for (int seed = 0; seed < 300; seed++) {
      int max = 1 + seed % 9;
      DecodingOptions options =
          new DecodingOptions(
              1 + seed % 7,
              new double[] {0, 0.6, 1, 2}[seed % 4],
              Math.min(max, seed % 5),
              0,
              max,
              seed % 11 % 4,
              seed % 2 == 0);
      TableStepper model = new TableStepper(12 + seed % 50, FAR, seed, 0);
      same(
          search.search(model, SOURCE, options),
          PlainSearch.beam(model, options, max),
          options.lengthPenalty());
    }
  }

  @Test
  void search_manyTies_equalsTheDefinitionEachTime() {
    for (int seed = 0; seed < 100; seed++) {
      TableStepper model = new TableStepper(10, FAR, seed, 0.5);
      DecodingOptions options = options(4, 1, 1, 6, 0);
      List<Hypothesis> first = search(model, options);
      List<Hypothesis> second = search(model, options);
      for (int rank = 0; rank < first.size(); rank++) {
        assertThat(first.get(rank).tokens()).isEqualTo(second.get(rank).tokens());
      }
    }
    Stepper flat = new Constant(new float[9]);
    assertThat(search(flat, options(2, 1, 0, 3, 0)).get(0).tokens()).isEmpty();
    assertThat(search(flat, options(2, 1, 2, 3, 0)).get(0).tokens()).containsExactly(3, 3);
  }

  @Test
  void search_beamOne_takesTheBestTokenEachTime() {
    TableStepper model = new TableStepper(30, FAR, 5, 0);
    Hypothesis found = search(model, DecodingOptions.DEFAULT.greedy()).get(0);
    List<Integer> tokens = new ArrayList<>();
    int best = -1;
    while (best != Tokenizer.EOS && tokens.size() < 13) {
      double[] logs = model.logProbabilities(new PlainSearch.Path(tokens, 0).prefix());
      best = -1;
      for (int i = Tokenizer.EOS; i < logs.length; i++) {
        boolean early = i == Tokenizer.EOS && tokens.isEmpty();
        best = !early && (best < 0 || logs[i] > logs[best]) ? i : best;
      }
      tokens.add(best);
    }
    assertThat(PlainSearch.list(found.tokens()))
        .isEqualTo(tokens.subList(0, found.tokens().length));
    assertThat(found.tokens().length).isBetween(tokens.size() - 1, 13);
  }

  @Test
  void search_lengths_keptBetweenMinimumAndMaximum() {
    for (int seed = 0; seed < 50; seed++) {
      TableStepper model = new TableStepper(7, FAR, seed, 0);
      for (Hypothesis each : search(model, options(3, 1, 5, 8, 0))) {
        assertThat(each.tokens().length).isBetween(5, 8);
        assertThat(each.logProbabilities()).hasSize(each.tokens().length + 1);
      }
      DecodingOptions relative = new DecodingOptions(3, 5, 1, 2, 1, 0, true);
      assertThat(relative.maxLength(SOURCE.length)).isEqualTo(7);
      for (Hypothesis each : search(model, relative)) {
        assertThat(each.tokens().length).isLessThanOrEqualTo(7);
      }
      for (Hypothesis each : search(new TableStepper(7, 4, seed, 0), options(3, 1, 9, 9, 0))) {
        assertThat(each.tokens()).as("a model of four steps").hasSize(3);
      }
    }
  }

  @Test
  void search_noRepeats_noNgramTwice() {
    float[] likesOne = new float[9];
    likesOne[5] = 9;
    likesOne[6] = 6;
    Stepper model = new Constant(likesOne);
    for (int n = 1; n < 5; n++) {
      for (Hypothesis each : search(model, options(4, 1, 20, 25, n))) {
        assertThat(PlainSearch.repeats(PlainSearch.list(each.tokens()), n)).isFalse();
      }
    }
    assertThat(search(model, options(1, 1, 0, 6, 0)).get(0).tokens())
        .containsExactly(5, 5, 5, 5, 5, 5);
    assertThat(search(model, options(1, 1, 6, 6, 2)).get(0).tokens())
        .containsExactly(5, 5, 6, 5, 3, 5);
  }

  @Test
  void search_nothingLeftBelowTheMinimum_endsAllTheSame() {
    Hypothesis only = search(new Constant(new float[6]), options(2, 1, 9, 12, 1)).get(0);

    assertThat(only.tokens()).containsExactly(3, 4, 5);
    assertThat(only.score()).isCloseTo(-Math.log(6), within(1e-6));
  }

  @Test
  void search_score_isTheMeanOfItsLogProbabilities() {
    for (double penalty : new double[] {0, 0.6, 1, 2}) {
      for (Hypothesis each :
          search(new TableStepper(20, FAR, 3, 0), options(4, penalty, 2, 9, 0))) {
        double sum = 0;
        for (float log : each.logProbabilities()) {
          sum += log;
        }
        double length = each.logProbabilities().length;
        assertThat(each.score()).isCloseTo(sum / Math.pow(length, penalty), within(1e-5));
      }
    }
  }

  @Test
  void search_scoresWithoutNumbers_saysSo() {
    float[] bad = new float[8];
    java.util.Arrays.fill(bad, Float.NaN);

    assertThatThrownBy(() -> search(new Constant(bad), DecodingOptions.DEFAULT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the model's scores are no numbers");
  }

  @Test
  void options_outOfRange_refusedWithTheirNames() {
    assertThatThrownBy(() -> DecodingOptions.DEFAULT.withBeam(0))
        .hasMessage("the beam must be at least 1 and at most 1024, got 0");
    assertThatThrownBy(() -> options(1, Double.NaN, 0, 1, 0))
        .hasMessage("the length penalty must be a number, got NaN");
    assertThatThrownBy(() -> options(1, 1, -1, 1, 0))
        .hasMessage("the minimum length must be at least 0, got -1");
    assertThatThrownBy(() -> new DecodingOptions(1, 1, 0, -1, 1, 0, true))
        .hasMessage("the factor of the maximum length must be from 0 to 100, got -1.0");
    assertThatThrownBy(() -> options(1, 1, 0, 1 << 17, 0)).hasMessageContaining("offset");
    assertThatThrownBy(() -> options(1, 1, 0, 1, -1)).hasMessageContaining("no-repeat n-gram");
  }

  /** The same scores whatever came before. */
  record Constant(float[] scores) implements Stepper {
    @Override
    public int vocabulary() {
      return scores.length;
    }

    @Override
    public int maxSteps() {
      return FAR;
    }

    @Override
    public void start(int[] source) {}

    @Override
    public float[] step(int rows, int[] tokens, int[] parents) {
      float[] all = new float[rows * scores.length];
      for (int row = 0; row < rows; row++) {
        System.arraycopy(scores, 0, all, row * scores.length, scores.length);
      }
      return all;
    }

    @Override
    public void close() {}
  }
}
