package dev.goldcrest.app.energy;

import dev.goldcrest.app.cli.Processor;
import dev.goldcrest.app.cli.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A file of runs in the columns of CodeCarbon 2 (https://codecarbon.io), so that what reads
 * CodeCarbon's {@code emissions.csv} reads ours: energy in kWh with PUE, emissions in kg, duration
 * in seconds, power in watts of the machine. Columns about what we do not look at (country, cloud,
 * graphics cards) are empty; the energy of memory is in that of the processor.
 */
public final class EmissionsCsv {
  /** CodeCarbon's header. */
  static final String HEADER =
      "timestamp,project_name,run_id,duration,emissions,emissions_rate,cpu_power,gpu_power,"
          + "ram_power,cpu_energy,gpu_energy,ram_energy,energy_consumed,country_name,"
          + "country_iso_code,region,cloud_provider,cloud_region,os,python_version,"
          + "codecarbon_version,cpu_count,cpu_model,gpu_count,gpu_model,longitude,latitude,"
          + "ram_total_size,tracking_mode,on_cloud,pue";

  private EmissionsCsv() {}

  /**
   * Judges the file before there is anything to write.
   *
   * @throws UserError if it holds something else
   */
  public static void check(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || !Files.isDirectory(folder)) {
      throw UserError.failed("--emissions %s: name a file in a folder that exists", file);
    }
    if (!Files.exists(file) || Files.size(file) == 0) {
      return;
    }
    String first;
    try (var lines = Files.newBufferedReader(file)) {
      first = lines.readLine();
    }
    if (!HEADER.equals(first)) {
      throw UserError.failed(
          "%s line 1: its columns are not CodeCarbon's; give --emissions another file", file);
    }
  }

  /** Appends a run, after the header if the file is new. */
  public static void append(Path file, String project, double seconds, Energy.Reading energy)
      throws IOException {
    boolean empty = !Files.exists(file) || Files.size(file) == 0;
    String row =
        row(project, seconds, energy).values().stream()
            .map(EmissionsCsv::quoted)
            .collect(Collectors.joining(","));
    Files.write(
        file,
        empty ? List.of(HEADER, row) : List.of(row),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** Values by column. */
  static Map<String, Object> row(String project, double seconds, Energy.Reading energy) {
    Footprint footprint = energy.footprint();
    World world = footprint.world();
    double kilowattHours = footprint.wattHours() / 1000;
    Map<String, Object> row = new LinkedHashMap<>();
    for (String column : HEADER.split(",")) {
      row.put(column, "");
    }
    row.put("timestamp", LocalDateTime.now().truncatedTo(ChronoUnit.SECONDS));
    row.put("project_name", project);
    row.put("run_id", UUID.randomUUID());
    row.put("duration", seconds);
    row.put("emissions", footprint.kgCo2());
    row.put("emissions_rate", seconds > 0 ? footprint.kgCo2() / seconds : 0);
    row.put("cpu_power", seconds > 0 ? kilowattHours * 3.6e6 / world.pue() / seconds : 0);
    row.put("cpu_energy", kilowattHours);
    for (String none : List.of("gpu_power", "ram_power", "gpu_energy", "ram_energy")) {
      row.put(none, 0);
    }
    row.put("energy_consumed", kilowattHours);
    row.put("region", world.location());
    row.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    row.put("cpu_count", Runtime.getRuntime().availableProcessors());
    row.put("cpu_model", Processor.name());
    row.put("tracking_mode", energy.measured() ? "machine" : "process");
    row.put("on_cloud", "N");
    row.put("pue", world.pue());
    return row;
  }

  private static String quoted(Object value) {
    String text = value.toString();
    return text.matches("[^\",\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
