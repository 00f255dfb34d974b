package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.app.baseline.LinearBaseline;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.Split;
import dev.goldcrest.app.energy.Spending;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingJobTest {
  private static final double BASELINE_SECONDS = 0.5;

  @TempDir private Path folder;

  private static Map<String, String> small() {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String setting : MadeUp.SMALL) {
      int equals = setting.indexOf('=');
      if (equals > 0) {
        settings.put(setting.substring(0, equals), setting.substring(equals + 1));
      }
    }
    return settings;
  }

  /** Takes a time that is known, so that it can be told from what the run says it took. */
  private static LinearBaseline fitSlowly(Dataset train, Dataset dev, long seed) {
    try {
      Thread.sleep((long) (1000 * BASELINE_SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return LinearBaseline.quick(train, dev, seed);
  }

  /** A baseline that does not teach is fitted first where there is a limit, and else last. */
  @Test
  void run_withinALimit_doesNotCountTheBaseline() throws Exception {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Terminal terminal = new Terminal(nowhere, nowhere, Map.of(), false, 80);
    List<Example> examples =
        MadeUp.lines(60, 1).stream()
            .map(line -> line.split("\t"))
            .map(cells -> new Example(cells[0], cells[1]))
            .toList();
    Split split = Split.holdOut(new Dataset("made up", examples));
    Choices choices = new Choices("proformer", null, small(), 1, 16, null, 1, 1);
    Spending limits = new Spending(10.0, null, null, null);
    TrainingRequest request =
        new TrainingRequest(
            choices, folder.resolve("m"), false, false, true, null, limits, null, "train");
    long start = System.nanoTime();
    Trained trained =
        TrainingJob.run(terminal, request, split, TrainingJobTest::fitSlowly).orElseThrow();
    double whole = (System.nanoTime() - start) / 1e9;
    assertThat(trained.seconds()).isPositive().isLessThan(whole - BASELINE_SECONDS);
  }
}
