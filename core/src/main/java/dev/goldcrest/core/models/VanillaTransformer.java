package dev.goldcrest.core.models;

import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.nn.Memory;
import dev.goldcrest.core.nn.Past;
import dev.goldcrest.core.nn.Transformer;
import java.util.Map;

/**
 * The Transformer (Vaswani et al., 2017, arXiv 1706.03762) with the choices of fairseq, whose
 * baselines the other papers measure against. See {@link Task} for inputs and outputs.
 *
 * @param sequence what stands around the layers
 * @param heads of each attention
 * @param ffn width of the feed-forward network
 * @param activation in its middle
 * @param attentionDropout on attention weights, training only
 * @param activationDropout after the activation, training only
 */
public record VanillaTransformer(
    SequenceConfig sequence,
    int heads,
    int ffn,
    Op.Unary.Kind activation,
    double attentionDropout,
    double activationDropout)
    implements SequenceArchitecture {
  /** Name in the registry. */
  public static final String NAME = "transformer";

  /** The record that {@code settings} describe; what they leave out is Transformer-base's. */
  public static VanillaTransformer from(Settings settings) {
    SequenceConfig sequence = SequenceConfig.from(settings, 512, 6, 6);
    return new VanillaTransformer(
        sequence,
        settings.integer("heads", 8, 1, 1 << 10),
        settings.integer("ffn", 4 * sequence.dim(), 1, 1 << 20),
        settings.choice("activation", Op.Unary.Kind.RELU, Op.Unary.Kind.values()),
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
    settings.put("attentionDropout", Double.toString(attentionDropout));
    settings.put("activationDropout", Double.toString(activationDropout));
    return settings;
  }

  @Override
  public int crossHeads() {
    return heads;
  }

  @Override
  public Value encode(Scope scope, int layer, Value x, Value mask) {
    return Transformer.encoderLayer(scope, x, mask, config());
  }

  @Override
  public Value decode(Scope scope, int layer, Value x, Memory memory, Past past) {
    return Transformer.decoderLayer(scope, x, memory, past, config());
  }

  Transformer.Config config() {
    return new Transformer.Config(
        heads,
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
