package dev.goldcrest.app.train;

import dev.goldcrest.app.baseline.LinearBaseline;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Split;
import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.app.evaluate.Evaluation;
import dev.goldcrest.app.metrics.ConfusionMatrix;
import dev.goldcrest.app.metrics.Interval;
import dev.goldcrest.app.report.ReportData;
import dev.goldcrest.cost.Cost;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The result of a demo as the data of its report page. */
final class DemoPage {
  private static final int MISTAKES = 20;

  private DemoPage() {}

  static ReportData data(Demo.Result result, TrainingRequest request, Split split, Dataset test) {
    Energy.Reading energy = result.trained().energy();
    return new ReportData(
        "What kind of thing is it?",
        String.format(
            Locale.ROOT,
            "%,d WordNet definitions in %d kinds",
            split.train().size(),
            result.trained().recipe().classes()),
        LocalDate.now().toString(),
        "accuracy",
        String.format(
            Locale.ROOT, "%,d rows of %s that training never saw", test.size(), test.name()),
        List.of(model(result, request), baseline(result)),
        curve(result),
        result.evaluation().confusion(),
        bytes(result.trained(), request.half()),
        macs(result.trained()),
        mistakes(result.evaluation()),
        predictions(result),
        settings(result.trained().recipe()),
        new ReportData.Energy(energy.text(), energy.how()));
  }

  private static ReportData.Contender model(Demo.Result result, TrainingRequest request) {
    Evaluation evaluation = result.evaluation();
    return new ReportData.Contender(
        Recipe.title(request.choices()),
        evaluation.accuracy(),
        interval(evaluation.confusion()),
        evaluation.macroF1(),
        result.trained().bytes(),
        evaluation.p50Micros(),
        result.trained().cost().macs());
  }

  private static ReportData.Contender baseline(Demo.Result result) {
    LinearBaseline baseline = result.trained().baseline();
    return new ReportData.Contender(
        baseline.name(),
        result.baseline().accuracy(),
        interval(result.baseline()),
        result.baseline().macroF1(),
        baseline.bytes(),
        result.evaluation().speed().rivalP50Micros(),
        -1);
  }

  private static Interval interval(ConfusionMatrix matrix) {
    return Interval.wilson95(Math.round(matrix.accuracy() * matrix.total()), matrix.total());
  }

  private static List<ReportData.CurvePoint> curve(Demo.Result result) {
    return result.trained().outcome().epochs().stream()
        .map(e -> new ReportData.CurvePoint(e.number(), e.loss(), e.devAccuracy()))
        .toList();
  }

  private static List<ReportData.Part> bytes(Trained trained, boolean half) {
    int width = half ? Short.BYTES : Float.BYTES;
    Map<String, Long> parts = new LinkedHashMap<>();
    cost(trained)
        .layers()
        .forEach(layer -> parts.merge(part(layer.path()), width * layer.parameters(), Long::sum));
    return parts(parts);
  }

  private static List<ReportData.Part> macs(Trained trained) {
    Map<String, Long> parts = new LinkedHashMap<>();
    cost(trained)
        .layers()
        .forEach(layer -> parts.merge(part(layer.path()), layer.macs(), Long::sum));
    return parts(parts);
  }

  private static Cost cost(Trained trained) {
    Recipe recipe = trained.recipe();
    return PredictionCost.whole(recipe.architecture(), recipe.text(), trained.cost().words());
  }

  /** {@code encoder.layer.0.ffn.in} is part of {@code encoder.layer.0}, {@code word.in} stays. */
  private static String part(String path) {
    String[] names = path.split("\\.");
    int kept = names[0].equals("encoder") ? Math.min(3, names.length) : Math.min(2, names.length);
    return String.join(".", List.of(names).subList(0, kept));
  }

  private static List<ReportData.Part> parts(Map<String, Long> amounts) {
    return amounts.entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .map(entry -> new ReportData.Part(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static List<ReportData.Mistake> mistakes(Evaluation evaluation) {
    return evaluation.worst().stream()
        .limit(MISTAKES)
        .map(e -> new ReportData.Mistake(e.gold(), e.predicted(), e.probability(), e.text()))
        .toList();
  }

  private static List<ReportData.Prediction> predictions(Demo.Result result) {
    return result.answers().stream()
        .map(
            answer ->
                new ReportData.Prediction(
                    answer.text(),
                    answer.guesses().stream()
                        .map(guess -> new ReportData.Guess(guess.label(), guess.probability()))
                        .toList()))
        .toList();
  }

  private static Map<String, String> settings(Recipe recipe) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("architecture", recipe.architecture().name());
    settings.putAll(recipe.architecture().settings());
    Provenance.options(recipe.training())
        .forEach((name, value) -> settings.put(name, String.valueOf(value)));
    return settings;
  }
}
