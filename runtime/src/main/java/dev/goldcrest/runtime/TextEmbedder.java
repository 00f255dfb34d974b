package dev.goldcrest.runtime;

import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Turns texts into vectors with a model file, in plain Java: texts of like meaning come out close.
 *
 * <pre>{@code
 * try (TextEmbedder embedder = TextEmbedder.load(path)) {
 *   float[] vector = embedder.embed("wake me at seven");
 * }
 * }</pre>
 *
 * <p>Safe for any number of threads: they share the weights, and each call borrows a workspace that
 * is kept for the next one, so that a warm call allocates no tensor.
 */
public final class TextEmbedder implements AutoCloseable {
  private final EmbeddingModel model;
  private final int dimension;
  private final Workspaces<TextWorkspace> workspaces;

  /** An embedder of a model that is in memory. */
  public TextEmbedder(EmbeddingModel model) {
    this(model, KernelsProvider.kernels());
  }

  /** An embedder on kernels of the caller's choice. */
  public TextEmbedder(EmbeddingModel model, Kernels kernels) {
    this.model = model;
    dimension = model.dimension();
    workspaces =
        new Workspaces<>(
            "embedder",
            () ->
                new TextWorkspace(
                    model.architecture(),
                    model.text(),
                    model.weights(),
                    EmbeddingModel.OUTPUT,
                    dimension,
                    kernels));
  }

  /** Loads a model file. */
  public static TextEmbedder load(Path path) throws IOException {
    return new TextEmbedder(EmbeddingModel.load(path));
  }

  /** Loads a model from a stream, such as a jar's resource or an Android asset. */
  public static TextEmbedder load(InputStream in) throws IOException {
    return new TextEmbedder(EmbeddingModel.load(in));
  }

  public EmbeddingModel model() {
    return model;
  }

  /** Values of a vector. */
  public int dimension() {
    return dimension;
  }

  /** The vector of a text; a text longer than the model reads loses its end. */
  public float[] embed(String text) {
    float[] vector = new float[dimension];
    embed(text, vector);
    return vector;
  }

  /**
   * As {@link #embed(String)}, into an array of {@link #dimension()} values.
   *
   * @return whether the text was cut
   */
  public boolean embed(String text, float[] into) {
    if (into.length != dimension) {
      throw new IllegalArgumentException(
          "a vector has " + dimension + " values, got an array of " + into.length);
    }
    TextWorkspace workspace = workspaces.borrow();
    try {
      workspace.run(text);
      System.arraycopy(workspace.output(), 0, into, 0, dimension);
      if (model.normalize()) {
        normalize(into);
      }
      return workspace.truncated();
    } finally {
      workspaces.giveBack(workspace);
    }
  }

  private static void normalize(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    double norm = Math.max(Math.sqrt(sum), 1e-12);
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / norm);
    }
  }

  /** Lets go of workspaces; later calls fail. */
  @Override
  public void close() {
    workspaces.close();
  }
}
