package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Json;
import dev.goldcrest.app.energy.EmissionsCsv;
import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.app.energy.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** The file beside a model that holds what differs between two equal runs. */
public final class RunRecord {
  private RunRecord() {}

  /**
   * Writes the record of a run.
   *
   * @param more what this kind of training has to add
   */
  public static void write(TrainingRequest request, Effort effort, Map<String, ?> more)
      throws IOException {
    write(request, request.choices().start() != null, effort, more);
  }

  /** The record of a run, or without one of none: nothing stays of an earlier model. */
  public static void ofTuning(TrainingRequest request, Effort effort) throws IOException {
    if (effort == null) {
      Files.deleteIfExists(request.runRecord());
    } else {
      write(request, true, effort, Map.of());
    }
  }

  private static void write(
      TrainingRequest request, boolean fineTuned, Effort effort, Map<String, ?> more)
      throws IOException {
    Energy.Reading energy = effort.energy();
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("command", request.command());
    record.put("finished", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    record.put("resumed", request.resume());
    record.put("seconds", effort.seconds());
    record.put("tokensPerSecond", effort.tokensPerSecond());
    record.putAll(energy.footprint().json());
    record.put("energyMeasured", energy.measured());
    record.put("energyHow", energy.how());
    if (effort.forecast() != null) {
      record.put("forecast", effort.forecast().json());
    }
    record.put("co2_eq_emissions", ModelCard.block(energy, fineTuned));
    record.putAll(more);
    record.put("cores", Runtime.getRuntime().availableProcessors());
    record.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    record.put("java", System.getProperty("java.runtime.version"));
    Path file = request.runRecord();
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    Files.writeString(temporary, Json.line(record) + "\n");
    Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    Path emissions = request.spending().emissions();
    if (emissions != null) {
      String project = request.out().getFileName().toString();
      EmissionsCsv.append(emissions, project, effort.seconds(), energy);
    }
  }
}
