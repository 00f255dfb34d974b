package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.app.energy.Spending;
import dev.goldcrest.torch.Spent;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AttendedTest {
  @Test
  void secondsLeft_afterHalfAMinuteOfReading_countsIt() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Terminal terminal = new Terminal(nowhere, nowhere, Map.of(), false, 80);
    long earlier = System.nanoTime() - 30_000_000_000L;
    Choices choices = new Choices("transformer", null, Map.of(), 1, null, null, 1, 1);
    TrainingRequest request =
        new TrainingRequest(
            choices,
            Path.of("m"),
            false,
            false,
            true,
            null,
            new Spending(1.0, null, null, null, earlier),
            null,
            "train");
    Attended attended = new Attended(terminal, request, Energy.start(terminal));
    assertThat(attended.secondsLeft()).isBetween(18.0, 30.0);
    assertThat(attended.seconds()).isLessThan(10);
    attended.scored(5);
    assertThat(attended.over()).isFalse();
    attended.scored(16);
    assertThat(attended.over()).as("there are 32 seconds of scoring to come").isTrue();
    attended.resumed(Spent.NONE);
    assertThat(attended.whole()).as("an old checkpoint does not say").isFalse();
    attended.resumed(new Spent(1, 3600, 100));
    assertThat(attended.whole()).isTrue();
    assertThat(attended.seconds()).isBetween(100.0, 110.0);
    assertThat(attended.spent().cpuSeconds()).isBetween(3600.0, 3700.0);
    assertThat(attended.spent().wattHours()).isGreaterThan(0.9);
    assertThat(attended.secondsLeft()).isBetween(18.0, 30.0);
  }
}
