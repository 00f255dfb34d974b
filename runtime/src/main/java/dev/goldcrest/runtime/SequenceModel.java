package dev.goldcrest.runtime;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Task;
import dev.goldcrest.runtime.decode.DecodingOptions;
import dev.goldcrest.runtime.json.JsonException;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trained model that writes text: a translator, a summariser or a language model.
 *
 * @param task {@link #TRANSLATE}, {@link #SUMMARIZE} or {@link #LANGUAGE_MODEL}
 * @param architecture what the weights mean
 * @param source reads; the same object as {@code target} where one vocabulary serves both
 * @param target writes; of a language model the only one
 * @param decoding how a target is searched for where the caller says nothing
 * @param provenance where the model comes from and what it scored; plain JSON values
 * @param weights by path
 */
public record SequenceModel(
    String task,
    Architecture architecture,
    Tokenizer source,
    Tokenizer target,
    DecodingOptions decoding,
    Map<String, Object> provenance,
    Weights weights) {
  /** Writes a text in another language. */
  public static final String TRANSLATE = "translate";

  /** Writes a shorter text. */
  public static final String SUMMARIZE = "summarize";

  /** Goes on with a text. */
  public static final String LANGUAGE_MODEL = "lm";

  private static final List<String> TASKS = Arrays.asList(TRANSLATE, SUMMARIZE, LANGUAGE_MODEL);

  public SequenceModel {
    if (!TASKS.contains(task)) {
      throw new IllegalArgumentException("task must be one of " + TASKS + ", got " + task);
    }
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
    Task kind = task.equals(LANGUAGE_MODEL) ? Task.LM : Task.TRANSLATE;
    if (architecture.task() != kind) {
      throw new IllegalArgumentException(
          "task " + task + " needs task=" + Settings.text(kind) + " of its architecture");
    }
    Map<String, String> settings = architecture.settings();
    int rows = Integer.parseInt(settings.get("vocabulary"));
    int own = Integer.parseInt(settings.get("sourceVocabulary"));
    checkVocabulary("target", target, rows);
    if (!task.equals(LANGUAGE_MODEL)) {
      checkVocabulary("source", source, own > 0 ? own : rows);
    }
  }

  private static void checkVocabulary(String side, Tokenizer tokenizer, int rows) {
    if (tokenizer.size() != rows) {
      throw new IllegalArgumentException(
          "the "
              + side
              + " tokenizer knows "
              + tokenizer.size()
              + " tokens, its architecture has "
              + rows);
    }
  }

  /**
   * Reads a model file.
   *
   * @throws FormatException with a reason, if the file is damaged or no model that writes
   */
  public static SequenceModel load(Path path) throws IOException {
    return of(ModelFile.load(path), path.toString());
  }

  /** Reads a model from a stream, such as a jar's resource or an Android asset. */
  public static SequenceModel load(InputStream in) throws IOException {
    return of(ModelFile.load(in), "the model");
  }

  /**
   * The model that a file holds.
   *
   * @param name of the file, for error messages
   */
  public static SequenceModel of(ModelFile file, String name) throws FormatException {
    if (!TASKS.contains(file.task())) {
      file.requireTask(String.join(", ", TASKS.subList(0, 2)) + " or " + TASKS.get(2), name);
    }
    Metadata metadata = new Metadata(file.sections(), name);
    try {
      Tokenizer target = Tokenizer.fromJson(metadata.section("tokenizer").object());
      Tokenizer source =
          file.sections().containsKey("sourceTokenizer")
              ? Tokenizer.fromJson(metadata.section("sourceTokenizer").object())
              : target;
      DecodingOptions decoding =
          file.task().equals(LANGUAGE_MODEL)
              ? DecodingOptions.DEFAULT
              : decoding(metadata.section("decoding"));
      return new SequenceModel(
          file.task(),
          file.architecture(),
          source,
          target,
          decoding,
          file.provenance(),
          file.weights());
    } catch (JsonException | IllegalArgumentException e) {
      throw ModelFile.unusable(name, "has unusable metadata: " + e.getMessage());
    }
  }

  private static DecodingOptions decoding(Metadata metadata) throws FormatException {
    return new DecodingOptions(
        metadata.integer("beam"),
        metadata.number("lengthPenalty"),
        metadata.integer("minLength"),
        metadata.number("maxLengthFactor"),
        metadata.integer("maxLengthOffset"),
        metadata.integer("noRepeatNgram"),
        metadata.flag("unknown"));
  }

  /** What is written. */
  public ModelFile file() {
    Map<String, Object> sections = new LinkedHashMap<>();
    sections.put("tokenizer", target.toJson());
    if (!task.equals(LANGUAGE_MODEL)) {
      if (source != target) {
        sections.put("sourceTokenizer", source.toJson());
      }
      Map<String, Object> search = new LinkedHashMap<>();
      search.put("beam", decoding.beam());
      search.put("lengthPenalty", decoding.lengthPenalty());
      search.put("minLength", decoding.minLength());
      search.put("maxLengthFactor", decoding.maxLengthFactor());
      search.put("maxLengthOffset", decoding.maxLengthOffset());
      search.put("noRepeatNgram", decoding.noRepeatNgram());
      search.put("unknown", decoding.unknown());
      sections.put("decoding", search);
    }
    return new ModelFile(task, architecture, sections, provenance, weights);
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
