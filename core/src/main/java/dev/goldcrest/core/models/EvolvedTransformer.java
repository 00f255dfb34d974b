package dev.goldcrest.core.models;

import static dev.goldcrest.core.nn.Layers.drop;
import static dev.goldcrest.core.nn.Layers.layerNorm;
import static dev.goldcrest.core.nn.Layers.linear;

import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.nn.Layers;
import dev.goldcrest.core.nn.Memory;
import dev.goldcrest.core.nn.Past;
import dev.goldcrest.core.nn.Residual;
import dev.goldcrest.core.nn.SeparableConvolution;
import dev.goldcrest.core.nn.Transformer;
import java.util.Map;

/**
 * The Evolved Transformer (So et al., 2019, arXiv 1901.11117), whose cells an evolution found: each
 * takes the place of two layers of a Transformer and has convolutions beside its attention. The
 * encoder's widths of a cell are d, 4 d and d / 2, the decoder's d, 2 d and d / 2. See {@link Task}
 * for inputs and outputs.
 *
 * <p>Sums of unlike widths add the narrower to the first channels of the wider.
 *
 * @param sequence what stands around the cells; layers are cells
 * @param heads of each attention but one
 * @param wideHeads of a decoder cell's first self-attention
 * @param ffn width of the feed-forward networks
 * @param attentionDropout on attention weights, training only
 * @param activationDropout in the feed-forward networks, training only
 */
public record EvolvedTransformer(
    SequenceConfig sequence,
    int heads,
    int wideHeads,
    int ffn,
    double attentionDropout,
    double activationDropout)
    implements SequenceArchitecture {
  /** Name in the registry. */
  public static final String NAME = "evolved-transformer";

  public EvolvedTransformer {
    if (sequence.dim() % 2 != 0) {
      throw new IllegalArgumentException(
          "dim must be even, since branches are half as wide, got " + sequence.dim());
    }
  }

  /** The record that {@code settings} describe; what they leave out is the base translator's. */
  public static EvolvedTransformer from(Settings settings) {
    SequenceConfig sequence = SequenceConfig.from(settings, 512, 3, 4, true);
    int heads = settings.integer("heads", 8, 1, 1 << 10);
    return new EvolvedTransformer(
        sequence,
        heads,
        settings.integer("wideHeads", Math.max(16, heads), 1, 1 << 10),
        settings.integer("ffn", 4 * sequence.dim(), 1, 1 << 20),
        settings.number("attentionDropout", 0, 0, 0.99),
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
    settings.put("wideHeads", Integer.toString(wideHeads));
    settings.put("ffn", Integer.toString(ffn));
    settings.put("attentionDropout", Double.toString(attentionDropout));
    settings.put("activationDropout", Double.toString(activationDropout));
    return settings;
  }

  @Override
  public boolean paperCountsDerived() {
    return true;
  }

  @Override
  public int crossHeads() {
    return heads;
  }

  @Override
  public Value encode(Scope scope, int layer, Value x, Value mask) {
    Transformer.Config config = config(heads);
    Residual residual = config.residual();
    Value y =
        residual.around(
            scope.in("norm1"),
            x,
            in -> Layers.glu(linear(scope.in("glu"), in, 2 * sequence.dim())));
    y = residual.around(scope.in("norm2"), y, in -> branches(scope, in, mask));
    y =
        residual.around(
            scope.in("norm3"),
            y,
            in -> Transformer.selfAttention(scope.in("attention"), in, mask, config));
    return Transformer.feedForwardBlock(scope, "norm4", y, config);
  }

  /** A dense and a convolved branch, joined by a separable convolution: (B, T, d) -> d / 2. */
  private Value branches(Scope scope, Value x, Value mask) {
    int dim = sequence.dim();
    Value in = Layers.hide(x, mask);
    Value left = linear(scope.in("left"), in, 4 * dim).unary(Op.Unary.Kind.RELU);
    Value right = Layers.convolve(scope.in("right"), in, dim / 2, 3).unary(Op.Unary.Kind.RELU);
    Value both = Layers.hide(joined(scope, left, right), mask);
    return new SeparableConvolution(9).around(scope.in("separable"), both, dim / 2);
  }

  @Override
  public Value decode(Scope scope, int layer, Value x, Memory memory, Past past) {
    Transformer.Config config = config(heads);
    Residual residual = config.residual();
    Value y = residual.around(scope.in("norm1"), x, in -> attentions(scope, in, memory, past));
    y = residual.around(scope.in("norm2"), y, in -> causalBranches(scope, in, past));
    y =
        residual.around(
            scope.in("norm3"),
            y,
            in ->
                Transformer.causalAttention(
                    scope.in("attention"), in, past, sequence.dim(), config));
    if (memory != null) {
      y =
          residual.around(
              scope.in("norm4"), y, in -> Transformer.cross(scope.in("cross"), in, memory, config));
    }
    return residual.around(scope.in("norm5"), y, in -> feedForward(scope.in("ffn"), in));
  }

  /** Both kinds of attention side by side: (B, T, d) -> (B, T, d). */
  private Value attentions(Scope scope, Value x, Memory memory, Past past) {
    Value self =
        Transformer.causalAttention(scope.in("wide"), x, past, sequence.dim(), config(wideHeads));
    return memory == null
        ? self
        : self.plus(Transformer.cross(scope.in("wide").in("cross"), x, memory, config(heads)));
  }

  /** The same as an encoder's branches, of earlier steps: (B, T, d) -> (B, T, d). */
  private Value causalBranches(Scope scope, Value x, Past past) {
    int dim = sequence.dim();
    Value left =
        new SeparableConvolution(11)
            .causal(scope.in("left"), x, past, 2 * dim)
            .unary(Op.Unary.Kind.RELU);
    Value right = new SeparableConvolution(7).causal(scope.in("right"), x, past, dim / 2);
    Value both = joined(scope, left, right);
    return new SeparableConvolution(7).causal(scope.in("separable"), both, past, dim);
  }

  /** The normalised sum of two branches, the right one narrower. */
  private Value joined(Scope scope, Value left, Value right) {
    Value wide = drop(scope, left, sequence.dropout());
    Value sum = Layers.plusFirst(wide, drop(scope, right, sequence.dropout()));
    return layerNorm(scope.in("joined"), sum, SequenceGraph.EPSILON);
  }

  private Value feedForward(Scope scope, Value x) {
    int width = scope.width("hidden", ffn);
    Value hidden = linear(scope.in("in"), x, width).unary(Op.Unary.Kind.SILU);
    Value kept = drop(scope, hidden, activationDropout);
    Value normed = layerNorm(scope.in("norm"), kept, SequenceGraph.EPSILON);
    return linear(scope.in("out"), normed, sequence.dim());
  }

  @Override
  public void project(Scope scope, Memory memory) {
    SequenceArchitecture.super.project(scope.in("wide"), memory);
    SequenceArchitecture.super.project(scope, memory);
  }

  private Transformer.Config config(int attentionHeads) {
    return new Transformer.Config(
        attentionHeads,
        ffn,
        Op.Unary.Kind.RELU,
        sequence.normFirst(),
        sequence.dropout(),
        attentionDropout,
        activationDropout,
        SequenceGraph.PROJECTION,
        SequenceGraph.EPSILON);
  }
}
