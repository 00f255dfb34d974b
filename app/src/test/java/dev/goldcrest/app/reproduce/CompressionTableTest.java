package dev.goldcrest.app.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.TinyModels;
import dev.goldcrest.app.train.Front;
import dev.goldcrest.app.train.MadeUp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressionTableTest {
  private static final String[] ENGLISH = {"one", "two", "three", "four", "five"};
  private static final String[] GERMAN = {"eins", "zwei", "drei", "vier", "fünf"};

  @TempDir private Path folder;

  private static List<String> pairs(int count, int seed) {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int first = (i + seed) % ENGLISH.length;
      int second = (3 * i + seed) % ENGLISH.length;
      pairs.add(
          ENGLISH[first] + " " + ENGLISH[second] + "\t" + GERMAN[first] + " " + GERMAN[second]);
    }
    return pairs;
  }

  private Path root() throws IOException {
    Path root = folder.resolve("data");
    Path snips = Files.createDirectories(root.resolve("snips"));
    MadeUp.write(snips, "train.tsv", MadeUp.lines(90, 1));
    MadeUp.write(snips, "dev.tsv", MadeUp.lines(30, 2));
    MadeUp.write(snips, "test.tsv", MadeUp.lines(40, 3));
    Path multi30k = Files.createDirectories(root.resolve("multi30k"));
    Files.write(multi30k.resolve("train.tsv"), pairs(80, 0));
    Files.write(multi30k.resolve("dev.tsv"), pairs(10, 1));
    Files.write(multi30k.resolve("test2016.tsv"), pairs(12, 2));
    return root;
  }

  private Path translator(Path root, String architecture) {
    Path out = folder.resolve(architecture + ".safetensors");
    List<String> words =
        new ArrayList<>(
            List.of(
                "train",
                "--task",
                "translate",
                "--data",
                root.resolve("multi30k/train.tsv").toString(),
                "--arch",
                architecture,
                "--out",
                out.toString(),
                "--epochs",
                "2",
                "--no-half",
                "--threads",
                "1"));
    for (String setting : new String[] {"dim=16", "layers=1", "heads=2", "ffn=16", "merges=20"}) {
      words.addAll(List.of("--set", setting));
    }
    Front front = Front.run(words);
    assertThat(front.exitCode()).as(front.err()).isZero();
    return out;
  }

  private Front reproduce(String... more) {
    return Front.run(List.of("reproduce", "compression"), more);
  }

  @Test
  void smallRoot_makesMeasuresAndRendersEveryGroupOnce() throws IOException {
    Path root = root();
    Path work = folder.resolve("work");
    Path table = folder.resolve("compression.md");
    String[] line = {
      "--data-root",
      root.toString(),
      "--work",
      work.toString(),
      "--epochs",
      "1",
      "--threads",
      "1",
      "--only",
      "snips,multi30k",
      "--out",
      table.toString(),
      "--minilm",
      TinyModels.saveEncoder(folder).toString(),
      "--vanilla",
      translator(root, "transformer").toString(),
      "--lite",
      translator(root, "lite-transformer").toString()
    };
    Front front = reproduce(line);
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.out()).isEqualTo(Files.readString(table));
    assertThat(front.out())
        .contains("## ProFormer tiny")
        .contains("## MiniLM, fine-tuned")
        .contains("## From a vanilla Transformer to a pruned Lite Transformer")
        .contains("## Where it loses")
        .contains("given with --vanilla")
        .contains("compress --model minilm-snips-dense.safetensors --rank 0.55")
        .contains("train --no-half --init");
    List<String> rows = Files.readAllLines(work.resolve("compression.jsonl"));
    assertThat(rows).hasSize(10);
    ObjectMapper mapper = new ObjectMapper();
    JsonNode vanilla = null;
    JsonNode pruned = null;
    for (String row : rows) {
      JsonNode read = mapper.readTree(row);
      assertThat(read.get("device").get("p50Micros").asDouble()).isPositive();
      vanilla = read.get("step").asText().equals("vanilla") ? read : vanilla;
      pruned = read.get("step").asText().equals("pruned") ? read : pruned;
    }
    assertThat(vanilla.get("score").get("metric").asText()).isEqualTo("BLEU");
    assertThat(vanilla.get("score").get("examples").asInt()).isEqualTo(12);
    assertThat(vanilla.get("device").get("paperMacs").asLong()).isPositive();
    assertThat(pruned.get("size").get("inner").asLong())
        .isPositive()
        .isLessThan(vanilla.get("size").get("inner").asLong());
    // All rows stand: nothing is made or measured again.
    Front again = reproduce(line);
    assertThat(again.exitCode()).isZero();
    assertThat(again.err()).doesNotContain("measuring");
    assertThat(Files.readAllLines(work.resolve("compression.jsonl"))).hasSize(10);
    Front rendered =
        reproduce("--render-only", "--work", work.toString(), "--epochs", "1", "--threads", "1");
    assertThat(rendered.out()).contains("| snips | small |").contains("| multi30k | pruned |");
  }

  @Test
  void whatIsNotGiven_isLeftOutWithANotice() throws IOException {
    Front front =
        reproduce(
            "--data-root",
            root().toString(),
            "--work",
            folder.resolve("work").toString(),
            "--only",
            "minilm,lite");
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.err())
        .contains("minilm on snips is left out: it needs --minilm FILE")
        .contains("lite on multi30k is left out: it needs --vanilla FILE and --lite FILE");
    assertThat(front.out()).contains("No row is finished yet");
    Front missing =
        reproduce("--data-root", folder.toString(), "--minilm", folder.resolve("no").toString());
    assertThat(missing.sentence()).contains("there is no such model file");
  }

  @Test
  void command_epochsForAll_replaceThoseOfAStep() throws IOException {
    Terminal terminal = new Terminal(System.out, System.err, Map.of(), false, 80);
    CompressionTable table =
        new CompressionTable(new Setup(terminal, folder, folder, 1, 1, Map.of()));
    CompressionStep pruned =
        CompressionStep.plan(List.of("lite")).stream()
            .filter(step -> step.name().equals(CompressionStep.PRUNED))
            .findFirst()
            .orElseThrow();
    assertThat(pruned.options()).contains("--epochs ");
    assertThat(table.command(pruned, folder.resolve("from"), folder.resolve("out")))
        .containsOnlyOnce("--epochs")
        .containsSequence("--epochs", "1");
  }

  /** A change to how models learn on makes rows that learned out of date, and no others. */
  @Test
  void recipe_ofAStepThatLearns_holdsHowItLearns() throws IOException {
    Terminal terminal = new Terminal(System.out, System.err, Map.of(), false, 80);
    CompressionTable table =
        new CompressionTable(new Setup(terminal, null, folder, null, 1, Map.of()));
    CompressionTable longer =
        new CompressionTable(new Setup(terminal, null, folder, null, 2, Map.of()));
    for (CompressionStep step : CompressionStep.plan(List.of("proformer", "snips"))) {
      assertThat(table.recipe(step)).isNotEqualTo(longer.recipe(step));
      CompressionStep other =
          new CompressionStep(
              step.group(), step.set(), step.name(), step.from(), step.options(), !step.learns());
      assertThat(table.recipe(step)).isNotEqualTo(table.recipe(other));
    }
  }

  private static CompressionRow row(String step, long bytes, long weights, double lost) {
    return new CompressionRow(
        CompressionStep.PROFORMER,
        "snips",
        step,
        "r",
        new CompressionRow.Size(bytes, bytes, weights),
        new CompressionRow.Score("accuracy", 700, 0.97, lost, 0.5),
        new CompressionRow.Device(1_000, 0, 20, 22),
        new Origin("make it", "evaluate it", "abc", "a machine", "now"));
  }

  /** Small enough and good enough is not all together where no layer was factorised. */
  @Test
  void render_smallModel_isKeptWithFewerWeightsOnly() {
    CompressionRow dense = row(CompressionStep.DENSE, 900_000, 200_000, 0);
    CompressionRow low = row(CompressionStep.SMALL, 120_000, 150_000, 0.5);
    CompressionRow whole = row(CompressionStep.SMALL, 120_000, 200_000, 0.5);
    CompressionRow worse = row(CompressionStep.SMALL, 120_000, 150_000, 1.5);
    assertThat(CompressionPage.render(List.of(dense, low), "a command"))
        .contains("| 120.0 KB | 75.00 % | 0.50 (0.500) | 1.10 | yes |")
        .doesNotContain("no layer has a rank");
    assertThat(CompressionPage.render(List.of(dense, whole), "a command"))
        .contains("| 100.00 % | 0.50 (0.500) | 1.10 | **no** |")
        .contains("On snips no layer has a rank that saves");
    assertThat(CompressionPage.render(List.of(dense, worse), "a command"))
        .contains("| 1.50 (0.500) | 1.10 | **no** |");
  }

  @Test
  void plan_namesOfGroupsAndSets_meet() {
    assertThat(CompressionStep.plan(List.of("minilm", "snips"))).hasSize(3);
    assertThat(CompressionStep.plan(List.of("snips"))).hasSize(6);
    assertThat(CompressionStep.plan(List.of("lite"))).hasSize(4);
    assertThat(CompressionStep.plan(List.of())).hasSize(9 * 3 + 8 + 2 * 3 + 4);
    assertThat(CompressionStep.plan(List.of("proformer", "clinc150")))
        .extracting(CompressionStep::name)
        .containsAll(CompressionStep.alone())
        .hasSize(3 + 8);
  }
}
