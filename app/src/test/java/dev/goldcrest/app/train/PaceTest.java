package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.app.energy.Spending;
import dev.goldcrest.app.energy.World;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaceTest {
  private static final World WORLD = new World(3600, 1, 0.4, 0.3, ""); // a watt-hour a second

  @TempDir private Path folder;
  private long cpuNanos;

  private Attended attended(double maxWattHours) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Terminal terminal = new Terminal(nowhere, nowhere, Map.of(), false, 80);
    Choices choices = new Choices("transformer", null, Map.of(), 1, null, null, 1, 1);
    Spending spending = new Spending(null, maxWattHours, WORLD, null);
    TrainingRequest request =
        new TrainingRequest(
            choices, folder.resolve("m"), false, false, true, null, spending, null, "train");
    return new Attended(terminal, request, Energy.start(folder, WORLD, () -> cpuNanos));
  }

  private void step(Pace.Watch watch, double seconds) {
    cpuNanos += (long) (seconds * 1e9);
    watch.step(1, 1, 10, 1, 100);
  }

  @Test
  void watch_firstStepWaitsForLibraries_isNoMeasureOfTheOthers() {
    Attended attended = attended(100);
    Pace.Watch watch = new Pace.Watch(20, attended);
    step(watch, 30); // more than the trial may take
    assertThat(watch.enough()).isFalse();
    step(watch, 0.5);
    assertThat(watch.enough()).isTrue();
    Pace pace = watch.pace(1000);
    assertThat(pace.epochWattHours()).isEqualTo(5, within(1e-6));
    assertThat(pace.fitting(attended)).isEqualTo(0.97 * 69.5 / 5, within(1e-6));
  }

  @Test
  void watch_energyLeft_measuresWarmStepsAlone() {
    Pace.Watch watch = new Pace.Watch(20, attended(1e6));
    for (int i = 0; i < 60; i++) {
      assertThat(watch.enough()).isFalse();
      step(watch, i < 20 ? 3 : 1);
    }
    assertThat(watch.enough()).isTrue();
    assertThat(watch.pace(1000).epochWattHours()).isEqualTo(10, within(1e-6));
  }
}
