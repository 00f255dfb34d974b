package dev.goldcrest.app.distill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.app.cli.ExitCodes;
import dev.goldcrest.app.cli.TinyModels;
import dev.goldcrest.app.train.Front;
import dev.goldcrest.app.train.MadeUp;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.TextEmbedder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistillVerbTest {
  private static final String[] SMALL = {
    "--set",
    "features=64",
    "--set",
    "wordHidden=24",
    "--set",
    "dim=16",
    "--set",
    "heads=2",
    "--set",
    "ffn=16",
    "--batch",
    "16",
    "--threads",
    "2",
    "--force",
    "--json"
  };

  @TempDir private Path folder;
  private Path texts;
  private Path held;
  private Path teacher;
  private Path out;

  private static List<String> texts(int count, long seed) {
    return MadeUp.lines(count, seed).stream().map(line -> line.split("\t")[1]).toList();
  }

  @BeforeEach
  void writeData() throws IOException {
    texts = MadeUp.write(folder, "texts.txt", texts(300, 1));
    held = MadeUp.write(folder, "held.txt", texts(60, 2));
    teacher = TinyModels.saveEncoder(folder);
    out = folder.resolve("base.safetensors");
  }

  private Front distill(String... more) {
    List<String> args = new ArrayList<>(List.of("distill", "--teacher", teacher.toString()));
    args.addAll(List.of("--text", texts.toString(), "--out", out.toString()));
    args.addAll(List.of(SMALL));
    if (!List.of(more).contains("--lr")) {
      args.addAll(List.of("--lr", "0.01"));
    }
    return Front.run(args, more);
  }

  private JsonNode evaluated() throws IOException {
    Front front =
        Front.run(
            List.of("evaluate", "--model", out.toString(), "--data", held.toString()),
            "--teacher",
            teacher.toString(),
            "--json");
    assertThat(front.exitCode()).as(front.err()).isZero();
    return front.json();
  }

  @Test
  void texts_givenToATeacher_makeAnEncoderLikeIt() throws Exception {
    assertThat(distill("--epochs", "1", "--lr", "1e-6").exitCode()).isZero();
    JsonNode untrained = evaluated();
    Front front = distill("--epochs", "16", "--exclude", held.toString());
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.err()).doesNotContain("asking the teacher"); // it was asked the first time
    JsonNode said = front.json();
    assertThat(said.get("dimension").asInt()).isEqualTo(8);
    JsonNode json = evaluated();
    assertThat(json.get("meanCosine").asDouble())
        .isGreaterThan(untrained.get("meanCosine").asDouble() + 0.1)
        .isGreaterThan(0.85)
        .isCloseTo(said.get("devCosine").asDouble(), Offset.offset(0.05));
    assertThat(json.get("pairCorrelation").asDouble())
        .isGreaterThan(untrained.get("pairCorrelation").asDouble() + 0.1);
    assertThat(json.get("modelBytes").asLong()).isEqualTo(Files.size(out));
    EmbeddingModel model = EmbeddingModel.load(out);
    assertThat(model.normalize()).isTrue();
    assertThat(model.provenance()).containsEntry("teacher", "encoder.safetensors");
    assertThat(((Map<?, ?>) model.provenance().get("data")).get("texts"))
        .isEqualTo(List.of("texts.txt"));
    assertThat(folder.resolve("base.safetensors.vectors")).exists();
    try (TextEmbedder embedder = new TextEmbedder(model)) {
      assertThat(embedder.embed("play a song").length).isEqualTo(8);
    }
    Front predicted = Front.run(List.of("predict", "--model", out.toString(), held.toString()));
    assertThat(predicted.out().split("\n")[0].split("\t")).hasSize(8);
  }

  @Test
  void encoder_fineTuned_keepsItsWordsAndWidths() throws Exception {
    assertThat(distill("--epochs", "2").exitCode()).isZero();
    Path train = MadeUp.write(folder, "train.tsv", MadeUp.lines(120, 5));
    Path model = folder.resolve("model.safetensors");
    Front front =
        Front.run(
            List.of("train", "--data", train.toString(), "--out", model.toString()),
            "--init",
            out.toString(),
            "--epochs",
            "40",
            "--lr",
            "0.02",
            "--json");
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.json().get("devAccuracy").asDouble()).isGreaterThan(0.9);
    ClassifierModel classifier = ClassifierModel.load(model);
    assertThat(classifier.text()).isEqualTo(EmbeddingModel.load(out).text());
    assertThat(classifier.architecture().settings())
        .containsEntry("dim", "16")
        .containsEntry("classes", "3")
        .containsEntry("features", "64");
  }

  /** What it says of itself at the end is of a text that it can read. */
  @Test
  void fewPositions_areNoTrouble() throws Exception {
    Front front = distill("--epochs", "1", "--set", "positions=learned", "--set", "maxLength=8");
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.json().get("macsWords").asInt()).isEqualTo(8);
  }

  @Test
  void littleTime_endsInTime() throws Exception {
    Front front = distill("--epochs", "10000", "--max-minutes", "0.07");
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.err()).contains("of the recipe's 10000 epochs fit into 0.07 minutes");
    assertThat(front.json().get("epochs").asInt()).isLessThan(5000);
    assertThat(front.json().get("seconds").asDouble()).isLessThan(20);
    assertThat(EmbeddingModel.load(out).dimension()).isEqualTo(8);
  }

  /** All of the epochs would take a hundred times as much. */
  @Test
  void littleEnergy_endsNearIt() throws Exception {
    assertThat(distill("--epochs", "1").exitCode()).isZero(); // leaves the vectors there
    Front front = distill("--epochs", "10000", "--max-energy", "10mWh");
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.err()).contains("of the recipe's 10000 epochs fit into 10.0 mWh");
    JsonNode json = front.json();
    assertThat(json.get("epochs").asInt()).isLessThan(5000);
    assertThat(json.get("energy").get("wattHours").asDouble())
        .isBetween(0.001, 2.0) /* counters tell of the whole machine */;
    assertThat(EmbeddingModel.load(out).dimension()).isEqualTo(8);
  }

  @ParameterizedTest
  @CsvSource({
    "--max-minutes, 0.0000001, 1.0E-7 minutes",
    "--max-energy, 0.000001mWh, 0.00000100 mWh",
  })
  void noTimeOrEnergy_isSharedWithTheTeacher(String option, String least, String said)
      throws Exception {
    String[] limit = {option, least};
    Front none = distill(limit);
    assertThat(none.exitCode()).as(none.err()).isEqualTo(ExitCodes.FAILED);
    assertThat(none.err())
        .containsPattern("the teacher has read [0-9] of \\d+ texts in its share of " + said);
    assertThat(none.sentence())
        .contains("too few to learn from; give more with --text or a higher");
    assertThat(out).doesNotExist();
    assertThat(distill("--epochs", "1").exitCode()).isZero(); // leaves the vectors there
    Front front = distill("--epochs", "10000", limit[0], limit[1]);
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.err())
        .contains("0.01 of the recipe's 10000 epochs fit into " + said)
        .contains("training ended after " + said + ", before its last epoch");
    assertThat(EmbeddingModel.load(out).dimension()).isEqualTo(8);
  }

  @Test
  void everyRun_saysWhatItTook() throws Exception {
    Path emissions = folder.resolve("emissions.csv");
    String[] world = {
      "--epochs", "1", "--watts", "20", "--location", "Graz", "--emissions", emissions.toString()
    };
    Front front = distill(world);
    assertThat(front.exitCode()).as(front.err()).isZero();
    Path record = folder.resolve("base.safetensors.run.json");
    JsonNode said = new ObjectMapper().readTree(record.toFile());
    assertThat(front.json().get("energy").get("wattHours").asDouble())
        .isPositive()
        .isEqualTo(said.get("wattHours").asDouble());
    assertThat(said.get("co2_eq_emissions").get("geographical_location").asText())
        .isEqualTo("Graz");
    assertThat(Files.readAllLines(emissions)).hasSize(2);
    List<String> args = new ArrayList<>(List.of("distill", "--teacher", teacher.toString()));
    args.addAll(List.of("--text", texts.toString(), "--out", out.toString()));
    args.addAll(List.of(SMALL));
    args.remove("--json");
    assertThat(Front.run(args, "--epochs", "1").out())
        .containsPattern("Wh (estimated|measured), .* CO2, .* a kWh\nthe teacher's vectors stay");
  }

  @Test
  void maxSize_belowFloats_storesBytes() throws IOException {
    Front floats = distill("--epochs", "5");
    long bytes = Files.size(out);
    Front front = distill("--epochs", "5", "--max-size", bytes - 1 + "");
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.err()).contains("the weights are stored as int8");
    assertThat(Files.size(out)).isLessThan(bytes * 9 / 10);
    double cosine = front.json().get("devCosine").asDouble();
    assertThat(cosine)
        .as("of what is stored")
        .isNotEqualTo(floats.json().get("devCosine").asDouble());
    assertThat(cosine).isCloseTo(floats.json().get("devCosine").asDouble(), Offset.offset(0.01));
    assertThat(evaluated().get("meanCosine").asDouble()).isGreaterThan(0.5);
    String less = Files.size(out) - 1 + "";
    Front tight = distill("--epochs", "1", "--max-size", less);
    assertThat(tight.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
    assertThat(tight.sentence())
        .as("zeros, which a file packs, foretell no size")
        .contains("the encoder would take")
        .contains(" as bytes");
    String[] whole = {"--no-half", "--max-size", bytes + ""};
    assertThat(distill(whole).sentence()).contains("without --no-half it would fit");
  }

  @Test
  void twoEqualRuns_giveEqualBytes() throws IOException {
    assertThat(distill("--epochs", "2").exitCode()).isZero();
    byte[] first = Files.readAllBytes(out);
    assertThat(distill("--epochs", "2").exitCode()).isZero();
    assertThat(out).hasBinaryContent(first);
  }

  @Test
  void mistakes_areOneSentence() throws IOException {
    Path classifier = TinyModels.save(folder);
    Front task =
        Front.run(
            List.of("distill", "--teacher", classifier.toString(), "--text", texts.toString()),
            "--out",
            out.toString());
    assertThat(task.sentence()).contains("is for task classify; only an encoder gives vectors");
    assertThat(distill("--set", "vector=5").sentence()).contains("follows from the teacher");
    assertThat(distill("--set", "labelSmoothing=0").sentence()).contains("unknown setting");
    assertThat(distill("--epochs", "0").sentence()).contains("--epochs must be from 1");
    Front large = distill("--max-size", "2KB");
    assertThat(large.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
    assertThat(large.sentence()).contains("the encoder would take");
    Front few = distill("--exclude", texts.toString());
    assertThat(few.sentence()).contains("0 texts are too few to learn from");
    byte[] word = new byte[10_000_000];
    Arrays.fill(word, (byte) 'a');
    Path odd = Files.write(folder.resolve("odd.txt"), word);
    assertThat(distill("--text", odd.toString(), "--exclude", texts.toString()).sentence())
        .contains("1 texts are too few to learn from");
    Files.write(odd, new byte[0]);
    assertThat(distill("--text", odd.toString()).sentence()).contains("holds no text");
    Files.write(odd, new byte[] {'a', '\n', (byte) 0xff, (byte) 0xfe, 0, 1, '\n'});
    assertThat(distill("--text", odd.toString()).sentence()).contains("odd.txt").contains("2");
    assertThat(distill("--text", folder.toString()).sentence()).contains(folder.toString());
    Front alone =
        Front.run(List.of("evaluate", "--model", teacher.toString(), "--data", held.toString()));
    assertThat(alone.sentence()).contains("--teacher compares them with another encoder's");
    Front wrong =
        Front.run(
            List.of("evaluate", "--model", classifier.toString(), "--data", held.toString()),
            "--teacher",
            teacher.toString());
    assertThat(wrong.sentence()).contains("--teacher is for task embed");
  }
}
