package dev.goldcrest.app.energy;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.goldcrest.app.cli.Processor;
import dev.goldcrest.app.cli.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A file of runs in the columns of CodeCarbon 2 (https://codecarbon.io), so that what reads
 * CodeCarbon's {@code emissions.csv} reads ours: energy in kWh with PUE, emissions in kg, duration
 * in seconds, power in watts of the machine. Columns about what we do not look at (country, cloud,
 * graphics cards) are empty; the energy of memory is in that of the processor. Newer versions have
 * more columns, in another order: a file's own header decides.
 */
public final class EmissionsCsv {
  /** The header of CodeCarbon 2.3: what a new file begins with, and every file has. */
  static final String HEADER =
      "timestamp,project_name,run_id,duration,emissions,emissions_rate,cpu_power,gpu_power,"
          + "ram_power,cpu_energy,gpu_energy,ram_energy,energy_consumed,country_name,"
          + "country_iso_code,region,cloud_provider,cloud_region,os,python_version,"
          + "codecarbon_version,cpu_count,cpu_model,gpu_count,gpu_model,longitude,latitude,"
          + "ram_total_size,tracking_mode,on_cloud,pue";

  /** More than any header takes. */
  private static final int MOST_HEADER_BYTES = 1 << 16;

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
    columns(file);
  }

  /**
   * The columns of the file, ours if it is new.
   *
   * @throws UserError if one of ours is not among them
   */
  private static List<String> columns(Path file) throws IOException {
    List<String> ours = List.of(HEADER.split(","));
    if (isNew(file)) {
      return ours;
    }
    List<String> columns = header(file);
    for (String column : ours) {
      if (!columns.contains(column)) {
        throw UserError.failed(
            "%s line 1: there is no column %s, which CodeCarbon's files have; give --emissions"
                + " another file",
            file, column);
      }
    }
    return columns;
  }

  private static boolean isNew(Path file) throws IOException {
    return !Files.exists(file) || Files.size(file) == 0;
  }

  /** The cells of the first line. */
  private static List<String> header(Path file) throws IOException {
    String start;
    try (InputStream in = Files.newInputStream(file)) {
      start = new String(in.readNBytes(MOST_HEADER_BYTES), StandardCharsets.UTF_8);
    }
    String line = start.lines().findFirst().orElse("");
    String text = line.startsWith("\uFEFF") ? line.substring(1) : line;
    try (CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(text)) {
      return reader.stream().findFirst().map(CsvRecord::getFields).orElse(List.of());
    } catch (CsvParseException e) {
      return List.of(); // a quote without its other one
    }
  }

  /** Appends a run by the file's own header, after ours if the file is new. */
  public static void append(Path file, String project, double seconds, Energy.Reading energy)
      throws IOException {
    List<String> columns = columns(file);
    Map<String, Object> values = row(project, seconds, energy);
    List<String> lines = new ArrayList<>();
    if (isNew(file)) {
      lines.add(HEADER);
    } else if (!endsALine(file)) {
      lines.add("");
    }
    lines.add(
        columns.stream()
            .map(column -> quoted(values.getOrDefault(column, "")))
            .collect(Collectors.joining(",")));
    Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static boolean endsALine(Path file) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      channel.position(channel.size() - 1).read(last);
      return last.get(0) == '\n';
    }
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
    row.put("pue", world.pue());
    return row;
  }

  private static String quoted(Object value) {
    String text = value.toString();
    return text.matches("[^\",\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
