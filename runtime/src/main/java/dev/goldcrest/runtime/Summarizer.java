package dev.goldcrest.runtime;

import dev.goldcrest.runtime.decode.DecodingOptions;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.safetensors.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes summaries of texts with a model file, in plain Java.
 *
 * <pre>{@code
 * try (Summarizer summarizer = Summarizer.load(path)) {
 *   String summary = summarizer.summarize(article).text();
 * }
 * }</pre>
 *
 * <p>Safe for any number of threads: they share the weights, and each call borrows a workspace that
 * is kept for the next one.
 */
public final class Summarizer implements AutoCloseable {
  private final SequenceWriter writer;

  /** Of a model that is in memory. */
  public Summarizer(SequenceModel model) {
    this(model, KernelsProvider.kernels());
  }

  /** On kernels of the caller's choice. */
  public Summarizer(SequenceModel model, Kernels kernels) {
    writer = new SequenceWriter(model, SequenceModel.SUMMARIZE, "summarizer", kernels);
  }

  /**
   * Loads a model file.
   *
   * @throws FormatException if the file is damaged or its model is for another task
   */
  public static Summarizer load(Path path) throws IOException {
    ModelFile file = ModelFile.load(path);
    file.requireTask(SequenceModel.SUMMARIZE, path.toString());
    return new Summarizer(SequenceModel.of(file, path.toString()));
  }

  /** Loads a model from a stream, such as a jar's resource or an Android asset. */
  public static Summarizer load(InputStream in) throws IOException {
    ModelFile file = ModelFile.load(in);
    file.requireTask(SequenceModel.SUMMARIZE, "the model");
    return new Summarizer(SequenceModel.of(file, "the model"));
  }

  public SequenceModel model() {
    return writer.model();
  }

  /** The best summary of a text, searched for as the model was tuned; none for an empty text. */
  public GeneratedText summarize(String text) {
    return summarize(text, 1, model().decoding()).get(0);
  }

  /**
   * At most {@code top} summaries, the best first, searched for as {@code options} say; no more
   * than the beam is wide.
   */
  public List<GeneratedText> summarize(String text, int top, DecodingOptions options) {
    return writer.write(text, top, options);
  }

  /** Lets go of workspaces; later calls fail. */
  @Override
  public void close() {
    writer.close();
  }
}
