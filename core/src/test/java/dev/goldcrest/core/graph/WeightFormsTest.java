package dev.goldcrest.core.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.core.graph.WeightForms.Stored;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Bert;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.nn.Layers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightFormsTest {
  private static final WeightForms LOW = WeightForms.NONE.withRank("a.weight", 2);

  private static Graph trace(WeightForms forms, Function<Scope, Value> model) {
    return Graph.trace(false, forms, scope -> Map.of("y", model.apply(scope)));
  }

  private static Value x(Scope scope, int... sizes) {
    Dim[] dims = new Dim[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      dims[i] = Dim.of(sizes[i]);
    }
    return scope.input("x", DType.F32, dims);
  }

  private static Map<String, String> parameters(Graph graph) {
    Map<String, String> shapes = new LinkedHashMap<>();
    graph.parameters().forEach((path, value) -> shapes.put(path, value.shape().toString()));
    return shapes;
  }

  @Test
  void linear_lowRank_isTwoLinears() {
    Graph graph = trace(LOW, scope -> Layers.linear(scope.in("a"), x(scope, 3, 5), 7));
    assertThat(parameters(graph))
        .containsExactly(
            Map.entry("a.weight.u", "(2,5)"),
            Map.entry("a.weight.v", "(7,2)"),
            Map.entry("a.bias", "(7)"));
    assertThat(graph.output("y").shape()).hasToString("(3,7)");
    assertThat(graph.lowRank()).hasToString("{a.weight=(7,5)}");
  }

  @Test
  void gather_lowRankAndTied_readsARowOfOneFactor() {
    Graph graph =
        trace(
            LOW,
            scope -> {
              Value ids = scope.input("ids", DType.I32, Dim.of(3));
              Value rows = Layers.embedding(scope.in("a"), ids, 9, 5, 1);
              Value tied = scope.in("a").parameter("weight", new Init.Normal(1), 9, 5);
              return scope.apply(new Op.Linear(), rows, tied);
            });
    assertThat(parameters(graph))
        .containsExactly(Map.entry("a.weight.u", "(2,5)"), Map.entry("a.weight.v", "(9,2)"));
  }

  @Test
  void convolution_lowRank_isAConvolutionAndALinear() {
    Graph graph = trace(LOW, scope -> Layers.convolve(scope.in("a"), x(scope, 1, 4, 5), 7, 3));
    assertThat(parameters(graph))
        .containsEntry("a.weight.u", "(2,5,3)")
        .containsEntry("a.weight.v", "(7,2)");
    assertThat(graph.output("y").shape()).hasToString("(1,4,7)");
  }

  @Test
  void otherUse_ofALowRankWeight_isRefusedByPath() {
    assertThatThrownBy(
            () ->
                trace(
                    LOW,
                    scope -> scope.in("a").parameter("weight", Init.ZEROS, 4, 5).slice(0, 0, 1)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("slice: a.weight has low rank");
    assertThatThrownBy(
            () -> trace(LOW, scope -> scope.in("a").parameter("weight", Init.ZEROS, 4, 5)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("output y: a.weight has low rank");
    assertThatThrownBy(
            () ->
                trace(
                    LOW,
                    scope ->
                        scope.apply(
                            new Op.Convolution(2, 0, 0),
                            x(scope, 1, 4, 6),
                            scope.in("a").parameter("weight", Init.ZEROS, 4, 3, 2))))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("a.weight");
  }

  @Test
  void shapeErrors_ofALowRankWeight_areThoseOfTheWhole() {
    assertThatThrownBy(
            () ->
                trace(
                    LOW,
                    scope ->
                        scope.apply(
                            new Op.Linear(),
                            x(scope, 3, 6),
                            scope.in("a").parameter("weight", Init.ZEROS, 4, 5))))
        .hasMessageContaining("inner dimensions differ: (3,6) x (4,5)");
  }

  @ParameterizedTest
  @CsvSource({"4,5,5", "5,4,5"})
  void rank_aboveTheShorterSide_isRefused(int out, int in, int rank) {
    WeightForms forms = WeightForms.NONE.withRank("a.weight", rank);
    assertThatThrownBy(
            () -> trace(forms, scope -> Layers.linear(scope.in("a"), x(scope, 1, in), out)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("a.weight: parameter: rank 5 of a weight (" + out + "," + in);
  }

  @Test
  void rankOrWidth_belowOne_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> WeightForms.NONE.withRank("a", 0));
    assertThatIllegalArgumentException().isThrownBy(() -> WeightForms.NONE.withWidth("a", -1));
  }

  @Test
  void width_smallerOrLarger_isTakenOrRefused() {
    Function<Scope, Value> model =
        scope -> Layers.linear(scope.in("a"), x(scope, 2, 3), scope.in("a").width("hidden", 6));
    Graph graph = trace(WeightForms.NONE.withWidth("a.hidden", 4), model);
    assertThat(graph.output("y").shape()).hasToString("(2,4)");
    assertThat(graph.widths()).containsExactly(Map.entry("a.hidden", 6));
    assertThatThrownBy(() -> trace(WeightForms.NONE.withWidth("a.hidden", 7), model))
        .hasMessageContaining("a.hidden: width: 7 of 6");
  }

  @Test
  void factorisable_weightsWithOtherUses_areLeftOut() {
    Graph graph =
        trace(
            WeightForms.NONE.withRank("c.weight", 2),
            scope -> {
              Value ids = scope.input("ids", DType.I32, Dim.of(1), Dim.of(4));
              Value rows = Layers.embedding(scope.in("table"), ids, 9, 6, 1);
              Value y = Layers.learnedPositions(scope.in("positions"), rows, 8);
              y = Layers.linear(scope.in("a"), Layers.convolve(scope.in("b"), y, 6, 3), 6);
              y = Layers.linear(scope.in("c"), y, 6);
              Value turned = scope.in("d").parameter("weight", Init.ZEROS, 6, 6).permute(1, 0);
              return scope.apply(new Op.Linear(), y, turned);
            });
    assertThat(WeightForms.factorisable(graph))
        .hasToString("{table.weight=(9,6), b.weight=(6,6,3), a.weight=(6,6)}");
  }

  @Test
  void requireKnown_pathsThatDoNotExist_areNamed() {
    Function<Scope, Value> model =
        scope -> Layers.linear(scope.in("a"), x(scope, 2, 3), scope.in("a").width("hidden", 6));
    for (WeightForms forms :
        new WeightForms[] {
          WeightForms.NONE.withRank("b.weight", 2),
          WeightForms.NONE.withWidth("b.hidden", 2),
          WeightForms.NONE.withStored("b.weight", Stored.INT8),
          WeightForms.NONE.withRank("a.weight", 2).withStored("a.weight", Stored.INT8)
        }) {
      Graph graph = trace(forms, model);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> forms.requireKnown(graph))
          .withMessageMatching("the model has no .* [ab]\\.(weight|hidden)");
    }
    WeightForms known = LOW.withWidth("a.hidden", 4).withStored("a.weight.u", Stored.KMEANS4);
    known.requireKnown(trace(known, model));
  }

  @Test
  void bytes_eachForm_countCodesAndTables() {
    Shape shape = Shape.of(10, 7);
    assertThat(Stored.F32.bytes(shape)).isEqualTo(280);
    assertThat(Stored.F16.bytes(shape)).isEqualTo(140);
    assertThat(Stored.INT8.bytes(shape)).isEqualTo(70 + 40);
    assertThat(Stored.KMEANS8.bytes(shape)).isEqualTo(70 + 1024);
    assertThat(Stored.KMEANS4.bytes(Shape.of(9))).isEqualTo(5 + 64);
    assertThat(Stored.INT8.bytes(Shape.of(9))).isEqualTo(9 + 4);
  }

  /** The published rule: r = int(ratio int(m n / (m + n))), skipped where that saves nothing. */
  private static WeightForms lowRank(Graph graph, double rank, Predicate<String> among) {
    WeightForms forms = WeightForms.NONE;
    for (var weight : WeightForms.factorisable(graph).entrySet()) {
      long out = weight.getValue().at(0);
      long in = weight.getValue().at(1);
      int most = (int) (out * in / (out + in));
      int r = (int) (rank < 1 ? most * rank : rank);
      if (among.test(weight.getKey()) && r > 0 && r < most) {
        forms = forms.withRank(weight.getKey(), r);
      }
    }
    return forms;
  }

  /** Counts of the greenformer package, embeddings and heads left as they are. */
  @ParameterizedTest
  @CsvSource({
    "0,     0,   109482240, 124439808",
    "256,   0,   66818304,  77253888",
    "0.4,   0,   58052352,  73383168",
    "0.2,   6,   74965248,  90414336"
  })
  void parameters_ofLowRankBertAndGpt2_areThePublishedCounts(
      double rank, int from, long bert, long gpt2) {
    Predicate<String> among =
        path -> {
          int layer = path.indexOf("layer.");
          return layer < 0
              ? path.startsWith("pooler")
              : Integer.parseInt(path.substring(layer + 6, path.indexOf('.', layer + 6))) >= from;
        };
    Architecture model =
        Bert.from(
            new Settings(
                Map.of("vocabulary", "30522", "tokenTypes", "2", "layers", "12", "classes", "0")));
    Graph dense = model.whole();
    Architecture low = model.with(lowRank(dense, rank, among));
    assertThat(low.whole().parameterCount()).isEqualTo(bert);
    Graph other = trace(WeightForms.NONE, WeightFormsTest::gpt2);
    assertThat(trace(lowRank(other, rank, among), WeightFormsTest::gpt2).parameterCount())
        .isEqualTo(gpt2);
  }

  private static Value gpt2(Scope scope) {
    int d = 768;
    Value ids = scope.input("ids", DType.I32, Dim.of(1), Dim.of(2));
    Value x = Layers.embedding(scope.in("wte"), ids, 50_257, d, 1);
    x = Layers.learnedPositions(scope.in("wpe"), x, 1024);
    for (int i = 0; i < 12; i++) {
      Scope layer = scope.in("layer", i);
      Value all = Layers.linear(layer.in("attn"), Layers.layerNorm(layer.in("ln1"), x, 1), 3 * d);
      Value seen = Layers.linear(layer.in("proj"), all.slice(2, 0, d), d);
      x = x.plus(seen);
      Value hidden = Layers.linear(layer.in("fc"), Layers.layerNorm(layer.in("ln2"), x, 1), 4 * d);
      x = x.plus(Layers.linear(layer.in("out"), hidden, d));
    }
    Value table = scope.in("wte").parameter("weight", new Init.Normal(1), 50_257, d);
    return scope.apply(new Op.Linear(), Layers.layerNorm(scope.in("ln"), x, 1), table);
  }
}
