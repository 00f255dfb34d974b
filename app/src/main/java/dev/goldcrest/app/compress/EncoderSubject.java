package dev.goldcrest.app.compress;

import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.task.CompressCommand;
import dev.goldcrest.app.train.Attended;
import dev.goldcrest.app.train.PredictionCost;
import dev.goldcrest.app.train.Tuned;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.TextEmbedder;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.text.TextConfig;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** An encoder of texts under compression: how near its vectors stay to what they were. */
public final class EncoderSubject implements Subject {
  /** Enough for four digits of a mean. */
  private static final int MOST_TEXTS = 500;

  private final CompressCommand command;
  private final TextConfig text;
  private final List<String> texts;
  private final float[][] given;

  private EncoderSubject(
      CompressCommand command, TextConfig text, List<String> texts, float[][] given) {
    this.command = command;
    this.text = text;
    this.texts = texts;
    this.given = given;
  }

  /**
   * Reads texts to compare vectors on, as {@code distill} reads them; without any, definitions of
   * nouns.
   */
  public static EncoderSubject of(CompressCommand command, ModelFile model) throws Exception {
    if (command.data() != null) {
      throw UserError.usage(
          "compress: an encoder of texts has no labels to learn from; leave out --data (train"
              + " --init makes a classifier of it, which learns on)");
    }
    List<String> all;
    if (command.dev() == null) {
      all = Subject.sample();
    } else {
      all = command.reading().texts(command.dev()).texts();
    }
    int step = Math.max(1, all.size() / MOST_TEXTS);
    List<String> texts =
        IntStream.range(0, Math.min(MOST_TEXTS, all.size()))
            .mapToObj(i -> all.get(i * step))
            .toList();
    EmbeddingModel before = EmbeddingModel.of(model, command.model());
    return new EncoderSubject(
        command, before.text(), texts, vectors(new TextEmbedder(before), texts));
  }

  private static TextEmbedder embedder(CompressCommand command, ModelFile model)
      throws FormatException {
    return new TextEmbedder(EmbeddingModel.of(model, command.model()));
  }

  private static float[][] vectors(TextEmbedder embedder, List<String> texts) {
    try (embedder) {
      float[][] vectors = new float[texts.size()][];
      IntStream.range(0, vectors.length)
          .parallel()
          .forEach(i -> vectors[i] = embedder.embed(texts.get(i)));
      return vectors;
    }
  }

  @Override
  public String metric() {
    return "cosine";
  }

  @Override
  public String text(double score) {
    return String.format(Locale.ROOT, "%.4f", score);
  }

  @Override
  public String unit() {
    return "of the cosine to the vectors before";
  }

  @Override
  public String scoredOn() {
    return texts.size() + " texts of " + (command.dev() == null ? "glosses:dev" : command.dev());
  }

  @Override
  public Score score(ModelFile model) throws FormatException {
    float[][] vectors = vectors(embedder(command, model), texts);
    double sum = 0;
    for (int i = 0; i < vectors.length; i++) {
      sum += cosine(vectors[i], given[i]);
    }
    return new Score(sum / vectors.length, List.of());
  }

  private static double cosine(float[] one, float[] other) {
    double product = 0;
    double first = 0;
    double second = 0;
    for (int i = 0; i < one.length; i++) {
      product += (double) one[i] * other[i];
      first += (double) one[i] * one[i];
      second += (double) other[i] * other[i];
    }
    return product / Math.max(Math.sqrt(first * second), 1e-30);
  }

  @Override
  public long macs(ModelFile model) {
    return PredictionCost.of(model.architecture(), text, texts).macs();
  }

  @Override
  public Runner runner(ModelFile model) throws FormatException {
    return reader(model, KernelsProvider.kernels());
  }

  @Override
  public Runner reader(ModelFile model, Kernels kernels) throws FormatException {
    TextEmbedder embedder = new TextEmbedder(EmbeddingModel.of(model, command.model()), kernels);
    float[] vector = new float[embedder.dimension()];
    return new Runner() {
      @Override
      public void run(int i) {
        embedder.embed(texts.get(i % texts.size()), vector);
      }

      @Override
      public void close() {
        embedder.close();
      }
    };
  }

  @Override
  public Optional<Tuned> tune(ModelFile model, Set<String> pruned, Attended attended) {
    throw new IllegalStateException("an encoder has nothing to learn from");
  }
}
