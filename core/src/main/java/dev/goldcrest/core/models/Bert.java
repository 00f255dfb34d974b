package dev.goldcrest.core.models;

import static dev.goldcrest.core.nn.Layers.drop;
import static dev.goldcrest.core.nn.Layers.embedding;
import static dev.goldcrest.core.nn.Layers.layerNorm;
import static dev.goldcrest.core.nn.Layers.learnedPositions;
import static dev.goldcrest.core.nn.Layers.linear;

import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.nn.Layers;
import dev.goldcrest.core.nn.Transformer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * BERT as a classifier (Devlin et al., 2019, arXiv 1810.04805): embeddings with learned positions,
 * a post-norm GELU encoder, and a classifier on the tanh-pooled first token, which the text front
 * end sets to [CLS]. The baseline of ProFormer's paper has two layers.
 *
 * <p>Entry {@code whole}: {@code ids} (B, N) and {@code mask} (B, N), the first id being [CLS].
 *
 * @param vocabulary rows of the embedding table
 * @param dim d
 * @param layers L
 * @param heads of each attention
 * @param ffn width of the feed-forward network
 * @param dropout everywhere, training only
 * @param maxLength N at most, [CLS] included
 * @param classes labels
 */
public record Bert(
    int vocabulary,
    int dim,
    int layers,
    int heads,
    int ffn,
    double dropout,
    int maxLength,
    int classes)
    implements Architecture {
  /** Name in the registry. */
  public static final String NAME = "bert";

  private static final double EPSILON = 1e-12;

  /** The record that {@code settings} describe; what they leave out is the 2-layer baseline's. */
  public static Bert from(Settings settings) {
    int dim = settings.integer("dim", 768, 2, 1 << 16);
    return new Bert(
        settings.integer("vocabulary", 30_000, 1, 1 << 28),
        dim,
        settings.integer("layers", 2, 1, 1 << 10),
        settings.integer("heads", 12, 1, 1 << 10),
        settings.integer("ffn", 4 * dim, 1, 1 << 20),
        settings.number("dropout", 0.1, 0, 0.99),
        settings.integer("maxLength", 512, 1, 1 << 24),
        settings.integer("classes", 2, 1, 1 << 24));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("vocabulary", Integer.toString(vocabulary));
    settings.put("dim", Integer.toString(dim));
    settings.put("layers", Integer.toString(layers));
    settings.put("heads", Integer.toString(heads));
    settings.put("ffn", Integer.toString(ffn));
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
    Value ids = Layers.idsInput(scope, sizes.batch(), sizes.time());
    Value mask = Layers.maskInput(scope, sizes.batch(), sizes.time());
    Value x = embedding(scope.in("embedding"), ids, vocabulary, dim, 0.02);
    x = learnedPositions(scope.in("positions"), x, maxLength);
    x = drop(scope, layerNorm(scope.in("embeddingNorm"), x, EPSILON), dropout);
    x =
        Transformer.encoder(
            scope.in("encoder"),
            x,
            mask,
            layers,
            new Transformer.Config(
                heads, ffn, Op.Unary.Kind.GELU, false, dropout, dropout, EPSILON));
    Value first = x.slice(1, 0, 1).reshape(Dim.batch(sizes.batch()), Dim.of(dim));
    Value pooled = linear(scope.in("pooler"), first, dim).unary(Op.Unary.Kind.TANH);
    return Map.of("logits", linear(scope.in("head"), drop(scope, pooled, dropout), classes));
  }
}
