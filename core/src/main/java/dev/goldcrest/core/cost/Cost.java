package dev.goldcrest.core.cost;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.MemoryPlan;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What one forward pass costs. {@code macs} counts every multiply-add of linears, attention (scores
 * and mixing, causal as n²) and convolutions, heads and vocabulary included; additions,
 * normalisations and activations are no multiply-adds.
 *
 * @param macs multiply-adds
 * @param parameters weights
 * @param peakActivationBytes the planned arena at 4 bytes an element
 * @param layers the same by scope, in the order of the graph
 */
public record Cost(long macs, long parameters, long peakActivationBytes, List<Layer> layers) {
  private static final int FLOAT_BYTES = 4;

  /** The share of one scope, such as {@code encoder.layer.0.ffn.in}. */
  public record Layer(String path, long macs, long parameters) {}

  public Cost {
    layers = List.copyOf(layers);
  }

  /** The cost of a graph; nothing is allocated. */
  public static Cost of(Graph graph) {
    return of(graph, value -> true);
  }

  /** The cost of those values that {@code counted} accepts, such as a paper's own rule. */
  public static Cost of(Graph graph, Predicate<Value> counted) {
    Map<String, long[]> byScope = new LinkedHashMap<>();
    MacCounter counter = new MacCounter();
    for (Value value : graph.values()) {
      long macs = value.op().accept(counter, value);
      boolean parameter = value.op() instanceof Op.Parameter;
      if (counted.test(value) && (macs > 0 || parameter)) {
        long[] sums = byScope.computeIfAbsent(scopeOf(value, parameter), path -> new long[2]);
        sums[0] += macs;
        sums[1] += parameter ? value.shape().size() : 0;
      }
    }
    List<Layer> layers = new ArrayList<>();
    long macs = 0;
    long parameters = 0;
    for (var entry : byScope.entrySet()) {
      layers.add(new Layer(entry.getKey(), entry.getValue()[0], entry.getValue()[1]));
      macs += entry.getValue()[0];
      parameters += entry.getValue()[1];
    }
    long peak = (long) MemoryPlan.of(graph).arenaSize() * FLOAT_BYTES;
    return new Cost(macs, parameters, peak, layers);
  }

  private static String scopeOf(Value value, boolean parameter) {
    int dot = value.path().lastIndexOf('.');
    return parameter ? value.path().substring(0, Math.max(dot, 0)) : value.path();
  }
}
