package dev.goldcrest.app.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.app.cli.ExitCodes;
import dev.goldcrest.app.train.Front;
import dev.goldcrest.app.train.MadeUp;
import dev.goldcrest.runtime.ClassifierModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code compress --data} takes of the world, and how that is limited. */
class CompressCostTest {
  @TempDir private static Path shared;
  private static Path train;
  private static Path dev;
  private static Path model;

  @TempDir private Path folder;
  private Path out;
  private Path record;

  @BeforeAll
  static void trainOnce() throws IOException {
    train = MadeUp.write(shared, "train.tsv", MadeUp.lines(200, 1));
    dev = MadeUp.write(shared, "dev.tsv", MadeUp.lines(60, 2));
    model = shared.resolve("model.safetensors");
    List<String> args = new ArrayList<>(List.of("train", "--data", train.toString()));
    args.addAll(List.of("--dev", dev.toString(), "--out", model.toString()));
    args.addAll(MadeUp.SMALL);
    Front front = Front.run(args, "--epochs", "12", "--lr", "0.02");
    assertThat(front.exitCode()).as(front.err()).isZero();
  }

  @BeforeEach
  void name() {
    out = folder.resolve("small.safetensors");
    record = folder.resolve("small.safetensors.run.json");
  }

  private List<String> command(String... more) {
    List<String> args = new ArrayList<>(List.of("compress", "--model", model.toString()));
    args.addAll(List.of("--out", out.toString(), "--quantize", "int8"));
    args.addAll(List.of("--dev", dev.toString()));
    args.addAll(List.of(more));
    return args;
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  @Test
  void trainingOn_saysWhatItTookAndRecordsIt() throws IOException {
    Path emissions = folder.resolve("emissions.csv");
    List<String> learning =
        command("--data", train.toString(), "--epochs", "2", "--kg-per-kwh", "0.4");
    Front shown =
        Front.run(learning, "--location", "Graz, Austria", "--emissions", emissions.toString());
    assertThat(shown.exitCode()).as(shown.err()).isZero();
    assertThat(shown.out())
        .containsPattern(
            "Training on took \\S+ and .*Wh (estimated|measured), .* CO2, .* a kWh\\.");
    JsonNode said = json(record);
    double wattHours = said.get("wattHours").asDouble();
    assertThat(wattHours).isPositive();
    assertThat(said.get("kgCo2").asDouble()).isEqualTo(wattHours * 0.4e-3, within(1e-12));
    assertThat(said.get("command").asText()).startsWith("./goldcrest compress --model");
    assertThat(said.get("forecast").get("epochs").asInt()).isEqualTo(2);
    assertThat(said.get("co2_eq_emissions").get("training_type").asText()).isEqualTo("fine-tuning");
    assertThat(Files.readAllLines(emissions)).hasSize(2);
    Front card = Front.run(List.of("cost", "--run", record.toString()));
    assertThat(card.out())
        .startsWith("co2_eq_emissions:\n  emissions: ")
        .contains("geographical_location: \"Graz, Austria\"");

    JsonNode counted = Front.run(learning, "--force", "--json").json();
    assertThat(counted.get("energy").get("wattHours").asDouble())
        .isEqualTo(json(record).get("wattHours").asDouble());
    assertThat(counted.get("energyMeasured").isBoolean()).isTrue();
    assertThat(counted.get("trainingSeconds").asDouble()).isPositive();

    Front untrained = Front.run(command("--force", "--json"));
    assertThat(untrained.json().has("energy")).isFalse();
    assertThat(record).as("of the model that was replaced").doesNotExist();
  }

  @Test
  void maxEnergy_ends_withTheBetterModelInTheFile() throws IOException {
    Front front =
        Front.run(
            command("--data", train.toString(), "--epochs", "999", "--set", "patience=0"),
            "--max-energy",
            "0.001mWh",
            "--json");
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.err())
        .contains("1 of the recipe's 999 epochs fit into ")
        .contains("training ended after ");
    JsonNode json = front.json();
    assertThat(json.get("after").get("score").asDouble()).isGreaterThan(0.9);
    assertThat(ClassifierModel.load(out).labels()).hasSize(3);
    assertThat(json(record).get("wattHours").asDouble()).isPositive();
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder(
            "small.safetensors", "small.safetensors.html", "small.safetensors.run.json");
  }

  @Test
  void maxMinutes_countReadingToo() throws IOException {
    List<String> args = command("--data", "-", "--epochs", "999", "--set", "patience=0");
    Front front = Front.runWaiting(train, 700, args, "--max-minutes", "0.01");
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.err())
        .contains(
            "the teacher has read 0 of 1,360 texts in its share of 0.01 minutes; 1,160 without a label")
        .contains("200 are learned by label alone")
        .contains("1 of the recipe's 999 epochs fit into 0.01 minutes")
        .contains("training ended after 0.01 minutes, before its last epoch");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--max-minutes 1",
        "--max-energy 1Wh",
        "--emissions e.csv",
        "--watts 5",
        "--pue 2",
        "--kg-per-kwh 1",
        "--price-per-kwh 1",
        "--location Graz"
      })
  void spendingWithoutTraining_isRefused(String words) {
    Front front = Front.run(command(words.split(" ")));
    assertThat(front.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(front.sentence())
        .contains("compress: " + words.split(" ")[0] + " is for training on, which needs --data");
    assertThat(out).doesNotExist();
  }
}
