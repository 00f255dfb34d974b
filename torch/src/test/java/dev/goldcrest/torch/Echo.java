package dev.goldcrest.torch;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Toy translations and toy text, and one-layer transformers that learn them in a moment. */
final class Echo {
  private Echo() {}

  /**
   * A model.
   *
   * @param tied the output map is the embedding
   */
  static Architecture model(int vocabulary, int dim, boolean translates, boolean tied) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("task", translates ? "translate" : "lm");
    settings.put("vocabulary", "" + vocabulary);
    settings.put("dim", "" + dim);
    settings.put("layers", "1");
    settings.put("heads", "2");
    settings.put("ffn", "" + 2 * dim);
    settings.put("normFirst", "true");
    settings.put("tied", "" + tied);
    settings.put("dropout", "0.1");
    settings.put("attentionDropout", "0.1");
    return Architectures.of("transformer", new Settings(settings));
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
    return options(epochs, learningRate, Precision.FLOAT32);
  }

  static SequenceOptions options(double epochs, double learningRate, Precision precision) {
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
        2,
        precision);
  }
}
