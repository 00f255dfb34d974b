package dev.goldcrest.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.goldcrest.conformance.SmallModels.Small;
import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.core.models.Task;
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
 * What must hold of every architecture and task, on every interpreter: padding changes nothing, a
 * later token changes no earlier output, and step by step gives what the full pass gives.
 */
class SequenceTest {
  private static final List<Interpreter> INTERPRETERS =
      List.of(Interpreter.REFERENCE, Interpreter.SCALAR, Interpreter.SIMD, Interpreter.TORCH);
  private static final double TOLERANCE = 2e-5;
  private static final int BATCH = 2;

  /** Real steps of each row. */
  private static final int[] LENGTHS = {6, 4};

  static Stream<Small> all() {
    return SmallModels.all().stream();
  }

  static Stream<Small> decoders() {
    return all().filter(small -> small.task() != Task.CLASSIFY);
  }

  /** Rows of the two lengths above, padded to {@code time} and {@code source} with any tokens. */
  static Map<String, double[]> inputs(Small small, Graph graph, int seed) {
    Map<String, double[]> inputs = new LinkedHashMap<>();
    graph
        .inputs()
        .forEach(
            (name, value) -> {
              if (name.endsWith("ask")) {
                inputs.put(name, mask(value.shape().at(1)));
              } else if (value.type() == DType.I32) {
                inputs.put(name, tokens(small, name, value, seed));
              } else {
                inputs.put(name, new Random(5).doubles(value.shape().size(), -1, 1).toArray());
              }
            });
    return inputs;
  }

  private static double[] mask(int time) {
    double[] mask = new double[BATCH * time];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % time < LENGTHS[i / time] ? 1 : 0;
    }
    return mask;
  }

  /** The real ones depend on the row and the step alone, the others on the seed. */
  private static double[] tokens(Small small, String name, Value value, int seed) {
    int time = value.shape().at(1);
    boolean words = small.architecture().settings().containsKey("features");
    int bound = words ? 3 : small.vocabulary(name);
    double[] tokens = new double[BATCH * time];
    for (int i = 0; i < tokens.length; i++) {
      int step = i % time;
      boolean real = step < LENGTHS[i / time];
      int hash = 7 * (i / time) + 13 * step + (real ? 0 : 31 * seed);
      tokens[i] = new Random(hash).nextInt(bound);
    }
    return tokens;
  }

  static Sizes sizes(Small small, int time, int source) {
    return new Sizes(BATCH, time, 3, small.task() == Task.TRANSLATE ? source : 0);
  }

  private static double[] logits(
      Small small, Interpreter interpreter, Map<String, double[]> weights, Sizes sizes, int seed) {
    Graph graph = small.architecture().trace(Architecture.WHOLE, sizes);
    return interpreter.run(graph, new Arguments(weights, inputs(small, graph, seed))).get("logits");
  }

  static List<Interpreter> available() {
    return INTERPRETERS.stream().filter(each -> each.unavailable() == null).toList();
  }

  @Tag("simd")
  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void whole_morePaddingOfOtherTokens_changesNothing(Small small) {
    Map<String, double[]> weights = small.parameters();
    for (Interpreter interpreter : available()) {
      double[] tight = logits(small, interpreter, weights, sizes(small, 6, 6), 1);
      double[] loose = logits(small, interpreter, weights, sizes(small, 10, 18), 2);
      int each = tight.length / BATCH;
      for (int row = 0; row < BATCH; row++) {
        int width = small.task() == Task.CLASSIFY ? each : each / 6 * LENGTHS[row];
        int stride = loose.length / BATCH;
        Compare.close(
            small + " on " + interpreter.name(),
            Arrays.copyOfRange(loose, row * stride, row * stride + width),
            Arrays.copyOfRange(tight, row * each, row * each + width),
            TOLERANCE,
            TOLERANCE);
      }
    }
  }

  @Tag("simd")
  @ParameterizedTest(name = "{0}")
  @MethodSource("decoders")
  void whole_anotherLaterToken_changesNoEarlierOutput(Small small) {
    Map<String, double[]> weights = small.parameters();
    Graph graph = small.architecture().trace(Architecture.WHOLE, sizes(small, 6, 6));
    for (Interpreter interpreter : available()) {
      Map<String, double[]> inputs = inputs(small, graph, 1);
      double[] before = interpreter.run(graph, new Arguments(weights, inputs)).get("logits");
      int changed = 3;
      double[] ids = inputs.get("ids");
      for (int row = 0; row < BATCH; row++) {
        int at = row * 6 + changed;
        ids[at] = (ids[at] + 1) % small.vocabulary("ids");
      }
      double[] after = interpreter.run(graph, new Arguments(weights, inputs)).get("logits");
      int width = before.length / (BATCH * 6);
      for (int i = 0; i < before.length; i++) {
        boolean earlier = i / width % 6 < changed;
        if (earlier) {
          assertThat(after[i]).as(small + " on " + interpreter.name()).isEqualTo(before[i]);
        }
      }
      assertThat(after).isNotEqualTo(before);
    }
  }

  @Tag("simd")
  @ParameterizedTest(name = "{0}")
  @MethodSource("decoders")
  void decode_stepByStep_givesWhatTheFullPassGives(Small small) {
    Map<String, double[]> weights = small.parameters();
    Sizes sizes = sizes(small, 6, 7);
    for (Interpreter interpreter : available()) {
      double[] whole = logits(small, interpreter, weights, sizes, 1);
      double[] stepped = stepped(small, interpreter, weights, sizes);
      Compare.close(small + " on " + interpreter.name(), stepped, whole, TOLERANCE, TOLERANCE);
    }
  }

  private static double[] stepped(
      Small small, Interpreter interpreter, Map<String, double[]> weights, Sizes sizes) {
    Architecture model = small.architecture();
    int time = sizes.time();
    Graph whole = model.trace(Architecture.WHOLE, sizes);
    Map<String, double[]> given = inputs(small, whole, 1);
    // Room for more steps than there are, as a bucket has.
    int cap = time + 3;
    Graph step = model.trace(Architecture.DECODE, new Sizes(BATCH, cap, 1, sizes.source()));
    Map<String, double[]> inputs = new LinkedHashMap<>();
    step.inputs().forEach((name, value) -> inputs.put(name, new double[value.shape().size()]));
    if (small.task() == Task.TRANSLATE) {
      Graph encode = model.trace(Architecture.ENCODE, sizes);
      Map<String, double[]> source = new LinkedHashMap<>(given);
      source.keySet().retainAll(encode.inputs().keySet());
      inputs.putAll(interpreter.run(encode, new Arguments(weights, source)));
      inputs.put("sourceMask", given.get("sourceMask"));
    }
    double[] logits = new double[whole.output("logits").shape().size()];
    int width = whole.output("logits").shape().at(-1);
    for (int t = 0; t < time; t++) {
      for (int row = 0; row < BATCH; row++) {
        inputs.get("ids")[row] = given.get("ids")[row * time + t];
        inputs.get("seen")[row * cap + t] = 1;
      }
      inputs.get("position")[0] = t;
      distances(inputs, t);
      Map<String, double[]> outputs = interpreter.run(step, new Arguments(weights, inputs));
      for (int row = 0; row < BATCH; row++) {
        double[] from = outputs.get("logits");
        System.arraycopy(from, row * width, logits, (row * time + t) * width, width);
      }
      outputs.forEach(
          (name, state) -> {
            if (name.startsWith("next.")) {
              inputs.put("past." + name.substring("next.".length()), state);
            }
          });
    }
    return logits;
  }

  private static void distances(Map<String, double[]> inputs, int position) {
    double[] distances = inputs.getOrDefault("distances", new double[0]);
    for (int s = 0; s < distances.length; s++) {
      distances[s] = Math.max(0, position - s);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("decoders")
  void trace_everyEntry_declaresTheSameParameters(Small small) {
    Architecture model = small.architecture();
    Graph whole = model.whole();
    assumeTrue(small.task() != Task.CLASSIFY, "one entry only");
    Map<String, Value> parts = new LinkedHashMap<>();
    parts.putAll(model.trace(Architecture.DECODE, new Sizes(2, 9, 1, 5)).parameters());
    if (small.task() == Task.TRANSLATE) {
      parts.putAll(model.trace(Architecture.ENCODE, new Sizes(2, 9, 1, 5)).parameters());
    }
    assertThat(parts.keySet()).containsExactlyInAnyOrderElementsOf(whole.parameters().keySet());
    parts.forEach(
        (path, value) -> assertThat(value.op()).isEqualTo(whole.parameters().get(path).op()));
  }
}
