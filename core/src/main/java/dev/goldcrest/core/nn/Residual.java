package dev.goldcrest.core.nn;

import static dev.goldcrest.core.nn.Layers.drop;
import static dev.goldcrest.core.nn.Layers.layerNorm;
import static dev.goldcrest.core.nn.Layers.plusFirst;

import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import java.util.function.UnaryOperator;

/**
 * How a block joins the stream around it.
 *
 * @param normFirst normalise what the block reads (pre-norm) or its sum with the residual
 *     (post-norm)
 * @param dropout probability on the block's output, training only
 * @param epsilon of the layer norm
 */
public record Residual(boolean normFirst, double dropout, double epsilon) {
  /**
   * x + body(norm(x)), or norm(x + body(x)); {@code norm} is the scope of the layer norm. What is
   * narrower than x is added to its first channels.
   */
  public Value around(Scope norm, Value x, UnaryOperator<Value> body) {
    if (normFirst) {
      return plusFirst(x, drop(norm, body.apply(layerNorm(norm, x, epsilon)), dropout));
    }
    return layerNorm(norm, plusFirst(x, drop(norm, body.apply(x), dropout)), epsilon);
  }
}
