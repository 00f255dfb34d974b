package dev.goldcrest.app.energy;

import com.sun.management.OperatingSystemMXBean;
import dev.goldcrest.app.cli.Terminal;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Watt-hours since the start, and whether they were measured. Where the processor's RAPL counters
 * can be read (Linux, usually as root) they are the truth, for everything the machine did
 * meanwhile; elsewhere CPU seconds times an assumed wattage is an estimate, and its formula is part
 * of the reading. Safe to call from any thread.
 */
public final class Energy {
  /** Where Linux keeps the counters. */
  public static final Path POWERCAP = Path.of("/sys/class/powercap");

  private static final double JOULES_PER_WATT_HOUR = 3_600;

  /**
   * @param footprint since the start, the building's share included
   * @param measured whether counters were read; false for the estimate
   * @param how the counters' names, or the formula with its numbers
   */
  public record Reading(Footprint footprint, boolean measured, String how) {
    /** Since the start: the machine's times PUE. */
    public double wattHours() {
      return footprint.wattHours();
    }

    /** {@code 4.31 Wh estimated, 2.05 g CO2, 0.000647 at 0.15 a kWh}. */
    public String text() {
      String text = footprint.text();
      int comma = text.indexOf(',');
      String kind = measured ? " measured" : " estimated";
      return text.substring(0, comma) + kind + text.substring(comma);
    }
  }

  private List<Counter> counters;
  private final World world;
  private final LongSupplier cpuNanos;
  private final long cpuStart;
  private double wattHoursBefore;
  private double cpuSecondsBefore;
  private double joules;
  private long measuredNanos;
  private boolean broken;

  private Energy(List<Counter> counters, World world, LongSupplier cpuNanos) {
    this.counters = counters;
    this.world = world;
    this.cpuNanos = cpuNanos;
    this.cpuStart = cpuNanos.getAsLong();
  }

  /** Starts counting with what this machine and the environment offer. */
  public static Energy start(Terminal terminal) {
    return start(World.of(terminal));
  }

  /** Starts counting with what this machine offers. */
  public static Energy start(World world) {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return start(POWERCAP, world, system::getProcessCpuTime);
  }

  /**
   * @param powercap folder of RAPL zones, {@link #POWERCAP} outside tests
   * @param cpuNanos CPU time of this process, all threads
   */
  public static Energy start(Path powercap, World world, LongSupplier cpuNanos) {
    return new Energy(counters(powercap), world, cpuNanos);
  }

  /**
   * Adds what a run took in the processes before this one.
   *
   * @param wattHours of the machine
   * @param cpuSeconds that estimates are made of
   */
  public synchronized void resume(double wattHours, double cpuSeconds) {
    wattHoursBefore = wattHours;
    cpuSecondsBefore = cpuSeconds;
  }

  /** CPU time so far, of all threads. */
  public synchronized double cpuSeconds() {
    return cpuSecondsBefore + (cpuNanos.getAsLong() - cpuStart) / 1e9;
  }

  /** The machine's watt-hours so far, without the building's share. */
  public double machineWattHours() {
    return read().wattHours() / world.pue();
  }

  /**
   * The energy so far. A counter wraps around about once an hour under full load, and one wrap
   * between two readings is noticed: read more often than that.
   */
  public synchronized Reading read() {
    return !counters.isEmpty() && count() ? measured() : estimated();
  }

  /** Reads the counters; false if one of them can be read no more, from when on it is estimated. */
  private boolean count() {
    try {
      double sum = 0;
      for (Counter counter : counters) {
        sum += counter.joules();
      }
      joules = sum;
      measuredNanos = cpuNanos.getAsLong() - cpuStart;
      return true;
    } catch (IOException | NumberFormatException e) {
      counters = List.of();
      broken = true;
      return false;
    }
  }

  private Reading measured() {
    double wattHours = wattHoursBefore + joules / JOULES_PER_WATT_HOUR;
    String names =
        counters.stream().map(counter -> counter.name).collect(Collectors.joining(" + "));
    String before =
        wattHoursBefore == 0
            ? ""
            : String.format(Locale.ROOT, " + %.3g Wh before it was resumed", wattHoursBefore);
    String how = "RAPL " + names + before + building();
    return new Reading(Footprint.ofMachine(wattHours, world), true, how);
  }

  /** CPU time for all of it, or after what counters told for what came then. */
  private Reading estimated() {
    double told = broken ? wattHoursBefore + joules / JOULES_PER_WATT_HOUR : 0;
    double seconds = cpuSeconds() - (broken ? cpuSecondsBefore + measuredNanos / 1e9 : 0);
    double watts = world.wattsPerCore();
    String first =
        broken ? String.format(Locale.ROOT, "%.3g Wh until RAPL could not be read + ", told) : "";
    String then =
        String.format(Locale.ROOT, "%.1f CPU seconds x %.1f W per core / 3600", seconds, watts);
    return new Reading(
        Footprint.ofMachine(told + seconds * watts / JOULES_PER_WATT_HOUR, world),
        false,
        first + then + building());
  }

  private String building() {
    return world.pue() == 1 ? "" : String.format(Locale.ROOT, " x PUE %.2f", world.pue());
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
    } catch (IOException | NumberFormatException e) {
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

    double joules() throws IOException {
      long now = Long.parseLong(text(file));
      total += now >= last ? now - last : range - last + now;
      last = now;
      return total / 1e6;
    }
  }
}
