package dev.goldcrest.cost;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.MemoryPlan;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
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
 * @param weightBytes of the weights in the forms they are stored in, before a file packs them
 *     tighter
 * @param peakActivationBytes the planned arena at 4 bytes an element
 * @param layers the same by scope, in the order of the graph
 */
public record Cost(
    long macs, long parameters, long weightBytes, long peakActivationBytes, List<Layer> layers) {
  private static final int FLOAT_BYTES = 4;

  /** The share of one scope, such as {@code encoder.layer.0.ffn.in}. */
  public record Layer(String path, long macs, long parameters, long weightBytes) {}

  public Cost {
    layers = List.copyOf(layers);
  }

  /** The cost of a graph; nothing is allocated. */
  public static Cost of(Graph graph) {
    return of(graph, value -> true);
  }

  /**
   * What a frame of a stream costs on average. Weights are those of the whole model, the peak is
   * that of the entry that takes most.
   */
  public static Cost ofFrame(Architecture model) {
    List<Layer> layers = new ArrayList<>();
    double macs = 0;
    long peak = 0;
    for (Map.Entry<String, Double> entry : model.perFrame().entrySet()) {
      Cost cost = of(model.trace(entry.getKey(), model.smallest()));
      macs += cost.macs * entry.getValue();
      peak = Math.max(peak, cost.peakActivationBytes);
      for (Layer layer : cost.layers) {
        long share = Math.round(layer.macs * entry.getValue());
        layers.add(new Layer(layer.path, share, layer.parameters, layer.weightBytes));
      }
    }
    Cost whole = of(model.whole());
    return new Cost(Math.round(macs), whole.parameters, whole.weightBytes, peak, layers);
  }

  /** The cost of those values that {@code counted} accepts, such as a paper's own rule. */
  public static Cost of(Graph graph, Predicate<Value> counted) {
    Map<String, long[]> byScope = new LinkedHashMap<>();
    MacCounter counter = new MacCounter();
    for (Value value : graph.values()) {
      long macs = value.op().accept(counter, value);
      boolean parameter = value.op() instanceof Op.Parameter;
      if (counted.test(value) && (macs > 0 || parameter)) {
        String scope = scopeOf(graph, value, parameter);
        long[] sums = byScope.computeIfAbsent(scope, path -> new long[3]);
        sums[0] += macs;
        if (parameter) {
          sums[1] += value.shape().size();
          sums[2] += graph.forms().stored(value.path()).bytes(value.shape());
        }
      }
    }
    List<Layer> layers = new ArrayList<>();
    long macs = 0;
    long parameters = 0;
    long bytes = 0;
    for (var entry : byScope.entrySet()) {
      long[] sums = entry.getValue();
      layers.add(new Layer(entry.getKey(), sums[0], sums[1], sums[2]));
      macs += sums[0];
      parameters += sums[1];
      bytes += sums[2];
    }
    long peak = (long) MemoryPlan.of(graph).arenaSize() * FLOAT_BYTES;
    return new Cost(macs, parameters, bytes, peak, layers);
  }

  private static String scopeOf(Graph graph, Value value, boolean parameter) {
    if (!parameter) {
      return value.path();
    }
    String parent = parent(value.path());
    return graph.lowRank().containsKey(parent) ? parent(parent) : parent;
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(path.lastIndexOf('.'), 0));
  }
}
