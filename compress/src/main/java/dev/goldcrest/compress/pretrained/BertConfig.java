package dev.goldcrest.compress.pretrained;

import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.json.JsonException;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * What weights alone do not tell about an encoder.
 *
 * @param heads of each attention
 * @param epsilon of every layer norm
 * @param activation in the feed-forward network
 */
record BertConfig(int heads, double epsilon, Op.Unary.Kind activation) {

  /** From a {@code config.json}; other models than BERT are refused by name. */
  static BertConfig of(byte[] json, String file) throws IOException {
    try {
      Map<String, Object> config = Json.object(Json.parse(json), "the config");
      require(config, "model_type", "bert", file);
      require(config, "position_embedding_type", "absolute", file);
      Object activation = config.getOrDefault("hidden_act", "gelu");
      Op.Unary.Kind kind =
          switch (String.valueOf(activation)) {
            case "gelu" -> Op.Unary.Kind.GELU;
            case "gelu_new", "gelu_pytorch_tanh" -> Op.Unary.Kind.GELU_TANH;
            case "relu" -> Op.Unary.Kind.RELU;
            default ->
                throw OnnxFile.unusable(
                    file, "has hidden_act " + activation + ", which is not supported");
          };
      if (!(config.get("num_attention_heads") instanceof Long heads)
          || !(config.getOrDefault("layer_norm_eps", 1e-12) instanceof Number epsilon)) {
        throw OnnxFile.unusable(
            file, "needs a whole num_attention_heads and a number layer_norm_eps");
      }
      return new BertConfig((int) Math.min(heads, 1 << 20), epsilon.doubleValue(), kind);
    } catch (JsonException e) {
      throw OnnxFile.unusable(file, "is no usable config: " + e.getMessage());
    }
  }

  private static void require(Map<String, Object> config, String key, String wanted, String file)
      throws IOException {
    Object found = config.getOrDefault(key, wanted);
    if (!wanted.equals(found)) {
      throw OnnxFile.unusable(
          file, "has " + key + " " + found + ", which is not supported; it must be " + wanted);
    }
  }

  /** From the graph itself. */
  static BertConfig of(OnnxParameters parameters, String prefix, long dim, String file)
      throws IOException {
    long channels = parameters.headChannels(prefix + "encoder.layer.0.attention.self.query");
    double epsilon = parameters.epsilon();
    if (channels < 1 || dim % channels != 0 || Double.isNaN(epsilon)) {
      throw OnnxFile.unusable(
          file,
          "does not tell its heads and epsilon in a way that is known; put its config.json beside"
              + " it");
    }
    Op.Unary.Kind kind;
    Set<String> approximations = parameters.approximations();
    if (!approximations.isEmpty()) {
      kind = gelu(approximations, file);
    } else if (parameters.count("Erf") > 0) {
      kind = Op.Unary.Kind.GELU;
    } else if (parameters.count("Tanh") > 1) { // one is the pooler's
      kind = Op.Unary.Kind.GELU_TANH;
    } else if (parameters.count("Relu") > 0) {
      kind = Op.Unary.Kind.RELU;
    } else {
      throw OnnxFile.unusable(file, "has an activation that is not known; gelu and relu are");
    }
    return new BertConfig((int) (dim / channels), epsilon, kind);
  }

  private static Op.Unary.Kind gelu(Set<String> approximations, String file) throws IOException {
    if (approximations.equals(Set.of("none"))) {
      return Op.Unary.Kind.GELU;
    }
    if (approximations.equals(Set.of("tanh"))) {
      return Op.Unary.Kind.GELU_TANH;
    }
    throw OnnxFile.unusable(
        file,
        "has Gelu with approximate "
            + String.join(" and ", approximations)
            + ", which is not supported; it must be none or tanh");
  }

  void into(Map<String, String> settings) {
    settings.put("heads", Integer.toString(heads));
    settings.put("epsilon", Double.toString(epsilon));
    settings.put("activation", Settings.text(activation));
  }
}
