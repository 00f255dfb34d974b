package dev.goldcrest.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.conformance.SmallModels.Small;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.core.models.Task;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.decode.BeamSearch;
import dev.goldcrest.runtime.decode.DecodingOptions;
import dev.goldcrest.runtime.decode.Hypothesis;
import dev.goldcrest.runtime.decode.SessionStepper;
import dev.goldcrest.runtime.decode.Stepper;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import dev.goldcrest.runtime.text.Tokenizer;
import dev.goldcrest.torch.Torch;
import dev.goldcrest.torch.TorchStepper;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What must hold of every decoder on every stepper: whatever rows branch, die and change places,
 * each scores as a full pass of the definition over its own tokens, and a search finds the same.
 */
class DecodingTest {
  private static final double TOLERANCE = 1e-4;

  /** Steps after which caches grow from 16 to the 24 that the models take. */
  private static final int[] COMPARED = {0, 1, 15, 16, 23};

  private static final int[] ROWS = {1, 3, 3, 3, 2, 2, 4, 4, 4, 4, 4};

  static Stream<Small> decoders() {
    return SmallModels.all().stream().filter(small -> small.task() != Task.CLASSIFY);
  }

  private static Map<String, Stepper> steppers(Small small) {
    Architecture model = small.architecture();
    Map<String, float[]> values = new LinkedHashMap<>();
    small.parameters().forEach((path, each) -> values.put(path, floats(each)));
    Weights weights = Weights.of(values);
    Map<String, Stepper> steppers = new LinkedHashMap<>();
    steppers.put("scalar", new SessionStepper(model, weights, new ScalarKernels()));
    steppers.put("simd", new SessionStepper(model, weights, KernelsProvider.kernels()));
    if (Torch.available()) {
      steppers.put("torch", new TorchStepper(model, weights));
    }
    return steppers;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static int[] source(Small small, Random random, int length) {
    if (small.task() != Task.TRANSLATE) {
      return new int[0];
    }
    int[] source = random.ints(length, 3, small.vocabulary("source")).toArray();
    source[length - 1] = Tokenizer.EOS;
    return source;
  }

  /** Scores of the definition after the last of {@code ids}. */
  private static double[] whole(Small small, int[] source, int[] ids) {
    Graph graph =
        small.architecture().trace(Architecture.WHOLE, new Sizes(1, ids.length, 1, source.length));
    Map<String, double[]> inputs = new LinkedHashMap<>();
    inputs.put("ids", Arrays.stream(ids).asDoubleStream().toArray());
    if (source.length > 0) {
      inputs.put("source", Arrays.stream(source).asDoubleStream().toArray());
      double[] mask = new double[source.length];
      Arrays.fill(mask, 1);
      inputs.put("sourceMask", mask);
    }
    double[] all =
        Interpreter.REFERENCE.run(graph, new Arguments(small.parameters(), inputs)).get("logits");
    return Arrays.copyOfRange(all, all.length - all.length / ids.length, all.length);
  }

  @Tag("simd")
  @ParameterizedTest(name = "{0}")
  @MethodSource("decoders")
  void step_rowsThatBranchAndMove_scoreAsAFullPassOfTheirOwnTokens(Small small) {
    Map<String, Stepper> steppers = steppers(small);
    for (int length : new int[] {5, 11}) { // in different buckets; the second finds old states
      Random random = new Random(length);
      int[] source = source(small, random, length);
      steppers.values().forEach(stepper -> stepper.start(source));
      int[][] prefixes = {{}};
      for (int step = 0; step < small.architecture().maxLength(); step++) {
        int rows = ROWS[step % ROWS.length];
        int[] last = new int[rows];
        int[] parents = new int[rows];
        int[][] next = new int[rows][];
        for (int row = 0; row < rows; row++) {
          parents[row] = random.nextInt(prefixes.length);
          last[row] = step == 0 ? Tokenizer.EOS : random.nextInt(small.vocabulary("ids"));
          next[row] = Arrays.copyOf(prefixes[parents[row]], step + 1);
          next[row][step] = last[row];
        }
        prefixes = next;
        compare(small, steppers, source, prefixes, last, parents);
      }
    }
    steppers.values().forEach(Stepper::close);
  }

  private static void compare(
      Small small,
      Map<String, Stepper> steppers,
      int[] source,
      int[][] prefixes,
      int[] last,
      int[] parents) {
    int step = prefixes[0].length - 1;
    Map<String, float[]> scores = new LinkedHashMap<>();
    steppers.forEach((name, each) -> scores.put(name, each.step(prefixes.length, last, parents)));
    if (!contains(COMPARED, step)) {
      return;
    }
    for (int row : new int[] {0, prefixes.length - 1}) {
      double[] expected = whole(small, source, prefixes[row]);
      for (Map.Entry<String, float[]> each : scores.entrySet()) {
        double[] found = new double[expected.length];
        for (int i = 0; i < found.length; i++) {
          found[i] = each.getValue()[row * found.length + i];
        }
        String what = small + " on " + each.getKey() + ", step " + step + ", row " + row;
        Compare.close(what, found, expected, TOLERANCE, TOLERANCE);
      }
    }
  }

  private static boolean contains(int[] values, int value) {
    return Arrays.stream(values).anyMatch(each -> each == value);
  }

  @Tag("simd")
  @ParameterizedTest(name = "{0}")
  @MethodSource("decoders")
  void search_everyStepper_findsTheSame(Small small) {
    Map<String, Stepper> steppers = steppers(small);
    DecodingOptions options = new DecodingOptions(4, 1, 1, 1, 12, 0, true);
    BeamSearch search = new BeamSearch(KernelsProvider.kernels());
    for (int length = 2; length < 8; length++) {
      int[] source = source(small, new Random(length), length);
      List<Hypothesis> first = null;
      for (Map.Entry<String, Stepper> each : steppers.entrySet()) {
        List<Hypothesis> found = search.search(each.getValue(), source, options);
        first = first == null ? found : first;
        assertThat(found).hasSameSizeAs(first);
        for (int rank = 0; rank < found.size(); rank++) {
          Hypothesis a = first.get(rank);
          Hypothesis b = found.get(rank);
          boolean tie = Math.abs(a.score() - b.score()) <= TOLERANCE;
          assertThat(tie).as("%s on %s, rank %d", small, each.getKey(), rank).isTrue();
        }
        assertThat(found.get(0).tokens())
            .as("%s on %s", small, each.getKey())
            .isEqualTo(first.get(0).tokens());
      }
    }
    steppers.values().forEach(Stepper::close);
  }
}
