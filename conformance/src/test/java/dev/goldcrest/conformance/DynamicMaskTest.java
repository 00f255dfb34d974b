package dev.goldcrest.conformance;

import static dev.goldcrest.conformance.OpCases.input;
import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.nn.DynamicMask;
import dev.goldcrest.core.nn.Transformer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The two ends of a dynamic mask: it hides nothing, or all but the token itself. */
@Tag("simd")
class DynamicMaskTest {
  private static final int WIDTH = 8;
  private static final int TIME = 9;
  private static final double FAR_BELOW = -1e4;
  private static final List<Interpreter> INTERPRETERS =
      List.of(Interpreter.REFERENCE, Interpreter.SCALAR, Interpreter.SIMD, Interpreter.TORCH);

  private final Transformer.Config config =
      new Transformer.Config(
          2, 1, Op.Unary.Kind.RELU, false, 0, 0, 0, Op.Unary.Kind.RELU, new Init.Xavier(1), 1e-5);

  /** {@code masked} beside what it must equal. */
  private Graph graph(boolean own) {
    return Graph.trace(
        scope -> {
          Value x = input(scope, "x", 2, TIME, WIDTH);
          Map<String, Value> outputs = new LinkedHashMap<>();
          outputs.put("masked", new DynamicMask(4).around(scope, x, null, config));
          outputs.put(
              "expected",
              own
                  ? new DynamicMask(4).around(scope, x.reshape(rows()), null, config)
                  : Transformer.selfAttention(scope, x, null, config));
          return outputs;
        });
  }

  /** Every step a sequence of its own. */
  private static Dim[] rows() {
    return OpCases.dims(2 * TIME, 1, WIDTH);
  }

  private static void check(Graph graph, double distances) {
    Random random = new Random(3);
    Map<String, double[]> parameters = new LinkedHashMap<>();
    graph
        .parameters()
        .forEach(
            (path, value) -> {
              double[] values = random.doubles(value.shape().size(), -1, 1).toArray();
              if (path.endsWith("past") || path.endsWith("future")) {
                Arrays.fill(values, distances);
              }
              parameters.put(path, Arguments.doubles(Arguments.floats(values)));
            });
    double[] x =
        Arguments.doubles(Arguments.floats(random.doubles(2 * TIME * WIDTH, -1, 1).toArray()));
    for (Interpreter interpreter : INTERPRETERS) {
      if (interpreter.unavailable() == null) {
        Map<String, double[]> outputs =
            interpreter.run(graph, new Arguments(parameters, Map.of("x", x)));
        assertThat(outputs.get("masked")).hasSize(2 * TIME * WIDTH);
        Compare.close(
            interpreter.name(), outputs.get("masked"), outputs.get("expected"), 1e-5, 1e-5);
      }
    }
  }

  @Test
  void around_noDistanceMatters_isSelfAttention() {
    check(graph(false), 0);
  }

  @Test
  void around_otherTokensHidden_mapsEachTokenAlone() {
    check(graph(true), FAR_BELOW);
  }
}
