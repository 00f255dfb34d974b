package dev.goldcrest.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.nn.Layers;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Weights of other forms cost what the forms say. */
class FormsCostTest {
  private static final WeightForms LOW = WeightForms.NONE.withRank("a.weight", 2);

  private static Graph trace(WeightForms forms, Function<Scope, Value> model) {
    return Graph.trace(false, forms, scope -> Map.of("y", model.apply(scope)));
  }

  private static Value x(Scope scope, int rows, int columns) {
    return scope.input("x", DType.F32, Dim.of(rows), Dim.of(columns));
  }

  @Test
  void linear_lowRank_costsTwoThinOnes() {
    Cost cost = Cost.of(trace(LOW, scope -> Layers.linear(scope.in("a"), x(scope, 3, 5), 7)));
    assertThat(cost.macs()).isEqualTo(3 * 2 * 5 + 3 * 7 * 2);
    assertThat(cost.layers()).containsExactly(new Cost.Layer("a", 72, 31, 124));
  }

  @Test
  void table_lowRankAndTied_costsTheSecondFactorOfEachUse() {
    Graph graph =
        trace(
            LOW,
            scope -> {
              Value ids = scope.input("ids", DType.I32, Dim.of(3));
              Value rows = Layers.embedding(scope.in("a"), ids, 9, 5, 1);
              Value tied = scope.in("a").parameter("weight", new Init.Normal(1), 9, 5);
              return scope.apply(new Op.Linear(), rows, tied);
            });
    assertThat(Cost.of(graph).macs()).isEqualTo(3 * 5 * 2 + 3 * 2 * 5 + 3 * 9 * 2);
  }

  @Test
  void convolution_lowRank_costsItsKernelOnTheThinSide() {
    Graph graph =
        trace(
            LOW,
            scope -> {
              Value x = scope.input("x", DType.F32, Dim.of(1), Dim.of(4), Dim.of(5));
              return Layers.convolve(scope.in("a"), x, 7, 3);
            });
    assertThat(Cost.of(graph).macs()).isEqualTo(4 * 2 * 5 * 3 + 4 * 7 * 2);
  }

  @Test
  void bytes_ofCodes_areThoseAndTheirScales() {
    Graph graph =
        trace(
            WeightForms.NONE.withStored("a.weight", WeightForms.Stored.INT8),
            scope -> Layers.linear(scope.in("a"), x(scope, 1, 7), 10));
    assertThat(Cost.of(graph).weightBytes()).isEqualTo(70 + 40 + 40);
  }
}
