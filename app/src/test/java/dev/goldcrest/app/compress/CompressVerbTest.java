package dev.goldcrest.app.compress;

import static dev.goldcrest.app.compress.MadeUpClassifier.compress;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.goldcrest.app.cli.ExitCodes;
import dev.goldcrest.app.cli.TinyModels;
import dev.goldcrest.app.train.Front;
import dev.goldcrest.app.train.MadeUp;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.graph.WeightForms.Stored;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.TextClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code compress} on classifiers and encoders through the front door. */
class CompressVerbTest {
  @TempDir private static Path shared;
  private static MadeUpClassifier given;

  @TempDir private Path folder;
  private Path out;

  @BeforeAll
  static void trainOnce() throws IOException {
    given = MadeUpClassifier.trained(shared, "--epochs", "12", "--lr", "0.02");
  }

  @BeforeEach
  void name() {
    out = folder.resolve("small.safetensors");
  }

  private JsonNode compressed(Path from, String... more) throws IOException {
    String[] all = Arrays.copyOf(more, more.length + 1);
    all[more.length] = "--json";
    Front front = compress(from, out, all);
    assertThat(front.exitCode()).as(front.err()).isZero();
    return front.json();
  }

  private static List<String> stages(JsonNode json) {
    return json.get("stages").findValuesAsText("name");
  }

  private double accuracy() throws IOException {
    Front front =
        Front.run(List.of("evaluate", "--model", out.toString(), "--data", given.dev(), "--json"));
    assertThat(front.exitCode()).as(front.err()).isZero();
    return front.json().get("accuracy").asDouble();
  }

  @Test
  void int8_isMeasuredAsItIsWritten() throws IOException {
    JsonNode json = compressed(given.model(), "--quantize", "int8", "--dev", given.dev());
    assertThat(json.get("modelBytes").asLong()).isEqualTo(Files.size(out));
    JsonNode before = json.get("before");
    JsonNode after = json.get("after");
    assertThat(before.get("modelBytes").asLong()).isEqualTo(Files.size(given.model()));
    assertThat(after.get("modelBytes").asLong()).isEqualTo(Files.size(out));
    assertThat(after.get("score").asDouble()).isEqualTo(accuracy());
    assertThat(after.get("macs").asLong()).isEqualTo(before.get("macs").asLong()).isPositive();
    assertThat(after.get("p50Micros").asDouble()).isPositive();
    assertThat(before.get("memoryBytes").asLong()).isPositive();
    assertThat(after.get("memoryBytes").asLong()).isPositive();
    assertThat(json.get("stages")).hasSize(2);
    assertThat(json.get("changes").get(0).get("kind").asText()).isEqualTo("QUANTISED");
    assertThat(Files.readString(Path.of(json.get("report").asText())))
        .contains("Compression report")
        .contains("int8")
        .contains("<polyline");
    ModelFile file = ModelFile.load(out);
    assertThat(file.architecture().forms().stored("word.in.weight")).isEqualTo(Stored.INT8);
    assertThat(file.provenance().get("compressed").toString())
        .startsWith("[{options=--quantize int8, from=model.safetensors, ");
  }

  @Test
  void table_namesEveryStepAndSaysWhatWasLost() {
    Front front =
        compress(
            given.model(),
            out,
            "--rank",
            "0.5",
            "--prune",
            "0.97",
            "--dev",
            given.dev(),
            "--report",
            folder.resolve("page.html").toString());
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.out())
        .contains("as given")
        .contains("--rank 0.5")
        .contains("--prune 0.97")
        .containsPattern("The file is [0-9.]+ times smaller")
        .containsPattern("Accuracy on .*dev.tsv: .* points lost \\(p ")
        .containsPattern("One prediction takes [0-9.]+ times fewer multiply-adds");
    assertThat(folder.resolve("page.html")).exists();
  }

  @Test
  void everythingWithData_learnsOnWithinWhatIsLeft() throws IOException {
    String[] options =
        given.learning(
            6,
            0.01,
            "--structured",
            "heads:0.5",
            "--rank",
            "0.5",
            "--prune",
            "0.4",
            "--quantize",
            "kmeans4");
    JsonNode json = compressed(given.model(), options);
    assertThat(stages(json))
        .containsExactly(
            "as given",
            "--structured heads:0.5 --rank 0.5",
            "--prune 0.4",
            "kmeans4",
            "fine-tuned");
    assertThat(json.get("after").get("score").asDouble()).isEqualTo(accuracy()).isGreaterThan(0.9);
    ModelFile file = ModelFile.load(out);
    WeightForms forms = file.architecture().forms();
    assertThat(forms.ranks()).isNotEmpty();
    assertThat(forms.widths()).containsEntry("encoder.layer.0.attention.heads", 1);
    float[] values = file.weights().get("word.in.weight.u");
    int zeros = 0;
    for (float value : values) {
      zeros += value == 0 ? 1 : 0;
    }
    assertThat((double) zeros / values.length).isCloseTo(0.4, within(0.02));
    assertThat(Files.exists(Path.of(out + ".checkpoint"))).isFalse();
    byte[] once = Files.readAllBytes(out);
    Files.delete(out);
    compressed(given.model(), options);
    assertThat(out).as("a second time").hasBinaryContent(once);
  }

  /** What was compressed can be compressed further, and trained on with train --init. */
  @Test
  void compressed_goesOn() throws IOException {
    compressed(given.model(), "--rank", "0.5");
    Path first = Files.move(out, folder.resolve("first.safetensors"));
    compressed(first, "--quantize", "kmeans8", "--prune", "sensitivity:0.5");
    assertThat(ModelFile.load(out).architecture().forms().ranks())
        .isEqualTo(ModelFile.load(first).architecture().forms().ranks());
    Path further = folder.resolve("further.safetensors");
    Front front =
        Front.run(
            List.of(
                "train",
                "--data",
                given.train(),
                "--init",
                out.toString(),
                "--out",
                further.toString(),
                "--epochs",
                "1"));
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(ModelFile.load(further).architecture().forms().ranks()).isNotEmpty();
  }

  /**
   * A model of few bits stays one, and every row of the table is what would be written then.
   * Weights as small as here lose more to the codebooks of two factors than they gain.
   */
  @ParameterizedTest
  @CsvSource({
    "int8, --prune 0.4",
    "int8, --rank 0.5",
    "int8, --structured 0.5",
    "int8, --rank 0.25 --quantize kmeans4",
    "kmeans4, --prune 0.4",
    "kmeans4, --rank 0.5",
    "kmeans4, --structured heads:0.5 --rank 0.5 --prune 0.5",
  })
  void quantised_isCompressedFurther(String stored, String plan) throws IOException {
    compressed(given.model(), "--quantize", stored);
    Path first = Files.move(out, folder.resolve("first.safetensors"));
    List<String> options = new ArrayList<>(List.of(plan.split(" ")));
    options.addAll(List.of("--dev", given.dev()));
    JsonNode json = compressed(first, options.toArray(new String[0]));
    WeightForms forms = ModelFile.load(out).architecture().forms();
    Stored form = Stored.valueOf(plan.contains("kmeans4") ? "KMEANS4" : stored.toUpperCase());
    assertThat(forms.stored().values()).isNotEmpty().containsOnly(form);
    assertThat(forms.ranks().isEmpty()).isEqualTo(!plan.contains("--rank"));
    assertThat(forms.widths().isEmpty()).isEqualTo(!plan.contains("--structured"));
    assertThat(json.get("after").get("score").asDouble()).isEqualTo(accuracy());
    long before = Files.size(first);
    for (JsonNode stage : json.get("stages")) {
      long bytes = stage.get("modelBytes").asLong();
      assertThat(bytes).isLessThan(plan.contains("--rank") ? 2 * before : before + 1);
      before = bytes;
    }
    assertThat(before).isEqualTo(Files.size(out));
  }

  /** Learning on is around the rounding that the file has, although the plan names none. */
  @Test
  void quantisedWithData_learnsOnInItsBits() throws IOException {
    compressed(given.model(), "--quantize", "int8");
    Path first = Files.move(out, folder.resolve("first.safetensors"));
    String[] options = given.learning(4, 0.01, "--rank", "0.5", "--prune", "0.4");
    JsonNode json = compressed(first, options);
    assertThat(json.get("after").get("score").asDouble()).isEqualTo(accuracy()).isGreaterThan(0.9);
    assertThat(Files.size(out)).isLessThan(Files.size(first));
    ModelFile file = ModelFile.load(out);
    assertThat(file.architecture().forms().stored("word.in.weight.u")).isEqualTo(Stored.INT8);
    assertThat(file.weights().coded("word.in.weight.u")).isNotNull();
  }

  /** The gentlest plan of all may be one that removes or factorises. */
  @Test
  void quantised_maxSize_isKept() throws IOException {
    compressed(given.model(), "--quantize", "kmeans4");
    Path first = Files.move(out, folder.resolve("first.safetensors"));
    for (long most : new long[] {Files.size(first) * 2, Files.size(first) * 4 / 5}) {
      JsonNode json = compressed(first, "--max-size", "" + most, "--force");
      assertThat(Files.size(out))
          .isLessThanOrEqualTo(Math.min(most, Files.size(first) + 200)) // where it comes from
          .isEqualTo(json.get("modelBytes").asLong());
    }
  }

  @Test
  void bert_losesHeadsTablesAndBits() throws IOException {
    JsonNode json =
        compressed(
            bert(),
            "--structured",
            "0.5",
            "--embedding-rank",
            "4",
            "--quantize",
            "int8",
            "--dev",
            given.dev());
    WeightForms forms = ModelFile.load(out).architecture().forms();
    assertThat(forms.ranks()).containsOnlyKeys("embedding.weight");
    assertThat(forms.widths()).hasSize(4);
    assertThat(json.get("after").get("macs").asLong())
        .isLessThan(json.get("before").get("macs").asLong());
    try (TextClassifier classifier = TextClassifier.load(out)) {
      assertThat(classifier.classify("play a song").label()).isNotEmpty();
    }
  }

  private Path bert() {
    Path bert = folder.resolve("bert.safetensors");
    List<String> args = new ArrayList<>(List.of("train", "--data", given.train()));
    args.addAll(List.of("--dev", given.dev(), "--out", bert.toString(), "--arch", "bert"));
    for (String setting : new String[] {"dim=32", "heads=2", "ffn=32", "layers=2"}) {
      args.addAll(List.of("--set", setting));
    }
    assertThat(Front.run(args, "--epochs", "6", "--threads", "2").exitCode()).isZero();
    return bert;
  }

  /** Attention to fewer rows goes with everything else, and learns what the rows are to be. */
  @Test
  void linformer_withEverythingElse_learnsItsProjections() throws IOException {
    JsonNode json =
        compressed(
            bert(),
            "--linformer",
            "4",
            "--rank",
            "0.5",
            "--prune",
            "0.3",
            "--quantize",
            "int8",
            "--data",
            given.train(),
            "--dev",
            given.dev(),
            "--epochs",
            "6",
            "--lr",
            "0.01",
            "--threads",
            "2");
    assertThat(stages(json))
        .containsExactly(
            "as given", "--linformer 4 --rank 0.5", "--prune 0.3", "int8", "fine-tuned");
    assertThat(json.get("changes").get(0).get("kind").asText()).isEqualTo("PROJECTED");
    assertThat(json.get("after").get("score").asDouble()).isEqualTo(accuracy()).isGreaterThan(0.5);
    ModelFile file = ModelFile.load(out);
    assertThat(file.architecture().name()).isEqualTo("linformer");
    assertThat(file.architecture().settings()).containsEntry("k", "4");
    assertThat(file.architecture().forms().ranks()).isNotEmpty();
    int learned = 0;
    for (float value : file.weights().get("encoder.layer.0.attention.e.weight")) {
      learned += value == 0 ? 0 : 1;
    }
    assertThat(learned).as("more than the identity's ones").isGreaterThan(8);
    int zeros = 0;
    float[] pruned = file.weights().get("embedding.weight");
    for (float value : pruned) {
      zeros += value == 0 ? 1 : 0;
    }
    assertThat((double) zeros / pruned.length).isGreaterThanOrEqualTo(0.3);
  }

  @Test
  void maxSize_ofABert_isKeptOrRefused() throws IOException {
    Path bert = bert();
    for (int less = 3; less <= 7; less += 2) { // whatever plan it comes to is the one that fits
      long most = Files.size(bert) * (10 - less) / 10;
      Front front = compress(bert, out, "--max-size", most + "", "--force");
      assertThat(front.exitCode()).as(front.err()).isZero();
      assertThat(Files.size(out)).isLessThanOrEqualTo(most);
    }
    JsonNode json = compressed(bert, "--max-size", Files.size(bert) * 2 / 3 + "", "--force");
    assertThat(Files.size(out))
        .isLessThanOrEqualTo(Files.size(bert) * 2 / 3)
        .isEqualTo(json.get("modelBytes").asLong());
    Front never = compress(bert, out, "--max-size", "1", "--force");
    assertThat(never.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
    assertThat(never.sentence()).contains("--max-size 1 B").contains("the nearest is");
  }

  @Test
  void maxSize_alone_findsAPlanThatFits() throws IOException {
    JsonNode json = compressed(given.model(), "--max-size", "9KB");
    assertThat(Files.size(out))
        .isLessThanOrEqualTo(9_000)
        .isEqualTo(json.get("modelBytes").asLong());
    assertThat(json.get("options").asText()).contains("--quantize");
    assertThat(json.get("after").get("score").isNull()).isTrue();
    assertThat(json.get("verdicts").toString()).contains("was not measured");
  }

  /** As it is, then in fewer bits without codes: only then are weights rounded to codes. */
  @Test
  void maxSize_thatFitsWithoutCodes_changesNoMoreThanItMust() throws IOException {
    JsonNode same = compressed(given.model(), "--max-size", "10MB");
    assertThat(same.get("options").asText()).isEmpty();
    assertThat(stages(same)).containsExactly("as given", "as it was");
    assertThat(same.get("modelBytes").asLong()).isEqualTo(Files.size(out));
    assertThat(weight(out)).isEqualTo(weight(given.model()));
    long most = Files.size(given.model()) * 2 / 3;
    JsonNode halves = compressed(given.model(), "--max-size", "" + most, "--force");
    assertThat(halves.get("options").asText()).isEqualTo("--half");
    assertThat(stages(halves)).containsExactly("as given", "16-bit floats");
    assertThat(Files.size(out)).isLessThanOrEqualTo(most);
    assertThat(ModelFile.load(out).architecture().forms().stored()).isEmpty();
    byte[] first = Files.readAllBytes(out);
    compressed(given.model(), "--half", "--force");
    assertThat(Files.size(out)).isEqualTo(first.length);
    JsonNode whole = compressed(given.model(), "--max-size", "" + most, "--no-half", "--force");
    assertThat(whole.get("options").asText()).contains("--quantize int8");
  }

  private static float[] weight(Path file) throws IOException {
    return ModelFile.load(file).weights().get("word.in.weight");
  }

  /** Steps as large as these leave nothing of what the model knew. */
  @Test
  void data_trainingThatDoesNotHelp_isShownAndNotKept() throws IOException {
    String[] ruinous = given.learning(2, 100, "--quantize", "int8");
    JsonNode json = compressed(given.model(), ruinous);
    assertThat(stages(json)).containsExactly("as given", "int8", "fine-tuned, not kept");
    assertThat(json.get("after").get("name").asText()).isEqualTo("int8");
    assertThat(json.get("after").get("score").asDouble())
        .isEqualTo(accuracy())
        .isGreaterThan(json.get("stages").get(2).get("score").asDouble());
    assertThat(Files.size(out)).isEqualTo(json.get("after").get("modelBytes").asLong());
  }

  @Test
  void encoder_isComparedWithItself() throws IOException {
    Path encoder = TinyModels.saveEncoder(folder);
    JsonNode json = compressed(encoder, "--quantize", "int8");
    assertThat(json.get("metric").asText()).isEqualTo("cosine");
    assertThat(json.get("before").get("score").asDouble()).isCloseTo(1, within(1e-6));
    assertThat(json.get("after").get("score").asDouble()).isBetween(0.99, 1.0);
    Path lines = Files.writeString(folder.resolve("lines.txt"), "wake me\nplay a song\n\nrain\n");
    JsonNode worse = compressed(encoder, "--rank", "1", "--dev", lines.toString(), "--force");
    assertThat(worse.get("scoredOn").asText()).isEqualTo("3 texts of " + lines);
    Front labels = compress(encoder, out, "--rank", "1", "--dev", given.dev(), "--force");
    assertThat(labels.sentence()).contains("dev.tsv#2 reads the second column");
    Front named =
        compress(encoder, out, "--rank", "1", "--dev", given.dev(), "--format", "tsv", "--force");
    assertThat(named.sentence()).contains("are for labelled texts");
    JsonNode column = compressed(encoder, "--rank", "1", "--dev", given.dev() + "#2", "--force");
    assertThat(column.get("scoredOn").asText()).endsWith("dev.tsv#2");
    assertThat(worse.get("after").get("score").asDouble()).isLessThan(0.999);
    assertThat(worse.get("verdicts").get(1).asText()).contains("lost");
    Front fitted =
        compress(
            encoder,
            out,
            "--rank",
            "1",
            "--dev",
            lines.toString(),
            "--force",
            "--calibrate",
            "--json");
    assertThat(fitted.exitCode()).as(fitted.err()).isZero();
    assertThat(fitted.err()).contains("looking at what the linears read");
    assertThat(fitted.json().get("after").get("score").asDouble())
        .isNotEqualTo(worse.get("after").get("score").asDouble());
  }

  /** Fewer labels in the data than in the model: the model keeps its own. */
  @Test
  void data_withFewerLabels_keepsTheModels() throws IOException {
    List<String> lines = new ArrayList<>(MadeUp.lines(60, 3));
    lines.removeIf(line -> line.startsWith("light"));
    Path other = MadeUp.write(folder, "other.tsv", lines);
    compressed(
        given.model(),
        "--quantize",
        "int8",
        "--data",
        other.toString(),
        "--dev",
        given.dev(),
        "--epochs",
        "1");
    assertThat(ClassifierModel.load(out).labels()).containsExactly("light", "music", "weather");
    assertThat(accuracy()).isGreaterThan(0.8);
  }
}
