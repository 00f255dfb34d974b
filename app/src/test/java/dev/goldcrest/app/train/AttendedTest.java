package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.app.cli.Energy;
import dev.goldcrest.app.cli.Terminal;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AttendedTest {
  @Test
  void minutesLeft_afterHalfAMinuteOfTokens_countsThem() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Terminal terminal = new Terminal(nowhere, nowhere, Map.of(), false, 80);
    Choices choices = new Choices("transformer", null, Map.of(), 1, null, null, 1, 1);
    TrainingRequest request =
        new TrainingRequest(choices, Path.of("m"), false, false, true, null, 1.0, null, "train");
    long earlier = System.nanoTime() - 30_000_000_000L;
    Attended attended = new Attended(terminal, request, Energy.start(terminal), earlier);
    assertThat(attended.minutesLeft()).isBetween(0.3, 0.5);
    assertThat(attended.seconds()).isLessThan(10);
  }
}
