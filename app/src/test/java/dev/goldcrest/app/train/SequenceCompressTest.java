package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.goldcrest.app.cli.ExitCodes;
import dev.goldcrest.runtime.Summarizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that write, made smaller through the front door. */
class SequenceCompressTest {
  @TempDir private Path folder;
  private Path train;
  private Path out;

  @BeforeEach
  void writeData() throws IOException {
    train = write("train.tsv", MadeUpNumbers.pairs(400, 1));
    out = folder.resolve("model.safetensors");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Front train(String task, Path data, String... more) {
    return MadeUpNumbers.train(task, data, out, more);
  }

  @Test
  void compress_translator_writesOnFromFewerBits() throws IOException {
    assertThat(train("translate", train, "--epochs", "25").exitCode()).isZero();
    Path small = folder.resolve("small.safetensors");
    Path test = write("test.tsv", MadeUpNumbers.pairs(50, 2));
    Front front =
        Front.run(
            List.of(
                "compress",
                "--model",
                out.toString(),
                "--out",
                small.toString(),
                "--rank",
                "0.5",
                "--structured",
                "heads:0.5",
                "--prune",
                "0.2",
                "--quantize",
                "int8",
                "--data",
                train.toString(),
                "--dev",
                test.toString(),
                "--epochs",
                "8",
                "--lr",
                "0.005",
                "--batch",
                "400",
                "--threads",
                "2",
                "--json"));
    assertThat(front.exitCode()).as(front.err()).isZero();
    JsonNode json = front.json();
    assertThat(json.get("metric").asText()).isEqualTo("BLEU");
    assertThat(json.get("modelBytes").asLong()).isEqualTo(Files.size(small));
    assertThat(json.get("after").get("score").asDouble()).isGreaterThan(80);
    assertThat(json.get("after").get("macs").asLong())
        .isLessThan(json.get("before").get("macs").asLong());
    assertThat(json.get("verdicts").get(1).asText()).contains("BLEU on ");
    Front scored =
        Front.run(
            List.of("evaluate", "--model", small.toString(), "--data", test.toString(), "--json"));
    assertThat(scored.json().get("bleu").asDouble())
        .isEqualTo(json.get("after").get("score").asDouble());
  }

  @Test
  void compress_languageModel_isJudgedByPerplexity() throws IOException {
    Path text = write("text.txt", MadeUpNumbers.text(200, 1));
    Path held = write("held.txt", MadeUpNumbers.text(40, 2));
    assertThat(train("lm", text, "--epochs", "2", "--set", "context=16").exitCode()).isZero();
    Path small = folder.resolve("small.safetensors");
    Front front =
        Front.run(
            List.of(
                "compress",
                "--model",
                out.toString(),
                "--out",
                small.toString(),
                "--quantize",
                "kmeans4",
                "--data",
                text.toString(),
                "--dev",
                held.toString(),
                "--epochs",
                "1",
                "--batch",
                "400",
                "--json"));
    assertThat(front.exitCode()).as(front.err()).isZero();
    JsonNode json = front.json();
    assertThat(json.get("metric").asText()).isEqualTo("perplexity");
    assertThat(json.get("after").get("score").asDouble())
        .isLessThan(1.2 * json.get("before").get("score").asDouble());
    Front limited =
        Front.run(
            List.of("compress", "--model", out.toString(), "--out", small.toString()),
            "--quantize",
            "kmeans4",
            "--data",
            text.toString(),
            "--dev",
            held.toString(),
            "--max-energy",
            "0.001mWh",
            "--force",
            "--json");
    assertThat(limited.exitCode()).as(limited.err()).isZero();
    assertThat(limited.err()).contains("0.01 of the recipe's ").contains("training ended after ");
    assertThat(limited.json().get("energy").get("wattHours").asDouble()).isPositive();
    for (String words : new String[] {"--max-size 1", "--linformer 4"}) {
      List<String> args = new ArrayList<>(List.of("compress", "--model", out.toString()));
      args.addAll(List.of("--out", folder.resolve("none").toString()));
      Front refused = Front.run(args, words.split(" "));
      boolean size = words.contains("size");
      assertThat(refused.exitCode()).as(refused.err()).isEqualTo(size ? 3 : 2);
      assertThat(refused.sentence())
          .contains(size ? "cannot be made so small; the nearest is" : "this model is a lite-tran");
    }
    Front never = train("lm", text, "--max-size", "1", "--set", "context=16", "--force");
    assertThat(never.exitCode()).as(never.err()).isEqualTo(3);
    assertThat(never.sentence()).contains("no narrower one fits");
  }

  /**
   * What is scored before and after is what {@code evaluate} makes of the two files, two files that
   * belong together line by line for dev as for what is learned.
   */
  @Test
  void compress_summariser_isJudgedByRougeOfBothSidesOfDev() throws IOException {
    Path few = write("few.tsv", MadeUpNumbers.pairs(150, 1));
    assertThat(train("summarize", few, "--epochs", "10").exitCode()).isZero();
    String[] learned = sides("few", MadeUpNumbers.pairs(150, 1));
    String[] dev = sides("dev", MadeUpNumbers.pairs(15, 2));
    Path small = folder.resolve("small.safetensors");
    Front front =
        compress(
            small,
            "--rank",
            "0.5",
            "--quantize",
            "int8",
            "--data",
            learned[0],
            "--target",
            learned[1],
            "--dev",
            dev[0],
            "--dev-target",
            dev[1],
            "--epochs",
            "1");
    JsonNode json = front.json();
    assertThat(json.get("metric").asText()).isEqualTo("ROUGE-L");
    assertThat(json.get("scoredOn").asText()).isEqualTo(dev[0] + " and " + dev[1]);
    assertThat(json.get("stages").findValuesAsText("name"))
        .hasSize(4)
        .last()
        .asString()
        .startsWith("fine-tuned");
    assertThat(json.get("before").get("score").asDouble())
        .isEqualTo(scores(out, dev).get("rougeL").asDouble())
        .isBetween(0.1, 1.0);
    assertThat(json.get("after").get("score").asDouble())
        .isEqualTo(scores(small, dev).get("rougeL").asDouble())
        .isBetween(0.1, 1.0);
    assertThat(json.get("verdicts").get(1).asText()).contains("ROUGE-L on ").contains(" points ");
    try (Summarizer summarizer = Summarizer.load(small)) {
      assertThat(summarizer.model().architecture().forms().ranks()).isNotEmpty();
      assertThat(summarizer.summarize("one two three").text()).isNotEmpty();
    }
  }

  @Test
  void compress_devTargetAlone_isRefused() throws IOException {
    assertThat(train("translate", write("few.tsv", MadeUpNumbers.pairs(20, 1)), "--epochs", "1"))
        .satisfies(trained -> assertThat(trained.exitCode()).isZero());
    Path small = folder.resolve("small.safetensors");
    Front alone = Front.run(compressing(small), "--quantize", "int8", "--dev-target", "dev.en");
    assertThat(alone.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(alone.sentence()).contains("is the other side of --dev, which is missing");
  }

  private List<String> compressing(Path small) {
    return List.of(
        "compress", "--model", out.toString(), "--out", small.toString(), "--force", "--json");
  }

  private Front compress(Path small, String... more) {
    Front front = Front.run(compressing(small), more);
    assertThat(front.exitCode()).as(front.err()).isZero();
    return front;
  }

  /** Both columns as files of their own. */
  private String[] sides(String name, String pairs) throws IOException {
    StringBuilder[] sides = {new StringBuilder(), new StringBuilder()};
    for (String line : pairs.split("\n")) {
      String[] columns = line.split("\t");
      sides[0].append(columns[0]).append('\n');
      sides[1].append(columns[1]).append('\n');
    }
    return new String[] {
      write(name + ".en", sides[0].toString()).toString(),
      write(name + ".de", sides[1].toString()).toString()
    };
  }

  private static JsonNode scores(Path model, Path data) throws IOException {
    return scores(model, new String[] {data.toString()});
  }

  private static JsonNode scores(Path model, String[] data) throws IOException {
    List<String> args = new ArrayList<>(List.of("evaluate", "--model", model.toString(), "--json"));
    args.addAll(List.of("--data", data[0]));
    if (data.length > 1) {
      args.addAll(List.of("--target", data[1]));
    }
    Front front = Front.run(args);
    assertThat(front.exitCode()).as(front.err()).isZero();
    return front.json();
  }
}
