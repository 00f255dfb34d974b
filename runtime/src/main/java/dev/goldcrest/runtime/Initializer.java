package dev.goldcrest.runtime;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/** Draws the start of parameters from (seed, path) alone. */
public final class Initializer {
  private Initializer() {}

  /** Every parameter of a graph by path. */
  public static Map<String, float[]> initial(Graph graph, long seed) {
    Map<String, float[]> values = new LinkedHashMap<>();
    graph.parameters().forEach((path, value) -> values.put(path, initial((Op.Parameter) value.op(), seed)));
    return values;
  }

  /** One parameter. */
  public static float[] initial(Op.Parameter op, long seed) {
    java.util.SplittableRandom r = new java.util.SplittableRandom(seed * 31 + op.path().hashCode());
    Shape s = op.of();
    float[] v = new float[s.size()];
    double fanOut = s.at(0);
    double fanIn = s.size() / fanOut;
    if (s.rank() == 3) {
      fanOut *= s.at(2);
    }
    for (int i = 0; i < v.length; i++) {
      if (op.init() instanceof Init.Constant c) {
        v[i] = (float) c.value();
      } else if (op.init() instanceof Init.Normal n) {
        v[i] = (float) (n.deviation() * StrictMath.sqrt(-2 * StrictMath.log(1 - r.nextDouble())) * StrictMath.cos(2 * Math.PI * r.nextDouble()));
      } else if (op.init() instanceof Init.Uniform u) {
        v[i] = (float) (u.bound() * (2 * r.nextDouble() - 1));
      } else if (op.init() instanceof Init.Xavier x) {
        v[i] = (float) (x.gain() * Math.sqrt(6 / (fanIn + fanOut)) * (2 * r.nextDouble() - 1));
      } else {
        v[i] = (float) (Math.sqrt(1 / fanIn) * (2 * r.nextDouble() - 1));
      }
    }
    return v;
  }
}
