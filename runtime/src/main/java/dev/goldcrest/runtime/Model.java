package dev.goldcrest.runtime;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.json.Printable;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.safetensors.SafetensorsFile;
import dev.goldcrest.runtime.safetensors.SafetensorsWriter;
import dev.goldcrest.runtime.safetensors.TensorData;
import dev.goldcrest.runtime.text.TextConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trained classifier of texts as its file holds it: one safetensors file with the weights under
 * their graph paths and everything else as JSON in the metadata entry {@code goldcrest}. Two equal
 * training runs give equal bytes.
 *
 * @param architecture what the weights mean
 * @param text how a text becomes the model's input
 * @param labels by class index
 * @param calibration what turns logits into probabilities worth their name
 * @param provenance where the model comes from and what it scored; plain JSON values
 * @param weights by path
 */
public record Model(
    Architecture architecture,
    TextConfig text,
    List<String> labels,
    Calibration calibration,
    Map<String, Object> provenance,
    Weights weights) {

  /**
   * Learned on held-out data after training.
   *
   * @param temperature that logits are divided by before the softmax (Guo et al., 2017)
   * @param threshold probability below which an answer should not be trusted
   */
  public record Calibration(double temperature, double threshold) {
    /** Probabilities as they come, every answer trusted. */
    public static final Calibration NONE = new Calibration(1, 0);

    public Calibration {
      if (!(temperature > 0)
          || Double.isInfinite(temperature)
          || !(threshold >= 0 && threshold <= 1)) {
        throw new IllegalArgumentException(
            "a calibration needs a temperature above 0 and a threshold from 0 to 1, got "
                + temperature
                + " and "
                + threshold);
      }
    }
  }

  public Model {
    labels = List.copyOf(labels);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  /**
   * Reads a model file.
   *
   * @throws FormatException with a reason, if the file is damaged or no model of this version
   */
  public static Model load(Path path) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return read(file, path.toString());
    }
  }

  /** Reads a model from a stream, such as a jar's resource or an Android asset. */
  public static Model load(InputStream in) throws IOException {
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

  private Map<String, String> metadata(boolean half) {
    Map<String, String> metadata = new LinkedHashMap<>(ModelMetadata.of(this));
    metadata.put(
        Checksum.KEY,
        Checksum.of(smallestTrace(architecture).parameters().values(), weights, half));
    return metadata;
  }

  private Map<String, TensorData> tensors(boolean half) {
    Graph graph = smallestTrace(architecture);
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (Value parameter : graph.parameters().values()) {
      float[] values = weights.get(parameter.path());
      long[] shape = shape(parameter);
      tensors.put(
          parameter.path(),
          half ? TensorData.ofHalf(values, shape) : TensorData.ofFloats(values, shape));
    }
    return tensors;
  }

  private static Model read(SafetensorsFile file, String name) throws IOException {
    Model bare = ModelMetadata.read(file.metadata(), name);
    Graph graph = smallestTrace(bare.architecture());
    Map<String, float[]> weights = new LinkedHashMap<>();
    for (Value parameter : graph.parameters().values()) {
      String path = parameter.path();
      if (!file.contains(path)) {
        throw unusable(name, "has no weight " + path + ", which its architecture needs");
      }
      long[] expected = shape(parameter);
      if (!java.util.Arrays.equals(expected, file.shape(path))) {
        throw unusable(
            name,
            "holds "
                + path
                + " with shape "
                + java.util.Arrays.toString(file.shape(path))
                + ", its architecture needs "
                + java.util.Arrays.toString(expected));
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
    return new Model(
        bare.architecture(),
        bare.text(),
        bare.labels(),
        bare.calibration(),
        bare.provenance(),
        read);
  }

  static FormatException unusable(String name, String sentence) {
    return new FormatException(FormatException.Reason.UNUSABLE_METADATA, name, sentence);
  }

  private static Graph smallestTrace(Architecture architecture) {
    return architecture.trace(Architecture.WHOLE, new Sizes(1, architecture.lengthMultiple(), 1));
  }

  private static long[] shape(Value parameter) {
    long[] shape = new long[parameter.shape().rank()];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = parameter.shape().at(axis);
    }
    return shape;
  }
}
