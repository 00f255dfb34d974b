package dev.goldcrest.runtime.decode;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.Session;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sequence models with drawn weights. */
public final class TinyModels {
  private TinyModels() {}

  /** A Transformer for {@code task}; further settings as {@code name=value}. */
  public static Architecture of(String task, String... more) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("task", task);
    settings.put("dim", "16");
    settings.put("layers", "2");
    settings.put("decoderLayers", "2");
    settings.put("heads", "2");
    settings.put("ffn", "24");
    settings.put("vocabulary", "40");
    settings.put("maxLength", "40");
    for (String each : more) {
      settings.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
    }
    return Architectures.of("transformer", new Settings(settings));
  }

  /** Weights large enough for scores that differ. */
  public static Weights weights(Architecture architecture, long seed) {
    Graph graph = architecture.whole();
    Weights drawn = Weights.initial(graph, seed);
    Map<String, float[]> larger = new LinkedHashMap<>();
    for (String path : drawn.paths()) {
      float[] values = drawn.get(path).clone();
      for (int i = 0; i < values.length && path.contains("embedding"); i++) {
        values[i] *= 2;
      }
      larger.put(path, values);
    }
    return Weights.of(larger);
  }

  /** Scores (T, V) of a full pass of a language model. */
  public static float[] logits(Architecture architecture, Weights weights, int[] ids) {
    return whole(architecture, weights, new ScalarKernels(), new int[0], ids);
  }

  /** Scores (T, V) of a full pass over decoder inputs. */
  static float[] whole(
      Architecture architecture, Weights weights, Kernels kernels, int[] source, int[] ids) {
    Graph graph =
        architecture.trace(Architecture.WHOLE, new Sizes(1, ids.length, 1, source.length));
    Session session = new Session(graph, weights, kernels);
    session.feed("ids", ids);
    if (source.length > 0) {
      session.feed("source", source);
      Arrays.fill(session.floats("sourceMask"), 1);
    }
    session.run();
    return session.output("logits");
  }
}
