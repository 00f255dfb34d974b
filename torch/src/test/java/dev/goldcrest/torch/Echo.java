package dev.goldcrest.torch;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.core.nn.Layers;
import dev.goldcrest.core.nn.Transformer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A one-layer transformer that learns toy translations and toy text in a moment.
 *
 * @param tied the output map is the embedding
 */
record Echo(int vocabulary, int dim, boolean translates, boolean tied) implements Architecture {
  @Override
  public String name() {
    return "echo";
  }

  @Override
  public Map<String, String> settings() {
    return new LinkedHashMap<>(Map.of("dim", "" + dim));
  }

  @Override
  public int maxLength() {
    return 64;
  }

  @Override
  public Sizes smallest() {
    return new Sizes(1, 1, 1, translates ? 1 : 0);
  }

  @Override
  public Map<String, Value> build(Scope scope, String entry, Sizes sizes) {
    Transformer.Config config =
        new Transformer.Config(2, 2 * dim, Op.Unary.Kind.RELU, true, 0.1, 0.1, 1e-5);
    Value x = embed(scope, Layers.idsInput(scope, sizes.batch(), sizes.time()));
    if (translates) {
      Dim batch = Dim.batch(sizes.batch());
      Dim length = new Dim(sizes.source(), "S");
      Value source = scope.input("source", DType.I32, batch, length);
      Value mask = scope.input("sourceMask", DType.F32, batch, length);
      Value memory =
          Transformer.encoder(scope.in("encoder"), embed(scope, source), mask, 1, config);
      x = Transformer.decoderLayer(scope.in("decoder"), x, memory, mask, config);
    } else {
      Value y = Transformer.selfAttention(scope.in("decoder"), x, null, true, config);
      x = x.plus(Layers.drop(scope, y, 0.1));
    }
    x = Layers.layerNorm(scope.in("norm"), x, 1e-5);
    Value logits =
        tied
            ? scope.apply(
                new Op.Linear(),
                x,
                scope
                    .in("embedding")
                    .parameter(
                        "weight", new dev.goldcrest.core.graph.Init.Normal(0.2), vocabulary, dim))
            : Layers.linear(scope.in("head"), x, vocabulary);
    return Map.of("logits", logits);
  }

  private Value embed(Scope scope, Value ids) {
    Value x = Layers.embedding(scope.in("embedding"), ids, vocabulary, dim, 0.2);
    return Layers.sinusoidalPositions(scope, x);
  }

  /** Pairs whose target is the source backwards with each token one higher. */
  static SequenceData pairs(int count, int vocabulary, int budget, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<int[]> sources = new ArrayList<>();
    List<int[]> targets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] source = new int[1 + random.nextInt(8)];
      int[] target = new int[source.length];
      for (int t = 0; t < source.length; t++) {
        source[t] = 4 + random.nextInt(vocabulary - 5);
        target[source.length - 1 - t] = source[t] + 1;
      }
      sources.add(source);
      targets.add(target);
    }
    return SequenceData.pairs(sources, targets, budget);
  }

  /** Text in which each token is the one before plus one, mostly. */
  static SequenceData stream(int length, int vocabulary, int context, int budget, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] tokens = new int[length];
    tokens[0] = 4;
    for (int i = 1; i < length; i++) {
      boolean jump = random.nextInt(10) == 0;
      tokens[i] =
          4 + (jump ? random.nextInt(vocabulary - 4) : (tokens[i - 1] - 3) % (vocabulary - 4));
    }
    return SequenceData.stream(tokens, context, budget);
  }

  /** Everything that a recipe uses, switched on. */
  static SequenceOptions options(double epochs, double learningRate) {
    return new SequenceOptions(
        epochs,
        learningRate,
        0.1,
        SequenceOptions.Decay.COSINE,
        0.98,
        0.01,
        0.1,
        1,
        0.99,
        0,
        0,
        1,
        2);
  }
}
