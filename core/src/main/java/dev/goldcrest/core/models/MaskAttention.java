package dev.goldcrest.core.models;

import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.nn.DynamicMask;
import dev.goldcrest.core.nn.Memory;
import dev.goldcrest.core.nn.Past;
import dev.goldcrest.core.nn.Transformer;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Mask Attention Networks (Fan et al., 2021, arXiv 2103.13597): attention under a learned dynamic
 * mask, which favours near steps, then self-attention, then a feed-forward network half as wide as
 * usual; in a decoder attention to the encoder comes before the last. See {@link Task} for inputs
 * and outputs.
 *
 * <p>Attention here has an activation inside, as the authors' has and a Transformer has not. Which
 * axis is time is known, not guessed from the sizes as in the authors' code.
 *
 * @param sequence what stands around the layers
 * @param heads of each attention
 * @param ffn width of the feed-forward network
 * @param activation in its middle
 * @param inner activation inside every attention, before its last linear
 * @param first what stands first in an encoder layer
 * @param decoderFirst the same of a decoder layer
 * @param range distances beyond it share the mask's weight of the furthest
 * @param attentionDropout on attention weights, training only
 * @param activationDropout after the activations, training only
 */
public record MaskAttention(
    SequenceConfig sequence,
    int heads,
    int ffn,
    Op.Unary.Kind activation,
    Inner inner,
    First first,
    First decoderFirst,
    int range,
    double attentionDropout,
    double activationDropout)
    implements SequenceArchitecture {
  /** Name in the registry. */
  public static final String NAME = "mask-attention";

  /** The activation inside every attention. */
  public enum Inner {
    /** As a Transformer. */
    NONE,
    /** As the authors' translators. */
    RELU,
    /** As their summarisers. */
    GELU
  }

  /** What stands before self-attention. */
  public enum First {
    /** Attention under a dynamic mask. */
    DYNAMIC,
    /** Another feed-forward network, what the mask is measured against. */
    FFN,
    /** Nothing, as in the authors' small decoders. */
    NONE
  }

  /** The record that {@code settings} describe; what they leave out is the base translator's. */
  public static MaskAttention from(Settings settings) {
    SequenceConfig sequence = SequenceConfig.from(settings, 512, 6, 6, true);
    return new MaskAttention(
        sequence,
        settings.integer("heads", 8, 1, 1 << 10),
        settings.integer("ffn", 2 * sequence.dim(), 1, 1 << 20),
        settings.choice("activation", Op.Unary.Kind.RELU, Op.Unary.Kind.values()),
        settings.choice("inner", Inner.RELU, Inner.values()),
        settings.choice("first", First.DYNAMIC, First.values()),
        settings.choice("decoderFirst", First.DYNAMIC, First.values()),
        settings.integer("range", sequence.maxLength(), 1, 1 << 24),
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
    settings.put("ffn", Integer.toString(ffn));
    settings.put("activation", Settings.text(activation));
    settings.put("inner", Settings.text(inner));
    settings.put("first", Settings.text(first));
    settings.put("decoderFirst", Settings.text(decoderFirst));
    settings.put("range", Integer.toString(range));
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
    Transformer.Config config = config();
    DynamicMask dynamic = new DynamicMask(range);
    Value y = first(scope, first, x, in -> dynamic.around(scope.in("dman"), in, mask, config));
    return Transformer.encoderLayer(scope, y, mask, config);
  }

  @Override
  public Value decode(Scope scope, int layer, Value x, Memory memory, Past past) {
    Transformer.Config config = config();
    DynamicMask dynamic = new DynamicMask(range);
    Value y =
        first(scope, decoderFirst, x, in -> dynamic.causal(scope.in("dman"), in, past, config));
    return Transformer.decoderLayer(scope, y, memory, past, config);
  }

  private Value first(Scope scope, First kind, Value x, UnaryOperator<Value> dynamic) {
    if (kind == First.NONE) {
      return x;
    }
    UnaryOperator<Value> network = in -> Transformer.feedForward(scope.in("ffn0"), in, config());
    return config().residual().around(scope.in("norm0"), x, kind == First.FFN ? network : dynamic);
  }

  private Transformer.Config config() {
    return new Transformer.Config(
        heads,
        ffn,
        activation,
        sequence.normFirst(),
        sequence.dropout(),
        attentionDropout,
        activationDropout,
        inner == Inner.NONE ? null : Op.Unary.Kind.valueOf(inner.name()),
        SequenceGraph.PROJECTION,
        SequenceGraph.EPSILON);
  }
}
