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

  private static double number(NamedCsvRecord row, String column) {
    return Double.parseDouble(row.getField(column));
  }

  @Test
  void check_aFileOfSomethingElse_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("data.csv"), "label,text\n");
    assertThatThrownBy(() -> EmissionsCsv.check(file))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("data.csv line 1: its columns are not CodeCarbon's");
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
