package dev.goldcrest.runtime;

import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Classifies texts with a model file, in plain Java.
 *
 * <pre>{@code
 * try (TextClassifier classifier = TextClassifier.load(path)) {
 *   String label = classifier.classify("wake me at seven").label();
 * }
 * }</pre>
 *
 * <p>Safe for any number of threads: they share the weights, and each call borrows a workspace that
 * is kept for the next one, so that a warm call allocates no tensor.
 */
public final class TextClassifier implements AutoCloseable {
  private final ClassifierModel model;
  private final Workspaces<TextWorkspace> workspaces;

  /** A classifier of a model that is in memory. */
  public TextClassifier(ClassifierModel model) {
    this(model, KernelsProvider.kernels());
  }

  /** A classifier on kernels of the caller's choice. */
  public TextClassifier(ClassifierModel model, Kernels kernels) {
    this.model = model;
    workspaces =
        new Workspaces<>(
            "classifier",
            () ->
                new TextWorkspace(
                    model.architecture(),
                    model.text(),
                    model.weights(),
                    "logits",
                    model.labels().size(),
                    kernels));
  }

  /** Loads a model file. */
  public static TextClassifier load(Path path) throws IOException {
    return new TextClassifier(ClassifierModel.load(path));
  }

  /** Loads a model from a stream, such as a jar's resource or an Android asset. */
  public static TextClassifier load(InputStream in) throws IOException {
    return new TextClassifier(ClassifierModel.load(in));
  }

  public ClassifierModel model() {
    return model;
  }

  /**
   * The most probable class of a text. A text without any word is classified all the same, and not
   * trusted.
   */
  public Classification classify(String text) {
    return classify(text, 1).get(0);
  }

  /** The {@code top} most probable classes, the best first. */
  public List<Classification> classify(String text, int top) {
    if (top < 1) {
      throw new IllegalArgumentException("top must be at least 1, got " + top);
    }
    TextWorkspace workspace = workspaces.borrow();
    try {
      boolean hasWords = workspace.run(text);
      float[] logits = workspace.output();
      boolean truncated = workspace.truncated();
      softmax(logits, model.calibration().temperature());
      List<Classification> best = new ArrayList<>(Math.min(top, logits.length));
      for (int rank = 0; rank < top && rank < logits.length; rank++) {
        int index = argMax(logits);
        boolean trusted = hasWords && logits[index] >= model.calibration().threshold();
        best.add(new Classification(model.labels().get(index), logits[index], trusted, truncated));
        logits[index] = -1;
      }
      return best;
    } finally {
      workspaces.giveBack(workspace);
    }
  }

  /** The scores before calibration and softmax, by class. */
  public float[] logits(String text) {
    TextWorkspace workspace = workspaces.borrow();
    try {
      workspace.run(text);
      return workspace.output().clone();
    } finally {
      workspaces.giveBack(workspace);
    }
  }

  private static int argMax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  private static void softmax(float[] logits, double temperature) {
    float max = logits[argMax(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp((logit - max) / temperature);
    }
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (Math.exp((logits[i] - max) / temperature) / sum);
    }
  }

  /** Lets go of workspaces; later calls fail. */
  @Override
  public void close() {
    workspaces.close();
  }
}
