package dev.goldcrest.app.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.app.cli.Cli;
import dev.goldcrest.app.cli.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReproduceVerbTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int reproduce(String... arguments) {
    out.reset();
    err.reset();
    List<String> all = new ArrayList<>(List.of("reproduce"));
    all.addAll(List.of(arguments));
    PrintStream utf8 = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
    Terminal terminal = new Terminal(utf8, errors, Map.of(), false, 80);
    return Cli.run(terminal, all.toArray(new String[0]));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** A data root with two sets: plain with dev, packed without. */
  private Path root() throws IOException {
    Path root = folder.resolve("data");
    for (String set : List.of("clinc150", "ag_news_10pct")) {
      Files.createDirectories(root.resolve(set));
    }
    String train = rows(60, 1);
    Files.writeString(root.resolve("clinc150/train.tsv"), train);
    Files.writeString(root.resolve("clinc150/dev.tsv"), rows(12, 2));
    Files.writeString(root.resolve("clinc150/test.tsv"), rows(30, 3));
    pack(root.resolve("ag_news_10pct/train.tsv.gz"), train);
    pack(root.resolve("ag_news_10pct/test.tsv.gz"), rows(30, 4));
    return root;
  }

  private static String rows(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    String[][] words = {
      {"sun", "heat", "warm"}, {"ice", "snow", "frost"}, {"tea", "song", "chair"}
    };
    String[] labels = {"hot", "cold", "oos"};
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < count; i++) {
      int label = i % 3;
      rows.append(labels[label]).append('\t').append("so much ");
      rows.append(words[label][random.nextInt(3)]).append(" today\n");
    }
    return rows.toString();
  }

  private static void pack(Path file, String text) throws IOException {
    try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(file))) {
      packed.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void smallRoot_isTrainedMeasuredAndRenderedOnce() throws IOException {
    Path work = folder.resolve("work");
    Path table = folder.resolve("classification.md");
    String[] line = {
      "classification",
      "--data-root",
      root().toString(),
      "--work",
      work.toString(),
      "--only",
      "clinc150,ag_news_10pct,sst2",
      "--seeds",
      "1",
      "--epochs",
      "1",
      "--out",
      table.toString()
    };
    assertThat(reproduce(line)).as(err()).isZero();
    assertThat(err())
        .contains("clinc150-model-seed1 (1 of 6)")
        .contains("note: sst2 is left out: there is no folder")
        .containsOnlyOnce("sst2 is left out")
        .doesNotContain("checkpoint");
    assertThat(out()).isEqualTo(Files.readString(table));
    assertThat(out())
        .contains("| clinc150, oos a class |")
        .contains("| clinc150, in scope only |")
        .contains("| ag_news_10pct |")
        .contains("--set embedding=table --epochs 1 --seed 1");
    List<String> rows = Files.readAllLines(work.resolve("classification.jsonl"));
    assertThat(rows).hasSize(4);
    JsonNode row = new ObjectMapper().readTree(rows.get(0));
    assertThat(row.get("scores").get("examples").asInt()).isEqualTo(30);
    assertThat(row.get("scores").get("inScope").isNumber()).isTrue();
    assertThat(row.get("linear").get("accuracy").asDouble()).isGreaterThan(0.9);
    assertThat(row.get("device").get("words").asInt()).isEqualTo(4);

    List<String> again = new ArrayList<>(List.of(line));
    again.add("--json");
    assertThat(reproduce(again.toArray(new String[0]))).isZero();
    assertThat(err()).doesNotContain("clinc150-model-seed1 (");
    assertThat(Files.readAllLines(work.resolve("classification.jsonl"))).isEqualTo(rows);
    JsonNode object = new ObjectMapper().readTree(out());
    assertThat(object.get("planned").asInt()).isEqualTo(6);
    assertThat(object.get("finished").asInt()).isEqualTo(4);
  }

  @Test
  void sequence_smallRoot_isTrainedMeasuredAndRenderedOnce() throws IOException {
    Path root = folder.resolve("data");
    Files.createDirectories(root.resolve("tatoeba_de_en"));
    pack(root.resolve("tatoeba_de_en/train.tsv.gz"), "one two\teins zwei\n".repeat(40));
    Files.writeString(root.resolve("tatoeba_de_en/dev.tsv"), "one two\teins zwei\n".repeat(4));
    Files.writeString(root.resolve("tatoeba_de_en/test.tsv"), "two one\tzwei eins\n".repeat(4));
    Path work = folder.resolve("work");
    String[] line = {
      "sequence",
      "--data-root",
      root.toString(),
      "--work",
      work.toString(),
      "--only",
      "tatoeba_de_en,summaries",
      "--epochs",
      "1",
      "--threads",
      "2"
    };
    assertThat(reproduce(line)).as(err()).isZero();
    assertThat(err())
        .contains("tatoeba_de_en-10M-lite-transformer-seed1 (1 of ")
        .contains("note: aeslc is left out: there is no folder");
    assertThat(out())
        .contains("## tatoeba_de_en")
        .contains("| 10 M | lite-transformer | **")
        .containsPattern("[+-]\\d+\\.\\d\\d \\(.* to .*, p [01]\\.\\d{3}\\)")
        .contains("--arch transformer --set precision=bfloat16 --set dim=");
    List<String> rows = Files.readAllLines(work.resolve("sequence.jsonl"));
    assertThat(rows).hasSizeGreaterThanOrEqualTo(2);
    line[line.length - 1] = "1"; // a row stands for any number of threads
    assertThat(reproduce(line)).isZero();
    assertThat(err()).doesNotContain("tatoeba_de_en-10M-lite-transformer-seed1 (");
    assertThat(Files.readAllLines(work.resolve("sequence.jsonl"))).isEqualTo(rows);
    assertThat(reproduce("sequence", "--only", "multi30", "--data-root", root.toString()))
        .isEqualTo(2);
    assertThat(err()).contains("--only: unknown set multi30; did you mean multi30k?");
  }

  @Test
  void missingTestFile_isOneSentence() throws IOException {
    Path root = root();
    Files.delete(root.resolve("clinc150/dev.tsv"));
    assertThat(
            reproduce(
                "classification",
                "--data-root",
                root.toString(),
                "--only",
                "clinc150",
                "--work",
                folder.resolve("w").toString()))
        .isOne();
    assertThat(err()).contains("there is no file \"").contains("dev.tsv");
  }

  @Test
  void mistakes_endInOneSentenceAndCode2() {
    assertThat(reproduce("clasification")).isEqualTo(2);
    assertThat(err()).contains("unknown table clasification; did you mean classification?");
    assertThat(reproduce("classification")).isEqualTo(2);
    assertThat(err()).contains("--data-root is missing");
    assertThat(reproduce("classification", "--only", "snip")).isEqualTo(2);
    assertThat(err()).contains("--only: unknown set snip; did you mean snips?");
    assertThat(reproduce("classification", "--seeds", "1,two", "--data-root", ".")).isEqualTo(2);
    assertThat(err()).contains("--seeds: 'two' is not a whole number");
    assertThat(reproduce("classification", "--data-root", "no/where")).isOne();
    assertThat(err()).contains("--data-root no/where: there is no such folder");
    assertThat(reproduce("greenformers", "--epochs", "2")).isEqualTo(2);
    assertThat(err()).contains("table greenformers takes no --epochs");
    assertThat(reproduce("compression", "--seeds", "2", "--data-root", ".")).isEqualTo(2);
    assertThat(err()).contains("table compression takes no --seeds");
    assertThat(reproduce("greenformers", "--out", "no/where/x.md")).isOne();
    assertThat(err()).contains("--out no/where/x.md: there is no folder");
    assertThat(reproduce("greenformers", "--out", "minilm.safetensors")).isEqualTo(2);
    assertThat(err()).contains("--out minilm.safetensors is to be a page, such as greenformers.md");
    assertThat(out()).isEmpty();
  }

  @Test
  void renderOnly_trainsNothing() {
    String work = folder.resolve("none").toString();
    assertThat(reproduce("classification", "--render-only", "--work", work)).isZero();
    assertThat(out()).contains("No row is finished yet");
  }

  @Test
  void greenformers_needNoDataAndDrawBesideTheDocument() throws IOException {
    Path work = Files.createDirectories(folder.resolve("green"));
    Files.writeString(
        work.resolve("greenformers.jsonl"),
        """
        {"key":"lengths-d256-128","kind":"lengths","size":"d256","length":128,"machine":"m",\
        "contenders":[{"name":"low rank 0.5","macs":2,"millis":2,"weightBytes":1,"sessionBytes":1},\
        {"name":"Linformer k=128","macs":1,"millis":1,"weightBytes":1,"sessionBytes":1}]}
        """);
    Path document = folder.resolve("g.md");
    String[] only = {"greenformers", "--render-only", "--only", "lengths", "--work"};
    assertThat(
            reproduce(
                only[0],
                only[1],
                only[2],
                only[3],
                only[4],
                work.toString(),
                "--out",
                document.toString()))
        .isZero();
    assertThat(document).content().contains("Linformer is ahead from 128 tokens on");
    assertThat(document).content().contains("![Time and memory by length](g.svg)");
    assertThat(folder.resolve("g.svg")).content().startsWith("<svg ");
    assertThat(reproduce("greenformers", "--only", "length")).isEqualTo(2);
    assertThat(err()).contains("--only: unknown set length; did you mean lengths?");
  }
}
