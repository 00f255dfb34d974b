package dev.goldcrest.core.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphTest {
  private static final Op RELU = new Op.Unary(Op.Unary.Kind.RELU);

  private static Value x(Scope scope) {
    return scope.input("x", DType.F32, Dim.batch(2), Dim.of(3));
  }

  @Test
  void parameter_askedTwice_isOneTiedParameter() {
    Graph graph =
        Graph.trace(
            scope -> {
              Value weight = scope.in("table").parameter("weight", Init.ONES, 3, 3);
              Value again = scope.in("table").parameter("weight", Init.ONES, 3, 3);
              assertThat(again).isSameAs(weight);
              return Map.of(
                  "y",
                  scope.apply(
                      new Op.Linear(), scope.apply(new Op.Linear(), x(scope), weight), again));
            });
    assertThat(graph.parameters()).containsOnlyKeys("table.weight");
    assertThat(graph.parameterCount()).isEqualTo(9);
  }

  @Test
  void parameter_askedAgainWithAnotherShape_isRefusedWithBoth() {
    assertThatThrownBy(
            () ->
                Graph.trace(
                    scope -> {
                      scope.in("q").parameter("weight", Init.ONES, 3, 4);
                      scope.in("q").parameter("weight", Init.ONES, 4, 3);
                      return Map.of();
                    }))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith("q.weight: parameter: declared before as")
        .hasMessageContaining("(3,4)")
        .hasMessageContaining("(4,3)");
  }

  @Test
  void parameter_askedAgainWithAnotherStart_isRefusedWithBoth() {
    assertThatThrownBy(
            () ->
                Graph.trace(
                    scope -> {
                      scope.parameter("weight", Init.ONES, 3);
                      scope.parameter("weight", Init.ZEROS, 3);
                      return Map.of();
                    }))
        .hasMessageContaining("value=1.0")
        .hasMessageContaining("value=0.0");
  }

  @Test
  void input_declaredTwice_isRefusedByName() {
    assertThatThrownBy(
            () ->
                Graph.trace(
                    scope -> {
                      x(scope);
                      return Map.of("y", x(scope.in("deeper")));
                    }))
        .isInstanceOf(ShapeException.class)
        .hasMessage("x: input: declared twice");
  }

  @Test
  void trace_unusedValue_isRefusedByPathOperationAndShape() {
    assertThatThrownBy(
            () ->
                Graph.trace(
                    scope -> {
                      Value x = x(scope);
                      scope.in("idle").apply(RELU, x);
                      return Map.of("y", scope.apply(RELU, x));
                    }))
        .isInstanceOf(ShapeException.class)
        .hasMessage("no output depends on [idle: relu (B=2,3)]");
  }

  @Test
  void trace_unusedParameterOrInput_isRefused() {
    assertThatThrownBy(
            () ->
                Graph.trace(
                    scope -> {
                      scope.parameter("lost", Init.ONES, 7);
                      return Map.of("y", scope.apply(RELU, x(scope)));
                    }))
        .hasMessageContaining("lost");
    assertThatThrownBy(
            () ->
                Graph.trace(
                    scope -> {
                      scope.input("mask", DType.F32, Dim.of(1));
                      return Map.of("y", scope.apply(RELU, x(scope)));
                    }))
        .hasMessageContaining("mask");
  }

  @Test
  void apply_valueOfAnotherGraph_isRefused() {
    List<Value> foreign = new ArrayList<>();
    Graph.trace(
        scope -> {
          foreign.add(scope.apply(RELU, x(scope)));
          return Map.of("y", foreign.get(0));
        });
    assertThatThrownBy(
            () -> Graph.trace(scope -> Map.of("y", scope.in("here").apply(RELU, foreign.get(0)))))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith("here: relu: operand")
        .hasMessageEndingWith("belongs to another graph");
    assertThatThrownBy(() -> Graph.trace(scope -> Map.of("y", foreign.get(0))))
        .isInstanceOf(ShapeException.class)
        .hasMessage("output y: relu (B=2,3) belongs to another graph");
    assertThatThrownBy(() -> foreign.get(0).unary(Op.Unary.Kind.TANH))
        .hasMessageContaining("the graph is finished");
  }

  @Test
  void apply_leafOperation_isRefused() {
    Op leaf = new Op.Parameter("w", Shape.of(2), Init.ONES);
    assertThatThrownBy(() -> Graph.trace(scope -> Map.of("y", scope.in("here").apply(leaf))))
        .hasMessage("here: parameter: inputs and parameters are declared by name on the scope");
  }

  @Test
  void values_eachComesAfterItsOperands() {
    Graph graph =
        Graph.trace(
            scope ->
                Map.of(
                    "y",
                    x(scope).plus(scope.parameter("bias", Init.ZEROS, 3)).affine(2, 1).softmax()));
    for (int id = 0; id < graph.values().size(); id++) {
      Value value = graph.values().get(id);
      assertThat(value.id()).isEqualTo(id);
      assertThat(value.inputs()).allMatch(operand -> operand.id() < value.id());
    }
    assertThat(graph.inputs()).containsOnlyKeys("x");
    assertThat(graph.output("y").shape()).hasToString("(B=2,3)");
  }

  @Test
  void output_unknownName_listsTheKnown() {
    Graph graph = Graph.trace(scope -> Map.of("logits", scope.apply(RELU, x(scope))));
    assertThatThrownBy(() -> graph.output("scores"))
        .hasMessage("no output scores; this graph has [logits]");
  }

  @Test
  void path_ofNestedScopes_joinsNamesAndIndices() {
    Graph graph =
        Graph.trace(
            scope -> {
              Scope inner = scope.in("encoder").in("layer", 2).in("ffn");
              assertThat(inner.path()).isEqualTo("encoder.layer.2.ffn");
              assertThat(scope.path()).isEmpty();
              return Map.of(
                  "y",
                  inner.apply(
                      new Op.Linear(), x(inner), inner.parameter("weight", Init.ONES, 1, 3)));
            });
    assertThat(graph.parameters()).containsOnlyKeys("encoder.layer.2.ffn.weight");
    assertThat(graph.output("y").path()).isEqualTo("encoder.layer.2.ffn");
    assertThat(graph.inputs()).containsOnlyKeys("x");
  }

  @Test
  void training_flag_reachesInnerScopes() {
    Graph.trace(
        true,
        scope -> {
          assertThat(scope.in("a").in("b", 1).training()).isTrue();
          return Map.of("y", scope.apply(RELU, x(scope)));
        });
    Graph.trace(
        scope -> {
          assertThat(scope.in("a").training()).isFalse();
          return Map.of("y", scope.apply(RELU, x(scope)));
        });
  }
}
