package dev.goldcrest.compress.pretrained;

import dev.goldcrest.core.models.Bert;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/** What a sentence-transformers directory says beside its encoder: pooling, norm and length. */
final class SentenceModules {
  private static final String PREFIX = "sentence_transformers.models.";

  private SentenceModules() {}

  /** The options, filled where they are null with what the directory says. */
  static Pretrained.Options read(Path directory, Pretrained.Options options) throws IOException {
    Bert.Readout readout = options.readout();
    Boolean normalize = options.normalize();
    Integer most = options.maxTokens();
    Path modules = directory.resolve("modules.json");
    try {
      if (Files.exists(modules)) {
        boolean unit = false;
        for (Object entry : Json.array(Json.parse(Pretrained.bytes(modules)), "modules.json")) {
          Map<String, Object> module = Json.object(entry, "a module");
          String type = String.valueOf(module.get("type"));
          switch (type) {
            case PREFIX + "Transformer" -> {}
            case PREFIX + "Normalize" -> unit = true;
            case PREFIX + "Pooling" -> {
              Path folder = directory.resolve(String.valueOf(module.get("path")));
              readout = readout == null ? pooling(folder.resolve("config.json")) : readout;
            }
            default ->
                throw OnnxFile.unusable(
                    modules.toString(), "has the module " + type + ", which is not supported");
          }
        }
        normalize = normalize == null ? unit : normalize;
      }
      Path length = directory.resolve("sentence_bert_config.json");
      if (most == null && Files.exists(length)) {
        Object given =
            Json.object(Json.parse(Pretrained.bytes(length)), length.toString())
                .get("max_seq_length");
        most = given instanceof Long tokens && tokens > 0 ? (int) Math.min(tokens, 1 << 24) : null;
      }
    } catch (JsonException | InvalidPathException e) {
      throw OnnxFile.unusable(directory.toString(), "cannot be imported: " + e.getMessage());
    }
    return new Pretrained.Options(readout, normalize, most);
  }

  private static Bert.Readout pooling(Path file) throws IOException, JsonException {
    Bert.Readout found = null;
    for (Map.Entry<String, Object> entry :
        Json.object(Json.parse(Pretrained.bytes(file)), file.toString()).entrySet()) {
      if (entry.getKey().startsWith("pooling_mode_") && Boolean.TRUE.equals(entry.getValue())) {
        boolean mean = entry.getKey().equals("pooling_mode_mean_tokens");
        if (found != null || !mean && !entry.getKey().equals("pooling_mode_cls_token")) {
          throw OnnxFile.unusable(
              file.toString(), "has " + entry.getKey() + ", which is not supported");
        }
        found = mean ? Bert.Readout.MEAN : Bert.Readout.FIRST;
      }
    }
    return found;
  }
}
