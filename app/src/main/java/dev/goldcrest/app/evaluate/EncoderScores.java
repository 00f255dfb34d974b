package dev.goldcrest.app.evaluate;

import dev.goldcrest.app.cli.ModelFiles;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.Units;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.task.EvaluateCommand;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.TextEmbedder;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Measures how like another encoder's vectors an encoder's are. */
public final class EncoderScores {
  private static final int PAIRS = 20_000;
  private static final int FEWEST_TEXTS = 10;

  private EncoderScores() {}

  /** Compares {@code model} with the teacher that {@code command} names, on its texts. */
  public static Report of(Terminal terminal, EvaluateCommand command, EmbeddingModel model)
      throws Exception {
    ModelFile file = ModelFiles.load(terminal, command.teacher());
    if (!file.task().equals(EmbeddingModel.TASK)) {
      throw UserError.failed(
          "evaluate: --teacher %s is for task %s; only an encoder gives vectors",
          command.teacher(), file.task());
    }
    List<String> texts = command.reading().texts(command.data()).texts();
    if (texts.size() < FEWEST_TEXTS) {
      throw UserError.failed(
          "%s holds %d different texts; %d are needed at least",
          command.data(), texts.size(), FEWEST_TEXTS);
    }
    try (TextEmbedder student = new TextEmbedder(model);
        TextEmbedder teacher = new TextEmbedder(EmbeddingModel.of(file, command.teacher()))) {
      float[][] ours = vectors(student, texts);
      float[][] theirs = vectors(teacher, texts);
      Likeness likeness =
          new Likeness(
              student.dimension() == teacher.dimension() ? cosines(ours, theirs) : null,
              pairs(ours, theirs));
      return new Scores(
          command,
          texts.size(),
          likeness,
          Files.size(Path.of(command.model())),
          Files.size(Path.of(command.teacher())),
          Speed.of(student, texts, teacher));
    }
  }

  private static float[][] vectors(TextEmbedder embedder, List<String> texts) {
    return IntStream.range(0, texts.size())
        .parallel()
        .mapToObj(i -> embedder.embed(texts.get(i)))
        .toArray(float[][]::new);
  }

  private static double[] cosines(float[][] ours, float[][] theirs) {
    return IntStream.range(0, ours.length)
        .mapToDouble(i -> cosine(ours[i], theirs[i]))
        .sorted()
        .toArray();
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double left = 0;
    double right = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      left += (double) a[i] * a[i];
      right += (double) b[i] * b[i];
    }
    return dot / Math.max(Math.sqrt(left * right), 1e-12);
  }

  /** Pearson's correlation of the cosines that both find between random pairs of texts. */
  private static double pairs(float[][] ours, float[][] theirs) {
    SplittableRandom random = new SplittableRandom(1);
    double[] a = new double[PAIRS];
    double[] b = new double[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
      int one = random.nextInt(ours.length);
      int other = (one + 1 + random.nextInt(ours.length - 1)) % ours.length;
      a[i] = cosine(ours[one], ours[other]);
      b[i] = cosine(theirs[one], theirs[other]);
    }
    double meanA = Arrays.stream(a).average().orElse(0);
    double meanB = Arrays.stream(b).average().orElse(0);
    double both = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < PAIRS; i++) {
      both += (a[i] - meanA) * (b[i] - meanB);
      squaresA += (a[i] - meanA) * (a[i] - meanA);
      squaresB += (b[i] - meanB) * (b[i] - meanB);
    }
    return both / Math.max(Math.sqrt(squaresA * squaresB), 1e-12);
  }

  /**
   * @param cosines of each text's two vectors, ascending; null where they have another length
   * @param pairs correlation of the cosines between texts
   */
  private record Likeness(double[] cosines, double pairs) {
    double mean() {
      return Arrays.stream(cosines).average().orElse(Double.NaN);
    }

    double tenth() {
      return cosines[cosines.length / 10];
    }
  }

  private record Scores(
      EvaluateCommand command,
      int texts,
      Likeness likeness,
      long bytes,
      long teacherBytes,
      Speed speed)
      implements Report {
    @Override
    public void print(PrintStream out) {
      out.printf(
          Locale.ROOT,
          "%s beside %s on %,d texts of %s%n",
          command.model(),
          command.teacher(),
          texts,
          command.data());
      if (likeness.cosines() != null) {
        out.printf(
            Locale.ROOT,
            "mean cosine %.4f, of nine texts in ten at least %.4f%n",
            likeness.mean(),
            likeness.tenth());
      }
      out.printf(Locale.ROOT, "correlation of the likeness of pairs %.4f%n", likeness.pairs());
      out.printf(
          Locale.ROOT,
          "%s and %.1f us a text, the teacher %s and %.1f us%n",
          Units.bytes(bytes),
          speed.p50Micros(),
          Units.bytes(teacherBytes),
          speed.rivalP50Micros());
    }

    @Override
    public Object json() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("task", EmbeddingModel.TASK);
      object.put("model", command.model());
      object.put("teacher", command.teacher());
      object.put("data", command.data());
      object.put("texts", texts);
      object.put("meanCosine", likeness.cosines() == null ? null : likeness.mean());
      object.put("tenthCosine", likeness.cosines() == null ? null : likeness.tenth());
      object.put("pairCorrelation", likeness.pairs());
      object.put("modelBytes", bytes);
      object.put("teacherBytes", teacherBytes);
      object.put("p50Micros", speed.p50Micros());
      object.put("firstP50Micros", speed.firstP50Micros());
      object.put("teacherP50Micros", speed.rivalP50Micros());
      return object;
    }
  }
}
