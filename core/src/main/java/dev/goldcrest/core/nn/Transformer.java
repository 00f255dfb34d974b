package dev.goldcrest.core.nn;

import static dev.goldcrest.core.nn.Layers.drop;
import static dev.goldcrest.core.nn.Layers.layerNorm;
import static dev.goldcrest.core.nn.Layers.linear;

import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;

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
   * @param dropout probability on every block's output, training only
   * @param attentionDropout probability on attention weights, training only
   * @param activationDropout probability after the activations, training only
   * @param inner activation inside each attention, between what is mixed and the last linear; null
   *     for none, as usual
   * @param projection what the projections of queries, keys and values start from
   * @param epsilon of the layer norms
   */
  public record Config(
      int heads,
      int hidden,
      Op.Unary.Kind activation,
      boolean normFirst,
      double dropout,
      double attentionDropout,
      double activationDropout,
      Op.Unary.Kind inner,
      Init projection,
      double epsilon) {
    /** With one dropout for blocks and activations and projections that start as other linears. */
    public Config(
        int heads,
        int hidden,
        Op.Unary.Kind activation,
        boolean normFirst,
        double dropout,
        double attentionDropout,
        double epsilon) {
      this(
          heads,
          hidden,
          activation,
          normFirst,
          dropout,
          attentionDropout,
          dropout,
          null,
          new Init.Xavier(1),
          epsilon);
    }

    /** Without an activation inside attention. */
    public Config(
        int heads,
        int hidden,
        Op.Unary.Kind activation,
        boolean normFirst,
        double dropout,
        double attentionDropout,
        double activationDropout,
        Init projection,
        double epsilon) {
      this(
          heads,
          hidden,
          activation,
          normFirst,
          dropout,
          attentionDropout,
          activationDropout,
          null,
          projection,
          epsilon);
    }

    /** How each block joins the stream. */
    public Residual residual() {
      return new Residual(normFirst, dropout, epsilon);
    }

    Op.Attention attention(Scope scope, boolean causal) {
      return new Op.Attention(heads, causal, scope.training() ? attentionDropout : 0);
    }
  }

  /** What an encoder layer mixes its steps with: x (B, T, C), mask (B, T) -> (B, T, C). */
  public interface Mixer {
    Value mix(Scope scope, Value x, Value mask, Config config);
  }

  /** {@link #encoder(Scope, Value, Value, int, Config, Mixer)} with self-attention. */
  public static Value encoder(Scope scope, Value x, Value mask, int layers, Config config) {
    return encoder(scope, x, mask, layers, config, Transformer::selfAttention);
  }

  /**
   * A stack of encoder layers {@code layer.0 ...}, x (B, T, C) -> (B, T, C); pre-norm ends with
   * {@code norm}.
   */
  public static Value encoder(
      Scope scope, Value x, Value mask, int layers, Config config, Mixer mixer) {
    Value y = x;
    for (int i = 0; i < layers; i++) {
      y = encoderLayer(scope.in("layer", i), y, mask, config, mixer);
    }
    return config.normFirst() ? layerNorm(scope.in("norm"), y, config.epsilon()) : y;
  }

  /** Self-attention and feed-forward, x (B, T, C) -> (B, T, C). */
  public static Value encoderLayer(Scope scope, Value x, Value mask, Config config) {
    return encoderLayer(scope, x, mask, config, Transformer::selfAttention);
  }

  /** What mixes, in scope {@code attention}, and feed-forward, x (B, T, C) -> (B, T, C). */
  public static Value encoderLayer(Scope scope, Value x, Value mask, Config config, Mixer mixer) {
    Value y =
        config
            .residual()
            .around(scope.in("norm1"), x, in -> mixer.mix(scope.in("attention"), in, mask, config));
    return feedForwardBlock(scope, "norm2", y, config);
  }

  /**
   * Causal self-attention, attention to {@code memory}, feed-forward; x (B, T, C) -> (B, T, C).
   *
   * @param memory null for a decoder without an encoder
   */
  public static Value decoderLayer(Scope scope, Value x, Memory memory, Past past, Config config) {
    Residual residual = config.residual();
    Value y =
        residual.around(
            scope.in("norm1"),
            x,
            in -> causalAttention(scope.in("attention"), in, past, in.shape().at(2), config));
    if (memory == null) {
      return feedForwardBlock(scope, "norm2", y, config);
    }
    y = residual.around(scope.in("norm2"), y, in -> cross(scope.in("cross"), in, memory, config));
    return feedForwardBlock(scope, "norm3", y, config);
  }

  /** The feed-forward network {@code ffn} as a block, its norm being {@code norm}. */
  public static Value feedForwardBlock(Scope scope, String norm, Value x, Config config) {
    return config
        .residual()
        .around(scope.in(norm), x, in -> feedForward(scope.in("ffn"), in, config));
  }

  /** Two linears with an activation between: (..., C) -> (..., C). */
  public static Value feedForward(Scope scope, Value x, Config config) {
    int width = scope.width("hidden", config.hidden());
    Value hidden = linear(scope.in("in"), x, width).unary(config.activation());
    Value kept = drop(scope, hidden, config.activationDropout());
    return linear(scope.in("out"), kept, x.shape().at(-1));
  }

  /** Multi-head attention of x (B, T, C) to itself. */
  public static Value selfAttention(Scope scope, Value x, Value mask, Config config) {
    return cross(scope, x, Memory.of(x, mask), config);
  }

  /** Multi-head attention of x (B, T, C) to itself and to earlier steps: (B, T, width). */
  public static Value causalAttention(Scope scope, Value x, Past past, int width, Config config) {
    Heads heads = Heads.of(scope, config.attention(scope, true), width);
    Value[] qkv = project(scope, x, heads.width(), config);
    return mixed(scope, past.attend(scope, heads.op(), qkv[0], qkv[1], qkv[2]), width, config);
  }

  /** Multi-head attention of x (B, T, C) to what an encoder read: (B, T, C). */
  public static Value cross(Scope scope, Value x, Memory memory, Config config) {
    int width = x.shape().at(2);
    Value seen =
        memory.attend(scope, config.attention(scope, false), x, width, config.projection());
    return mixed(scope, seen, width, config);
  }

  /** Queries, keys and values of x (B, T, C), each (B, T, width). */
  static Value[] project(Scope scope, Value x, int width, Config config) {
    return new Value[] {
      linear(scope.in("q"), x, width, config.projection()),
      linear(scope.in("k"), x, width, config.projection()),
      linear(scope.in("v"), x, width, config.projection())
    };
  }

  /** What follows what an attention mixed: (B, T, .) -> (B, T, width). */
  static Value mixed(Scope scope, Value seen, int width, Config config) {
    if (config.inner() == null) {
      return linear(scope.in("out"), seen, width);
    }
    Value active = drop(scope, seen.unary(config.inner()), config.activationDropout());
    return linear(scope.in("out"), active, width, new Init.Uniform(Math.sqrt(6.0 / width)));
  }

  /** {@link #multiHead(Scope, Value, Value, Value, int, Op.Attention, Init)} from Xavier. */
  public static Value multiHead(
      Scope scope, Value x, Value keys, Value mask, int width, Op.Attention attention) {
    return multiHead(scope, x, keys, mask, width, attention, new Init.Xavier(1));
  }

  /**
   * Multi-head attention with projections {@code q}, {@code k}, {@code v} and {@code out}, all to
   * {@code width} channels: x (B, T, C), keys (B, S, D) -> (B, T, width).
   *
   * @param init what q, k and v start from
   */
  public static Value multiHead(
      Scope scope, Value x, Value keys, Value mask, int width, Op.Attention attention, Init init) {
    Value seen = Memory.of(keys, mask).attend(scope, attention, x, width, init);
    return linear(scope.in("out"), seen, width);
  }
}
