package dev.goldcrest.core.models;

import static dev.goldcrest.core.nn.Layers.drop;
import static dev.goldcrest.core.nn.Layers.embedding;
import static dev.goldcrest.core.nn.Layers.layerNorm;
import static dev.goldcrest.core.nn.Layers.learnedPositions;
import static dev.goldcrest.core.nn.Layers.linear;

import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.nn.Layers;
import dev.goldcrest.core.nn.Transformer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * BERT (Devlin et al., 2019, arXiv 1810.04805): embeddings with learned positions, a post-norm
 * encoder, one vector for the text and, with {@code classes > 0}, a classifier of it. The baseline
 * of ProFormer's paper has two layers; with token types and the mean as readout it is a sentence
 * encoder such as MiniLM.
 *
 * <p>Entry {@code whole}: {@code ids} (B, N) and {@code mask} (B, N), the first id being [CLS],
 * give {@code logits} (B, classes) or, without classes, {@code embedding} (B, d).
 *
 * @param vocabulary rows of the embedding table
 * @param tokenTypes rows of the table of token types, of which a single text uses the first; 0 for
 *     none
 * @param dim d
 * @param layers L
 * @param heads of each attention
 * @param ffn width of the feed-forward network
 * @param activation in the feed-forward network
 * @param epsilon of every layer norm
 * @param readout how the vectors of a text become one
 * @param dropout everywhere, training only
 * @param maxLength N at most, [CLS] included
 * @param classes labels; 0 for the text's vector itself
 */
public record Bert(
    int vocabulary,
    int tokenTypes,
    int dim,
    int layers,
    int heads,
    int ffn,
    Op.Unary.Kind activation,
    double epsilon,
    Readout readout,
    double dropout,
    int maxLength,
    int classes)
    implements Architecture {
  /** Name in the registry. */
  public static final String NAME = "bert";

  /** How the vectors of a text become one. */
  public enum Readout {
    /** The first, through a linear layer and tanh. */
    POOLER,
    /** The first. */
    FIRST,
    /** Their mean. */
    MEAN
  }

  /** The record that {@code settings} describe; what they leave out is the 2-layer baseline's. */
  public static Bert from(Settings settings) {
    int dim = settings.integer("dim", 768, 2, 1 << 16);
    return new Bert(
        settings.integer("vocabulary", 30_000, 1, 1 << 28),
        settings.integer("tokenTypes", 0, 0, 1 << 10),
        dim,
        settings.integer("layers", 2, 1, 1 << 10),
        settings.integer("heads", 12, 1, 1 << 10),
        settings.integer("ffn", 4 * dim, 1, 1 << 20),
        settings.choice("activation", Op.Unary.Kind.GELU, Op.Unary.Kind.values()),
        settings.number("epsilon", 1e-12, 0, 1),
        settings.choice("readout", Readout.POOLER, Readout.values()),
        settings.number("dropout", 0.1, 0, 0.99),
        settings.integer("maxLength", 512, 1, 1 << 24),
        settings.integer("classes", 2, 0, 1 << 24));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("vocabulary", Integer.toString(vocabulary));
    settings.put("tokenTypes", Integer.toString(tokenTypes));
    settings.put("dim", Integer.toString(dim));
    settings.put("layers", Integer.toString(layers));
    settings.put("heads", Integer.toString(heads));
    settings.put("ffn", Integer.toString(ffn));
    settings.put("activation", Settings.text(activation));
    settings.put("epsilon", Double.toString(epsilon));
    settings.put("readout", Settings.text(readout));
    settings.put("dropout", Double.toString(dropout));
    settings.put("maxLength", Integer.toString(maxLength));
    settings.put("classes", Integer.toString(classes));
    return settings;
  }

  /** ProFormer's paper counts the encoder, without pooler and classifier. */
  @Override
  public boolean paperCounts(Value value) {
    return !value.path().startsWith("head") && !value.path().startsWith("pooler");
  }

  @Override
  public boolean readsClassToken() {
    return true;
  }

  @Override
  public Map<String, Value> build(Scope scope, String entry, Sizes sizes) {
    if (!entry.equals(WHOLE)) {
      throw new IllegalArgumentException("bert has no entry " + entry);
    }
    return build(scope, sizes, Transformer::selfAttention);
  }

  /** The whole, with {@code mixer} in its layers. */
  Map<String, Value> build(Scope scope, Sizes sizes, Transformer.Mixer mixer) {
    Value ids = Layers.idsInput(scope, sizes.batch(), sizes.time());
    Value mask = Layers.maskInput(scope, sizes.batch(), sizes.time());
    Value x = embedding(scope.in("embedding"), ids, vocabulary, dim, 0.02);
    x = learnedPositions(scope.in("positions"), x, maxLength);
    if (tokenTypes > 0) {
      Value types =
          scope
              .in("tokenTypes")
              .parameter("weight", new Init.Normal(0.02), tokenTypes, dim)
              .slice(0, 0, 1);
      x = x.plus(types);
    }
    x = drop(scope, layerNorm(scope.in("embeddingNorm"), x, epsilon), dropout);
    x =
        Transformer.encoder(
            scope.in("encoder"),
            x,
            mask,
            layers,
            new Transformer.Config(heads, ffn, activation, false, dropout, dropout, epsilon),
            mixer);
    Value text = readout(scope, x, mask);
    return classes == 0
        ? Map.of("embedding", text)
        : Map.of("logits", linear(scope.in("head"), drop(scope, text, dropout), classes));
  }

  /** (B, N, d) -> (B, d). */
  private Value readout(Scope scope, Value x, Value mask) {
    if (readout == Readout.MEAN) {
      return x.reduce(Op.Reduce.Kind.MEAN, 1, mask);
    }
    Value first = x.slice(1, 0, 1).reshape(x.shape().dim(0), x.shape().dim(2));
    return readout == Readout.FIRST
        ? first
        : linear(scope.in("pooler"), first, dim).unary(Op.Unary.Kind.TANH);
  }
}
