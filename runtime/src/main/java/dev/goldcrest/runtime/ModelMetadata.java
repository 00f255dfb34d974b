package dev.goldcrest.runtime;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Nearest;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.json.JsonException;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.text.ProjectionConfig;
import dev.goldcrest.runtime.text.TextConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The metadata of a model file: everything but the weights, as one JSON object. */
final class ModelMetadata {
  static final String KEY = "goldcrest";
  static final int FORMAT = 1;

  private final Map<String, Object> object;
  private final String file;

  private ModelMetadata(Map<String, Object> object, String file) {
    this.object = object;
    this.file = file;
  }

  static Map<String, String> of(Model model) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("format", FORMAT);
    object.put("task", "classify");
    object.put("architecture", model.architecture().name());
    object.put("config", new LinkedHashMap<String, Object>(model.architecture().settings()));
    object.put("text", text(model.text()));
    object.put("labels", model.labels());
    Map<String, Object> calibration = new LinkedHashMap<>();
    calibration.put("temperature", model.calibration().temperature());
    calibration.put("threshold", model.calibration().threshold());
    object.put("calibration", calibration);
    object.put("provenance", model.provenance());
    return Collections.singletonMap(KEY, Json.write(object));
  }

  private static Map<String, Object> text(TextConfig text) {
    Map<String, Object> object = new LinkedHashMap<>();
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

  /** The model without its weights. */
  static Model read(Map<String, String> metadata, String file) throws FormatException {
    String json = metadata.get(KEY);
    if (json == null) {
      throw Model.unusable(
          file, "is a safetensors file but no Goldcrest model: its metadata have no entry " + KEY);
    }
    try {
      return new ModelMetadata(Json.parseObject(json), file).model();
    } catch (JsonException | IllegalArgumentException e) {
      throw Model.unusable(file, "has unusable metadata: " + e.getMessage());
    }
  }

  private Model model() throws FormatException, JsonException {
    int format = integer(object, "format");
    if (format < 1 || format > FORMAT) {
      throw Model.unusable(
          file,
          "has format version "
              + format
              + ", this Goldcrest reads up to "
              + FORMAT
              + "; use a newer one");
    }
    Architecture architecture = architecture();
    List<String> labels = strings(object, "labels");
    if (labels.size() != Integer.parseInt(architecture.settings().get("classes"))) {
      throw Model.unusable(
          file, "names " + labels.size() + " labels for another number of classes");
    }
    if (new HashSet<>(labels).size() != labels.size()) {
      throw Model.unusable(file, "names one of its " + labels.size() + " labels twice");
    }
    Map<String, Object> calibration = Json.object(object.get("calibration"), "calibration");
    return new Model(
        architecture,
        text(Json.object(object.get("text"), "text"), architecture),
        labels,
        new Model.Calibration(number(calibration, "temperature"), number(calibration, "threshold")),
        Json.object(object.get("provenance"), "provenance"),
        Weights.of(Collections.emptyMap()));
  }

  private Architecture architecture() throws FormatException, JsonException {
    Map<String, String> config = new LinkedHashMap<>();
    for (Map.Entry<String, Object> entry : Json.object(object.get("config"), "config").entrySet()) {
      config.put(entry.getKey(), String.valueOf(entry.getValue()));
    }
    Settings settings = new Settings(config);
    Architecture architecture = Architectures.of(string(object, "architecture"), settings);
    settings.requireAllKnown();
    return architecture;
  }

  private TextConfig text(Map<String, Object> text, Architecture architecture)
      throws FormatException, JsonException {
    boolean lowerCase = flag(text, "lowerCase");
    TextConfig config;
    String size;
    if (text.containsKey("vocabulary")) {
      config =
          new TextConfig(lowerCase, null, strings(text, "vocabulary"), flag(text, "classToken"));
      size = "vocabulary";
    } else {
      ProjectionConfig projection =
          new ProjectionConfig(
              kind(string(text, "projection")),
              integer(text, "bits"),
              integer(text, "ngramMax"),
              integer(text, "skip"),
              integer(text, "context"),
              flag(text, "signed"),
              longInteger(text, "seed"));
      config = new TextConfig(lowerCase, projection, null, false);
      size = "features";
    }
    String needed = architecture.settings().get(size);
    if (needed == null || Integer.parseInt(needed) != config.inputs()) {
      throw Model.unusable(
          file,
          "has a text front end of "
              + config.inputs()
              + " "
              + size
              + ", its model takes "
              + needed);
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

  private Object need(Map<String, Object> from, String name) throws FormatException {
    Object value = from.get(name);
    if (value == null) {
      throw Model.unusable(file, "has metadata without " + name);
    }
    return value;
  }

  private String string(Map<String, Object> from, String name) throws FormatException {
    if (need(from, name) instanceof String text) {
      return text;
    }
    throw Model.unusable(file, "has metadata in which " + name + " is no text");
  }

  private boolean flag(Map<String, Object> from, String name) throws FormatException {
    if (need(from, name) instanceof Boolean flag) {
      return flag;
    }
    throw Model.unusable(file, "has metadata in which " + name + " is neither true nor false");
  }

  private long longInteger(Map<String, Object> from, String name) throws FormatException {
    if (need(from, name) instanceof Long number) {
      return number;
    }
    throw Model.unusable(file, "has metadata in which " + name + " is no whole number");
  }

  private int integer(Map<String, Object> from, String name) throws FormatException {
    long value = longInteger(from, name);
    if (value != (int) value) {
      throw Model.unusable(file, "has metadata in which " + name + " is out of range: " + value);
    }
    return (int) value;
  }

  private double number(Map<String, Object> from, String name) throws FormatException {
    if (need(from, name) instanceof Number number) {
      return number.doubleValue();
    }
    throw Model.unusable(file, "has metadata in which " + name + " is no number");
  }

  private List<String> strings(Map<String, Object> from, String name)
      throws FormatException, JsonException {
    List<String> strings = new ArrayList<>();
    for (Object value : Json.array(need(from, name), name)) {
      if (!(value instanceof String text)) {
        throw Model.unusable(
            file, "has metadata in which " + name + " holds something else than texts");
      }
      strings.add(text);
    }
    return strings;
  }
}
