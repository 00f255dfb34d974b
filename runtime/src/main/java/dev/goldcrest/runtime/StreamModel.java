package dev.goldcrest.runtime;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Lstr;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.json.JsonException;
import dev.goldcrest.runtime.safetensors.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trained detector on streams.
 *
 * @param architecture what the weights mean, an {@link Lstr}
 * @param labels by class index
 * @param frames how a frame's numbers become the model's input
 * @param provenance where the model comes from and what it scored; plain JSON values
 * @param weights by path
 */
public record StreamModel(
    Architecture architecture,
    List<String> labels,
    Frames frames,
    Map<String, Object> provenance,
    Weights weights) {
  /** The task in the model's file. */
  public static final String TASK = "stream";

  /**
   * The frames that the model was trained on.
   *
   * @param names of the features; empty if the data named none
   * @param recordingColumn name of the column that tells recordings apart, or empty
   * @param timeColumn name of the column of seconds, or empty
   * @param means of each feature in training, taken off first
   * @param scales that each feature is then multiplied by
   * @param missing whether NaN stands for a missing value, read as the mean; otherwise it is
   *     refused
   * @param period seconds from one frame to the next; 0 if the data did not tell
   * @param background index of the class that stands for nothing of interest; -1 for none
   * @param ignored index of the class that marks frames which are not judged; -1 for none
   */
  public record Frames(
      List<String> names,
      String recordingColumn,
      String timeColumn,
      List<Double> means,
      List<Double> scales,
      boolean missing,
      double period,
      int background,
      int ignored) {
    public Frames {
      names = List.copyOf(names);
      means = List.copyOf(means);
      scales = List.copyOf(scales);
      if (means.size() != scales.size() || !names.isEmpty() && names.size() != means.size()) {
        throw new IllegalArgumentException(
            "frames of "
                + means.size()
                + " means, "
                + scales.size()
                + " scales and "
                + names.size()
                + " names");
      }
      for (List<Double> numbers : List.of(means, scales)) {
        for (double number : numbers) {
          if (Double.isNaN(number) || Double.isInfinite(number)) {
            throw new IllegalArgumentException("means and scales must be finite");
          }
        }
      }
    }
  }

  public StreamModel {
    labels = List.copyOf(labels);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
    if (!(architecture.dense() instanceof Lstr lstr)) {
      throw new IllegalArgumentException("a detector is an lstr, not " + architecture.name());
    }
    if (labels.size() != lstr.classes()) {
      throw new IllegalArgumentException(
          labels.size() + " labels for " + lstr.classes() + " classes");
    }
    if (new HashSet<>(labels).size() != labels.size()) {
      throw new IllegalArgumentException("one of the " + labels.size() + " labels stands twice");
    }
    if (frames.means().size() != lstr.features()) {
      throw new IllegalArgumentException(
          frames.means().size() + " means for " + lstr.features() + " features");
    }
  }

  /** The architecture's record. */
  public Lstr lstr() {
    return (Lstr) architecture.dense();
  }

  /**
   * Reads a model file.
   *
   * @throws FormatException with a reason, if the file is damaged or no detector
   */
  public static StreamModel load(Path path) throws IOException {
    return of(ModelFile.load(path), path.toString());
  }

  /** Reads a model from a stream, such as a jar's resource or an Android asset. */
  public static StreamModel load(InputStream in) throws IOException {
    return of(ModelFile.load(in), "the model");
  }

  /**
   * The detector that a file holds.
   *
   * @param name of the file, for error messages
   */
  public static StreamModel of(ModelFile file, String name) throws FormatException {
    file.requireTask(TASK, name);
    try {
      Metadata metadata = new Metadata(file.sections(), name);
      Metadata frames = metadata.section("frames");
      return new StreamModel(
          file.architecture(),
          metadata.strings("labels"),
          new Frames(
              frames.strings("names"),
              frames.string("recordingColumn"),
              frames.string("timeColumn"),
              numbers(frames, "means"),
              numbers(frames, "scales"),
              frames.flag("missing"),
              frames.number("period"),
              frames.integer("background"),
              frames.integer("ignored")),
          file.provenance(),
          file.weights());
    } catch (JsonException | IllegalArgumentException e) {
      throw ModelFile.unusable(name, "has unusable metadata: " + e.getMessage());
    }
  }

  private static List<Double> numbers(Metadata frames, String name) throws JsonException {
    List<Double> numbers = new ArrayList<>();
    for (Object value : Json.array(frames.object().get(name), name)) {
      if (!(value instanceof Number number)) {
        throw new IllegalArgumentException(name + " holds something else than numbers");
      }
      numbers.add(number.doubleValue());
    }
    return numbers;
  }

  /** What is written. */
  public ModelFile file() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("names", frames.names());
    object.put("recordingColumn", frames.recordingColumn());
    object.put("timeColumn", frames.timeColumn());
    object.put("means", frames.means());
    object.put("scales", frames.scales());
    object.put("missing", frames.missing());
    object.put("period", frames.period());
    object.put("background", frames.background());
    object.put("ignored", frames.ignored());
    Map<String, Object> sections = new LinkedHashMap<>();
    sections.put("labels", labels);
    sections.put("frames", object);
    return new ModelFile(TASK, architecture, sections, provenance, weights);
  }
}
