package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Progress;
import dev.goldcrest.app.cli.Report;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What {@code train} has to say: the model's score and bytes beside the linear baseline's. */
record TrainReport(Trained trained, TrainingRequest request) implements Report {
  @Override
  public void print(PrintStream out) {
    String name = Recipe.title(request.choices());
    row(out, "", "dev accuracy", "bytes");
    row(out, name, accuracy(trained.outcome().devAccuracy()), bytes(trained.bytes()));
    row(
        out,
        trained.baseline().name(),
        accuracy(trained.baseline().devAccuracy()),
        bytes(trained.baseline().bytes()));
    PredictionCost cost = trained.cost();
    out.println();
    out.printf(
        Locale.ROOT,
        "%s: epoch %d of %d, %,d weights, %,d multiply-adds for %d words, trained in %s%n",
        trained.model(),
        trained.outcome().best().number(),
        trained.outcome().epochs().size(),
        cost.parameters(),
        cost.macs(),
        cost.words(),
        Progress.duration(trained.seconds()));
    out.println(trained.energy().text());
  }

  private static void row(PrintStream out, String name, String accuracy, String bytes) {
    out.printf("%-40s %12s %14s%n", name, accuracy, bytes);
  }

  private static String accuracy(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String bytes(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  @Override
  public Object json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("model", trained.model().toString());
    object.put("modelBytes", trained.bytes());
    object.put("devAccuracy", trained.outcome().devAccuracy());
    object.put("epochs", trained.outcome().epochs().size());
    object.put("bestEpoch", trained.outcome().best().number());
    object.put("seconds", trained.seconds());
    object.put("energy", trained.energy().footprint().json());
    object.put("energyMeasured", trained.energy().measured());
    object.put("parameters", trained.cost().parameters());
    object.put("macs", trained.cost().macs());
    object.put("macsWords", trained.cost().words());
    Map<String, Object> baseline = new LinkedHashMap<>();
    baseline.put("name", trained.baseline().name());
    baseline.put("accuracy", trained.baseline().devAccuracy());
    baseline.put("bytes", trained.baseline().bytes());
    object.put("baseline", baseline);
    return object;
  }
}
