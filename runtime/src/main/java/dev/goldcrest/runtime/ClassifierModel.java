package dev.goldcrest.runtime;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.json.JsonException;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.text.TextConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trained classifier of texts.
 *
 * @param architecture what the weights mean
 * @param text how a text becomes the model's input
 * @param labels by class index
 * @param calibration what turns logits into probabilities worth their name
 * @param provenance where the model comes from and what it scored; plain JSON values
 * @param weights by path
 */
public record ClassifierModel(
    Architecture architecture,
    TextConfig text,
    List<String> labels,
    Calibration calibration,
    Map<String, Object> provenance,
    Weights weights) {
  /** The task in the model's file. */
  public static final String TASK = "classify";

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

  public ClassifierModel {
    labels = List.copyOf(labels);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  /**
   * Reads a model file.
   *
   * @throws FormatException with a reason, if the file is damaged or no classifier
   */
  public static ClassifierModel load(Path path) throws IOException {
    return of(ModelFile.load(path), path.toString());
  }

  /** Reads a model from a stream, such as a jar's resource or an Android asset. */
  public static ClassifierModel load(InputStream in) throws IOException {
    return of(ModelFile.load(in), "the model");
  }

  /**
   * The classifier that a file holds.
   *
   * @param name of the file, for error messages
   */
  public static ClassifierModel of(ModelFile file, String name) throws FormatException {
    file.requireTask(TASK, name);
    try {
      return read(file, new Metadata(file.sections(), name));
    } catch (JsonException | IllegalArgumentException e) {
      throw ModelFile.unusable(name, "has unusable metadata: " + e.getMessage());
    }
  }

  private static ClassifierModel read(ModelFile file, Metadata metadata)
      throws FormatException, JsonException {
    List<String> labels = metadata.strings("labels");
    if (labels.size() != Integer.parseInt(file.architecture().settings().get("classes"))) {
      throw ModelFile.unusable(
          metadata.file(), "names " + labels.size() + " labels for another number of classes");
    }
    if (new HashSet<>(labels).size() != labels.size()) {
      throw ModelFile.unusable(
          metadata.file(), "names one of its " + labels.size() + " labels twice");
    }
    Metadata calibration = metadata.section("calibration");
    return new ClassifierModel(
        file.architecture(),
        TextSection.read(metadata.section("text"), file.architecture()),
        labels,
        new Calibration(calibration.number("temperature"), calibration.number("threshold")),
        file.provenance(),
        file.weights());
  }

  /** What is written. */
  public ModelFile file() {
    Map<String, Object> sections = new LinkedHashMap<>();
    sections.put("text", TextSection.of(text));
    sections.put("labels", labels);
    Map<String, Object> calibrated = new LinkedHashMap<>();
    calibrated.put("temperature", calibration.temperature());
    calibrated.put("threshold", calibration.threshold());
    sections.put("calibration", calibrated);
    return new ModelFile(TASK, architecture, sections, provenance, weights);
  }

  /**
   * Writes the model; an older file of that name is replaced at once or not at all.
   *
   * @param half weights as 16-bit floats, which halves the file
   */
  public void save(Path path, boolean half) throws IOException {
    file().save(path, half);
  }

  /** Writes the same bytes to a stream, which stays open. */
  public void write(OutputStream out, boolean half) throws IOException {
    file().write(out, half);
  }
}
