package dev.goldcrest.app.reproduce;

import dev.goldcrest.compress.Rank;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Bert;
import dev.goldcrest.core.models.Linformer;
import dev.goldcrest.core.models.Settings;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the Greenformers table compares; weights are random, which changes no time. */
final class GreenModels {
  private static final String LAYER = "encoder.layer.";

  private GreenModels() {}

  /** BERT-base as an encoder with its pooler. */
  static Architecture bertBase() {
    return Bert.from(new Settings(Architectures.preset(Bert.NAME, "base")));
  }

  /** BERT-base as a classifier of two labels, which can be trained. */
  static Architecture bertBaseClassifier() {
    Map<String, String> settings = new LinkedHashMap<>(Architectures.preset(Bert.NAME, "base"));
    settings.put("classes", "2");
    return Bert.from(new Settings(settings));
  }

  /**
   * The model with every linear of its layers and the pooler in two factors, as greenformer 0.2.2
   * does: embeddings, norms and the head stay.
   *
   * @param firstLayer the layers before it stay too
   */
  static Architecture lowRank(Architecture model, Rank rank, int firstLayer) {
    WeightForms forms = WeightForms.NONE;
    Map<String, Shape> weights = WeightForms.factorisable(model.whole());
    for (Map.Entry<String, Shape> weight : weights.entrySet()) {
      if (isFactorised(weight.getKey(), firstLayer)) {
        int r = rank.of(Rank.most(weight.getValue().at(0), weight.getValue().at(1)), null);
        forms = r == 0 ? forms : forms.withRank(weight.getKey(), r);
      }
    }
    return model.with(forms);
  }

  private static boolean isFactorised(String path, int firstLayer) {
    if (path.startsWith("pooler.")) {
      return true;
    }
    if (!path.startsWith(LAYER)) {
      return false;
    }
    String rest = path.substring(LAYER.length());
    boolean projection = rest.endsWith("attention.e.weight") || rest.endsWith("attention.f.weight");
    return !projection && Integer.parseInt(rest.substring(0, rest.indexOf('.'))) >= firstLayer;
  }

  /** An encoder of the length table. */
  record Size(int dim, int heads, int layers, int longest) {
    /** {@code d256}. */
    String name() {
      return "d" + dim;
    }
  }

  /** The contenders at one size by name, the dense one first. */
  static Map<String, Architecture> contenders(Size size) {
    Architecture dense = encoder(size, 0);
    Rank half = new Rank.Ratio(0.5);
    Map<String, Architecture> contenders = new LinkedHashMap<>();
    contenders.put("vanilla", dense);
    contenders.put("low rank 0.5", lowRank(dense, half, 0));
    contenders.put("Linformer k=128", encoder(size, 128));
    contenders.put("Linformer k=256", encoder(size, 256));
    contenders.put("both, k=128", lowRank(encoder(size, 128), half, 0));
    return contenders;
  }

  /**
   * @param k rows of a Linformer, at most the length; 0 for a dense encoder
   */
  private static Architecture encoder(Size size, int k) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("vocabulary", "1000");
    settings.put("dim", Integer.toString(size.dim()));
    settings.put("heads", Integer.toString(size.heads()));
    settings.put("layers", Integer.toString(size.layers()));
    settings.put("maxLength", Integer.toString(size.longest()));
    settings.put("readout", "mean");
    if (k == 0) {
      return Bert.from(new Settings(settings));
    }
    settings.put("k", Integer.toString(Math.min(k, size.longest())));
    // A text of fewer than k tokens has as many rows as tokens.
    settings.put("stride", "1");
    return Linformer.from(new Settings(settings));
  }
}
