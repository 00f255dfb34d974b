package dev.goldcrest.core.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No value is written over while somebody may still read it, played through cell by cell on random
 * graphs.
 */
class MemoryPlanTest {
  private static final int GRAPHS = 200;

  /**
   * A graph of random operations over random earlier values; whatever nobody reads becomes an
   * output.
   */
  private static Graph random(long seed) {
    Random random = new Random(seed);
    return Graph.trace(
        scope -> {
          List<Value> values = new ArrayList<>();
          values.add(scope.input("x", DType.F32, Dim.of(2), Dim.of(4)));
          values.add(scope.input("z", DType.F32, Dim.of(3), Dim.of(6)));
          boolean[] read = new boolean[200];
          int steps = 1 + random.nextInt(60);
          for (int step = 0; step < steps; step++) {
            Value operand = values.get(random.nextInt(values.size()));
            Value partner = partner(values, operand, random);
            values.add(step(scope.in("step", step), operand, partner, random));
            Value made = values.get(values.size() - 1);
            made.inputs().forEach(in -> read[in.id()] = true);
          }
          Map<String, Value> outputs = new LinkedHashMap<>();
          for (Value value : values) {
            if (!read[value.id()] || random.nextInt(10) == 0) {
              outputs.put("out" + value.id(), value);
            }
          }
          return outputs;
        });
  }

  private static Value partner(List<Value> values, Value operand, Random random) {
    List<Value> alike = new ArrayList<>();
    for (Value value : values) {
      if (value.shape().sameSizes(operand.shape())) {
        alike.add(value);
      }
    }
    return alike.get(random.nextInt(alike.size()));
  }

  private static Value step(Scope scope, Value x, Value partner, Random random) {
    int channels = x.shape().at(-1);
    Dim rows = Dim.of(x.shape().rows());
    return switch (random.nextInt(11)) {
      case 0 -> x.unary(Op.Unary.Kind.TANH);
      case 1 -> x.plus(partner);
      case 2 -> x.times(partner.slice(1, channels - 1, 1));
      case 3 -> x.affine(2, 1);
      case 4 -> x.softmax();
      case 5 ->
          scope.apply(
              new Op.LayerNorm(1e-5),
              x,
              scope.parameter("weight", Init.ONES, channels),
              scope.parameter("bias", Init.ZEROS, channels));
      case 6 ->
          scope.apply(
              new Op.Linear(),
              x,
              scope.parameter("weight", Init.ONES, 1 + random.nextInt(9), channels));
      case 7 -> x.permute(1, 0);
      case 8 -> x.concat(0, partner);
      case 9 -> x.reshape(Dim.of(channels), rows);
      default -> x.reduce(Op.Reduce.Kind.SUM, 0).reshape(Dim.of(1), Dim.of(channels));
    };
  }

  @Test
  void of_randomGraphs_neverOverwritesWhatIsStillRead() {
    int shared = 0;
    for (long seed = 0; seed < GRAPHS; seed++) {
      Graph graph = random(seed);
      MemoryPlan plan = MemoryPlan.of(graph);
      play(graph, plan, seed);
      assertThat((long) plan.arenaSize())
          .as("seed %d", seed)
          .isLessThanOrEqualTo(plan.unplannedSize());
      shared += plan.arenaSize() < plan.unplannedSize() ? 1 : 0;
    }
    assertThat(shared).as("graphs in which memory was shared").isGreaterThan(GRAPHS / 2);
  }

  @Test
  void disjoint_randomGraphs_sharesNothing() {
    for (long seed = 0; seed < GRAPHS; seed++) {
      Graph graph = random(seed);
      MemoryPlan plan = MemoryPlan.disjoint(graph);
      play(graph, plan, seed);
      assertThat((long) plan.arenaSize()).isEqualTo(plan.unplannedSize());
      int[] owner = new int[plan.arenaSize()];
      for (Value value : graph.values()) {
        for (int i = 0; plan.offset(value) >= 0 && i < value.shape().size(); i++) {
          int cell = plan.offset(value) + i;
          assertThat(owner[cell]).isIn(0, plan.root(value) + 1);
          owner[cell] = plan.root(value) + 1;
        }
      }
    }
  }

  /**
   * Stamps each cell with its owner, in order, and requires every reader to find its operands
   * whole.
   */
  private static void play(Graph graph, MemoryPlan plan, long seed) {
    int[] cells = new int[plan.arenaSize()];
    Arrays.fill(cells, -1);
    for (Value value : graph.values()) {
      value.inputs().forEach(operand -> requireWhole(cells, plan, operand, seed));
      if (plan.offset(value) >= 0 && plan.root(value) == value.id()) {
        requireNoOperandHurt(plan, value, seed);
        Arrays.fill(
            cells, plan.offset(value), plan.offset(value) + value.shape().size(), value.id());
      }
    }
    graph.outputs().values().forEach(output -> requireWhole(cells, plan, output, seed));
  }

  private static void requireWhole(int[] cells, MemoryPlan plan, Value value, long seed) {
    for (int i = 0; plan.offset(value) >= 0 && i < value.shape().size(); i++) {
      assertThat(cells[plan.offset(value) + i])
          .as("seed %d: %s", seed, value)
          .isEqualTo(plan.root(value));
    }
  }

  /** Writing may begin before reading ends, except element by element over the first operand. */
  private static void requireNoOperandHurt(MemoryPlan plan, Value value, long seed) {
    int from = plan.offset(value);
    int to = from + value.shape().size();
    for (int i = 0; i < value.inputs().size(); i++) {
      int start = plan.offset(value.input(i));
      boolean overlaps = start >= 0 && start < to && from < start + value.input(i).shape().size();
      boolean rowByRow =
          i == 0
              && start == from
              && (value.op() instanceof Op.Unary
                  || value.op() instanceof Op.Binary
                  || value.op() instanceof Op.Affine
                  || value.op() instanceof Op.Softmax
                  || value.op() instanceof Op.LayerNorm);
      assertThat(overlaps && !rowByRow)
          .as("seed %d: %s is written over operand %d", seed, value, i)
          .isFalse();
    }
  }

  @Test
  void of_chainOfElementwise_needsOneBuffer() {
    Graph graph =
        Graph.trace(
            scope -> {
              Value x = scope.input("x", DType.F32, Dim.of(5));
              return Map.of("y", x.affine(2, 0).unary(Op.Unary.Kind.RELU).softmax().affine(1, 1));
            });
    assertThat(MemoryPlan.of(graph).arenaSize()).isEqualTo(5);
    assertThat(MemoryPlan.of(graph).unplannedSize()).isEqualTo(20);
    assertThat(MemoryPlan.disjoint(graph).arenaSize()).isEqualTo(20);
  }

  @Test
  void of_squareOfAValue_isNotWrittenOverItself() {
    // Both operands are the same memory, one through a reshape: element by element would be safe,
    // rows are not.
    Graph graph =
        Graph.trace(
            scope -> {
              Value x = scope.input("x", DType.F32, Dim.of(5)).affine(2, 0);
              return Map.of("y", x.times(x.reshape(Dim.of(5))));
            });
    assertThat(MemoryPlan.of(graph).arenaSize()).isEqualTo(10);
  }

  @Test
  void lastUse_throughAReshape_isTheAliasesReader() {
    Graph graph =
        Graph.trace(
            scope -> {
              Value x = scope.input("x", DType.F32, Dim.of(6)).affine(2, 0); // 1
              Value alias = x.reshape(Dim.of(2), Dim.of(3)); // 2
              Value other = scope.input("z", DType.F32, Dim.of(6)).affine(3, 0); // 4
              return Map.of("y", alias.permute(1, 0), "z", other); // 5
            });
    MemoryPlan plan = MemoryPlan.of(graph);
    Value x = graph.values().get(1);
    Value alias = graph.values().get(2);
    assertThat(plan.root(alias)).isEqualTo(x.id());
    assertThat(plan.offset(alias)).isEqualTo(plan.offset(x));
    assertThat(plan.lastUse(x)).isEqualTo(5).isEqualTo(plan.lastUse(alias));
    assertThat(plan.lastUse(graph.output("z"))).isEqualTo(graph.values().size());
    assertThat(plan.offset(graph.values().get(0))).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 64})
  void of_deepChainOfLinears_needsTwoBuffers(int depth) {
    Graph graph =
        Graph.trace(
            scope -> {
              Value x = scope.input("x", DType.F32, Dim.of(3), Dim.of(7));
              for (int i = 0; i < depth; i++) {
                x =
                    scope.apply(
                        new Op.Linear(),
                        x,
                        scope.in("layer", i).parameter("weight", Init.ONES, 7, 7));
              }
              return Map.of("y", x);
            });
    assertThat(MemoryPlan.of(graph).arenaSize()).isEqualTo(Math.min(depth, 2) * 21);
  }

  private static Value append(Scope scope, Value cache) {
    Value x = scope.input("x", DType.F32, Dim.of(1), Dim.of(1), Dim.of(4));
    return scope.apply(new Op.Append(), cache, x, scope.input("position", DType.I32, Dim.of(1)));
  }

  @Test
  void of_appendToAnInputReadByNothingElse_isThatInput() {
    Graph graph =
        Graph.trace(
            scope -> {
              Value cache = scope.input("cache", DType.F32, Dim.of(1), Dim.of(3), Dim.of(4));
              Value next = append(scope, cache);
              return Map.of("next", next, "y", next.affine(2, 0));
            });
    MemoryPlan plan = MemoryPlan.of(graph);
    assertThat(plan.root(graph.output("next"))).isEqualTo(graph.inputs().get("cache").id());
    assertThat(plan.offset(graph.output("next"))).isEqualTo(-1);
    assertThat(plan.arenaSize()).isEqualTo(12);
  }

  @Test
  void of_appendToAnInputReadAgain_isACopy() {
    Graph graph =
        Graph.trace(
            scope -> {
              Value cache = scope.input("cache", DType.F32, Dim.of(1), Dim.of(3), Dim.of(4));
              return Map.of("next", append(scope, cache), "cache", cache);
            });
    MemoryPlan plan = MemoryPlan.of(graph);
    assertThat(plan.root(graph.output("next"))).isEqualTo(graph.output("next").id());
    assertThat(plan.arenaSize()).isEqualTo(12);
  }

  @Test
  void of_appendToAComputedCache_writesOverIt() {
    Graph graph =
        Graph.trace(
            scope -> {
              Value cache = scope.input("cache", DType.F32, Dim.of(1), Dim.of(3), Dim.of(4));
              return Map.of("next", append(scope, cache.affine(2, 0)));
            });
    assertThat(MemoryPlan.of(graph).arenaSize()).isEqualTo(12);
  }
}
