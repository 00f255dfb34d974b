package dev.goldcrest.app.train;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.TextClassifier;
import dev.goldcrest.runtime.TextEmbedder;
import dev.goldcrest.runtime.Weights;
import java.util.Arrays;

/** Models as those who are asked; they answer as a device would. */
public final class Oracles {
  private Oracles() {}

  /** A classifier's logits. */
  static Opinions.Oracle of(ClassifierModel model) {
    TextClassifier classifier = new TextClassifier(model);
    long fingerprint = fingerprint(model.architecture(), model.text().toString(), model.weights());
    return new Opinions.Oracle() {
      @Override
      public int dimension() {
        return model.labels().size();
      }

      @Override
      public long fingerprint() {
        return fingerprint;
      }

      @Override
      public float[] think(String text) {
        return classifier.logits(text);
      }
    };
  }

  /** An encoder's vectors, scaled to length 1. */
  public static Opinions.Oracle of(EmbeddingModel model) {
    EmbeddingModel unit =
        new EmbeddingModel(
            model.architecture(), model.text(), true, model.provenance(), model.weights());
    TextEmbedder embedder = new TextEmbedder(unit);
    long fingerprint = fingerprint(model.architecture(), model.text().toString(), model.weights());
    return new Opinions.Oracle() {
      @Override
      public int dimension() {
        return embedder.dimension();
      }

      @Override
      public long fingerprint() {
        return fingerprint;
      }

      @Override
      public float[] think(String text) {
        return embedder.embed(text);
      }
    };
  }

  private static long fingerprint(Architecture architecture, String text, Weights weights) {
    long hash = architecture.settings().hashCode();
    hash = 31 * hash + text.hashCode();
    for (String path : weights.paths()) {
      hash = 0x9E3779B97F4A7C15L * (hash ^ path.hashCode()) + Arrays.hashCode(weights.floats(path));
    }
    return hash;
  }
}
