package dev.goldcrest.core.models;

import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.nn.Adaptive;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What all architectures over tokens have around their layers: vocabularies, width, depth, task and
 * output.
 *
 * @param task what it is built for
 * @param vocabulary V, rows of the decoder's table, or of the only one
 * @param sourceVocabulary rows of the encoder's own table; 0 where both read one
 * @param dim d
 * @param layers of the encoder
 * @param decoderLayers of the decoder, which a language model is
 * @param normFirst pre-norm layers
 * @param finalNorm whether a pre-norm stack ends with a norm
 * @param tied whether the output matrix is the embedding table
 * @param cutoffs where the bands of an adaptive input and softmax begin; empty for none
 * @param adaptiveFactor by which each band is narrower
 * @param adaptiveDropout in the tails of an adaptive softmax, training only
 * @param dropout on the embedding and each block's output, training only
 * @param maxLength T and S at most
 * @param classes labels of a classifier
 */
public record SequenceConfig(
    Task task,
    int vocabulary,
    int sourceVocabulary,
    int dim,
    int layers,
    int decoderLayers,
    boolean normFirst,
    boolean finalNorm,
    boolean tied,
    List<Integer> cutoffs,
    int adaptiveFactor,
    double adaptiveDropout,
    double dropout,
    int maxLength,
    int classes) {
  public SequenceConfig {
    cutoffs = List.copyOf(cutoffs);
    if (!cutoffs.isEmpty() && task != Task.LM) {
      throw new IllegalArgumentException(
          "cutoffs are for task=lm, got task=" + Settings.text(task));
    }
  }

  /** The part of {@code settings} that is the same for all; what they leave out is given. */
  static SequenceConfig from(Settings settings, int dim, int layers, int decoderLayers) {
    return from(settings, dim, layers, decoderLayers, false);
  }

  static SequenceConfig from(
      Settings settings, int dim, int layers, int decoderLayers, boolean normFirst) {
    Task task = settings.choice("task", Task.CLASSIFY, Task.values());
    int vocabulary = settings.integer("vocabulary", 10_000, 4, 1 << 28);
    int encoder = settings.integer("layers", layers, 1, 1 << 10);
    boolean deep = settings.has("layers");
    return new SequenceConfig(
        task,
        vocabulary,
        settings.integer("sourceVocabulary", 0, 0, 1 << 28),
        settings.integer("dim", dim, 4, 1 << 16),
        encoder,
        settings.integer("decoderLayers", deep ? encoder : decoderLayers, 1, 1 << 10),
        settings.flag("normFirst", normFirst),
        settings.flag("finalNorm", true),
        settings.flag("tied", true),
        settings.integers("cutoffs", "", 1, 1 << 28),
        settings.integer("adaptiveFactor", 4, 1, 1 << 10),
        settings.number("adaptiveDropout", 0, 0, 0.99),
        settings.number("dropout", 0.1, 0, 0.99),
        settings.integer("maxLength", 1024, 1, 1 << 24),
        settings.integer("classes", 2, 1, 1 << 24));
  }

  /** Each by its name, to be followed by the architecture's own. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("task", Settings.text(task));
    settings.put("vocabulary", Integer.toString(vocabulary));
    settings.put("sourceVocabulary", Integer.toString(sourceVocabulary));
    settings.put("dim", Integer.toString(dim));
    settings.put("layers", Integer.toString(layers));
    settings.put("decoderLayers", Integer.toString(decoderLayers));
    settings.put("normFirst", Boolean.toString(normFirst));
    settings.put("finalNorm", Boolean.toString(finalNorm));
    settings.put("tied", Boolean.toString(tied));
    settings.put("cutoffs", Settings.text(cutoffs));
    settings.put("adaptiveFactor", Integer.toString(adaptiveFactor));
    settings.put("adaptiveDropout", Double.toString(adaptiveDropout));
    settings.put("dropout", Double.toString(dropout));
    settings.put("maxLength", Integer.toString(maxLength));
    settings.put("classes", Integer.toString(classes));
    return settings;
  }

  /** The bands of the vocabulary; null without cutoffs. */
  Adaptive adaptive() {
    return cutoffs.isEmpty()
        ? null
        : new Adaptive(vocabulary, cutoffs, dim, adaptiveFactor, tied, adaptiveDropout);
  }

  Sizes smallest() {
    return new Sizes(1, 1, 1, task == Task.TRANSLATE ? 1 : 0);
  }

  /**
   * The rule behind the figures of Lite Transformer and its baselines, by its authors' profiler:
   * embeddings, output matrix and convolution taps are no multiply-adds, the map of the first band
   * of an adaptive input is; of the vocabulary's weights only an untied output matrix counts.
   */
  static boolean paperCounts(Value value) {
    String path = value.path();
    if (value.op() instanceof Op.Parameter) {
      return !path.contains("embedding.") && !path.startsWith("head.");
    }
    boolean vocabulary =
        path.startsWith("output") || path.startsWith("embedding") || path.equals("head");
    return !(value.op() instanceof Op.LightConvolution)
        && (!vocabulary || path.startsWith("embedding.band.0."));
  }
}
