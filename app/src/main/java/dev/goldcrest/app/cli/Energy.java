package dev.goldcrest.app.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Watt-hours since the start, and whether they were measured. Where the processor's RAPL counters
 * can be read (Linux, usually as root) they are the truth, for everything the machine did
 * meanwhile; elsewhere CPU seconds times an assumed wattage is an estimate, and its formula is part
 * of the reading. Safe to call from any thread.
 */
public final class Energy {
  /** Where Linux keeps the counters. */
  public static final Path POWERCAP = Path.of("/sys/class/powercap");

  /**
   * Assumed power of one busy core: server and desktop processors are rated at 5-15 W per core.
   * {@code GOLDCREST_WATTS_PER_CORE} replaces it.
   */
  public static final double WATTS_PER_CORE = 10;

  private static final double JOULES_PER_WATT_HOUR = 3_600;

  /**
   * @param wattHours since the start
   * @param measured whether counters were read; false for the estimate
   * @param how the counters' names, or the formula with its numbers
   */
  public record Reading(double wattHours, boolean measured, String how) {}

  private final List<Counter> counters;
  private final double wattsPerCore;
  private final LongSupplier cpuNanos;
  private final long cpuStart;

  private Energy(List<Counter> counters, double wattsPerCore, LongSupplier cpuNanos) {
    this.counters = counters;
    this.wattsPerCore = wattsPerCore;
    this.cpuNanos = cpuNanos;
    this.cpuStart = cpuNanos.getAsLong();
  }

  /** Starts counting with what this machine offers. */
  public static Energy start(Terminal terminal) {
    String given = terminal.environment("GOLDCREST_WATTS_PER_CORE", "");
    double watts = WATTS_PER_CORE;
    if (!given.isEmpty()) {
      try {
        watts = Double.parseDouble(given);
      } catch (NumberFormatException e) {
        throw UserError.usage("GOLDCREST_WATTS_PER_CORE: '%s' is not a number", given);
      }
    }
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return start(POWERCAP, watts, system::getProcessCpuTime);
  }

  /**
   * @param powercap folder of RAPL zones, {@link #POWERCAP} outside tests
   * @param cpuNanos CPU time of this process, all threads
   */
  static Energy start(Path powercap, double wattsPerCore, LongSupplier cpuNanos) {
    return new Energy(counters(powercap), wattsPerCore, cpuNanos);
  }

  /**
   * The energy so far. A counter wraps around about once an hour under full load, and one wrap
   * between two readings is noticed: read more often than that.
   */
  public synchronized Reading read() {
    if (!counters.isEmpty()) {
      double joules = 0;
      List<String> names = new ArrayList<>();
      for (Counter counter : counters) {
        joules += counter.joules();
        names.add(counter.name);
      }
      return new Reading(joules / JOULES_PER_WATT_HOUR, true, "RAPL " + String.join(" + ", names));
    }
    double seconds = (cpuNanos.getAsLong() - cpuStart) / 1e9;
    double wattHours = seconds * wattsPerCore / JOULES_PER_WATT_HOUR;
    String how =
        String.format(
            Locale.ROOT, "%.1f CPU seconds x %.1f W per core / 3600", seconds, wattsPerCore);
    return new Reading(wattHours, false, how);
  }

  /**
   * Packages, and memory beside them. The other zones (core, uncore) are parts of a package, and
   * psys contains everything, so adding them would count twice.
   */
  private static List<Counter> counters(Path powercap) {
    List<Counter> found = new ArrayList<>();
    if (!Files.isDirectory(powercap)) {
      return found;
    }
    try (DirectoryStream<Path> zones = Files.newDirectoryStream(powercap, "intel-rapl:*")) {
      for (Path zone : zones) {
        String name = text(zone.resolve("name"));
        if (name.startsWith("package") || name.equals("dram")) {
          found.add(new Counter(name, zone));
        }
      }
    } catch (IOException | UncheckedIOException | NumberFormatException e) {
      // One unreadable zone makes the sum wrong: estimate instead.
      return List.of();
    }
    found.sort((a, b) -> a.name.compareTo(b.name));
    return found;
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file).strip();
  }

  /** One counter of microjoules that starts again at zero beyond its range. */
  private static final class Counter {
    private final String name;
    private final Path file;
    private final long range;
    private long last;
    private long total;

    Counter(String name, Path zone) throws IOException {
      this.name = name;
      this.file = zone.resolve("energy_uj");
      this.range = Long.parseLong(text(zone.resolve("max_energy_range_uj")));
      this.last = Long.parseLong(text(file));
    }

    double joules() {
      try {
        long now = Long.parseLong(text(file));
        total += now >= last ? now - last : range - last + now;
        last = now;
        return total / 1e6;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
