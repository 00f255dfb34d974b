package dev.goldcrest.compress.pretrained;

import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Bert;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.runtime.Weights;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Foreign parameters as the weights of our {@link Bert}. */
final class BertImport {
  private static final String WORDS = "embeddings.word_embeddings.weight";

  /** Parts of our paths and what BERT's own code calls them; the first that fits is taken. */
  private static final String[][] NAMES = {
    {"embedding.", "embeddings.word_embeddings."},
    {"positions.", "embeddings.position_embeddings."},
    {"tokenTypes.", "embeddings.token_type_embeddings."},
    {"embeddingNorm.", "embeddings.LayerNorm."},
    {"pooler.", "pooler.dense."},
    {".attention.q.", ".attention.self.query."},
    {".attention.k.", ".attention.self.key."},
    {".attention.v.", ".attention.self.value."},
    {".attention.out.", ".attention.output.dense."},
    {".norm1.", ".attention.output.LayerNorm."},
    {".ffn.in.", ".intermediate.dense."},
    {".ffn.out.", ".output.dense."},
    {".norm2.", ".output.LayerNorm."},
  };

  private final Parameters parameters;
  private final String file;
  private final String prefix;

  BertImport(Parameters parameters, String file) throws IOException {
    this.parameters = parameters;
    this.file = file;
    List<String> found =
        parameters.names().stream().filter(name -> name.endsWith(WORDS)).sorted().toList();
    if (found.isEmpty()) {
      throw OnnxFile.unusable(
          file, "has no weight " + WORDS + ", which every encoder of the BERT family has");
    }
    if (found.size() > 1) {
      throw OnnxFile.unusable(
          file, "holds more encoders than one: " + String.join(", ", found) + "; export one alone");
    }
    prefix = found.get(0).substring(0, found.get(0).length() - WORDS.length());
  }

  /** What stands before BERT's own names. */
  String prefix() {
    return prefix;
  }

  long dim() throws IOException {
    return matrix(WORDS)[1];
  }

  /** The record that these weights fit. */
  Bert architecture(BertConfig config, Bert.Readout readout) throws IOException {
    int layers = 0;
    while (has("encoder.layer." + layers + ".attention.self.query.weight")) {
      layers++;
    }
    if (layers == 0) {
      throw OnnxFile.unusable(
          file,
          "has no weight "
              + prefix
              + "encoder.layer.0.attention.self.query.weight; weights that are fused or quantised"
              + " are not supported, export the plain model");
    }
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("vocabulary", Long.toString(matrix(WORDS)[0]));
    String types = "embeddings.token_type_embeddings.weight";
    settings.put("tokenTypes", Long.toString(has(types) ? matrix(types)[0] : 0));
    settings.put("dim", Long.toString(dim()));
    settings.put("layers", Integer.toString(layers));
    settings.put("ffn", Long.toString(matrix("encoder.layer.0.intermediate.dense.weight")[0]));
    settings.put("maxLength", Long.toString(matrix("embeddings.position_embeddings.weight")[0]));
    settings.put("readout", Settings.text(readout));
    settings.put("classes", "0");
    config.into(settings);
    try {
      return Bert.from(new Settings(settings));
    } catch (IllegalArgumentException e) {
      throw OnnxFile.unusable(file, "makes no model: " + e.getMessage());
    }
  }

  /** The weights of {@code model} by its paths. */
  Weights weights(Bert model) throws IOException {
    Map<String, float[]> weights = new LinkedHashMap<>();
    for (Value parameter : model.whole().parameters().values()) {
      String name = foreign(parameter.path());
      if (!has(name)) {
        name = name.replace("LayerNorm.weight", "LayerNorm.gamma");
        name = name.replace("LayerNorm.bias", "LayerNorm.beta");
      }
      if (!has(name)) {
        throw OnnxFile.unusable(file, "has no weight " + prefix + foreign(parameter.path()));
      }
      long[] shape = parameters.shape(prefix + name);
      long[] wanted = new long[parameter.shape().rank()];
      for (int axis = 0; axis < wanted.length; axis++) {
        wanted[axis] = parameter.shape().at(axis);
      }
      if (!Arrays.equals(shape, wanted)) {
        throw OnnxFile.unusable(
            file,
            "holds "
                + prefix
                + name
                + " with shape "
                + Arrays.toString(shape)
                + ", expected "
                + Arrays.toString(wanted));
      }
      float[] values = parameters.values(prefix + name);
      for (float value : values) {
        if (!Float.isFinite(value)) {
          throw OnnxFile.unusable(file, "holds NaN or infinity in " + prefix + name);
        }
      }
      weights.put(parameter.path(), values);
    }
    return Weights.of(weights);
  }

  /** What BERT's own code calls the weight at one of our paths. */
  static String foreign(String path) {
    for (String[] pair : NAMES) {
      if (pair[0].startsWith(".") ? path.contains(pair[0]) : path.startsWith(pair[0])) {
        return path.replace(pair[0], pair[1]);
      }
    }
    return path;
  }

  private boolean has(String name) {
    return parameters.names().contains(prefix + name);
  }

  private long[] matrix(String name) throws IOException {
    if (!has(name)) {
      throw OnnxFile.unusable(file, "has no weight " + prefix + name);
    }
    long[] shape = parameters.shape(prefix + name);
    if (shape.length != 2) {
      throw OnnxFile.unusable(
          file, "holds " + prefix + name + " with shape " + Arrays.toString(shape));
    }
    return shape;
  }
}
