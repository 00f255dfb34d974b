package dev.goldcrest.core.models;

import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.nn.Memory;
import dev.goldcrest.core.nn.NearConvolution;
import dev.goldcrest.core.nn.Past;
import dev.goldcrest.core.nn.Transformer;
import java.util.List;
import java.util.Map;

/**
 * Lite Transformer (Wu et al., 2020, arXiv 2004.11886): Long-Short Range Attention splits the
 * channels, one half attends to far steps, the other convolves near ones, and nothing but the
 * feed-forward network, as narrow as the model, mixes them. Cross-attention has the whole width.
 * See {@link Task} for inputs and outputs.
 *
 * <p>Unlike the authors' code, padding is hidden after the first linear of the convolution, whose
 * bias would make it visible again.
 *
 * @param sequence what stands around the layers
 * @param heads of the attending half
 * @param crossHeads of attention to the encoder
 * @param convolution of the other half
 * @param convolutionHeads each shares its taps among its channels
 * @param kernels of the layers, first to last; the last one repeats, those beyond are not used
 * @param glu whether the convolution's first linear is gated
 * @param ffn width of the feed-forward network
 * @param activation in its middle
 * @param attentionDropout on attention weights, training only
 * @param tapDropout on the convolution's taps, training only
 * @param activationDropout after the activation, training only
 */
public record LiteTransformer(
    SequenceConfig sequence,
    int heads,
    int crossHeads,
    Convolution convolution,
    int convolutionHeads,
    List<Integer> kernels,
    boolean glu,
    int ffn,
    Op.Unary.Kind activation,
    double attentionDropout,
    double tapDropout,
    double activationDropout)
    implements SequenceArchitecture {
  /** Name in the registry. */
  public static final String NAME = "lite-transformer";

  /** Where the taps come from. */
  public enum Convolution {
    /** Predicted at each step. */
    DYNAMIC,
    /** Learned, the same at all steps. */
    LIGHTWEIGHT
  }

  public LiteTransformer {
    kernels = List.copyOf(kernels);
    if (sequence.dim() % 2 != 0) {
      throw new IllegalArgumentException(
          "dim must be even to be split in halves, got " + sequence.dim());
    }
    if (kernels.isEmpty()) {
      throw new IllegalArgumentException("kernels must name at least one");
    }
  }

  /** The record that {@code settings} describe; what they leave out is WMT's of d = 496. */
  public static LiteTransformer from(Settings settings) {
    SequenceConfig sequence = SequenceConfig.from(settings, 496, 6, 6);
    return new LiteTransformer(
        sequence,
        settings.integer("heads", 4, 1, 1 << 10),
        settings.integer("crossHeads", 8, 1, 1 << 10),
        settings.choice("convolution", Convolution.DYNAMIC, Convolution.values()),
        settings.integer("convolutionHeads", 4, 1, 1 << 10),
        settings.integers("kernels", "3,7,15,31", 1, 1 << 10),
        settings.flag("glu", true),
        settings.integer("ffn", sequence.dim(), 1, 1 << 20),
        settings.choice("activation", Op.Unary.Kind.RELU, Op.Unary.Kind.values()),
        settings.number("attentionDropout", 0, 0, 0.99),
        settings.number("tapDropout", 0, 0, 0.99),
        settings.number("activationDropout", 0, 0, 0.99));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = sequence.settings();
    settings.put("heads", Integer.toString(heads));
    settings.put("crossHeads", Integer.toString(crossHeads));
    settings.put("convolution", Settings.text(convolution));
    settings.put("convolutionHeads", Integer.toString(convolutionHeads));
    settings.put("kernels", Settings.text(kernels));
    settings.put("glu", Boolean.toString(glu));
    settings.put("ffn", Integer.toString(ffn));
    settings.put("activation", Settings.text(activation));
    settings.put("attentionDropout", Double.toString(attentionDropout));
    settings.put("tapDropout", Double.toString(tapDropout));
    settings.put("activationDropout", Double.toString(activationDropout));
    return settings;
  }

  @Override
  public Value encode(Scope scope, int layer, Value x, Value mask) {
    Transformer.Config config = config(heads);
    Value y =
        config
            .residual()
            .around(scope.in("norm1"), x, in -> lsra(scope.in("lsra"), layer, in, mask));
    return Transformer.feedForwardBlock(scope, "norm2", y, config);
  }

  @Override
  public Value decode(Scope scope, int layer, Value x, Memory memory, Past past) {
    Transformer.Config config = config(crossHeads);
    Value y =
        config
            .residual()
            .around(scope.in("norm1"), x, in -> causalLsra(scope.in("lsra"), layer, in, past));
    if (memory == null) {
      return Transformer.feedForwardBlock(scope, "norm2", y, config);
    }
    y =
        config
            .residual()
            .around(
                scope.in("norm2"),
                y,
                in -> Transformer.cross(scope.in("cross"), in, memory, config));
    return Transformer.feedForwardBlock(scope, "norm3", y, config);
  }

  /** Long-Short Range Attention to both sides: x (B, T, d), mask (B, T) -> (B, T, d). */
  public Value lsra(Scope scope, int layer, Value x, Value mask) {
    int half = sequence.dim() / 2;
    Value far =
        Transformer.selfAttention(scope.in("far"), x.slice(2, 0, half), mask, config(heads));
    Value near = near(layer).around(scope.in("near"), x.slice(2, half, half), mask);
    return far.concat(2, near);
  }

  /** The same to earlier steps only. */
  public Value causalLsra(Scope scope, int layer, Value x, Past past) {
    int half = sequence.dim() / 2;
    Value far =
        Transformer.causalAttention(
            scope.in("far"), x.slice(2, 0, half), past, half, config(heads));
    Value near = near(layer).causal(scope.in("near"), x.slice(2, half, half), past);
    return far.concat(2, near);
  }

  private NearConvolution near(int layer) {
    int kernel = kernels.get(Math.min(layer, kernels.size() - 1));
    return new NearConvolution(
        convolutionHeads, kernel, convolution == Convolution.DYNAMIC, glu, tapDropout);
  }

  private Transformer.Config config(int attentionHeads) {
    return new Transformer.Config(
        attentionHeads,
        ffn,
        activation,
        sequence.normFirst(),
        sequence.dropout(),
        attentionDropout,
        activationDropout,
        SequenceGraph.PROJECTION,
        SequenceGraph.EPSILON);
  }
}
