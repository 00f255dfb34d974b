package dev.goldcrest.runtime;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.graph.WeightForms.Stored;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.json.JsonException;
import dev.goldcrest.runtime.json.Printable;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.safetensors.SafetensorsFile;
import dev.goldcrest.runtime.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A trained model of any task as its file holds it: one safetensors file with the weights under
 * their graph paths and everything else as JSON in the metadata entry {@code goldcrest}. What a
 * task needs beside its weights, such as labels or a tokeniser, are sections of that JSON; the
 * task's own record, such as {@link ClassifierModel}, gives them types. Two equal training runs
 * give equal bytes.
 *
 * @param task what the model is for: {@code classify}, {@code translate}...
 * @param architecture what the weights mean, their forms included
 * @param sections the task's part of the metadata by name; plain JSON values
 * @param provenance where the model comes from and what it scored; plain JSON values
 * @param weights by path
 */
public record ModelFile(
    String task,
    Architecture architecture,
    Map<String, Object> sections,
    Map<String, Object> provenance,
    Weights weights) {
  private static final String KEY = "goldcrest";
  private static final String FORMS = "forms";

  /** Files without forms stay readable for programs that know of none. */
  private static final int PLAIN_FORMAT = 1;

  private static final int FORMAT = 2;
  private static final String[] COMMON = {
    "format", "task", "architecture", "config", "provenance", FORMS
  };

  public ModelFile {
    sections = Collections.unmodifiableMap(new LinkedHashMap<>(sections));
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
    for (String name : COMMON) {
      if (sections.containsKey(name)) {
        throw new IllegalArgumentException("a section must not be called " + name);
      }
    }
  }

  /**
   * Reads a model file.
   *
   * @throws FormatException with a reason, if the file is damaged or no model of this version
   */
  public static ModelFile load(Path path) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return read(file);
    }
  }

  /** Reads a model from a stream, such as a jar's resource or an Android asset. */
  public static ModelFile load(InputStream in) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.read(in, "the model")) {
      return read(file);
    }
  }

  /**
   * Writes the model; an older file of that name is replaced at once or not at all.
   *
   * @param half weights that its forms leave as floats as 16-bit ones, which halves the file
   * @throws IllegalArgumentException if forms want codes of a weight that has floats
   */
  public void save(Path path, boolean half) throws IOException {
    StoredWeights stored = stored(half);
    SafetensorsWriter.write(path, stored.tensors, metadata(stored, half));
  }

  /** Writes the same bytes to a stream, which stays open. */
  public void write(OutputStream out, boolean half) throws IOException {
    StoredWeights stored = stored(half);
    SafetensorsWriter.write(out, stored.tensors, metadata(stored, half));
  }

  /** The same task, texts and provenance with other weights and what they mean. */
  public ModelFile with(Architecture other, Weights values) {
    return new ModelFile(task, other, sections, provenance, values);
  }

  /**
   * @throws FormatException unless the model is for {@code wanted}
   */
  void requireTask(String wanted, String name) throws FormatException {
    if (!task.equals(wanted)) {
      throw unusable(name, "is a model for task " + Printable.quote(task) + ", not for " + wanted);
    }
  }

  static FormatException unusable(String name, String sentence) {
    return new FormatException(FormatException.Reason.UNUSABLE_METADATA, name, sentence);
  }

  private Map<String, String> metadata(StoredWeights stored, boolean half) {
    WeightForms forms = architecture.forms();
    boolean plain = forms.isEmpty() && stored.ways.isEmpty();
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("format", plain ? PLAIN_FORMAT : FORMAT);
    object.put("task", task);
    object.put("architecture", architecture.name());
    object.put("config", new LinkedHashMap<String, Object>(architecture.settings()));
    if (!plain) {
      Map<String, Object> section = new LinkedHashMap<>();
      section.put("ranks", forms.ranks());
      section.put("widths", forms.widths());
      section.put("stored", stored.ways);
      object.put(FORMS, section);
    }
    object.putAll(sections);
    object.put("provenance", provenance);
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(KEY, Json.write(object));
    Checksum checksum = new Checksum();
    for (String path : smallestTrace(architecture).parameters().keySet()) {
      Stored how = forms.stored(path);
      checksum.add(weights.floats(path), half && floats(how) || how == Stored.F16);
    }
    metadata.put(Checksum.KEY, checksum.toString());
    return metadata;
  }

  private static boolean floats(Stored how) {
    return how == Stored.F32 || how == Stored.F16;
  }

  private StoredWeights stored(boolean half) {
    Graph graph = smallestTrace(architecture);
    architecture.forms().requireKnown(graph);
    StoredWeights stored = new StoredWeights();
    for (Value parameter : graph.parameters().values()) {
      stored.put(parameter, architecture.forms().stored(parameter.path()), weights, half);
    }
    return stored;
  }

  private static ModelFile read(SafetensorsFile file) throws IOException {
    String name = file.name();
    String json = file.metadata().get(KEY);
    if (json == null) {
      throw unusable(
          name, "is a safetensors file but no Goldcrest model: its metadata have no entry " + KEY);
    }
    try {
      return read(file, new Metadata(Json.parseObject(json), name));
    } catch (JsonException | IllegalArgumentException e) {
      throw unusable(name, "has unusable metadata: " + e.getMessage());
    }
  }

  private static ModelFile read(SafetensorsFile file, Metadata metadata)
      throws IOException, JsonException {
    int format = metadata.integer("format");
    if (format < 1 || format > FORMAT) {
      throw unusable(
          metadata.file(),
          "has format version "
              + format
              + ", this Goldcrest reads up to "
              + FORMAT
              + "; use a newer one");
    }
    Map<String, Object> ways = new LinkedHashMap<>();
    Architecture architecture = architecture(metadata).with(forms(metadata, ways));
    Map<String, Object> sections = new LinkedHashMap<>(metadata.object());
    sections.keySet().removeAll(Arrays.asList(COMMON));
    return new ModelFile(
        metadata.string("task"),
        architecture,
        sections,
        metadata.section("provenance").object(),
        weights(file, architecture, ways));
  }

  /** Also fills {@code ways} with how each weight lies in the file. */
  private static WeightForms forms(Metadata metadata, Map<String, Object> ways)
      throws FormatException, JsonException {
    if (!metadata.object().containsKey(FORMS)) {
      return WeightForms.NONE;
    }
    Metadata section = metadata.section(FORMS);
    ways.putAll(section.section("stored").object());
    Map<String, Stored> stored = new LinkedHashMap<>();
    for (Map.Entry<String, Object> way : ways.entrySet()) {
      Stored form = way.getValue() instanceof String name ? StoredWeights.form(name) : null;
      if (form == null) {
        throw unusable(
            metadata.file(),
            "stores weight "
                + Printable.quote(way.getKey())
                + " in a form that this Goldcrest does not know; use a newer one");
      }
      stored.put(way.getKey(), form);
    }
    return new WeightForms(numbers(section, "ranks"), numbers(section, "widths"), stored);
  }

  private static Map<String, Integer> numbers(Metadata section, String name)
      throws FormatException, JsonException {
    Metadata numbers = section.section(name);
    Map<String, Integer> read = new LinkedHashMap<>();
    for (String path : numbers.object().keySet()) {
      read.put(path, numbers.integer(path));
    }
    return read;
  }

  private static Architecture architecture(Metadata metadata)
      throws FormatException, JsonException {
    Map<String, String> config = new LinkedHashMap<>();
    metadata.section("config").object().forEach((k, v) -> config.put(k, String.valueOf(v)));
    Settings settings = new Settings(config);
    Architecture architecture = Architectures.of(metadata.string("architecture"), settings);
    settings.requireAllKnown();
    return architecture;
  }

  private static Weights weights(
      SafetensorsFile file, Architecture architecture, Map<String, Object> ways)
      throws IOException {
    Graph graph = smallestTrace(architecture);
    architecture.forms().requireKnown(graph);
    Map<String, float[]> floats = new LinkedHashMap<>();
    Map<String, Coded> coded = new LinkedHashMap<>();
    for (Value parameter : graph.parameters().values()) {
      String way = (String) ways.get(parameter.path());
      StoredWeights.read(file, parameter, way, floats, coded);
    }
    Weights read = Weights.of(floats, coded);
    Checksum checksum = new Checksum();
    String unbounded = null;
    for (String path : graph.parameters().keySet()) {
      float[] values = read.floats(path);
      checksum.add(values, false);
      for (float value : values) {
        unbounded = Math.abs(value) <= Float.MAX_VALUE ? unbounded : path; // not so for NaN
      }
    }
    String found = checksum.toString();
    String expected = file.metadata().get(Checksum.KEY);
    if (expected != null && !expected.equals(found)) {
      throw new FormatException(
          FormatException.Reason.WRONG_CHECKSUM,
          file.name(),
          "its weights were altered: their checksum is "
              + found
              + ", it should be "
              + Printable.quote(expected)
              + "; fetch or train it again");
    }
    if (unbounded != null) {
      throw new FormatException(
          FormatException.Reason.VALUE_OUT_OF_RANGE,
          file.name(),
          "weight " + unbounded + " holds NaN or infinity; fetch or train it again");
    }
    return read;
  }

  private static Graph smallestTrace(Architecture architecture) {
    return architecture.whole();
  }
}
