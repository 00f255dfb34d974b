package dev.goldcrest.core.nn;

import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;

/**
 * A convolution of each channel alone, {@code depth.weight} (C, 1, K), then a linear {@code point}
 * over the channels.
 *
 * @param kernel K, odd where it looks to both sides
 */
public record SeparableConvolution(int kernel) {
  /** To both sides: x (B, T, C) -> (B, T, out). Pads must be zero in x. */
  public Value around(Scope scope, Value x, int out) {
    return convolve(scope, x, kernel / 2, kernel / 2, out);
  }

  /** To this and earlier steps: x (B, T, C) -> (B, T, out). */
  public Value causal(Scope scope, Value x, Past past, int out) {
    return convolve(scope, past.extend(scope, x, kernel - 1), past.left(kernel - 1), 0, out);
  }

  private Value convolve(Scope scope, Value x, int left, int right, int out) {
    int channels = x.shape().at(2);
    // Keeps the variance of what it convolves.
    Init init = new Init.Uniform(Math.sqrt(3.0 / kernel));
    Value weight = scope.in("depth").parameter("weight", init, channels, 1, kernel);
    Value y = scope.apply(new Op.Convolution(channels, left, right), x, weight);
    return Layers.linear(scope.in("point"), y, out);
  }
}
