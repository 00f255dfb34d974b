package dev.goldcrest.runtime;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Nearest;
import dev.goldcrest.runtime.json.JsonException;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.text.ProjectionConfig;
import dev.goldcrest.runtime.text.TextConfig;
import dev.goldcrest.runtime.text.Vocabulary;
import dev.goldcrest.runtime.text.WordPiece;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The section {@code text} of a model file: how a text becomes the model's input. */
final class TextSection {
  private TextSection() {}

  static Map<String, Object> of(TextConfig text) {
    Map<String, Object> object = new LinkedHashMap<>();
    if (text.wordPiece() != null) {
      object.put("tokenizer", text.wordPiece().json());
      return object;
    }
    object.put("lowerCase", text.lowerCase());
    if (text.projection() != null) {
      ProjectionConfig projection = text.projection();
      object.put("projection", projection.kind().name().toLowerCase(Locale.ROOT));
      object.put("bits", projection.bits());
      object.put("ngramMax", projection.ngramMax());
      object.put("skip", projection.skip());
      object.put("context", projection.context());
      object.put("signed", projection.signed());
      object.put("seed", projection.seed());
    } else {
      object.put("classToken", text.classToken());
      object.put("vocabulary", text.vocabulary());
    }
    return object;
  }

  static TextConfig read(Metadata text, Architecture architecture)
      throws FormatException, JsonException {
    TextConfig config;
    String size;
    if (text.object().containsKey("tokenizer")) {
      config = TextConfig.pieces(WordPiece.of(text.section("tokenizer").object()));
      size = "vocabulary";
    } else if (text.object().containsKey("vocabulary")) {
      config =
          TextConfig.indexed(
              text.flag("lowerCase"),
              new Vocabulary(text.strings("vocabulary")),
              text.flag("classToken"));
      size = "vocabulary";
    } else {
      ProjectionConfig projection =
          new ProjectionConfig(
              kind(text.string("projection")),
              text.integer("bits"),
              text.integer("ngramMax"),
              text.integer("skip"),
              text.integer("context"),
              text.flag("signed"),
              text.longInteger("seed"));
      config = TextConfig.projected(text.flag("lowerCase"), projection);
      size = "features";
    }
    String needed = architecture.settings().get(size);
    int rows = needed == null ? 0 : Integer.parseInt(needed);
    // A pretrained table may have more rows than its tokeniser has pieces.
    if (config.wordPiece() == null ? rows != config.inputs() : rows < config.inputs()) {
      throw ModelFile.unusable(
          text.file(),
          "has a text front end of "
              + config.inputs()
              + " "
              + size
              + ", its model takes "
              + needed);
    }
    if (config.mostWords(architecture.maxLength()) < 0) {
      throw ModelFile.unusable(
          text.file(),
          "puts "
              + config.frame()
              + " special tokens around a text, its model reads "
              + architecture.maxLength());
    }
    return config;
  }

  private static ProjectionConfig.Kind kind(String name) {
    List<String> names = new ArrayList<>();
    for (ProjectionConfig.Kind kind : ProjectionConfig.Kind.values()) {
      names.add(kind.name().toLowerCase(Locale.ROOT));
      if (names.get(names.size() - 1).equals(name)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("unknown projection " + name + Nearest.hint(name, names));
  }
}
