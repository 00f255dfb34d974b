package dev.goldcrest.core.nn;

import static dev.goldcrest.core.nn.Layers.bare;
import static dev.goldcrest.core.nn.Layers.drop;
import static dev.goldcrest.core.nn.Layers.hide;
import static dev.goldcrest.core.nn.Layers.linear;

import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;

/**
 * Lightweight and dynamic convolution (Wu et al., 2019, arXiv 1901.10430) between two linears
 * {@code in} and {@code out}. The taps of a head sum to 1; a dynamic convolution predicts them at
 * each step from what it convolves.
 *
 * @param heads each shares its taps among its channels
 * @param kernel K
 * @param dynamic taps predicted by {@code taps.weight} (heads K, C), else learned as {@code taps}
 *     (heads, K)
 * @param glu the first linear is gated
 * @param tapDropout DropConnect: probability with which training drops a normalised tap
 */
public record NearConvolution(
    int heads, int kernel, boolean dynamic, boolean glu, double tapDropout) {
  /**
   * Convolves to both sides: x (B, T, C) -> (B, T, C). Steps that {@code mask} (B, T) hides are
   * zero when they are convolved, so that padding reaches no real step; null hides none.
   */
  public Value around(Scope scope, Value x, Value mask) {
    Value z = mask == null ? enter(scope, x) : hide(enter(scope, x), mask);
    Op op = new Op.LightConvolution(heads, (kernel - 1) / 2, kernel / 2);
    return leave(scope, scope.apply(op, z, taps(scope, z)));
  }

  /** Convolves with earlier steps only: x (B, T, C) -> (B, T, C). */
  public Value causal(Scope scope, Value x, Past past) {
    Value z = enter(scope, x);
    Op op = new Op.LightConvolution(heads, past.left(kernel - 1), 0);
    Value taps = taps(scope, z);
    return leave(scope, scope.apply(op, past.extend(scope, z, kernel - 1), taps));
  }

  private Value enter(Scope scope, Value x) {
    int channels = x.shape().at(2);
    Value wide = linear(scope.in("in"), x, glu ? 2 * channels : channels);
    return glu ? Layers.glu(wide) : wide;
  }

  /** (heads, K), or (B, T, heads, K). */
  private Value taps(Scope scope, Value z) {
    Value logits;
    if (dynamic) {
      Value flat = bare(scope.in("taps"), z, heads * kernel, new Init.Xavier(1));
      logits = flat.reshape(z.shape().dim(0), z.shape().dim(1), Dim.of(heads), Dim.of(kernel));
    } else {
      Init xavier = new Init.Uniform(Math.sqrt(6.0 / (kernel + heads * kernel)));
      logits = scope.parameter("taps", xavier, heads, kernel);
    }
    return drop(scope, logits.softmax(), tapDropout);
  }

  private static Value leave(Scope scope, Value y) {
    return linear(scope.in("out"), y, y.shape().at(2));
  }
}
