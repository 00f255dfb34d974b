package dev.goldcrest.app.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.goldcrest.app.cli.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmissionsCsvTest {
  @TempDir Path folder;

  private static Energy.Reading reading(boolean measured) {
    World world = new World(10, 1.5, 0.4, 0.3, "Graz, \"Austria\"");
    return new Energy.Reading(Footprint.ofMachine(2, world), measured, "RAPL package-0");
  }

  @Test
  void append_twoRuns_areTwoRowsBelowCodeCarbonsHeader() throws IOException {
    Path file = folder.resolve("emissions.csv");
    EmissionsCsv.check(file);
    EmissionsCsv.append(file, "a.safetensors", 1800, reading(true));
    EmissionsCsv.check(file);
    EmissionsCsv.append(file, "b, of two.safetensors", 900, reading(false));
    assertThat(Files.readAllLines(file).get(0)).isEqualTo(EmissionsCsv.HEADER);
    List<NamedCsvRecord> rows;
    try (var reader = CsvReader.builder().ofNamedCsvRecord(file)) {
      rows = reader.stream().toList();
    }
    assertThat(rows).hasSize(2);
    NamedCsvRecord first = rows.get(0);
    assertThat(number(first, "duration")).isEqualTo(1800);
    assertThat(number(first, "energy_consumed")).isEqualTo(0.003, within(1e-12));
    assertThat(number(first, "emissions")).isEqualTo(0.0012, within(1e-12));
    assertThat(number(first, "emissions_rate")).isEqualTo(0.0012 / 1800, within(1e-15));
    // Two watt-hours of the machine in half an hour.
    assertThat(number(first, "cpu_power")).isEqualTo(4, within(1e-9));
    assertThat(first.getField("region")).isEqualTo("Graz, \"Austria\"");
    assertThat(first.getField("tracking_mode")).isEqualTo("machine");
    assertThat(number(first, "pue")).isEqualTo(1.5);
    assertThat(rows.get(1).getField("project_name")).isEqualTo("b, of two.safetensors");
    assertThat(rows.get(1).getField("tracking_mode")).isEqualTo("process");
    assertThat(rows.get(1).getField("run_id")).isNotEqualTo(first.getField("run_id"));
  }

  /** The columns of CodeCarbon 3, whose writer ends no line that a hand has cut. */
  @Test
  void append_toAFileOfANewerCodeCarbon_followsItsHeader() throws IOException {
    String header =
        "timestamp,project_name,run_id,experiment_id,duration,emissions,emissions_rate,"
            + "cpu_utilization_percent,gpu_utilization_percent,ram_utilization_percent,"
            + "ram_used_gb,cpu_power,gpu_power,ram_power,cpu_energy,gpu_energy,ram_energy,"
            + "energy_consumed,water_consumed,country_name,country_iso_code,region,"
            + "cloud_provider,cloud_region,os,python_version,codecarbon_version,cpu_count,"
            + "cpu_model,gpu_count,gpu_model,longitude,latitude,ram_total_size,tracking_mode,"
            + "on_cloud,pue,wue";
    Path file = folder.resolve("newer.csv");
    String theirs = "2026-01-01T00:00:00,theirs" + ",0".repeat(36);
    for (String start : List.of("", "\uFEFF")) {
      for (String end : List.of("", "\n", "\r\n")) {
        Files.writeString(file, start + header + "\r\n" + theirs + end);
        EmissionsCsv.check(file);
        EmissionsCsv.append(file, "ours", 1800, reading(false));
        List<NamedCsvRecord> rows;
        try (var reader = CsvReader.builder().detectBomHeader(true).ofNamedCsvRecord(file)) {
          rows = reader.stream().toList();
        }
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).getField("wue")).isEqualTo("0");
        NamedCsvRecord row = rows.get(1);
        assertThat(row.getFieldCount()).isEqualTo(38);
        assertThat(row.getField("project_name")).isEqualTo("ours");
        assertThat(number(row, "energy_consumed")).isEqualTo(0.003, within(1e-12));
        assertThat(number(row, "pue")).isEqualTo(1.5);
        for (String theirsAlone : List.of("experiment_id", "water_consumed", "wue", "on_cloud")) {
          assertThat(row.getField(theirsAlone)).isEmpty();
        }
      }
    }
  }

  private static double number(NamedCsvRecord row, String column) {
    return Double.parseDouble(row.getField(column));
  }

  @Test
  void check_aFileOfSomethingElse_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("data.csv"), "label,text\n");
    assertThatThrownBy(() -> EmissionsCsv.check(file))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(
            "data.csv line 1: there is no column timestamp, which CodeCarbon's files have");
    Path old = folder.resolve("old.csv");
    Files.writeString(old, EmissionsCsv.HEADER.replace(",pue", "") + "\n");
    assertThatThrownBy(() -> EmissionsCsv.check(old)).hasMessageContaining("no column pue,");
    Path odd = Files.write(folder.resolve("odd.csv"), new byte[] {'"', (byte) 0xff, 0, 1});
    assertThatThrownBy(() -> EmissionsCsv.check(odd))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no column timestamp,");
    assertThatThrownBy(() -> EmissionsCsv.check(folder.resolve("no").resolve("e.csv")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("name a file in a folder that exists");
  }

  @Test
  void card_ofARun_saysGramsAndWhere() {
    Map<String, Object> block = ModelCard.block(reading(false), true);
    assertThat((Double) block.get("emissions")).isEqualTo(1.2, within(1e-12));
    assertThat(block).containsEntry("training_type", "fine-tuning");
    assertThat(ModelCard.yaml(block))
        .startsWith("co2_eq_emissions:\n  emissions: 1.2")
        .contains("\n  training_type: \"fine-tuning\"\n")
        .contains("\n  geographical_location: \"Graz, \\\"Austria\\\"\"\n")
        .contains("\n  hardware_used: \"");
  }
}
