package dev.goldcrest.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * How the reference takes its arguments; what it computes is worked by hand in the conformance
 * suite.
 */
class ReferenceInterpreterTest {
  private final Graph lookup =
      Graph.trace(
          scope ->
              Map.of(
                  "y",
                  scope
                      .in("embedding")
                      .apply(
                          new Op.Gather(),
                          scope.in("embedding").parameter("weight", Init.ONES, 3, 2),
                          scope.input("ids", DType.I32, Dim.time(2)))));
  private final Map<String, double[]> table =
      Map.of("embedding.weight", new double[] {1, 2, 3, 4, 5, 6});

  @Test
  void run_gather_picksRows() {
    assertThat(ReferenceInterpreter.run(lookup, table, Map.of("ids", new double[] {2, 0})))
        .containsOnlyKeys("y")
        .satisfies(outputs -> assertThat(outputs.get("y")).containsExactly(5, 6, 1, 2));
  }

  @Test
  void run_indexOutsideTable_namesPlaceIndexAndTable() {
    assertThatThrownBy(
            () -> ReferenceInterpreter.run(lookup, table, Map.of("ids", new double[] {0, 3})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("embedding: gather: index 3 at position 1 is outside the table (3,2)");
    assertThatThrownBy(
            () -> ReferenceInterpreter.run(lookup, table, Map.of("ids", new double[] {-1, 0})))
        .hasMessageContaining("index -1 at position 0");
  }

  @Test
  void run_fractionalIndex_isRefused() {
    assertThatThrownBy(
            () -> ReferenceInterpreter.run(lookup, table, Map.of("ids", new double[] {0.5, 0})))
        .hasMessage("input ids must hold whole numbers, got 0.5");
  }

  @Test
  void run_wrongArguments_areNamedWithTheirShapes() {
    double[] ids = {0, 0};
    assertThatThrownBy(() -> ReferenceInterpreter.run(lookup, Map.of(), Map.of("ids", ids)))
        .hasMessage("parameter embedding.weight (3,2) is missing");
    assertThatThrownBy(
            () ->
                ReferenceInterpreter.run(
                    lookup, Map.of("embedding.weight", ids), Map.of("ids", ids)))
        .hasMessage("parameter embedding.weight (3,2) needs 6 elements, got 2");
    assertThatThrownBy(() -> ReferenceInterpreter.run(lookup, table, Map.of()))
        .hasMessage("input ids (T=2) is missing");
    assertThatThrownBy(
            () -> ReferenceInterpreter.run(lookup, table, Map.of("ids", ids, "mask", ids)))
        .hasMessage("no input mask; this graph has [ids]");
  }

  @Test
  void run_outputThatIsAnInput_isACopy() {
    Graph identity =
        Graph.trace(
            scope ->
                Map.of("y", scope.input("x", DType.F32, Dim.of(2)).reshape(Dim.of(2), Dim.of(1))));
    double[] x = {1, 2};
    double[] y = ReferenceInterpreter.run(identity, Map.of(), Map.of("x", x)).get("y");
    assertThat(y).containsExactly(1, 2).isNotSameAs(x);
  }
}
