package dev.goldcrest.app.evaluate;

import dev.goldcrest.app.baseline.LinearBaseline;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.Units;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.Split;
import dev.goldcrest.app.metrics.ConfusionMatrix;
import dev.goldcrest.app.metrics.Interval;
import dev.goldcrest.app.task.EvaluateCommand;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.TextClassifier;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Scores a classifier the way a device would run it. */
public final class ClassifierScores {
  private static final int SHOWN_LABELS = 5;

  private ClassifierScores() {}

  /** The linear model beside ours; {@code micros} from the same run. */
  private record Linear(String name, double accuracy, long bytes, double p50Micros) {}

  /** Measures {@code model} on the data that {@code command} names. */
  public static Report of(Terminal terminal, EvaluateCommand command, ClassifierModel model)
      throws Exception {
    Dataset examples = command.reading().load(terminal, command.data());
    LinearBaseline baseline = command.linearData() == null ? null : fit(terminal, command);
    try (TextClassifier classifier = new TextClassifier(model)) {
      List<String> texts = examples.examples().stream().map(Example::text).toList();
      Speed speed = Speed.of(classifier, texts, baseline == null ? null : baseline::predict);
      Evaluation evaluation = Evaluation.of(classifier, examples, speed);
      notices(terminal, evaluation, model);
      Linear linear =
          baseline == null
              ? null
              : new Linear(
                  baseline.name(),
                  baseline.score(examples),
                  baseline.bytes(),
                  speed.rivalP50Micros());
      long bytes = Files.size(Path.of(command.model()));
      return new Scores(
          command.model(), command.data(), model, bytes, evaluation, linear, command.errors());
    }
  }

  private static LinearBaseline fit(Terminal terminal, EvaluateCommand command) throws Exception {
    Dataset train = command.reading().load(terminal, command.linearData());
    train.requireTwoLabels();
    Split split = Split.holdOut(train);
    split.train().requireTwoLabels();
    return LinearBaseline.fit(split.train(), split.dev(), command.seed());
  }

  /** Says what is no error but should be known. */
  static void notices(Terminal terminal, Evaluation evaluation, ClassifierModel model) {
    if (!evaluation.unseen().isEmpty()) {
      terminal.notice(
          "%,d examples carry labels that the model does not know (%s); each counts as an error",
          evaluation.unseenLabels(), some(evaluation.unseen()));
    }
    if (evaluation.truncated() > 0) {
      terminal.notice(
          "%,d texts are longer than the %,d words that the model reads and were cut",
          evaluation.truncated(), model.architecture().maxLength());
    }
    if (evaluation.wordless() > 0) {
      terminal.notice("%,d texts hold no word; their answers mean little", evaluation.wordless());
    }
  }

  private static String some(Map<String, Integer> counts) {
    String shown =
        counts.entrySet().stream()
            .limit(SHOWN_LABELS)
            .map(e -> Units.printable(e.getKey()) + " " + e.getValue() + "x")
            .collect(Collectors.joining(", "));
    return counts.size() > SHOWN_LABELS ? shown + ", ..." : shown;
  }

  private record Scores(
      String file,
      String data,
      ClassifierModel model,
      long bytes,
      Evaluation evaluation,
      Linear linear,
      int errors)
      implements Report {
    @Override
    public void print(PrintStream out) {
      Evaluation e = evaluation;
      line(out, "model", "%s, %s, %s", file, model.architecture().name(), Units.bytes(bytes));
      line(out, "data", "%s, %,d examples", data, e.examples());
      Interval interval = interval();
      line(
          out,
          "accuracy",
          "%.4f  (95 %% of such samples: %.4f to %.4f)",
          e.accuracy(),
          interval.low(),
          interval.high());
      line(out, "macro F1", "%.4f", e.macroF1());
      line(out, "trusted", "%s", trust());
      line(
          out,
          "prediction",
          "%s median, %s for nine in ten, %s when a text is new",
          Units.micros(e.speed().p50Micros()),
          Units.micros(e.speed().p90Micros()),
          Units.micros(e.speed().firstP50Micros()));
      if (linear != null) {
        line(
            out,
            "beside it",
            "%s: accuracy %.4f, %s, %s median",
            linear.name(),
            linear.accuracy(),
            Units.bytes(linear.bytes()),
            Units.micros(linear.p50Micros()));
      }
      surest(out);
    }

    private String trust() {
      double threshold = model.calibration().threshold();
      if (evaluation.trusted() == 0) {
        return String.format(Locale.ROOT, "no answer reaches %.2f", threshold);
      }
      return String.format(
          Locale.ROOT,
          "%.1f %% of answers reach %.2f; %.2f %% of those are right",
          100 * evaluation.trustedShare(),
          threshold,
          100 * evaluation.trustedAccuracy());
    }

    private void surest(PrintStream out) {
      List<Evaluation.WorstError> worst = evaluation.worst();
      if (worst.isEmpty() || errors == 0) {
        return;
      }
      out.printf("%nsurest mistakes%n");
      for (Evaluation.WorstError error : worst.subList(0, Math.min(errors, worst.size()))) {
        out.printf(
            Locale.ROOT,
            "  %.2f  %s, should be %s: %s%n",
            error.probability(),
            Units.printable(error.predicted()),
            Units.printable(error.gold()),
            Units.printable(error.text()));
      }
    }

    private static void line(PrintStream out, String what, String format, Object... args) {
      out.printf(Locale.ROOT, "%-12s " + format + "%n", prepend(what, args));
    }

    private static Object[] prepend(String what, Object[] args) {
      Object[] all = new Object[args.length + 1];
      all[0] = what;
      System.arraycopy(args, 0, all, 1, args.length);
      return all;
    }

    private Interval interval() {
      ConfusionMatrix matrix = evaluation.confusion();
      return Interval.wilson95(Math.round(matrix.accuracy() * matrix.total()), matrix.total());
    }

    @Override
    public Object json() {
      Evaluation e = evaluation;
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("task", ClassifierModel.TASK);
      object.put("model", file);
      object.put("data", data);
      object.put("examples", e.examples());
      object.put("accuracy", e.accuracy());
      object.put("accuracy95", List.of(interval().low(), interval().high()));
      object.put("macroF1", e.macroF1());
      object.put("modelBytes", bytes);
      object.put("p50Micros", e.p50Micros());
      object.put("p90Micros", e.speed().p90Micros());
      object.put("firstP50Micros", e.speed().firstP50Micros());
      object.put("truncated", e.truncated());
      object.put("unseenLabels", e.unseenLabels());
      object.put("wordless", e.wordless());
      object.put("threshold", model.calibration().threshold());
      object.put("trustedShare", e.trustedShare());
      object.put("trustedAccuracy", e.trusted() == 0 ? null : e.trustedAccuracy());
      if (linear != null) {
        object.put("linear", linear);
      }
      object.put("labels", e.confusion().perLabel());
      object.put("errors", e.worst().subList(0, Math.min(errors, e.worst().size())));
      return object;
    }
  }
}
