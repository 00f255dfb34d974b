package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.StopSignal;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.app.energy.Footprint;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.torch.DivergedException;
import dev.goldcrest.torch.Spent;
import dev.goldcrest.torch.TrainingRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What stands around every training: leftover files, the live line, Ctrl-C and the clock. */
public final class Attended {
  /** How long a process that was asked to stop waits for its checkpoint. */
  private static final long STOP_SECONDS = 60;

  /** What asking a teacher may take of what is left. */
  private static final double TEACHER_SHARE = 0.4;

  /** Epochs are planned whole... */
  public static final int WHOLE = 1;

  /** ...or, where a run may end within one, in hundredths, which read well in the file. */
  public static final int HUNDREDTHS = 100;

  private final Terminal terminal;
  private final TrainingRequest request;
  private final Energy energy;
  private final long start = System.nanoTime();
  private Spent before = Spent.NONE;
  private boolean whole = true;
  private double reserve;
  private double after;
  private String limit;

  /** Times a few steps. */
  public interface Trial {
    Pace pace() throws IOException;
  }

  /** The training itself, with the model file at its end; nothing if it was asked to stop. */
  public interface Body<T> {
    Optional<T> run(StopSignal stop, TrainingDisplay display) throws IOException;
  }

  /** The clock starts now. */
  public Attended(Terminal terminal, TrainingRequest request, Energy energy) {
    this.terminal = terminal;
    this.request = request;
    this.energy = energy;
  }

  /** Since the clock started, and what the run took before it was resumed. */
  public double seconds() {
    return before.seconds() + (System.nanoTime() - start) / 1e9;
  }

  /** Keeps time back for what comes after the run. */
  public void keepBack(double seconds) {
    after = seconds;
  }

  /** Whether that is all of the run: not where a checkpoint did not say what it had taken. */
  boolean whole() {
    return whole;
  }

  /** What the run took. */
  public Effort effort(TrainingDisplay display) {
    return new Effort(
        seconds(), display.tokensPerSecond(), energy.read(), display.forecast(), whole);
  }

  /** Energy that the run took so far. */
  double wattHours() {
    return energy.read().wattHours();
  }

  /** What the run took so far. */
  Spent spent() {
    return new Spent(energy.machineWattHours(), energy.cpuSeconds(), seconds());
  }

  /** Goes on counting from what a checkpoint says. */
  void resumed(Spent spent) {
    before = spent;
    whole = spent.seconds() > 0;
    energy.resume(spent.wattHours(), spent.cpuSeconds());
  }

  /** Seconds of this process until all should be over; infinite without a limit. */
  public double secondsLeft() {
    Double most = request.spending().maxMinutes();
    return most == null
        ? Double.POSITIVE_INFINITY
        : 60 * most - after - (System.nanoTime() - request.spending().since()) / 1e9;
  }

  /** Energy that the training may still take; infinite without a limit. */
  public double wattHoursLeft() {
    Double most = request.spending().maxWattHours();
    return most == null ? Double.POSITIVE_INFINITY : most - wattHours();
  }

  /**
   * Says when a teacher has had its share of the time and the energy that are left now. A run that
   * is gone on with asks nothing: it learns from what was known when it began.
   */
  public BooleanSupplier teachersShare() {
    if (request.spending().limited() && request.resumes()) {
      return () -> true;
    }
    double seconds = (1 - TEACHER_SHARE) * secondsLeft();
    double wattHours = (1 - TEACHER_SHARE) * wattHoursLeft();
    return () -> secondsLeft() < Math.max(0, seconds) || wattHoursLeft() < Math.max(0, wattHours);
  }

  /** Whether time or energy is used up, but for what the end of the run takes. */
  boolean over() {
    return late() || wattHoursLeft() < 0;
  }

  /** The same, and remembers what was used up first. */
  public boolean expired() {
    if (limit == null && over()) {
      limit =
          late()
              ? request.spending().maxMinutes() + " minutes"
              : Footprint.energy(request.spending().maxWattHours());
    }
    return limit != null;
  }

  private boolean late() {
    return secondsLeft() < reserve;
  }

  /** Keeps time back for the end, where dev is scored twice: as trained and as the file rounds. */
  void scored(double seconds) {
    reserve = 2 * seconds;
  }

  /**
   * Runs a training.
   *
   * @param epochs that are planned
   * @param dev what the live line shows of an epoch
   */
  public <T> Optional<T> run(int epochs, ToDoubleFunction<TrainingRun.Epoch> dev, Body<T> body)
      throws IOException {
    request.prepare(terminal);
    try (StopSignal stop = StopSignal.install(terminal, STOP_SECONDS);
        TrainingDisplay display =
            new TrainingDisplay(terminal, energy, this, epochs, dev, request.log())) {
      return body.run(stop, display);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (DivergedException e) {
      String kept =
          Files.exists(request.checkpoint())
              ? "; " + request.checkpoint() + " holds the run as it was before"
              : "";
      throw UserError.failed("%s (--lr, --set clip=...)%s", e.getMessage(), kept);
    }
  }

  /**
   * Epochs to plan: all that are wanted where there are no limits, those of the run that is gone on
   * with, or as many as fit, and at least one or the least part of one.
   *
   * @param parts of an epoch that can be planned, {@link #WHOLE} or {@link #HUNDREDTHS}
   */
  public double planned(double wanted, int parts, Trial trial) throws IOException {
    if (!request.spending().limited()) {
      return wanted;
    }
    double planned =
        request.resumes()
            ? TrainingRun.plannedEpochs(request.checkpoint())
            : Math.min(wanted, Math.max(1, Math.floor(parts * trial.pace().fitting(this))) / parts);
    if (planned != wanted) {
      terminal.notice(
          parts == WHOLE
              ? "%.0f of the recipe's %.0f epochs fit into %s"
              : "%.2f of the recipe's %.0f epochs fit into %s",
          planned,
          wanted,
          request.spending().limits());
    }
    return planned;
  }

  /** How a run that tunes a compressed model ended: nothing if it was asked to stop. */
  public Optional<Tuned> tuned(
      boolean finished, TrainingDisplay display, Supplier<ModelFile> model) {
    if (!finished) {
      return Optional.empty();
    }
    sayIfExpired();
    return Optional.of(new Tuned(model.get(), effort(display)));
  }

  /** Says that time or energy was used up before the plan was done, if it was. */
  public void sayIfExpired() {
    if (limit != null) {
      terminal.notice("training ended after %s, before its last epoch", limit);
    }
  }
}
