package dev.goldcrest.runtime;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.json.JsonException;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.text.TextConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An encoder of texts as vectors.
 *
 * @param architecture what the weights mean; its output is {@code embedding} (B, d)
 * @param text how a text becomes the model's input
 * @param normalize whether vectors are scaled to length 1, so that a dot product is their cosine
 * @param provenance where the model comes from; plain JSON values
 * @param weights by path
 */
public record EmbeddingModel(
    Architecture architecture,
    TextConfig text,
    boolean normalize,
    Map<String, Object> provenance,
    Weights weights) {
  /** The task in the model's file. */
  public static final String TASK = "embed";

  static final String OUTPUT = "embedding";

  public EmbeddingModel {
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
    if (!"0".equals(architecture.settings().get("classes"))) {
      throw new IllegalArgumentException(
          "an encoder of texts has classes=0, this " + architecture.name() + " has labels");
    }
  }

  /**
   * Reads a model file.
   *
   * @throws FormatException with a reason, if the file is damaged or no encoder of texts
   */
  public static EmbeddingModel load(Path path) throws IOException {
    return of(ModelFile.load(path), path.toString());
  }

  /** Reads a model from a stream, such as a jar's resource or an Android asset. */
  public static EmbeddingModel load(InputStream in) throws IOException {
    return of(ModelFile.load(in), "the model");
  }

  /**
   * The encoder that a file holds.
   *
   * @param name of the file, for error messages
   */
  public static EmbeddingModel of(ModelFile file, String name) throws FormatException {
    file.requireTask(TASK, name);
    try {
      Metadata metadata = new Metadata(file.sections(), name);
      return new EmbeddingModel(
          file.architecture(),
          TextSection.read(metadata.section("text"), file.architecture()),
          metadata.flag("normalize"),
          file.provenance(),
          file.weights());
    } catch (JsonException | IllegalArgumentException e) {
      throw ModelFile.unusable(name, "has unusable metadata: " + e.getMessage());
    }
  }

  /** Values of a vector. */
  public int dimension() {
    return architecture.whole().output(OUTPUT).shape().at(-1);
  }

  /** What is written. */
  public ModelFile file() {
    Map<String, Object> sections = new LinkedHashMap<>();
    sections.put("text", TextSection.of(text));
    sections.put("normalize", normalize);
    return new ModelFile(TASK, architecture, sections, provenance, weights);
  }
}
