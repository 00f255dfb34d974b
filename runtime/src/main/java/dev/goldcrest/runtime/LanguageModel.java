package dev.goldcrest.runtime;

import dev.goldcrest.runtime.decode.BlockScorer;
import dev.goldcrest.runtime.decode.Sampler;
import dev.goldcrest.runtime.decode.SamplingOptions;
import dev.goldcrest.runtime.decode.SessionStepper;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;

/**
 * Goes on with texts, and says how likely they are, with a model file, in plain Java.
 *
 * <pre>{@code
 * try (LanguageModel model = LanguageModel.load(path)) {
 *   String text = model.generate("the company said", SamplingOptions.DEFAULT);
 * }
 * }</pre>
 *
 * <p>Safe for any number of threads: they share the weights, and each call borrows a workspace that
 * is kept for the next one.
 */
public final class LanguageModel implements AutoCloseable {
  private static final int CONTEXT = 256;

  private final SequenceModel model;
  private final Kernels kernels;
  private final Workspaces<Workspace> workspaces;

  /**
   * How likely a text is. The context belongs to the number: over contiguous blocks the first
   * tokens of a block see little, so a longer block gives a lower perplexity.
   *
   * @param surprise negative logarithm of the text's probability, in nats
   * @param tokens scored, an end token a line included
   * @param words between blanks, and one more a line for its end
   * @param unknown tokens that stand for words the model does not know
   * @param context tokens of a block
   */
  public record Score(double surprise, long tokens, long words, long unknown, int context) {
    /** Comparable between models of one tokenizer. */
    public double perplexityPerToken() {
      return Math.exp(surprise / tokens);
    }

    /** Comparable between models of any tokenizers. */
    public double perplexityPerWord() {
      return Math.exp(surprise / words);
    }
  }

  private static final class Workspace {
    private final SessionStepper stepper;
    private final Sampler sampler;
    private BlockScorer scorer;

    Workspace(SequenceModel model, Kernels kernels) {
      stepper = new SessionStepper(model.architecture(), model.weights(), kernels);
      sampler = new Sampler(kernels);
    }

    BlockScorer scorer(SequenceModel model, Kernels kernels, int context) {
      if (scorer == null || scorer.context() != context) {
        scorer = new BlockScorer(model.architecture(), model.weights(), kernels, context);
      }
      scorer.reset();
      return scorer;
    }
  }

  /** Of a model that is in memory. */
  public LanguageModel(SequenceModel model) {
    this(model, KernelsProvider.kernels());
  }

  /** On kernels of the caller's choice. */
  public LanguageModel(SequenceModel model, Kernels kernels) {
    if (!model.task().equals(SequenceModel.LANGUAGE_MODEL)) {
      throw new IllegalArgumentException(
          "a language model needs a model for task lm, got one for " + model.task());
    }
    this.model = model;
    this.kernels = kernels;
    workspaces = new Workspaces<>("language model", () -> new Workspace(model, kernels));
  }

  /**
   * Loads a model file.
   *
   * @throws FormatException if the file is damaged or its model is for another task
   */
  public static LanguageModel load(Path path) throws IOException {
    ModelFile file = ModelFile.load(path);
    file.requireTask(SequenceModel.LANGUAGE_MODEL, path.toString());
    return new LanguageModel(SequenceModel.of(file, path.toString()));
  }

  /** Loads a model from a stream, such as a jar's resource or an Android asset. */
  public static LanguageModel load(InputStream in) throws IOException {
    ModelFile file = ModelFile.load(in);
    file.requireTask(SequenceModel.LANGUAGE_MODEL, "the model");
    return new LanguageModel(SequenceModel.of(file, "the model"));
  }

  public SequenceModel model() {
    return model;
  }

  /** The prompt, as the tokenizer gives it back, and what the model goes on with. */
  public String generate(String prompt, SamplingOptions options) {
    int[] read = model.target().encode(prompt);
    Workspace workspace = workspaces.borrow();
    try {
      int[] drawn = workspace.sampler.generate(workspace.stepper, read, options);
      int[] all = Arrays.copyOf(read, read.length + drawn.length);
      System.arraycopy(drawn, 0, all, read.length, drawn.length);
      return model.target().decode(all);
    } finally {
      workspaces.giveBack(workspace);
    }
  }

  /** The score of one text, a line of it ending with each line feed, in blocks of 256 tokens. */
  public Score score(String text) {
    int context = Math.min(CONTEXT, model.architecture().maxLength());
    return score(Arrays.asList(text.split("\n", -1)).iterator(), context);
  }

  /**
   * The score of a stream of lines.
   *
   * @param context tokens of a block
   * @throws IllegalArgumentException if there is no line or no such context
   */
  public Score score(Iterator<String> lines, int context) {
    Workspace workspace = workspaces.borrow();
    try {
      return score(lines, workspace.scorer(model, kernels, context));
    } finally {
      workspaces.giveBack(workspace);
    }
  }

  private Score score(Iterator<String> lines, BlockScorer scorer) {
    long tokens = 0;
    long words = 0;
    long unknown = 0;
    while (lines.hasNext()) {
      String line = lines.next();
      for (int token : model.target().encode(line)) {
        scorer.add(token);
        unknown += token == Tokenizer.UNKNOWN ? 1 : 0;
        tokens++;
      }
      scorer.add(Tokenizer.EOS);
      tokens++;
      words += 1 + words(line);
    }
    if (tokens == 0) {
      throw new IllegalArgumentException("there is no line to score");
    }
    return new Score(-scorer.finish(), tokens, words, unknown, scorer.context());
  }

  private static int words(String line) {
    int words = 0;
    boolean inside = false;
    for (int i = 0; i < line.length(); i++) {
      boolean blank = Character.isWhitespace(line.charAt(i));
      words += !blank && !inside ? 1 : 0;
      inside = !blank;
    }
    return words;
  }

  /** Lets go of workspaces; later calls fail. */
  @Override
  public void close() {
    workspaces.close();
  }
}
