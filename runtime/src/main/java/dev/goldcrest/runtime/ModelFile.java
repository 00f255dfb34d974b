package dev.goldcrest.runtime;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.json.JsonException;
import dev.goldcrest.runtime.json.Printable;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.safetensors.SafetensorsFile;
import dev.goldcrest.runtime.safetensors.SafetensorsWriter;
import dev.goldcrest.runtime.safetensors.TensorData;
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
 * @param architecture what the weights mean
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
  private static final int FORMAT = 1;
  private static final String[] COMMON = {"format", "task", "architecture", "config", "provenance"};

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
      return read(file, path.toString());
    }
  }

  /** Reads a model from a stream, such as a jar's resource or an Android asset. */
  public static ModelFile load(InputStream in) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.read(in)) {
      return read(file, "the model");
    }
  }

  /**
   * Writes the model; an older file of that name is replaced at once or not at all.
   *
   * @param half weights as 16-bit floats, which halves the file
   */
  public void save(Path path, boolean half) throws IOException {
    SafetensorsWriter.write(path, tensors(half), metadata(half));
  }

  /** Writes the same bytes to a stream, which stays open. */
  public void write(OutputStream out, boolean half) throws IOException {
    SafetensorsWriter.write(out, tensors(half), metadata(half));
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

  private Map<String, String> metadata(boolean half) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("format", FORMAT);
    object.put("task", task);
    object.put("architecture", architecture.name());
    object.put("config", new LinkedHashMap<String, Object>(architecture.settings()));
    object.putAll(sections);
    object.put("provenance", provenance);
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(KEY, Json.write(object));
    metadata.put(
        Checksum.KEY,
        Checksum.of(smallestTrace(architecture).parameters().values(), weights, half));
    return metadata;
  }

  private Map<String, TensorData> tensors(boolean half) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (Value parameter : smallestTrace(architecture).parameters().values()) {
      float[] values = weights.get(parameter.path());
      long[] shape = shape(parameter);
      tensors.put(
          parameter.path(),
          half ? TensorData.ofHalf(values, shape) : TensorData.ofFloats(values, shape));
    }
    return tensors;
  }

  private static ModelFile read(SafetensorsFile file, String name) throws IOException {
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
    Architecture architecture = architecture(metadata);
    Map<String, Object> sections = new LinkedHashMap<>(metadata.object());
    sections.keySet().removeAll(Arrays.asList(COMMON));
    return new ModelFile(
        metadata.string("task"),
        architecture,
        sections,
        metadata.section("provenance").object(),
        weights(file, architecture, metadata.file()));
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

  private static Weights weights(SafetensorsFile file, Architecture architecture, String name)
      throws IOException {
    Graph graph = smallestTrace(architecture);
    Map<String, float[]> weights = new LinkedHashMap<>();
    for (Value parameter : graph.parameters().values()) {
      String path = parameter.path();
      if (!file.contains(path)) {
        throw unusable(name, "has no weight " + path + ", which its architecture needs");
      }
      long[] expected = shape(parameter);
      if (!Arrays.equals(expected, file.shape(path))) {
        throw unusable(
            name,
            "holds "
                + path
                + " with shape "
                + Arrays.toString(file.shape(path))
                + ", its architecture needs "
                + Arrays.toString(expected));
      }
      weights.put(path, file.floats(path));
    }
    Weights read = Weights.of(weights);
    String expected = file.metadata().get(Checksum.KEY);
    String found = Checksum.of(graph.parameters().values(), read, false);
    if (expected != null && !expected.equals(found)) {
      throw new FormatException(
          FormatException.Reason.WRONG_CHECKSUM,
          name,
          "its weights were altered: their checksum is "
              + found
              + ", it should be "
              + Printable.quote(expected)
              + "; fetch or train it again");
    }
    return read;
  }

  private static Graph smallestTrace(Architecture architecture) {
    return architecture.trace(Architecture.WHOLE, architecture.smallest());
  }

  private static long[] shape(Value parameter) {
    long[] shape = new long[parameter.shape().rank()];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = parameter.shape().at(axis);
    }
    return shape;
  }
}
