package dev.goldcrest.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.MemoryPlan;
import dev.goldcrest.cost.Cost;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every case in every mode: its shape and its cost as worked by hand, the definition where numbers
 * are, and then each interpreter against the definition.
 */
class ConformanceTest {
  /** Gradients pass through the operation twice and are sums over whole outputs. */
  private static final double GRADIENT_FACTOR = 10;

  static List<OpCase> cases() {
    return OpCases.all();
  }

  static List<OpCase> workedCases() {
    return OpCases.all().stream().filter(opCase -> opCase.expected() != null).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void shape(OpCase opCase) {
    assertThat(opCase.graph().output(OpCase.OUTPUT).shape()).hasToString(opCase.shape());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void cost(OpCase opCase) {
    Graph graph = opCase.graph();
    Cost cost = Cost.of(graph);
    assertThat(cost.macs()).isEqualTo(opCase.macs());
    assertThat(cost.parameters()).isEqualTo(graph.parameterCount());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("workedCases")
  void reference(OpCase opCase) {
    Graph graph = opCase.graph();
    double[] output = Interpreter.REFERENCE.run(graph, opCase.arguments(graph)).get(OpCase.OUTPUT);
    Compare.scaled(opCase.name(), output, opCase.expected(), opCase.tolerance());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void scalar(OpCase opCase) {
    agrees(Interpreter.SCALAR, opCase);
  }

  @Tag("simd")
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void simd(OpCase opCase) {
    agrees(Interpreter.SIMD, opCase);
  }

  /** Sharing memory changes no bit, even when everything dead is poisoned. */
  @Tag("simd")
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void disjointPlan(OpCase opCase) {
    Graph graph = opCase.graph();
    Arguments arguments = opCase.arguments(graph);
    for (Interpreter each : List.of(Interpreter.SCALAR, Interpreter.SIMD)) {
      SessionInterpreter interpreter = (SessionInterpreter) each;
      float[] shared =
          interpreter.poisoned(graph, arguments, MemoryPlan.of(graph)).get(OpCase.OUTPUT);
      float[] disjoint =
          interpreter.poisoned(graph, arguments, MemoryPlan.disjoint(graph)).get(OpCase.OUTPUT);
      Compare.same(opCase.name() + " on " + interpreter.name(), shared, disjoint);
      assertThat(disjoint).as("outputs of " + opCase.name()).doesNotContain(Float.NaN);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void torch(OpCase opCase) {
    agrees(Interpreter.TORCH, opCase);
  }

  private static void agrees(Interpreter interpreter, OpCase opCase) {
    assumeTrue(interpreter.unavailable() == null, interpreter::unavailable);
    Graph graph = opCase.graph();
    Arguments arguments = opCase.arguments(graph);
    double[] expected = Interpreter.REFERENCE.run(graph, arguments).get(OpCase.OUTPUT);
    double[] actual = interpreter.run(graph, arguments).get(OpCase.OUTPUT);
    Compare.scaled(
        opCase.name() + " on " + interpreter.name(), actual, expected, opCase.tolerance());
  }

  /**
   * libtorch's gradients against finite differences of the definition, for all parameters and F32
   * inputs.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void gradient(OpCase opCase) {
    assumeTrue(Interpreter.TORCH.unavailable() == null, Interpreter.TORCH::unavailable);
    Graph graph = opCase.graph();
    Arguments arguments = opCase.arguments(graph);
    int size = graph.output(OpCase.OUTPUT).shape().size();
    double[] cotangent =
        Arguments.doubles(Arguments.floats(new Random(7).doubles(size, -1, 1).toArray()));
    Map<String, double[]> expected = FiniteDifferences.of(graph, opCase, arguments, cotangent);
    assumeTrue(!expected.isEmpty(), "nothing in this case is differentiable");
    Map<String, double[]> actual =
        Interpreter.doubles(
            Interpreter.torch(graph, arguments, Map.of(OpCase.OUTPUT, Arguments.floats(cotangent)))
                .gradients());
    expected.forEach(
        (name, gradient) -> {
          // A parameter that the output does not feel may have no gradient at all; otherwise it
          // must have one.
          boolean felt = Arrays.stream(gradient).anyMatch(element -> Math.abs(element) > 1e-7);
          assertThat(actual.containsKey(name) || !felt).as("gradient of " + name).isTrue();
          if (actual.containsKey(name)) {
            Compare.scaled(
                "gradient of " + name + " in " + opCase.name(),
                actual.get(name),
                gradient,
                GRADIENT_FACTOR * opCase.tolerance());
          }
        });
  }
}
