package dev.goldcrest.runtime.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.kernels.AllKernels;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import dev.goldcrest.runtime.text.Tokenizer;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SessionStepperTest {
  private static final float TOLERANCE = 1e-4f;

  static Stream<Kernels> kernels() {
    return AllKernels.list().stream();
  }

  private static int[] tokens(Random random, int length, int vocabulary) {
    int[] tokens = new int[length];
    for (int i = 0; i < length; i++) {
      tokens[i] =
          i == length - 1 ? Tokenizer.EOS : Tokenizer.FIRST + random.nextInt(vocabulary - 4);
    }
    return tokens;
  }

  /** Rows that branch, die and change places at random, each compared with a full pass. */
  private static void walk(Architecture model, Kernels kernels, int[] counts, int sourceLength) {
    Random random = new Random(sourceLength);
    Weights weights = TinyModels.weights(model, 1);
    SessionStepper stepper = new SessionStepper(model, weights, kernels);
    int vocabulary = stepper.vocabulary();
    for (int round = 0; round < 2; round++) { // the second finds what the first left behind
      int[] source = sourceLength == 0 ? new int[0] : tokens(random, sourceLength, vocabulary);
      stepper.start(source);
      int[][] prefixes = {{}};
      for (int step = 0; step < model.maxLength(); step++) {
        int rows = step == 0 ? 1 : counts[step % counts.length];
        int[] last = new int[rows];
        int[] parents = new int[rows];
        int[][] next = new int[rows][];
        for (int row = 0; row < rows; row++) {
          parents[row] = random.nextInt(prefixes.length);
          last[row] = step == 0 ? Tokenizer.EOS : random.nextInt(vocabulary);
          next[row] = Arrays.copyOf(prefixes[parents[row]], step + 1);
          next[row][step] = last[row];
        }
        prefixes = next;
        float[] scores = stepper.step(rows, last, parents);
        boolean nearGrowth = step < 2 || (step + 1) % 16 < 2 || step == model.maxLength() - 1;
        for (int row = 0; row < rows && nearGrowth; row++) {
          float[] whole = TinyModels.whole(model, weights, kernels, source, prefixes[row]);
          for (int i = 0; i < vocabulary; i++) {
            assertThat(scores[row * vocabulary + i])
                .as("step %d, row %d of %d, score %d", step, row, rows, i)
                .isCloseTo(whole[step * vocabulary + i], within(TOLERANCE));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void step_translator_equalsTheFullPass(Kernels kernels) {
    walk(TinyModels.of("translate"), kernels, new int[] {4}, 5);
    walk(
        TinyModels.of("translate", "sourceVocabulary=50", "normFirst=true"),
        kernels,
        new int[] {3, 3, 3, 1, 5},
        17);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void step_languageModel_equalsTheFullPass(Kernels kernels) {
    walk(TinyModels.of("lm"), kernels, new int[] {1}, 0);
    walk(TinyModels.of("lm", "cutoffs=12,20"), kernels, new int[] {2, 2, 5}, 0);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void step_sourceInAnotherBucket_changesNothing(Kernels kernels) {
    Architecture model = TinyModels.of("translate");
    SessionStepper stepper = new SessionStepper(model, TinyModels.weights(model, 1), kernels);
    for (int length : new int[] {40, 1, 8, 9, 39}) {
      int[] source = tokens(new Random(length), length, 40);
      stepper.start(source);
      float[] scores = stepper.step(1, new int[] {Tokenizer.EOS}, new int[1]);
      float[] whole =
          TinyModels.whole(
              model, TinyModels.weights(model, 1), kernels, source, new int[] {Tokenizer.EOS});
      for (int i = 0; i < whole.length; i++) {
        assertThat(scores[i]).isCloseTo(whole[i], within(TOLERANCE));
      }
    }
  }

  @Test
  void step_moreThanTheModelTakes_refused() {
    Architecture model = TinyModels.of("translate", "maxLength=3");
    SessionStepper stepper =
        new SessionStepper(model, TinyModels.weights(model, 1), new ScalarKernels());
    stepper.start(new int[] {5, 2});
    for (int i = 0; i < 3; i++) {
      stepper.step(1, new int[] {2}, new int[1]);
    }

    assertThatThrownBy(() -> stepper.step(1, new int[] {2}, new int[1]))
        .hasMessage("the model takes no more than 3 steps");
    assertThatThrownBy(() -> stepper.start(new int[4]))
        .hasMessage("the source has 4 tokens, the model reads 3");
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void search_onSessions_equalsSearchByFullPasses(Kernels kernels) {
    Architecture model = TinyModels.of("translate");
    for (int seed = 0; seed < 5; seed++) {
      Weights weights = TinyModels.weights(model, seed);
      int[] source = tokens(new Random(seed), 3 + seed, 40);
      DecodingOptions options = new DecodingOptions(4, 1, 1, 0, 20, 3, true);
      List<Hypothesis> found =
          new BeamSearch(kernels)
              .search(new SessionStepper(model, weights, kernels), source, options);
      List<Hypothesis> slow =
          new BeamSearch(kernels).search(new FullPasses(model, weights, kernels), source, options);
      assertThat(found).hasSize(4);
      for (int rank = 0; rank < 4; rank++) {
        assertThat(found.get(rank).tokens()).isEqualTo(slow.get(rank).tokens());
        assertThat(found.get(rank).score())
            .isCloseTo(slow.get(rank).score(), within((double) TOLERANCE));
      }
    }
  }

  @Test
  void search_warm_allocatesLittle() {
    Architecture model = TinyModels.of("translate");
    Kernels kernels = new ScalarKernels();
    SessionStepper stepper = new SessionStepper(model, TinyModels.weights(model, 1), kernels);
    BeamSearch search = new BeamSearch(kernels);
    int[] source = tokens(new Random(1), 6, 40);
    DecodingOptions options = new DecodingOptions(4, 1, 15, 0, 15, 0, true);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < 20; i++) {
        search.search(stepper, source, options);
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
    }

    assertThat(least / 20).as("bytes of a warm search of 16 steps").isLessThan(8000);
  }

  /** Scores rows by a full pass each. */
  private static final class FullPasses implements Stepper {
    private final Architecture model;
    private final Weights weights;
    private final Kernels kernels;
    private int[] source;
    private int[][] prefixes;

    FullPasses(Architecture model, Weights weights, Kernels kernels) {
      this.model = model;
      this.weights = weights;
      this.kernels = kernels;
    }

    @Override
    public int vocabulary() {
      return 40;
    }

    @Override
    public int maxSteps() {
      return model.maxLength();
    }

    @Override
    public void start(int[] source) {
      this.source = source;
      prefixes = new int[][] {{}};
    }

    @Override
    public float[] step(int rows, int[] tokens, int[] parents) {
      int[][] next = new int[rows][];
      float[] scores = new float[rows * 40];
      for (int row = 0; row < rows; row++) {
        int length = prefixes[0].length;
        next[row] = Arrays.copyOf(prefixes[parents[row]], length + 1);
        next[row][length] = tokens[row];
        float[] whole = TinyModels.whole(model, weights, kernels, source, next[row]);
        System.arraycopy(whole, length * 40, scores, row * 40, 40);
      }
      prefixes = next;
      return scores;
    }

    @Override
    public void close() {}
  }
}
