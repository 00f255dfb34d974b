package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
}
