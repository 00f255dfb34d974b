package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Json;
import dev.goldcrest.app.cli.Progress;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Units;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What {@code train} has to say of a model that writes. */
record SequenceReport(SequenceTrained trained) implements Report {
  @Override
  public void print(PrintStream out) {
    SequenceTrained.Cost cost = trained.cost();
    out.printf(
        Locale.ROOT,
        "%s: %s, %s, dev perplexity %.3f per token%n",
        trained.model(),
        trained.recipe().architecture().name(),
        Units.bytes(trained.bytes()),
        trained.devPerplexity());
    out.printf(
        Locale.ROOT,
        "epoch %d of %d, %,d weights, %,d multiply-adds for %s, trained in %s%n",
        trained.outcome().best().number(),
        trained.outcome().epochs().size(),
        cost.parameters(),
        cost.macs(),
        cost.source() == 0
            ? cost.target() + " tokens"
            : cost.source() + " tokens read and " + cost.target() + " written",
        Progress.duration(trained.seconds()));
    out.printf(
        Locale.ROOT,
        "%,.0f tokens a second, %.1f GFLOP/s of the model's own work%n",
        trained.tokensPerSecond(),
        trained.gigaflops());
    out.println(trained.energy().text());
  }

  @Override
  public Object json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("task", trained.recipe().task());
    object.put("model", trained.model().toString());
    object.put("modelBytes", trained.bytes());
    object.put("devPerplexity", Json.number(trained.devPerplexity()));
    object.put("devLoss", trained.outcome().devLoss());
    object.put("epochs", trained.outcome().epochs().size());
    object.put("bestEpoch", trained.outcome().best().number());
    object.put("seconds", trained.seconds());
    object.put("energy", trained.energy().footprint().json());
    object.put("energyMeasured", trained.energy().measured());
    object.put("parameters", trained.cost().parameters());
    object.put("macs", trained.cost().macs());
    object.put("paperMacs", trained.cost().paperMacs());
    object.put("source", trained.cost().source());
    object.put("target", trained.cost().target());
    object.put("tokensPerSecond", trained.tokensPerSecond());
    object.put("gigaflops", trained.gigaflops());
    return object;
  }
}
