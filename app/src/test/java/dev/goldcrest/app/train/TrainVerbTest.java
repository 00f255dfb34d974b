package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Datasets;
import dev.goldcrest.app.data.ReadOptions;
import dev.goldcrest.app.evaluate.Evaluation;
import dev.goldcrest.app.evaluate.Speed;
import dev.goldcrest.compress.linformer.LinformerConversion;
import dev.goldcrest.compress.linformer.Projections;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.TextClassifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The verb through the front door, on data that a small model learns in a second. */
class TrainVerbTest {
  @TempDir private Path folder;
  private Path train;
  private Path dev;
  private Path out;

  @BeforeEach
  void writeData() throws IOException {
    train = MadeUp.write(folder, "train.tsv", MadeUp.lines(200, 1));
    dev = MadeUp.write(folder, "dev.tsv", MadeUp.lines(60, 2));
    out = folder.resolve("model.safetensors");
  }

  private Front train(String... more) {
    return train(train, more);
  }

  private Front train(Path data, String... more) {
    return MadeUp.train(data, out, more);
  }

  private void assertNothingLeftBehind() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .allMatch(name -> name.endsWith(".tsv"));
    }
  }

  @Test
  void train_labelledText_endsInAFileThatAnswersAsItsReportSays() throws Exception {
    Front front = train("--dev", dev.toString(), "--epochs", "16", "--json", "--lr", "0.01");
    assertThat(front.exitCode()).as(front.err()).isZero();
    JsonNode json = front.json();
    assertThat(json.get("model").asText()).isEqualTo(out.toString());
    assertThat(json.get("modelBytes").asLong()).isEqualTo(Files.size(out));
    assertThat(json.get("epochs").asInt()).isBetween(1, 16);
    assertThat(json.get("seconds").asDouble()).isPositive();
    assertThat(json.get("parameters").asLong()).isPositive();
    assertThat(json.get("macs").asLong()).isPositive();
    assertThat(json.get("baseline").get("name").asText()).startsWith("linear");
    assertThat(json.get("baseline").get("bytes").asLong()).isPositive();
    assertThat(json.get("baseline").get("accuracy").asDouble()).isGreaterThan(0.9);
    double accuracy = json.get("devAccuracy").asDouble();
    assertThat(accuracy).isGreaterThan(0.9);
    Dataset data = Datasets.load(dev.toString(), ReadOptions.defaults());
    try (TextClassifier classifier = TextClassifier.load(out)) {
      Evaluation evaluation = Evaluation.of(classifier, data, new Speed(1, 1, 1, Double.NaN));
      assertThat(evaluation.accuracy()).isEqualTo(accuracy);
      assertThat(classifier.classify("play that album").label()).isEqualTo("music");
      assertThat(classifier.model().provenance())
          .containsEntry("devAccuracy", accuracy)
          .doesNotContainKeys("seconds", "date");
    }
    JsonNode record =
        new ObjectMapper().readTree(out.resolveSibling("model.safetensors.run.json").toFile());
    assertThat(record.get("command").asText()).contains("train").contains("--lr 0.01");
    assertThat(record.get("wattHours").asDouble()).isNotNegative();
    assertThat(out.resolveSibling("model.safetensors.checkpoint")).doesNotExist();
  }

  @Test
  void train_withoutJson_printsTheBaselineBesideTheModel() {
    Front front = train("--epochs", "1");
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.out()).contains("dev accuracy").contains("proformer tiny").contains("linear");
  }

  @Test
  void train_sameSeedTwice_sameBytes() throws IOException {
    Path again = folder.resolve("again.safetensors");
    Path other = folder.resolve("other.safetensors");
    assertThat(train("--epochs", "2", "--seed", "7").exitCode()).isZero();
    assertThat(train("--epochs", "2", "--seed", "7", "--out", again.toString()).exitCode())
        .isZero();
    assertThat(train("--epochs", "2", "--seed", "8", "--out", other.toString()).exitCode())
        .isZero();
    assertThat(again).hasSameBinaryContentAs(out);
    assertThat(Files.readAllBytes(other)).isNotEqualTo(Files.readAllBytes(out));
  }

  @ParameterizedTest
  @ValueSource(strings = {"embedding=table", "projection=prado", "groupFactor=4", "context=1"})
  void train_otherSettings_trainAndLoad(String setting) throws IOException {
    Front front = train("--epochs", "1", "--set", setting, "--no-half");
    assertThat(front.exitCode()).as(front.err()).isZero();
    try (TextClassifier classifier = TextClassifier.load(out)) {
      assertThat(classifier.classify("some rain tomorrow").probability()).isPositive();
    }
  }

  @Test
  void train_linformerOfATrainedBert_goesOnFromIt() throws IOException {
    List<String> bert =
        List.of("train", "--data", train.toString(), "--out", out.toString(), "--epochs", "2");
    Front first =
        Front.run(bert, "--arch", "bert", "--set", "dim=16", "--set", "heads=2", "--no-half");
    assertThat(first.exitCode()).as(first.err()).isZero();
    ModelFile converted = LinformerConversion.convert(ModelFile.load(out), Projections.of(4));
    Path start = folder.resolve("linformer.safetensors");
    converted.save(start, false);
    Path tuned = folder.resolve("tuned.safetensors");
    Front second =
        Front.run(
            List.of("train", "--data", train.toString(), "--out", tuned.toString()),
            "--init",
            start.toString(),
            "--epochs",
            "1",
            "--no-half");
    assertThat(second.exitCode()).as(second.err()).isZero();
    ModelFile file = ModelFile.load(tuned);
    assertThat(file.architecture().name()).isEqualTo("linformer");
    String projection = "encoder.layer.0.attention.e.weight";
    assertThat(file.weights().get(projection)).isNotEqualTo(converted.weights().get(projection));
    try (TextClassifier classifier = TextClassifier.load(tuned)) {
      assertThat(classifier.classify("some rain tomorrow").probability()).isPositive();
    }
  }

  @Test
  void train_linformerFromScratch_trainsAndLoads() throws IOException {
    List<String> args =
        List.of("train", "--data", train.toString(), "--out", out.toString(), "--epochs", "1");
    Front front = Front.run(args, "--arch", "linformer", "--set", "dim=16", "--set", "k=4");
    assertThat(front.exitCode()).as(front.err()).isZero();
    try (TextClassifier classifier = TextClassifier.load(out)) {
      assertThat(classifier.classify("some rain tomorrow").probability()).isPositive();
    }
  }

  @Test
  void train_bert_trainsAndLoads() throws IOException {
    List<String> args =
        List.of("train", "--data", train.toString(), "--out", out.toString(), "--epochs", "1");
    Front front =
        Front.run(args, "--arch", "bert", "--set", "dim=16", "--set", "heads=2", "--set", "ffn=16");
    assertThat(front.exitCode()).as(front.err()).isZero();
    try (TextClassifier classifier = TextClassifier.load(out)) {
      assertThat(classifier.model().text().classToken()).isTrue();
    }
  }

  @Test
  void train_log_holdsAnObjectForEachEpoch() throws IOException {
    Path log = folder.resolve("log.jsonl");
    assertThat(train("--epochs", "2", "--log", log.toString()).exitCode()).isZero();
    List<String> lines = Files.readAllLines(log);
    assertThat(lines).hasSize(2);
    JsonNode second = new ObjectMapper().readTree(lines.get(1));
    assertThat(second.get("epoch").asInt()).isEqualTo(2);
    assertThat(second.get("devAccuracy").asDouble()).isBetween(0.0, 1.0);
    assertThat(train("--epochs", "2", "--log", log.toString(), "--out", "x").sentence())
        .contains("--log")
        .contains("--force replaces it");
  }

  @Test
  void train_oddData_isCountedAndSaid() throws IOException {
    List<String> lines = new ArrayList<>(MadeUp.lines(200, 1));
    lines.add("light\t" + "lamp ".repeat(200));
    lines.add("music\t\u200E\u200F");
    lines.add("no tab here");
    lines.add("weather\train now\tignored");
    train = MadeUp.write(folder, "odd.tsv", lines);
    List<String> unseen = new ArrayList<>(MadeUp.lines(20, 3));
    unseen.add("alarm\twake me");
    unseen.add("alarm\twake me again");
    Path odd = MadeUp.write(folder, "unseen.tsv", unseen);
    Front front = train("--dev", odd.toString(), "--epochs", "1", "--skip-bad-lines");
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.err())
        .contains("odd.tsv: skipped 1 bad lines")
        .contains("odd.tsv: 1 rows have further columns")
        .contains("2 of 22 examples carry labels that training does not have (alarm)")
        .contains("1 of 225 texts have more than 16 words")
        .contains("1 texts have no word");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "light\\tlamp\\nno tab\\n | bad.tsv:2: ",
        "'' | bad.tsv is empty",
        "light\\tlamp\\nlight\\tbulb\\n | has only one label, \"light\"",
        "light\\tlamp\\nmusic\\t\u00ff\\n | bad.tsv:2: not UTF-8",
        "light\\tlamp\\nmusic\\tsong\\n | too few to hold out",
      })
  void train_badFile_endsInASentenceAndExitCode1(String content, String part) throws IOException {
    Path bad = folder.resolve("bad.tsv");
    String text = content.replace("\\t", "\t").replace("\\n", "\n");
    Files.write(bad, text.getBytes(StandardCharsets.ISO_8859_1));
    boolean held = part.contains("hold out");
    Front front = held ? train(bad) : train(bad, "--dev", dev.toString());
    assertThat(front.exitCode()).isEqualTo(1);
    assertThat(front.sentence()).startsWith("goldcrest: ").contains(part);
    assertThat(front.err()).doesNotContain("\tat ");
    assertNothingLeftBehind();
  }

  @Test
  void train_missingFile_endsInASentenceAndExitCode1() throws IOException {
    Front front = train(folder.resolve("trian.tsv"));
    assertThat(front.exitCode()).isEqualTo(1);
    assertThat(front.sentence()).contains("there is no file").contains("trian.tsv");
    Front noDev = train("--dev", folder.resolve("nodev.tsv").toString());
    assertThat(noDev.exitCode()).isEqualTo(1);
    assertThat(noDev.sentence()).contains("nodev.tsv");
    assertNothingLeftBehind();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--epoch 3 | unknown option --epoch, did you mean --epochs?",
        "--epochs three | --epochs: 'three' is not a whole number",
        "--epochs 0 | --epochs must be from 1",
        "--lr 0 | --lr must be above 0",
        "--arch profomer | unknown architecture profomer; did you mean proformer?",
        "--preset tinny | has no preset tinny; did you mean tiny?",
        "--set dmi=64 | unknown setting dmi; did you mean dim?",
        "--max-size 10XB | is not a size such as 200KB",
        "--max-size 0 | --max-size: '0' is not a size",
        "--max-size -5 | --max-size: '-5' is not a size",
        "--max-minutes 0 | --max-minutes must be above 0",
        "--max-energy 5 | --max-energy: '5' is no energy such as 5Wh, 300mWh or 1.2kWh",
        "--pue 0.5 | --pue (or GOLDCREST_PUE) must be from 1 to 1000000, got 0.5",
        "--format csv | is not one of auto, tsv, table, jsonl, fasttext",
        "--out . | is a folder",
      })
  void train_badCommandLine_endsInASentenceAndExitCode2(String words, String part)
      throws IOException {
    Front front = train(words.split(" "));
    assertThat(front.exitCode()).as(front.err()).isEqualTo(2);
    assertThat(front.sentence()).contains(part);
    assertNothingLeftBehind();
  }

  @Test
  void train_existingModel_isRefusedUnlessForced() throws IOException {
    Files.writeString(out, "precious");
    Front refused = train("--epochs", "1");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.sentence()).contains("exists; --force replaces it");
    assertThat(train("--epochs", "1", "--resume").exitCode()).isEqualTo(2);
    assertThat(out).hasContent("precious");
    assertThat(train("--epochs", "1", "--force").exitCode()).isZero();
    assertThat(Files.size(out)).isGreaterThan(1000);
  }

  @Test
  void train_outIsTheData_isRefusedEvenIfForced() throws IOException {
    byte[] before = Files.readAllBytes(train);
    Front front = train("--force", "--out", train.toString());
    assertThat(front.exitCode()).isEqualTo(2);
    assertThat(front.sentence()).contains("would be replaced by what is learned from it");
    assertThat(train).hasBinaryContent(before);
  }

  @Test
  void train_divergingLoss_isOneSentence() throws IOException {
    Front front = train("--lr", "1000", "--epochs", "20", "--set", "clip=0", "--set", "warmup=0");
    assertThat(front.exitCode()).as(front.err()).isEqualTo(1);
    assertThat(front.sentence()).contains("the loss became").contains("--lr");
    assertThat(out).doesNotExist();
  }

  @Test
  void train_maxEnergy_endsWithinItWithTheBestModel() throws IOException {
    Front front =
        train("--max-energy", "6mWh", "--epochs", "9999", "--set", "patience=0", "--json");
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.err()).contains("of the recipe's 9999 epochs fit into 6.00 mWh");
    JsonNode energy = front.json().get("energy");
    // One epoch is always trained; a counter, where there is one, is of the whole machine.
    assertThat(energy.get("wattHours").asDouble()).isBetween(0.0005, 0.3);
    assertThat(out).exists();
  }

  @Test
  void train_everyRun_recordsWhatItCostInTheWorld() throws IOException {
    Path emissions = folder.resolve("emissions.csv");
    Front front =
        train(
            "--epochs",
            "3",
            "--pue",
            "1.5",
            "--kg-per-kwh",
            "0.4",
            "--price-per-kwh",
            "0.2",
            "--location",
            "Graz, Austria",
            "--emissions",
            emissions.toString());
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.out()).containsPattern("Wh (estimated|measured), .* CO2, .* at 0.2 a kWh");
    assertThat(front.err()).contains("the whole run will take about ");
    JsonNode record =
        new ObjectMapper().readTree(out.resolveSibling("model.safetensors.run.json").toFile());
    double wattHours = record.get("wattHours").asDouble();
    assertThat(wattHours).isPositive();
    assertThat(record.get("kgCo2").asDouble()).isEqualTo(wattHours * 0.4e-3, within(1e-12));
    assertThat(record.get("money").asDouble()).isEqualTo(wattHours * 0.2e-3, within(1e-12));
    assertThat(record.get("pue").asDouble()).isEqualTo(1.5);
    assertThat(record.get("forecast").get("epochs").asInt()).isEqualTo(3);
    // A third of the way says within a factor of three what the whole takes.
    assertThat(record.get("forecast").get("wattHours").asDouble())
        .isBetween(wattHours / 3, wattHours * 3);
    JsonNode card = record.get("co2_eq_emissions");
    assertThat(card.get("emissions").asDouble()).isEqualTo(wattHours * 0.4, within(1e-9));
    assertThat(card.get("geographical_location").asText()).isEqualTo("Graz, Austria");
    assertThat(card.get("training_type").asText()).isEqualTo("pre-training");
    assertThat(Files.readAllLines(emissions)).hasSize(2);
  }

  @Test
  void train_maxMinutes_planFewerEpochs() throws IOException {
    Front front =
        train("--max-minutes", "0.01", "--epochs", "9999", "--set", "patience=0", "--json");
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.json().get("epochs").asInt()).isBetween(1, 9000);
  }

  @Test
  void train_maxMinutes_countReadingToo() throws IOException {
    List<String> args =
        new ArrayList<>(List.of("train", "--data", "-", "--out", out.toString(), "--json"));
    args.addAll(MadeUp.SMALL);
    args.addAll(List.of("--epochs", "9999", "--set", "patience=0", "--max-minutes", "0.01"));
    Front front = Front.runWaiting(train, 700, args);
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.err())
        .contains("1 of the recipe's 9999 epochs fit into 0.01 minutes")
        .contains("training ended after 0.01 minutes, before its last epoch");
    assertThat(front.json().get("epochs").asInt()).isEqualTo(1);
  }
}
