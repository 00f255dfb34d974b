package dev.goldcrest.app.compress;

import dev.goldcrest.app.cli.Progress;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Units;
import dev.goldcrest.app.evaluate.Heap;
import dev.goldcrest.app.report.ParetoPage;
import dev.goldcrest.app.train.Unfactorised;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The table of a compression, before and after and what lies between. */
final class CompressReport implements Report {

  private final Path out;
  private final Path page;
  private final Subject subject;
  private final CompressJob.Outcome outcome;
  private final List<String> verdicts;

  /**
   * @param out the model file
   * @param page the picture
   */
  CompressReport(Path out, Path page, Subject subject, CompressJob.Outcome outcome) {
    this.out = out;
    this.page = page;
    this.subject = subject;
    this.outcome = outcome;
    this.verdicts = Verdicts.of(subject, outcome);
  }

  ParetoPage.Content content() {
    List<ParetoPage.Model> models = new ArrayList<>();
    for (Stage stage : outcome.stages()) {
      models.add(
          new ParetoPage.Model(
              stage.name(),
              stage.bytes(),
              stage.score().value(),
              score(stage),
              stage.macs(),
              stage.p50Micros(),
              stage.memory().bytes()));
    }
    return new ParetoPage.Content(
        out.getFileName().toString(),
        outcome.options().isEmpty() ? "as it was" : outcome.options(),
        subject.scoredOn(),
        subject.metric(),
        subject.higherIsBetter(),
        models,
        verdicts);
  }

  private String score(Stage stage) {
    return Double.isNaN(stage.score().value()) ? "-" : subject.text(stage.score().value());
  }

  @Override
  public void print(PrintStream stream) {
    int width = outcome.stages().stream().mapToInt(stage -> stage.name().length()).max().orElse(1);
    String row = "%-" + width + "s %10s %11s %15s %11s %10s%n";
    stream.printf(row, "", "file", subject.metric(), "multiply-adds", "median", "memory");
    for (Stage stage : outcome.stages()) {
      stream.printf(
          row,
          stage.name(),
          Units.bytes(stage.bytes()),
          score(stage),
          String.format(Locale.ROOT, "%,d", stage.macs()),
          Double.isNaN(stage.p50Micros()) ? "-" : Units.micros(stage.p50Micros()),
          stage.memory().bytes() < 0 ? "-" : Units.bytes(stage.memory().bytes()));
    }
    stream.println();
    stream.println(
        "Median: of one prediction on one thread. Memory: measured on the heap; what the model that"
            + " runs holds, and what one prediction asks for besides.");
    verdicts.forEach(stream::println);
    String left = Unfactorised.text(outcome.changes());
    if (!left.isEmpty()) {
      stream.println(left);
    }
    if (outcome.effort() != null) {
      stream.println(
          "Training on took "
              + Progress.duration(outcome.effort().seconds())
              + " and "
              + outcome.effort().energy().text()
              + ".");
    }
    stream.println(out + ", " + page);
  }

  @Override
  public Object json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("model", out.toString());
    object.put("report", page.toString());
    object.put("options", outcome.options());
    object.put("modelBytes", outcome.after().bytes());
    object.put("metric", subject.metric());
    object.put("scoredOn", subject.scoredOn());
    object.put("before", stage(outcome.before()));
    object.put("after", stage(outcome.after()));
    object.put("stages", outcome.stages().stream().map(this::stage).toList());
    object.put("verdicts", verdicts);
    object.put("changes", outcome.changes());
    if (outcome.effort() != null) {
      object.put("trainingSeconds", outcome.effort().seconds());
      object.put("energy", outcome.effort().energy().footprint().json());
      object.put("energyMeasured", outcome.effort().energy().measured());
    }
    long process = Heap.processPeak();
    object.put("processPeakBytes", process < 0 ? null : process);
    return object;
  }

  private Map<String, Object> stage(Stage stage) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", stage.name());
    object.put("modelBytes", stage.bytes());
    object.put("score", number(stage.score().value()));
    object.put("macs", stage.macs());
    object.put("p50Micros", number(stage.p50Micros()));
    object.put("memoryBytes", stage.memory().bytes() < 0 ? null : stage.memory().bytes());
    object.put("memorySpread", stage.memory().spread());
    return object;
  }

  /** JSON has no NaN. */
  private static Double number(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
