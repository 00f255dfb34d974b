package dev.goldcrest.app.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.app.cli.Cli;
import dev.goldcrest.app.cli.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Train, evaluate and predict through the front door, on streams that a small model learns. */
class StreamVerbsTest {
  private static final List<String> SMALL =
      List.of(
          "--task",
          "stream",
          "--batch",
          "8",
          "--lr",
          "0.01",
          "--threads",
          "1",
          "--set",
          "dim=8",
          "--set",
          "heads=2",
          "--set",
          "ffn=16",
          "--set",
          "longSamples=6",
          "--set",
          "shortFrames=6",
          "--set",
          "queries=2",
          "--set",
          "queries2=2",
          "--set",
          "layers2=1",
          "--set",
          "decoderLayers=1",
          "--set",
          "dropout=0",
          "--set",
          "noise=0",
          "--set",
          "shift=0");

  @TempDir private Path folder;
  private Path train;
  private Path test;
  private Path model;
  private String out;
  private String err;

  @BeforeEach
  void writeData() throws IOException {
    train = Files.writeString(folder.resolve("train.tsv"), frames(12, 1));
    test = Files.writeString(folder.resolve("test.tsv"), frames(4, 2));
    model = folder.resolve("model.safetensors");
  }

  /** Label up while the second feature was high three frames ago: it takes a memory. */
  private static String frames(int recordings, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder lines = new StringBuilder();
    for (int r = 0; r < recordings; r++) {
      boolean[] high = new boolean[60];
      for (int t = 0; t < high.length; t++) {
        high[t] = t > 0 && random.nextInt(8) > 0 ? high[t - 1] : random.nextBoolean();
        String label = t >= 3 && high[t - 3] ? "up" : "0";
        lines.append("r").append(r).append('\t').append(random.nextInt(100) / 100.0).append('\t');
        lines.append(high[t] ? 5 : 3).append('\t').append(label).append('\n');
      }
    }
    return lines.toString();
  }

  private int run(List<String> args, String... more) {
    List<String> all = new ArrayList<>(args);
    all.addAll(List.of(more));
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(outBytes, true, StandardCharsets.UTF_8),
            new PrintStream(errBytes, true, StandardCharsets.UTF_8),
            Map.of(),
            false,
            80);
    int code = Cli.run(terminal, all.toArray(new String[0]));
    out = outBytes.toString(StandardCharsets.UTF_8);
    err = errBytes.toString(StandardCharsets.UTF_8);
    return code;
  }

  private int train(Path to, String... more) {
    List<String> args = new ArrayList<>(List.of("train", "--data", train.toString()));
    args.addAll(List.of("--out", to.toString()));
    args.addAll(SMALL);
    if (!List.of(more).contains("--epochs")) {
      args.addAll(List.of("--epochs", "2"));
    }
    return run(args, more);
  }

  private JsonNode evaluate(Path data) throws IOException {
    assertThat(
            run(
                List.of("evaluate", "--model", model.toString(), "--data", data.toString()),
                "--json"))
        .as(err)
        .isZero();
    return new ObjectMapper().readTree(out);
  }

  @Test
  void trainEvaluatePredict_learnableStream_isLearned() throws IOException {
    assertThat(train(model, "--epochs", "15")).as(err).isZero();
    JsonNode scores = evaluate(test);
    assertThat(scores.get("task").asText()).isEqualTo("stream");
    assertThat(scores.get("mAP").asDouble()).isGreaterThan(0.9);
    assertThat(scores.get("mcAP").asDouble()).isBetween(0.9, 1.0);
    assertThat(scores.get("frames").asInt()).isEqualTo(240);
    assertThat(scores.get("labels")).hasSize(1);
    assertThat(scores.get("stages")).hasSize(10);
    assertThat(scores.get("delay").get("found").asInt())
        .isLessThanOrEqualTo(scores.get("delay").get("instances").asInt());
    assertThat(run(List.of("predict", "--model", model.toString(), test.toString()))).isZero();
    assertThat(out.lines()).hasSize(240).allMatch(line -> line.matches("(up|0)\t[01]\\.\\d{4}"));
    Path page = folder.resolve("page.html");
    List<String> report =
        List.of("evaluate", "--model", model.toString(), "--data", test.toString());
    assertThat(run(report, "--report", page.toString(), "--recording", "r2")).as(err).isZero();
    assertThat(Files.readString(page))
        .contains("<svg", "Recording <bdi>r2</bdi>", ">up</text>", "<rect", "calibrated mAP")
        .doesNotContain("NaN", "<script");
    assertThat(run(report, "--report", page.toString(), "--recording", "r22")).isEqualTo(2);
    assertThat(err).contains("has no recording r22");
    assertThat(run(List.of("inspect", "--model", model.toString()))).as(err).isZero();
  }

  @Test
  void train_twice_givesTheSameBytes() throws IOException {
    Path other = folder.resolve("other.safetensors");
    assertThat(train(model, "--epochs", "1")).as(err).isZero();
    assertThat(train(other, "--epochs", "1")).as(err).isZero();
    assertThat(Files.readAllBytes(other)).isEqualTo(Files.readAllBytes(model));
    assertThat(train(model, "--epochs", "1")).isEqualTo(2);
    assertThat(err).contains("exists; --force replaces it");
  }

  @Test
  void predict_badLines_areRefusedAndTheStreamGoesOn() throws IOException {
    assertThat(train(model, "--epochs", "1")).as(err).isZero();
    Path good = Files.writeString(folder.resolve("good.tsv"), "a\t0.5\t5\na\t0.25\t3\n");
    Path bad =
        Files.writeString(
            folder.resolve("bad.tsv"), "a\t0.5\t5\na\tNaN\t3\na\t1\na\t0.2\t5\t1\t1\na\t0.25\t3\n");
    assertThat(run(List.of("predict", "--model", model.toString(), good.toString()))).isZero();
    List<String> expected = out.lines().toList();
    assertThat(run(List.of("predict", "--model", model.toString(), bad.toString()))).isZero();
    assertThat(out.lines().toList())
        .containsExactly(expected.get(0), "-", "-", "-", expected.get(1));
    assertThat(err)
        .contains("bad.tsv:2: feature 1 is \"NaN\", which is no number")
        .contains("bad.tsv:3: a frame has 3 cells here, this line has 2; the frame is left out")
        .contains("3 lines were no frames and were left out")
        .doesNotContain("Exception");
    assertThat(run(List.of("predict", "--json", "--model", model.toString(), bad.toString())))
        .isZero();
    JsonNode second = new ObjectMapper().readTree(out.lines().toList().get(1));
    assertThat(second.get("line").asInt()).isEqualTo(2);
    JsonNode last = new ObjectMapper().readTree(out.lines().toList().get(4));
    assertThat(last.get("recording").asText()).isEqualTo("a");
    assertThat(last.get("frame").asInt()).isEqualTo(1);
  }

  @Test
  void train_namedColumns_evaluateAndPredictByName() throws IOException {
    StringBuilder named = new StringBuilder("label,noise,who,level,sec\n");
    int second = 0;
    for (String line : frames(12, 1).lines().toList()) {
      String[] cells = line.split("\t");
      named.append(String.join(",", cells[3], cells[1], cells[0], cells[2], second++ + "\n"));
    }
    train = Files.writeString(folder.resolve("named.csv"), named.toString());
    List<String> columns =
        List.of("--recording-column", "who", "--time-column", "sec", "--label-column", "label");
    assertThat(train(model, columns.toArray(new String[0]))).as(err).isZero();
    Path live =
        Files.writeString(
            folder.resolve("live.csv"), "sec,level,noise,who\n0,5,0.1,a\n1,5,0.1,a\n1,5,0.1,a\n");
    assertThat(run(List.of("predict", "--model", model.toString(), live.toString()))).isZero();
    assertThat(out.lines().toList()).hasSize(3).element(2).isEqualTo("-");
    assertThat(err).contains("live.csv:4: time goes backwards");
  }

  @Test
  void train_mistakes_areOneSentence() throws IOException {
    assertThat(train(model, "--set", "dmi=4")).isEqualTo(2);
    assertThat(err).contains("unknown setting dmi; did you mean dim?");
    assertThat(train(model, "--set", "heads=3")).isEqualTo(2);
    assertThat(err).contains("8 channels do not split into 3 heads");
    assertThat(train(model, "--set", "ignored=jump")).isEqualTo(2);
    assertThat(err).contains("ignored 'jump' is no label of the data");
    assertThat(train(model, "--arch", "bert")).isEqualTo(2);
    assertThat(err).contains("task stream trains lstr, not bert");
    assertThat(
            run(
                List.of("train", "--arch", "lstr", "--data", train.toString()),
                "--out",
                model.toString()))
        .isEqualTo(2);
    assertThat(err).contains("lstr reads frames, not texts; --task stream trains it");
    assertThat(train(model, "--epochs", "1")).as(err).isZero();
    Path wide = Files.writeString(folder.resolve("wide.tsv"), "a\t1\t2\t3\t0\n");
    assertThat(run(List.of("evaluate", "--model", model.toString(), "--data", wide.toString())))
        .isEqualTo(1);
    assertThat(err).contains("has 3 features").contains("reads 2");
  }

  @Test
  void evaluate_nothingToDetectOrBeyondMeasure_isOneSentence() throws IOException {
    assertThat(train(model, "--epochs", "1")).as(err).isZero();
    Path quiet = Files.writeString(folder.resolve("quiet.tsv"), "a\t0.5\t3\t0\n");
    List<String> args = List.of("evaluate", "--model", model.toString(), "--json", "--data");
    assertThat(run(args, quiet.toString())).isEqualTo(1);
    assertThat(err).contains("quiet.tsv has no frame of a known label but the background '0'");
    Path huge = Files.writeString(folder.resolve("huge.tsv"), "a\t1e37\t3\tup\n");
    assertThat(run(args, huge.toString())).isEqualTo(1);
    assertThat(err).contains("recording a: feature 1 of frame 0 is 1.0E37");
    Path missed = Files.writeString(folder.resolve("up.tsv"), "a\t0.5\t3\tup\n");
    assertThat(run(args, missed.toString())).as(err).isZero();
    assertThat(new ObjectMapper().readTree(out).get("mcAP").asDouble()).isEqualTo(1);
    assertThat(out).doesNotContain("NaN");
    Path other = folder.resolve("other.safetensors");
    assertThat(train(other, "--dev", quiet.toString())).isEqualTo(1);
    assertThat(err).contains("quiet.tsv has no frame").doesNotContain("unexpected");
    assertThat(train(other, "--dev", huge.toString())).isEqualTo(1);
    assertThat(err).contains("feature 1 of frame 0 of recording a is 1.0E37");
    assertThat(run(args, missed.toString(), "--recording", "a")).isEqualTo(2);
    assertThat(err).contains("--recording names whose timeline --report shows; give --report too");
    assertThat(train(other, "--set", "background=NONE")).isEqualTo(2);
    assertThat(err).contains("background 'NONE' is no label of the data");
  }

  @Test
  void predict_missingCellAndCellsWithoutHeader_areToldApart() throws IOException {
    train =
        Files.writeString(
            folder.resolve("named.csv"),
            "sec,level,noise,label\n0,1,?,0\n1,2,3,up\n9,1,1,0\n10,2,3,up\n");
    List<String> columns =
        List.of("--time-column", "sec", "--label-column", "label", "--missing", "?");
    List<String> all = new ArrayList<>(columns);
    all.addAll(List.of("--dev", train.toString()));
    assertThat(train(model, all.toArray(new String[0]))).as(err).isZero();
    Path bare = Files.writeString(folder.resolve("bare.csv"), "0,1,2\n1,?\n1,\n");
    List<String> predict = List.of("predict", "--model", model.toString(), bare.toString());
    assertThat(run(predict, "--missing", "?")).isZero();
    assertThat(out.lines().toList()).hasSize(3).startsWith("-").last().isNotEqualTo("-");
    assertThat(out.lines().toList().get(1)).isNotEqualTo("-");
    assertThat(err)
        .contains("bare.csv:1: the line has 3 cells, this model reads 2 features by name;")
        .contains("1 lines were no frames");
  }

  @Test
  void train_maxSize_storesFewerBitsOrNamesWhatFits() throws IOException {
    assertThat(train(model, "--epochs", "1", "--set", "dim=32")).as(err).isZero();
    long most = Files.size(model) * 3 / 4;
    int code = train(model, "--epochs", "1", "--set", "dim=32", "--force", "--max-size", "" + most);
    assertThat(code).as(err).isZero();
    assertThat(err).contains("training learns around the rounding");
    assertThat(Files.size(model)).isLessThanOrEqualTo(most);
    Path none = folder.resolve("none.safetensors");
    String nearly = "" + Files.size(model) * 3 / 5;
    assertThat(train(none, "--max-size", nearly, "--set", "dim=64")).as(err).isEqualTo(3);
    assertThat(err).contains("as kmeans4 still ").containsPattern("--set dim=\\d+ would fit");
    assertThat(train(none, "--max-size", "1")).isEqualTo(3);
    assertThat(err).contains("no narrower one fits");
    assertThat(none).doesNotExist();
  }

  @Test
  void compress_detector_learnsOnAndAnswersAsItSays() throws IOException {
    assertThat(train(model, "--epochs", "12")).as(err).isZero();
    Path small = folder.resolve("small.safetensors");
    int code =
        run(
            List.of(
                "compress",
                "--model",
                model.toString(),
                "--out",
                small.toString(),
                "--rank",
                "0.5",
                "--structured",
                "hidden:0.25",
                "--prune",
                "0.2",
                "--quantize",
                "int8",
                "--data",
                train.toString(),
                "--dev",
                test.toString(),
                "--epochs",
                "2",
                "--batch",
                "8",
                "--threads",
                "1",
                "--json"));
    assertThat(code).as(err).isZero();
    JsonNode json =
        new ObjectMapper().readTree(out.substring(out.stripTrailing().lastIndexOf('\n') + 1));
    assertThat(json.get("metric").asText()).isEqualTo("mAP");
    assertThat(json.get("modelBytes").asLong()).isEqualTo(Files.size(small));
    double reached = json.get("after").get("score").asDouble();
    assertThat(reached).isBetween(0.5, 1.0);
    assertThat(
            run(
                List.of(
                    "evaluate", "--model", small.toString(), "--data", test.toString(), "--json")))
        .as(err)
        .isZero();
    JsonNode scores =
        new ObjectMapper().readTree(out.substring(out.stripTrailing().lastIndexOf('\n') + 1));
    assertThat(scores.get("mAP").asDouble()).isEqualTo(reached);
    assertThat(
            run(
                List.of(
                    "compress",
                    "--model",
                    model.toString(),
                    "--out",
                    small.toString(),
                    "--force",
                    "--quantize",
                    "kmeans4")))
        .as("without data: " + err)
        .isZero();
    List<String> limited = new ArrayList<>(List.of("compress", "--model", model.toString()));
    limited.addAll(List.of("--out", small.toString(), "--data", train.toString()));
    limited.addAll(List.of("--quantize", "int8", "--force", "--max-energy", "0.001mWh"));
    assertThat(run(limited)).as(err).isZero();
    assertThat(err).contains("1 of the recipe's ").contains("training ended after ");
    assertThat(out).contains("Training on took ");
  }

  @Test
  void train_limits_planEpochsThatFit() throws IOException {
    String[] patient = {"--epochs", "9000", "--set", "patience=0", "--json", "--force"};
    for (List<String> limit :
        List.of(List.of("--max-minutes", "0.02"), List.of("--max-energy", "4mWh"))) {
      List<String> more = new ArrayList<>(List.of(patient));
      more.addAll(limit);
      assertThat(train(model, more.toArray(new String[0]))).as(err).isZero();
      assertThat(err).containsPattern("\\d+ of the recipe's 9000 epochs fit into ");
      JsonNode trained = new ObjectMapper().readTree(out);
      assertThat(trained.get("epochs").asInt()).isLessThan(9000);
      assertThat(trained.get("energy").get("wattHours").asDouble()).isBetween(0.0001, 0.5);
      assertThat(evaluate(test).has("mAP")).isTrue();
    }
    assertThat(train(model, "--max-minutes", "0", "--force")).isEqualTo(2);
    assertThat(err).contains("--max-minutes must be above 0, is 0.0");
  }
}
