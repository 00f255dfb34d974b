package dev.goldcrest.core.nn;

import static dev.goldcrest.core.nn.Layers.drop;
import static dev.goldcrest.core.nn.Layers.layerNorm;
import static dev.goldcrest.core.nn.Layers.linear;

import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The parts of a Transformer (Vaswani et al., 2017) and its encoder and decoder layers, before or
 * after normalisation. A mask is (B, T) with 1 for steps that may be seen, or null when all may.
 */
public final class Transformer {
  private Transformer() {}

  /**
   * The numbers of one layer.
   *
   * @param heads heads of every attention
   * @param hidden width of the feed-forward network's middle
   * @param activation between its two linears
   * @param normFirst normalise the input of each block (pre-norm) or its sum with the residual
   *     (post-norm)
   * @param dropout probability on every block's output and in the feed-forward network, training
   *     only
   * @param attentionDropout probability on attention weights, training only
   * @param epsilon of the layer norms
   */
  public record Config(
      int heads,
      int hidden,
      Op.Unary.Kind activation,
      boolean normFirst,
      double dropout,
      double attentionDropout,
      double epsilon) {}

  /**
   * A stack of encoder layers {@code layer.0 ...}, x (B, T, C) -> (B, T, C); pre-norm ends with
   * {@code norm}.
   */
  public static Value encoder(Scope scope, Value x, Value mask, int layers, Config config) {
    Value y = x;
    for (int i = 0; i < layers; i++) {
      y = encoderLayer(scope.in("layer", i), y, mask, config);
    }
    return config.normFirst() ? layerNorm(scope.in("norm"), y, config.epsilon()) : y;
  }

  /** Self-attention and feed-forward, x (B, T, C) -> (B, T, C). */
  public static Value encoderLayer(Scope scope, Value x, Value mask, Config config) {
    Value y =
        block(
            scope.in("norm1"),
            x,
            config,
            in -> selfAttention(scope.in("attention"), in, mask, false, config));
    return block(scope.in("norm2"), y, config, in -> feedForward(scope.in("ffn"), in, config));
  }

  /**
   * Causal self-attention, attention to {@code memory} (B, S, C), feed-forward; x (B, T, C) -> (B,
   * T, C).
   */
  public static Value decoderLayer(
      Scope scope, Value x, Value memory, Value memoryMask, Config config) {
    Value y =
        block(
            scope.in("norm1"),
            x,
            config,
            in -> selfAttention(scope.in("attention"), in, null, true, config));
    y =
        block(
            scope.in("norm2"),
            y,
            config,
            in -> attention(scope.in("cross"), in, memory, memoryMask, false, config));
    return block(scope.in("norm3"), y, config, in -> feedForward(scope.in("ffn"), in, config));
  }

  /** Two linears with an activation between: (..., C) -> (..., C). */
  public static Value feedForward(Scope scope, Value x, Config config) {
    Value hidden = linear(scope.in("in"), x, config.hidden()).unary(config.activation());
    return linear(scope.in("out"), drop(scope, hidden, config.dropout()), x.shape().at(-1));
  }

  /** Multi-head attention of x (B, T, C) to itself. */
  public static Value selfAttention(
      Scope scope, Value x, Value mask, boolean causal, Config config) {
    return attention(scope, x, x, mask, causal, config);
  }

  private static Value attention(
      Scope scope, Value x, Value keys, Value mask, boolean causal, Config config) {
    double drop = scope.training() ? config.attentionDropout() : 0;
    return multiHead(
        scope, x, keys, mask, x.shape().at(-1), new Op.Attention(config.heads(), causal, drop));
  }

  /**
   * Multi-head attention with projections {@code q}, {@code k}, {@code v} and {@code out}, all to
   * {@code width} channels: x (B, T, C), keys (B, S, D) -> (B, T, width).
   */
  public static Value multiHead(
      Scope scope, Value x, Value keys, Value mask, int width, Op.Attention attention) {
    List<Value> operands = new ArrayList<>();
    Collections.addAll(
        operands,
        linear(scope.in("q"), x, width),
        linear(scope.in("k"), keys, width),
        linear(scope.in("v"), keys, width));
    if (mask != null) {
      operands.add(mask);
    }
    Value seen = scope.apply(attention, operands.toArray(new Value[0]));
    return linear(scope.in("out"), seen, width);
  }

  /**
   * {@code body} with its residual, normalised before or after; {@code norm} is the layer norm's
   * scope.
   */
  public static Value block(
      Scope norm, Value x, Config config, java.util.function.UnaryOperator<Value> body) {
    if (config.normFirst()) {
      return x.plus(drop(norm, body.apply(layerNorm(norm, x, config.epsilon())), config.dropout()));
    }
    return layerNorm(norm, x.plus(drop(norm, body.apply(x), config.dropout())), config.epsilon());
  }
}
