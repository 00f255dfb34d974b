package dev.goldcrest.app.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnergyTest {
  private static final long RANGE = 262_143_328_850L;

  @TempDir Path powercap;
  private long cpuNanos = 5_000_000_000L;

  private void zone(String folder, String name, long microjoules) throws IOException {
    Path zone = Files.createDirectories(powercap.resolve(folder));
    Files.writeString(zone.resolve("name"), name + "\n");
    Files.writeString(zone.resolve("max_energy_range_uj"), RANGE + "\n");
    Files.writeString(zone.resolve("energy_uj"), microjoules + "\n");
  }

  private Energy start() {
    return Energy.start(powercap, world(1), () -> cpuNanos);
  }

  private static World world(double pue) {
    return new World(12, pue, 0.4, 0.3, "");
  }

  @Test
  void read_withCounters_sumsPackagesAndMemoryOnly() throws IOException {
    zone("intel-rapl:0", "package-0", 1_000_000);
    zone("intel-rapl:1", "package-1", 2_000_000);
    zone("intel-rapl:0:0", "core", 10);
    zone("intel-rapl:0:1", "dram", 0);
    zone("intel-rapl:2", "psys", 10);
    Energy energy = start();
    assertThat(energy.read().wattHours()).isZero();
    zone("intel-rapl:0", "package-0", 1_000_000 + 3_600_000_000L);
    zone("intel-rapl:1", "package-1", 2_000_000 + 1_800_000_000L);
    zone("intel-rapl:0:0", "core", 3_600_000_000L);
    zone("intel-rapl:0:1", "dram", 360_000_000L);
    zone("intel-rapl:2", "psys", 36_000_000_000L);
    Energy.Reading reading = energy.read();
    assertThat(reading.wattHours()).isEqualTo(1.6, within(1e-9));
    assertThat(reading.measured()).isTrue();
    assertThat(reading.how()).isEqualTo("RAPL dram + package-0 + package-1");
  }

  @Test
  void read_acrossAWrap_goesOn() throws IOException {
    zone("intel-rapl:0", "package-0", RANGE - 1_000_000_000L);
    Energy energy = start();
    zone("intel-rapl:0", "package-0", 2_600_000_000L);
    assertThat(energy.read().wattHours()).isEqualTo(1, within(1e-9));
    zone("intel-rapl:0", "package-0", 6_200_000_000L);
    assertThat(energy.read().wattHours()).isEqualTo(2, within(1e-9));
  }

  @Test
  void read_withoutCounters_estimatesAndShowsTheFormula() {
    Energy energy = start();
    cpuNanos += 600_000_000_000L;
    Energy.Reading reading = energy.read();
    assertThat(reading.wattHours()).isEqualTo(2, within(1e-9));
    assertThat(reading.measured()).isFalse();
    assertThat(reading.how()).isEqualTo("600.0 CPU seconds x 12.0 W per core / 3600");
  }

  @Test
  void start_withOneUnreadableCounter_estimates() throws IOException {
    zone("intel-rapl:0", "package-0", 1);
    zone("intel-rapl:1", "package-1", 1);
    Files.delete(powercap.resolve("intel-rapl:1").resolve("energy_uj"));
    assertThat(start().read().measured()).isFalse();
  }

  @Test
  void read_counterThatVanishes_estimatesWhatComesThen() throws IOException {
    zone("intel-rapl:0", "package-0", 0);
    zone("intel-rapl:1", "package-1", 0);
    Energy energy = start();
    energy.read();
    energy.resume(3, 500);
    zone("intel-rapl:0", "package-0", 3_600_000_000L);
    cpuNanos += 100_000_000_000L;
    assertThat(energy.read().wattHours()).isEqualTo(4, within(1e-9));
    zone("intel-rapl:0", "package-0", 36_000_000_000L);
    Files.delete(powercap.resolve("intel-rapl:1").resolve("energy_uj"));
    cpuNanos += 300_000_000_000L;
    for (int i = 0; i < 2; i++) {
      Energy.Reading reading = energy.read();
      assertThat(reading.wattHours()).isEqualTo(5, within(1e-9));
      assertThat(reading.measured()).isFalse();
      assertThat(reading.how())
          .isEqualTo(
              "4.00 Wh until RAPL could not be read + 300.0 CPU seconds x 12.0 W per core / 3600");
    }
  }

  @Test
  void start_withoutTheFolder_estimates() {
    Energy energy = Energy.start(powercap.resolve("none"), world(1), () -> cpuNanos);
    assertThat(energy.read().measured()).isFalse();
  }

  @Test
  void start_withAWattageThatIsNoNumber_isAUsersMistake() {
    PrintStream out = new PrintStream(new ByteArrayOutputStream());
    Terminal terminal =
        new Terminal(out, out, Map.of("GOLDCREST_WATTS_PER_CORE", "lots"), false, 80);
    assertThatThrownBy(() -> Energy.start(terminal))
        .isInstanceOf(UserError.class)
        .hasMessage("GOLDCREST_WATTS_PER_CORE: 'lots' is not a number");
  }

  @Test
  void read_inABuilding_countsItsShareOnce() throws IOException {
    zone("intel-rapl:0", "package-0", 0);
    Energy energy = Energy.start(powercap, world(1.5), () -> cpuNanos);
    zone("intel-rapl:0", "package-0", 3_600_000_000L);
    Energy.Reading reading = energy.read();
    assertThat(reading.wattHours()).isEqualTo(1.5, within(1e-9));
    assertThat(reading.footprint().kgCo2()).isEqualTo(0.0006, within(1e-12));
    assertThat(reading.footprint().money()).isEqualTo(0.00045, within(1e-12));
    assertThat(reading.how()).isEqualTo("RAPL package-0 x PUE 1.50");
    assertThat(reading.text()).isEqualTo("1.50 Wh measured, 0.600 g CO2, 0.000450 at 0.3 a kWh");
  }

  @Test
  void resume_ofARunThatTookSome_addsIt() throws IOException {
    Energy estimated = start();
    estimated.resume(99, 300);
    cpuNanos += 300_000_000_000L;
    assertThat(estimated.read().wattHours()).isEqualTo(2, within(1e-9));
    assertThat(estimated.read().how()).startsWith("600.0 CPU seconds x");
    assertThat(estimated.cpuSeconds()).isEqualTo(600, within(1e-9));
    zone("intel-rapl:0", "package-0", 0);
    Energy measured = Energy.start(powercap, world(1.5), () -> cpuNanos);
    measured.resume(2, 300);
    zone("intel-rapl:0", "package-0", 3_600_000_000L);
    assertThat(measured.read().wattHours()).isEqualTo(4.5, within(1e-9));
    assertThat(measured.machineWattHours()).isEqualTo(3, within(1e-9));
    assertThat(measured.read().how())
        .isEqualTo("RAPL package-0 + 2.00 Wh before it was resumed x PUE 1.50");
  }
}
