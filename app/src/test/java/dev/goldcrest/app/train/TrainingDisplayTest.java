package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.app.energy.Spending;
import dev.goldcrest.torch.TrainingRun;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingDisplayTest {
  private static final int STEPS = 10;

  private static TrainingDisplay display(int epochs) throws Exception {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Terminal terminal = new Terminal(nowhere, nowhere, Map.of(), false, 80);
    Choices choices = new Choices("transformer", null, Map.of(), epochs, null, null, 1, 1);
    Spending free = new Spending(null, null, null, null, System.nanoTime());
    TrainingRequest request =
        new TrainingRequest(choices, Path.of("m"), false, true, true, null, free, null, "train");
    Energy energy = Energy.start(terminal);
    Attended attended = new Attended(terminal, request, energy);
    return new TrainingDisplay(
        terminal, energy, attended, epochs, TrainingRun.Epoch::devAccuracy, null);
  }

  private static void epoch(TrainingDisplay display, int number, int first) {
    for (int done = first; done <= STEPS; done++) {
      display.step(number, done, STEPS, 1, 100);
    }
    TrainingRun.Epoch epoch = new TrainingRun.Epoch(number, 1, 0.5, 1);
    display.epoch(epoch, epoch);
  }

  @Test
  void forecast_afterTheFirstEpoch_isOfAll() throws Exception {
    try (TrainingDisplay display = display(5)) {
      epoch(display, 1, 1);
      assertThat(display.forecast().epochs()).isEqualTo(5);
      Forecast first = display.forecast();
      epoch(display, 2, 1);
      assertThat(display.forecast()).as("told once").isSameAs(first);
    }
  }

  /** The last step of an epoch takes a tenth of its time. */
  @Test
  void forecast_ofARunResumedInMidEpoch_waitsForAWholeOne() throws Exception {
    try (TrainingDisplay display = display(5)) {
      Thread.sleep(20); // this time is the input: what passes before an epoch must not count
      double before = display.seconds();
      epoch(display, 2, STEPS);
      assertThat(display.forecast()).isNull();
      epoch(display, 3, 1);
      assertThat(display.forecast().epochs()).isEqualTo(3);
      assertThat(display.forecast().seconds())
          .as("of three epochs without what came before them")
          .isLessThanOrEqualTo(3 * (display.seconds() - before));
    }
  }

  /** As it is when the time is up. */
  @Test
  void forecast_ofAnEpochThatWasCutShort_isNone() throws Exception {
    try (TrainingDisplay display = display(5)) {
      display.step(1, 1, STEPS, 1, 100);
      TrainingRun.Epoch epoch = new TrainingRun.Epoch(1, 1, 0.5, 1);
      display.epoch(epoch, epoch);
      assertThat(display.forecast()).isNull();
    }
  }

  @Test
  void forecast_ofTheLastEpoch_isNone() throws Exception {
    try (TrainingDisplay display = display(3)) {
      epoch(display, 3, 1);
      assertThat(display.forecast()).isNull();
    }
  }
}
