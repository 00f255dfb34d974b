package dev.goldcrest.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WeightsTest {
  private static final int OUT = 70;
  private static final int IN = 33;

  static Stream<Kernels> kernels() {
    return Stream.of(new ScalarKernels(), KernelsProvider.kernels());
  }

  /** A linear whose weight nothing else reads, and one whose weight is a table of words too. */
  private static final Graph GRAPH =
      Graph.trace(
          false,
          scope -> {
            Value ids = scope.input("ids", DType.I32, Dim.batch(1), Dim.time(2));
            Value alone = scope.parameter("alone", new Init.Normal(1), OUT, IN);
            Value tied = scope.parameter("tied", new Init.Normal(1), OUT, IN);
            Value x = scope.apply(new Op.Gather(), tied, ids);
            Map<String, Value> outputs = new HashMap<>();
            outputs.put("alone", scope.apply(new Op.Linear(), x, alone));
            outputs.put("tied", scope.apply(new Op.Linear(), x, tied));
            return outputs;
          });

  private static float[] numbers(long seed) {
    Random random = new Random(seed);
    float[] numbers = new float[OUT * IN];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  private static Coded.Int8 bytes(long seed) {
    byte[] values = new byte[OUT * IN];
    new Random(seed).nextBytes(values);
    float[] scales = new float[OUT];
    for (int i = 0; i < OUT; i++) {
      scales[i] = i + 1;
    }
    return new Coded.Int8(values, scales);
  }

  private static float[] run(Weights weights, Kernels kernels, String output) {
    Session session = new Session(GRAPH, weights, kernels);
    session.indices("ids")[0] = 3;
    session.indices("ids")[1] = OUT - 1;
    session.run();
    return session.output(output);
  }

  private static void waitUntilGone(WeakReference<?> reference) throws InterruptedException {
    for (int i = 0; i < 200 && reference.get() != null; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertThat(reference.get()).isNull();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void floats_readPackedAlone_areHeldOnceAndComeBackTheSame(Kernels kernels) throws Exception {
    float[] given = numbers(1);
    WeakReference<float[]> reference = new WeakReference<>(given);
    Weights weights = Weights.of(Map.of("alone", given, "tied", numbers(2)));
    given = null;
    float[] expected = run(weights, kernels, "alone");
    waitUntilGone(reference);
    assertThat(weights.floats("alone")).isEqualTo(numbers(1));
    assertThat(weights.floats("alone")).isNotSameAs(weights.floats("alone"));
    Weights fresh = Weights.of(Map.of("alone", numbers(1), "tied", numbers(2)));
    assertThat(run(weights, new ScalarKernels(), "alone"))
        .isEqualTo(run(fresh, new ScalarKernels(), "alone"));
    assertThat(run(weights, kernels, "alone")).isEqualTo(expected);
    assertThat(weights.get("alone")).isEqualTo(numbers(1)).isSameAs(weights.get("alone"));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void bytes_readPackedAlone_areHeldOnceAndComeBackTheSame(Kernels kernels) throws Exception {
    Coded.Int8 given = bytes(1);
    WeakReference<byte[]> reference = new WeakReference<>(given.values());
    Weights weights = Weights.of(Map.of(), Map.of("alone", given, "tied", bytes(2)));
    given = null;
    float[] expected = run(weights, kernels, "alone");
    waitUntilGone(reference);
    assertThat(((Coded.Int8) weights.coded("alone")).values()).isEqualTo(bytes(1).values());
    assertThat(weights.get("alone")).isEqualTo(bytes(1).floats());
    assertThat(run(weights, kernels, "alone")).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void tableThatIsALinearToo_staysOneArrayForAllSessions(Kernels kernels) {
    float[] table = numbers(2);
    Weights weights = Weights.of(Map.of("alone", numbers(1), "tied", table));
    run(weights, kernels, "tied");
    assertThat(weights.get("tied")).isSameAs(table);
    Coded.Int8 codes = bytes(2);
    Weights coded = Weights.of(Map.of("alone", numbers(1)), Map.of("tied", codes));
    run(coded, kernels, "tied");
    assertThat(coded.int8("tied")).isSameAs(codes);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void tableThatWasPackedBefore_isMadeAgainOnceForAllSessions(Kernels kernels) {
    float[] expected =
        run(Weights.of(Map.of("alone", numbers(1), "tied", numbers(2))), kernels, "tied");
    Weights weights = Weights.of(Map.of("alone", numbers(1), "tied", numbers(2)));
    Graph linear =
        Graph.trace(
            false,
            scope -> {
              Value x = scope.input("x", DType.F32, Dim.batch(1), Dim.time(2), Dim.of(IN));
              Value tied = scope.parameter("tied", new Init.Normal(1), OUT, IN);
              return Map.of("y", scope.apply(new Op.Linear(), x, tied));
            });
    new Session(linear, weights, kernels).run();
    assertThat(run(weights, kernels, "tied")).isEqualTo(expected);
    assertThat(weights.get("tied")).isEqualTo(numbers(2)).isSameAs(weights.get("tied"));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void sessionThatPackedFirst_canGoWhileTheWeightsStay(Kernels kernels) throws Exception {
    Weights floats = Weights.of(Map.of("alone", numbers(1), "tied", numbers(2)));
    Weights bytes = Weights.of(Map.of(), Map.of("alone", bytes(1), "tied", bytes(2)));
    for (Weights weights : List.of(floats, bytes)) {
      Session session = new Session(GRAPH, weights, kernels);
      WeakReference<int[]> part = new WeakReference<>(session.indices("ids"));
      session.run();
      session = null;
      waitUntilGone(part);
      assertThat(weights.size("alone")).isEqualTo(OUT * IN);
    }
  }

  @Test
  void sessionsOfManyThreads_readTheSame() throws Exception {
    float[] expected =
        run(
            Weights.of(Map.of("alone", numbers(1), "tied", numbers(2))),
            new ScalarKernels(),
            "alone");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 50; round++) {
        Weights weights = Weights.of(Map.of("alone", numbers(1), "tied", numbers(2)));
        List<Future<float[]>> runs = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          boolean reads = i % 3 == 2;
          runs.add(
              threads.submit(
                  () -> {
                    if (reads) {
                      assertThat(weights.get("alone")).isEqualTo(numbers(1));
                    }
                    return run(weights, new ScalarKernels(), "alone");
                  }));
        }
        for (Future<float[]> each : runs) {
          assertThat(each.get()).isEqualTo(expected);
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void weightThatIsNotThere_isNamed() {
    Weights weights = Weights.of(Map.of("alone", numbers(1)));
    assertThatThrownBy(() -> weights.get("tied")).hasMessage("no weight tied among 1");
    assertThatThrownBy(() -> Weights.of(Map.of("alone", numbers(1)), Map.of("alone", bytes(1))))
        .hasMessageContaining("as floats and as codes");
  }
}
