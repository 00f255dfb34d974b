package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.app.energy.Spending;
import dev.goldcrest.app.energy.World;
import dev.goldcrest.torch.Spent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttendedTest {
  @TempDir private Path folder;

  private static Terminal terminal() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    return new Terminal(nowhere, nowhere, Map.of(), false, 80);
  }

  private static TrainingRequest request(Path out, boolean resume, Spending spending) {
    Choices choices = new Choices("transformer", null, Map.of(), 1, null, null, 1, 1);
    return new TrainingRequest(choices, out, false, resume, true, null, spending, null, "train");
  }

  @Test
  void secondsLeft_afterHalfAMinuteOfReading_countsIt() {
    Terminal terminal = terminal();
    long earlier = System.nanoTime() - 30_000_000_000L;
    TrainingRequest request =
        request(Path.of("m"), false, new Spending(1.0, null, null, null, earlier));
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

  /** A first scoring may be slow, the next one not. */
  @Test
  void expired_onceItIs_staysSoAndSaysWhichLimit() {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8);
    Terminal terminal = new Terminal(stream, stream, Map.of(), false, 80);
    long earlier = System.nanoTime() - 30_000_000_000L;
    Spending spending = new Spending(1.0, null, null, null, earlier);
    Attended attended =
        new Attended(terminal, request(Path.of("m"), false, spending), Energy.start(terminal));
    attended.scored(5);
    assertThat(attended.expired()).isFalse();
    attended.keepBack(25);
    assertThat(attended.expired()).as("measuring takes the rest").isTrue();
    attended.scored(0);
    assertThat(attended.expired()).isTrue();
    attended.sayIfExpired();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("training ended after 1.0 minutes, before its last epoch");
  }

  @Test
  void teachersShare_ofEnergy_leavesMostOfIt() {
    long[] cpuNanos = {0};
    World world = new World(3600, 1, 0.4, 0.3, ""); // a watt-hour a second
    Energy energy = Energy.start(folder, world, () -> cpuNanos[0]);
    Spending spending = new Spending(null, 12.0, world, null);
    Attended attended = new Attended(terminal(), request(Path.of("m"), false, spending), energy);
    cpuNanos[0] = 2_000_000_000L;
    BooleanSupplier enough = attended.teachersShare(); // of the ten that are left
    assertThat(enough.getAsBoolean()).isFalse();
    cpuNanos[0] = 5_900_000_000L;
    assertThat(enough.getAsBoolean()).isFalse();
    cpuNanos[0] = 6_100_000_000L;
    assertThat(enough.getAsBoolean()).isTrue();
    cpuNanos[0] = 13_000_000_000L;
    assertThat(attended.teachersShare().getAsBoolean()).as("nothing is left").isTrue();
  }

  @Test
  void teachersShare_ofTime_endsBeforeTheRest() {
    Energy energy = Energy.start(terminal());
    for (double gone : new double[] {10, 50, 70}) {
      long since = System.nanoTime() - (long) (gone * 1e9);
      Spending spending = new Spending(1.0, null, null, null, since);
      Attended attended = new Attended(terminal(), request(Path.of("m"), false, spending), energy);
      assertThat(attended.teachersShare().getAsBoolean()).isEqualTo(gone > 60);
    }
    Attended free = new Attended(terminal(), request(Path.of("m"), false, null), energy);
    assertThat(free.teachersShare().getAsBoolean()).isFalse();
  }

  @Test
  void teachersShare_ofARunThatGoesOn_isWhatWasKnown() throws IOException {
    Path out = folder.resolve("m");
    Files.createFile(folder.resolve("m.checkpoint"));
    Energy energy = Energy.start(terminal());
    Spending limited = new Spending(60.0, null, null, null);
    assertThat(
            new Attended(terminal(), request(out, true, limited), energy)
                .teachersShare()
                .getAsBoolean())
        .isTrue();
    assertThat(
            new Attended(terminal(), request(out, false, limited), energy)
                .teachersShare()
                .getAsBoolean())
        .isFalse();
    assertThat(
            new Attended(terminal(), request(out, true, null), energy)
                .teachersShare()
                .getAsBoolean())
        .isFalse();
  }
}
