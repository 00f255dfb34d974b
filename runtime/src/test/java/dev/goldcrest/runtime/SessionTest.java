package dev.goldcrest.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.MemoryPlan;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.ProFormer;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.runtime.kernels.AllKernels;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SessionTest {
  private static final long SEED = 3;

  private static final long WARM_UP_NANOS = 60_000_000_000L;

  static Stream<Arguments> graphsAndKernels() {
    Map<String, Graph> graphs = new LinkedHashMap<>();
    graphs.put("everything", Samples.everything());
    graphs.put("tiny whole", Samples.trace(Samples.tiny(), ProFormer.WHOLE, 2, 5));
    graphs.put("tiny words", Samples.trace(Samples.tiny(), Architecture.WORDS, 1, 3));
    graphs.put("tiny sequence", Samples.trace(Samples.tiny(), Architecture.SEQUENCE, 1, 12));
    graphs.put("grouped whole", Samples.trace(Samples.grouped(), ProFormer.WHOLE, 2, 8));
    Settings bert =
        new Settings(Map.of("vocabulary", "20", "dim", "24", "heads", "3", "maxLength", "9"));
    graphs.put("bert", Samples.trace(Architectures.of("bert", bert), "whole", 2, 7));
    graphs.put("lite step", Samples.trace(lite(), Architecture.DECODE, 2, 7));
    return graphs.entrySet().stream()
        .flatMap(
            graph ->
                AllKernels.list().stream()
                    .map(k -> Arguments.of(graph.getKey(), graph.getValue(), k.name(), k)));
  }

  private static Architecture lite() {
    Settings lite =
        new Settings(
            Map.of(
                "task",
                "lm",
                "vocabulary",
                "9",
                "dim",
                "64",
                "layers",
                "2",
                "kernels",
                "3,5",
                "cutoffs",
                "4"));
    return Architectures.of("lite-transformer", lite);
  }

  private static Map<String, float[]> run(Session session, Graph graph) {
    Samples.fill(session, graph, SEED);
    session.run();
    return Samples.outputs(session, graph);
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("graphsAndKernels")
  void run_arenaAndDisjointPlans_sameBits(
      String name, Graph graph, String kernelsName, Kernels kernels) {
    Weights weights = Weights.initial(graph, SEED);
    Map<String, float[]> shared = run(new Session(graph, weights, kernels), graph);
    Map<String, float[]> apart =
        run(new Session(graph, weights, kernels, MemoryPlan.disjoint(graph), false), graph);

    assertThat(shared.keySet()).isEqualTo(graph.outputs().keySet());
    shared.forEach((output, values) -> assertThat(values).as(output).isEqualTo(apart.get(output)));
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("graphsAndKernels")
  void run_weightsInFewerBits_nearTheSameValuesAsFloats(
      String name, Graph graph, String kernelsName, Kernels kernels) {
    for (boolean codebooks : new boolean[] {false, true}) {
      Weights coded = Samples.coded(graph, SEED, codebooks);
      Map<String, float[]> values = new LinkedHashMap<>();
      graph.parameters().keySet().forEach(path -> values.put(path, coded.get(path)));
      Map<String, float[]> expected = run(new Session(graph, Weights.of(values), kernels), graph);
      // Other weights with the same codes, of which nobody has asked for floats.
      Weights fresh = Samples.coded(graph, SEED, codebooks);
      Session session = new Session(graph, fresh, kernels, MemoryPlan.of(graph), true);
      run(session, graph)
          .forEach(
              (output, found) -> {
                for (int i = 0; i < found.length; i++) {
                  float want = expected.get(output)[i];
                  assertThat(found[i])
                      .as(output)
                      .isCloseTo(want, within(1e-4f * (1 + Math.abs(want))));
                }
              });
    }
  }

  /** The floats of a weight of bytes are never made, neither for a linear nor for a table. */
  @Test
  void session_weightsOfBytes_takesAByteAWeight() {
    int size = 1000;
    Graph graph =
        Graph.trace(
            scope -> {
              var ids = scope.input("ids", DType.I32, Dim.of(3));
              var table = scope.parameter("table", Init.ZEROS, size, size);
              var rows = scope.apply(new Op.Gather(), table, ids);
              var weight = scope.parameter("weight", Init.ZEROS, size, size);
              return Map.of("y", scope.apply(new Op.Linear(), rows, weight));
            });
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (Kernels kernels : AllKernels.list()) {
      Weights weights = Samples.coded(graph, SEED, false);
      long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
      new Session(graph, weights, kernels);
      long bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
      assertThat(bytes).as(kernels.name()).isBetween((long) size * size, 3L * size * size / 2);
    }
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("graphsAndKernels")
  void run_deadRangesPoisoned_sameBits(
      String name, Graph graph, String kernelsName, Kernels kernels) {
    Weights weights = Weights.initial(graph, SEED);
    Map<String, float[]> plain = run(new Session(graph, weights, kernels), graph);
    Map<String, float[]> poisoned =
        run(new Session(graph, weights, kernels, MemoryPlan.of(graph), true), graph);

    plain.forEach(
        (output, values) -> {
          assertThat(values).as(output).isEqualTo(poisoned.get(output));
          for (float value : values) {
            assertThat(value).as(output).isFinite();
          }
        });
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("graphsAndKernels")
  void run_againAfterOtherInputs_sameBits(
      String name, Graph graph, String kernelsName, Kernels kernels) {
    Session session = new Session(graph, Weights.initial(graph, SEED), kernels);
    Map<String, float[]> first = run(session, graph);
    Samples.fill(session, graph, SEED + 1);
    session.run();

    assertThat(Samples.outputs(session, graph).values().iterator().next())
        .isNotEqualTo(first.values().iterator().next());
    run(session, graph)
        .forEach((output, values) -> assertThat(values).isEqualTo(first.get(output)));
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("graphsAndKernels")
  void run_anyKernels_agreeWithScalar(
      String name, Graph graph, String kernelsName, Kernels kernels) {
    Weights weights = Weights.initial(graph, SEED);
    Map<String, float[]> plain = run(new Session(graph, weights, new ScalarKernels()), graph);
    Map<String, float[]> other = run(new Session(graph, weights, kernels), graph);

    plain.forEach(
        (output, values) -> {
          for (int i = 0; i < values.length; i++) {
            assertThat((double) other.get(output)[i])
                .as(output + "[" + i + "]")
                .isCloseTo(
                    values[i],
                    org.assertj.core.data.Offset.offset(1e-5 + 1e-5 * Math.abs(values[i])));
          }
        });
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("graphsAndKernels")
  void run_twoThreadsOnSharedWeights_sameBits(
      String name, Graph graph, String kernelsName, Kernels kernels) throws Exception {
    Weights weights = Weights.initial(graph, SEED);
    Map<String, float[]> expected = run(new Session(graph, weights, kernels), graph);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Boolean>> agree =
          threads.invokeAll(
              java.util.Collections.nCopies(2, () -> agrees(graph, weights, kernels, expected)));
      for (Future<Boolean> each : agree) {
        assertThat(each.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean agrees(
      Graph graph, Weights weights, Kernels kernels, Map<String, float[]> expected) {
    Session session = new Session(graph, weights, kernels);
    boolean same = true;
    for (int i = 0; i < 200; i++) {
      for (Map.Entry<String, float[]> output : run(session, graph).entrySet()) {
        same &= Arrays.equals(output.getValue(), expected.get(output.getKey()));
      }
    }
    return same;
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("graphsAndKernels")
  void run_warm_allocatesNothing(String name, Graph graph, String kernelsName, Kernels kernels) {
    Session session = new Session(graph, Weights.initial(graph, SEED), kernels);
    Samples.fill(session, graph, SEED);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long least = Long.MAX_VALUE;
    long end = System.nanoTime() + WARM_UP_NANOS;
    while (least > 0 && System.nanoTime() < end) {
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < 300; i++) {
        session.run();
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
    }

    assertThat(least).as("bytes in 300 warm runs").isZero();
  }

  @Test
  void run_indexOutsideTable_namesInputIndexAndSize() {
    Graph graph = Samples.everything();
    Session session = new Session(graph, Weights.initial(graph, SEED), new ScalarKernels());
    session.indices("ids")[4] = 11;

    assertThatThrownBy(session::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("gather: input ids holds 11 at position 4, the table has 11 rows");
    session.indices("ids")[4] = -1;
    assertThatThrownBy(session::run).hasMessageContaining("holds -1 at position 4");
  }

  @Test
  void feedAndRead_wrongNamesAndLengths_refused() {
    Graph graph = Samples.everything();
    Session session = new Session(graph, Weights.initial(graph, SEED), new ScalarKernels());

    assertThatThrownBy(() -> session.floats("ids"))
        .hasMessage("no F32 input ids; this graph has [mask, cache]");
    assertThatThrownBy(() -> session.feed("mask", new float[3]))
        .hasMessage("mask has 12 elements, got an array of 3");
    assertThatThrownBy(() -> session.feed("ids", new int[13]))
        .hasMessage("ids has 12 elements, got an array of 13");
    assertThatThrownBy(() -> session.read("max", new float[2]))
        .hasMessage("max has 18 elements, got an array of 2");
    assertThatThrownBy(() -> session.output("logits"))
        .hasMessageStartingWith("no output logits; this graph has");
  }

  @Test
  void session_weightMissingOrOfOtherSize_namesItsPath() {
    Graph graph = Samples.everything();
    Map<String, float[]> weights = Initializer.initial(graph, SEED);
    weights.put("q.weight", new float[5]);

    assertThatThrownBy(() -> new Session(graph, Weights.of(weights), new ScalarKernels()))
        .hasMessage("weight q.weight must have the 384 elements of (16,24), got 5");
    weights.remove("q.weight");
    assertThatThrownBy(() -> new Session(graph, Weights.of(weights), new ScalarKernels()))
        .hasMessageStartingWith("no weight q.weight");
  }

  @Test
  void run_broadcastsOfEveryKind_equalTheDefinition() {
    int[][] seconds = {
      {},
      {1},
      {5},
      {4, 5},
      {4, 1},
      {3, 1, 5},
      {3, 1, 1},
      {1, 4, 1},
      {3, 4, 5},
      {2, 3, 1, 5},
      {2, 1, 4, 1},
      {2, 1, 1, 5}
    };
    for (int[] second : seconds) {
      Dim[] dims = Arrays.stream(second).mapToObj(Dim::of).toArray(Dim[]::new);
      Graph graph =
          Graph.trace(
              scope ->
                  Map.of(
                      "y",
                      scope
                          .input("a", DType.F32, Dim.of(2), Dim.of(3), Dim.of(4), Dim.of(5))
                          .times(scope.input("b", DType.F32, dims))
                          .plus(scope.parameter("one", Init.ONES, 1))));
      Session session = new Session(graph, Weights.initial(graph, SEED), new ScalarKernels());
      Samples.fill(session, graph, SEED);
      session.run();
      float[] a = session.floats("a");
      float[] b = session.floats("b");
      float[] y = session.output("y");
      for (int i = 0; i < y.length; i++) {
        int[] at = {i / 60, i / 20 % 3, i / 5 % 4, i % 5};
        int from = 0;
        for (int axis = 0; axis < second.length; axis++) {
          from = from * second[axis] + (second[axis] == 1 ? 0 : at[4 - second.length + axis]);
        }
        assertThat(y[i]).as(Arrays.toString(second) + " " + i).isEqualTo(a[i] * b[from] + 1);
      }
    }
  }

  @Test
  void run_permute_movesAxes() {
    Graph graph =
        Graph.trace(
            scope ->
                Map.of(
                    "y",
                    scope.input("x", DType.F32, Dim.of(2), Dim.of(3), Dim.of(4)).permute(2, 0, 1)));
    Session session = new Session(graph, Weights.of(Map.of()), new ScalarKernels());
    Samples.fill(session, graph, SEED);
    session.run();
    float[] x = session.floats("x");
    float[] y = session.output("y");
    for (int i = 0; i < 24; i++) {
      assertThat(y[i]).isEqualTo(x[(i / 3 % 2) * 12 + (i % 3) * 4 + i / 6]);
    }
  }

  @Test
  void run_outputIsAnInput_isPassedOn() {
    Graph graph =
        Graph.trace(
            scope ->
                Map.of("y", scope.input("x", DType.F32, Dim.of(6)).reshape(Dim.of(2), Dim.of(3))));
    Session session = new Session(graph, Weights.of(Map.of()), new ScalarKernels());
    session.feed("x", new float[] {1, 2, 3, 4, 5, 6});
    session.run();

    assertThat(session.output("y")).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void run_groupedConvolution_equalsTheDefinition() {
    for (int[] size :
        new int[][] {
          {6, 4, 3, 2, 1, 0},
          {6, 6, 3, 6, 2, 0},
          {6, 12, 4, 3, 1, 2},
          {5, 7, 1, 1, 0, 0},
          {4, 4, 5, 4, 4, 4}
        }) {
      int in = size[0];
      int out = size[1];
      int taps = size[2];
      int groups = size[3];
      Graph graph =
          Graph.trace(
              scope ->
                  Map.of(
                      "y",
                      scope.apply(
                          new Op.Convolution(groups, size[4], size[5]),
                          scope.input("x", DType.F32, Dim.batch(2), Dim.time(7), Dim.of(in)),
                          scope.parameter("w", new Init.Normal(1), out, in / groups, taps),
                          scope.parameter("b", new Init.Normal(1), out))));
      Weights weights = Weights.initial(graph, SEED);
      Session session = new Session(graph, weights, new ScalarKernels());
      Samples.fill(session, graph, SEED);
      session.run();
      float[] x = session.floats("x");
      float[] y = session.output("y");
      int steps = 7 + size[4] + size[5] - taps + 1;
      for (int i = 0; i < y.length; i++) {
        int o = i % out;
        int t = i / out % steps;
        double sum = weights.get("b")[o];
        for (int c = 0; c < in / groups; c++) {
          for (int k = 0; k < taps; k++) {
            int from = t + k - size[4];
            if (from >= 0 && from < 7) {
              int channel = o / (out / groups) * (in / groups) + c;
              sum +=
                  (double) weights.get("w")[(o * (in / groups) + c) * taps + k]
                      * x[(i / out / steps * 7 + from) * in + channel];
            }
          }
        }
        assertThat((double) y[i])
            .as(Arrays.toString(size) + " " + i)
            .isCloseTo(sum, org.assertj.core.data.Offset.offset(1e-5));
      }
    }
  }

  @Test
  void carry_state_isTheInputItselfAndOthersAreCopied() {
    Graph graph = Samples.trace(lite(), Architecture.DECODE, 2, 7);
    Session session = new Session(graph, Weights.initial(graph, SEED), new ScalarKernels());
    String keys = "decoder.layer.0.lsra.far.k";
    String near = "decoder.layer.0.lsra.near";
    float[] before = session.floats("past." + keys);
    session.indices("position")[0] = 3;
    java.util.Arrays.fill(session.floats("seen"), 1);
    session.run();

    // (2, 7, 32): row 3 of both sentences is written into the input, the others are still zero.
    assertThat(session.output("next." + keys)).isEqualTo(before);
    for (int i = 0; i < before.length; i++) {
      assertThat(before[i] != 0).as("element " + i).isEqualTo(i / 32 % 7 == 3);
    }
    assertThat(session.floats("past." + near)).containsOnly(0);
    for (String state : List.of(keys, near)) {
      session.carry("next." + state, "past." + state);
      assertThat(session.floats("past." + state)).isEqualTo(session.output("next." + state));
    }
    assertThat(session.floats("past." + near)).isNotEqualTo(new float[2 * 2 * 32]);
  }

  @Test
  void run_positionPastTheLast_namesItAndTheRoom() {
    Graph graph = Samples.trace(lite(), Architecture.DECODE, 1, 7);
    Session session = new Session(graph, Weights.initial(graph, SEED), new ScalarKernels());
    session.indices("position")[0] = 7;
    assertThatThrownBy(session::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("decoder: gather: input position holds 7 at position 0, the table has 7 rows");
  }

  @Test
  void run_appendPastTheState_namesRowsPositionAndRoom() {
    Graph graph =
        Graph.trace(
            scope -> {
              var cache = scope.input("cache", DType.F32, Dim.of(2), Dim.of(4), Dim.of(3));
              var x = scope.input("x", DType.F32, Dim.of(2), Dim.of(2), Dim.of(3));
              var position = scope.input("position", DType.I32, Dim.of(1));
              return Map.of("y", scope.in("far").apply(new Op.Append(), cache, x, position));
            });
    Session session = new Session(graph, Weights.initial(graph, SEED), new ScalarKernels());
    for (int position : new int[] {3, -1}) {
      session.indices("position")[0] = position;
      assertThatThrownBy(session::run)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("far: append: 2 rows at position " + position + ", the state has room for 4");
      assertThatThrownBy(
              () ->
                  ReferenceInterpreter.run(
                      graph,
                      Map.of(),
                      Map.of(
                          "cache", new double[24],
                          "x", new double[12],
                          "position", new double[] {position})))
          .hasMessage("far: append: 2 rows at position " + position + " do not fit into (2,4,3)");
    }
  }
}
