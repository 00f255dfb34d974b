package dev.goldcrest.app.train;

import dev.goldcrest.app.baseline.LinearBaseline;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.data.DataException;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.Split;
import dev.goldcrest.app.evaluate.Evaluation;
import dev.goldcrest.app.evaluate.Speed;
import dev.goldcrest.app.metrics.ConfusionMatrix;
import dev.goldcrest.app.report.ReportPage;
import dev.goldcrest.runtime.Classification;
import dev.goldcrest.runtime.TextClassifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The main job on one data set, from training to the report: what {@code demo} shows. */
final class Demo {
  /** Definitions that stand in no dictionary; each is answered at the end. */
  static final List<String> QUESTIONS =
      List.of(
          "a tiny olive-green bird with a yellow stripe on its head that crosses the sea",
          "a machine that warms bread on both sides before breakfast",
          "the quiet joy of coming home after a long journey");

  private static final int GUESSES = 3;

  private Demo() {}

  /** An answer to one of {@link #QUESTIONS}, the best first. */
  record Answer(String text, List<Classification> guesses) {}

  /**
   * What a demo found out.
   *
   * @param baseline of gold against the linear model's predictions
   * @param seconds from the start of the verb
   */
  record Result(
      Trained trained,
      Evaluation evaluation,
      ConfusionMatrix baseline,
      List<Answer> answers,
      Path report,
      double seconds) {}

  /**
   * Trains, measures on {@code test}, answers the questions and writes the report.
   *
   * @param start {@link System#nanoTime} when the verb began
   * @return nothing if the process was asked to stop
   */
  static Optional<Result> run(
      Terminal terminal,
      TrainingRequest request,
      Split split,
      Dataset test,
      Path report,
      long start)
      throws DataException, IOException {
    Optional<Trained> done = TrainingJob.run(terminal, request, split, LinearBaseline::quick);
    if (done.isEmpty()) {
      return Optional.empty();
    }
    Trained trained = done.get();
    List<String> gold = test.examples().stream().map(Example::label).toList();
    List<String> texts = test.examples().stream().map(Example::text).toList();
    terminal.say("measuring on " + test.name());
    try (TextClassifier classifier = TextClassifier.load(trained.model())) {
      Speed speed = Speed.of(classifier, texts, trained.baseline()::predict);
      Evaluation evaluation = Evaluation.of(classifier, test, speed);
      ConfusionMatrix baseline = ConfusionMatrix.of(gold, trained.baseline().predict(test));
      List<Answer> answers =
          QUESTIONS.stream()
              .map(text -> new Answer(text, classifier.classify(text, GUESSES)))
              .toList();
      Result result =
          new Result(
              trained, evaluation, baseline, answers, report, (System.nanoTime() - start) / 1e9);
      ReportPage.write(report, DemoPage.data(result, request, split, test));
      return Optional.of(result);
    }
  }

  static Map<String, Object> json(Result result) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("accuracy", result.evaluation().accuracy());
    object.put("baselineAccuracy", result.baseline().accuracy());
    object.put("modelBytes", result.trained().bytes());
    object.put("p50Micros", result.evaluation().p50Micros());
    object.put("macs", result.trained().cost().macs());
    object.put("macsWords", result.trained().cost().words());
    object.put("seconds", result.seconds());
    object.put("report", result.report().toString());
    object.put("model", result.trained().model().toString());
    object.put("macroF1", result.evaluation().macroF1());
    return object;
  }
}
