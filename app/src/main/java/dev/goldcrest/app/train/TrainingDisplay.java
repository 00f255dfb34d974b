package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Json;
import dev.goldcrest.app.cli.Progress;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.app.energy.Footprint;
import dev.goldcrest.torch.Spent;
import dev.goldcrest.torch.TrainingRun;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Shows how a run goes: the live line, and a JSON object an epoch in a log file. */
public final class TrainingDisplay implements TrainingRun.Listener, AutoCloseable {
  /** The rate is that of about the last seconds. */
  private static final double RATE_SECONDS = 5;

  private final Progress progress;
  private final Energy energy;
  private final int epochs;
  private final ToDoubleFunction<TrainingRun.Epoch> shown;
  private final BufferedWriter log;
  private final long start = System.nanoTime();
  private long lastStep = start;
  private double recentWords;
  private double recentSeconds;
  private long words;
  private long steps;
  private int stepsOfEpoch;
  private int doneOfEpoch;
  private double dev = Double.NaN;
  private TrainingRun.Epoch best;
  private Forecast forecast;
  private final Terminal terminal;
  private final Attended attended;

  /** When the epoch under way began; not a number if that was in an earlier process. */
  private double began = Double.NaN;

  /** What was used when it began. */
  private Footprint before;

  /**
   * @param attended counts what the run takes
   * @param shown the dev score on the live line
   * @param log appended to, or null
   */
  public TrainingDisplay(
      Terminal terminal,
      Energy energy,
      Attended attended,
      int epochs,
      ToDoubleFunction<TrainingRun.Epoch> shown,
      Path log)
      throws IOException {
    this.terminal = terminal;
    this.attended = attended;
    this.before = energy.read().footprint();
    this.progress = terminal.progress();
    this.energy = energy;
    this.epochs = epochs;
    this.shown = shown;
    this.log =
        log == null
            ? null
            : Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Override
  public void step(int epoch, int done, int perEpoch, double loss, int read) {
    long now = System.nanoTime();
    if (done == 1) {
      began = (lastStep - start) / 1e9;
    }
    double seconds = Math.max(1e-9, (now - lastStep) / 1e9);
    lastStep = now;
    stepsOfEpoch = perEpoch;
    doneOfEpoch = done;
    steps++;
    words += read;
    double weight = Math.exp(-seconds / RATE_SECONDS);
    recentWords = weight * recentWords + read;
    recentSeconds = weight * recentSeconds + seconds;
    double left = (double) (epochs - epoch) * perEpoch + perEpoch - done;
    progress.update(
        new Progress.State(
            epoch,
            epochs,
            // The end of an epoch is shown when its dev score is there.
            Math.min((double) done / perEpoch, 0.999),
            loss,
            dev,
            best == null ? Double.NaN : shown.applyAsDouble(best),
            best == null ? 0 : best.number(),
            recentWords / recentSeconds,
            energy.read().wattHours(),
            seconds() / steps * left));
  }

  @Override
  public void epoch(TrainingRun.Epoch epoch, TrainingRun.Epoch bestSoFar) {
    attended.scored((System.nanoTime() - lastStep) / 1e9);
    dev = shown.applyAsDouble(epoch);
    best = bestSoFar;
    Energy.Reading now = energy.read();
    double wattHours = now.wattHours();
    double left = seconds() / steps * stepsOfEpoch * (epochs - epoch.number());
    progress.update(
        new Progress.State(
            epoch.number(),
            epochs,
            1,
            epoch.loss(),
            dev,
            shown.applyAsDouble(best),
            best.number(),
            recentWords / recentSeconds,
            wattHours,
            left));
    if (log != null) {
      write(epoch, wattHours);
    }
    boolean whole = began >= 0 && doneOfEpoch == stepsOfEpoch;
    if (forecast == null && whole && epoch.number() < epochs) {
      forecast =
          Forecast.of(seconds() - began, before, now.footprint(), epochs - epoch.number() + 1);
      terminal.say(forecast.sentence());
    }
    began = Double.NaN;
    before = now.footprint();
    // What comes next is evaluated and saved first; that is no part of a step's time.
    lastStep = System.nanoTime();
  }

  @Override
  public Spent spent() {
    return attended.spent();
  }

  @Override
  public void resumed(Spent spent) {
    attended.resumed(spent);
    before = energy.read().footprint();
  }

  private void write(TrainingRun.Epoch epoch, double wattHours) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("epoch", epoch.number());
    line.put("loss", epoch.loss());
    line.put("devAccuracy", epoch.devAccuracy());
    line.put("devLoss", epoch.devLoss());
    line.put("bestEpoch", best.number());
    line.put("seconds", seconds());
    line.put("tokensPerSecond", words / seconds());
    line.put("wattHours", wattHours);
    try {
      log.write(Json.line(line));
      log.newLine();
      log.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the first whole epoch let expect of all, or null where none was followed by another. */
  public Forecast forecast() {
    return forecast;
  }

  /** Seconds since training began in this process. */
  double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Words read a second since then, evaluations included. */
  public double tokensPerSecond() {
    return words / seconds();
  }

  @Override
  public void close() throws IOException {
    progress.close();
    if (log != null) {
      log.close();
    }
  }
}
