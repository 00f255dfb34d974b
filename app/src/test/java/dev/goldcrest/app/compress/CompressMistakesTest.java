package dev.goldcrest.app.compress;

import static dev.goldcrest.app.compress.MadeUpClassifier.compress;
import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.app.cli.ExitCodes;
import dev.goldcrest.app.cli.TinyModels;
import dev.goldcrest.app.train.Front;
import dev.goldcrest.app.train.MadeUp;
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
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code compress} refuses, in a sentence and with nothing written. */
class CompressMistakesTest {
  @TempDir private static Path shared;
  private static MadeUpClassifier given;

  @TempDir private Path folder;
  private Path out;

  @BeforeAll
  static void trainOnce() throws IOException {
    given = MadeUpClassifier.trained(shared, "--epochs", "1");
  }

  @BeforeEach
  void name() {
    out = folder.resolve("small.safetensors");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-- | 2 | compress: nothing to do; give --rank",
        "--rank 1.0 | 2 | no rank is called 1.0",
        "--rank half | 2 | no rank is called half",
        "--embedding-rank energy:2 | 2 | no rank is called energy:2",
        "--prune 1.2 | 2 | must lie between 0 and 1",
        "--prune some | 2 | nothing is pruned by some",
        "--embedding-prune 0 | 2 | compress: nothing to do; give --rank",
        "--quantize int8 --embedding-prune 0 | 2 | leaves tables out of --prune, which is missing",
        "--structured 1 | 2 | must be from 0 to less than 1",
        "--structured ffn:0.5 | 2 | no units are removed by ffn:0.5",
        "--quantize int4 | 2 | is not one of int8, kmeans8, kmeans4",
        "--solver lu --rank 4 | 2 | is not one of svd, snmf",
        "--max-size big | 2 | is not a size",
        "--max-size 0 | 2 | is not a size such as",
        "--max-size -5 | 2 | is not a size such as",
        "--max-size 200XB | 2 | is not a size such as",
        "--max-size 1 | 3 | cannot be made so small; the nearest is",
        "--linformer 4 | 2 | takes a bert or a transformer, this model is a proformer",
        "--linformer four | 2 | no projections are called four; write the rows",
        "--linformer 0 | 2 | no projections are called 0; write the rows",
        "--linformer 4:all | 2 | of none, headwise, key-value, layerwise",
        "--quantize int8 --epochs 3 | 2 | needs --data",
        "--quantize int8 --set teacherShare=0 | 2 | --set is for training on, which needs --data",
        "--quantize int8 --dev-target other.txt | 2 | --dev-target is for",
        "--quantize int8 --target other.txt | 2 | --target is for",
        "--quantize int8 --lr 5 | 2 | --lr is for training on, which needs --data",
        "--quantize int8 --batch 8 | 2 | --batch is for training on, which needs --data",
        "--quantize int8 --outputs | 2 | --outputs goes with --rank, which is missing",
        "--quantize int8 --no-calibrate | 2 | --no-calibrate goes with --rank, which is missing",
        "--quantize int8 --solver snmf | 2 | --solver goes with --rank or --embedding-rank",
        "--rank 4 --solver snmf --calibrate | 2 | --calibrate is for --solver svd",
        "--quantize int8 --dev missing.tsv | 1 | missing.tsv",
        "--quantize int8 --quantize kmeans4 | 2 | more than once",
        "--qantize int8 | 2 | did you mean --quantize",
      })
  void mistakes_areOneSentence(String words, int code, String part) {
    String[] options = words.equals("--") ? new String[0] : words.split(" ");
    Front front = compress(given.model(), out, options);
    assertThat(front.exitCode()).as(front.err()).isEqualTo(code);
    assertThat(front.sentence()).contains(part);
    assertThat(out).doesNotExist();
  }

  @Test
  void files_thatAreNoTarget_areRefused() throws IOException {
    Files.writeString(out, "something");
    assertThat(compress(given.model(), out, "--quantize", "int8").sentence())
        .contains("--force replaces it");
    Front itself = compress(given.model(), given.model(), "--quantize", "int8", "--force");
    assertThat(itself.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(itself.sentence()).contains("is the model itself");
    Front none = compress(folder.resolve("none.safetensors"), out, "--quantize", "int8", "--force");
    assertThat(none.sentence()).contains("there is no such model file");
  }

  /** The page would go over what the same command reads or writes, or over a file of the user's. */
  @Test
  void report_overAnotherFile_isRefusedAndReplacesNothing() throws IOException {
    byte[] before = Files.readAllBytes(given.model());
    Path mine = Files.writeString(folder.resolve("notes.txt"), "mine");
    for (Path page : List.of(given.model(), out, Path.of(given.dev()), mine)) {
      Front front =
          compress(
              given.model(),
              out,
              "--quantize",
              "int8",
              "--dev",
              given.dev(),
              "--report",
              page.toString());
      assertThat(front.exitCode()).as(front.err()).isEqualTo(ExitCodes.USAGE);
      assertThat(front.sentence()).contains("--report " + page);
    }
    Path nowhere = folder.resolve("none").resolve("page.html");
    Front late = compress(given.model(), out, "--quantize", "int8", "--report", nowhere.toString());
    assertThat(late.sentence()).contains("there is no folder");
    assertThat(out).doesNotExist();
    assertThat(mine).hasContent("mine");
    assertThat(given.model()).hasBinaryContent(before);
  }

  @Test
  void maxSize_outOfReach_writesNothingAndNamesTheNearest() {
    Front front = compress(given.model(), out, "--max-size", "1KB");
    assertThat(front.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
    assertThat(front.sentence())
        .contains("--max-size 1.00 KB")
        .contains("cannot be made so small; the nearest is")
        .contains("--quantize kmeans4");
    assertThat(folder.toFile().list()).isEmpty();
  }

  @Test
  void maxSize_planTooLarge_namesOneThatFits() {
    Front front = compress(given.model(), out, "--max-size", "9KB", "--quantize", "kmeans8");
    assertThat(front.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
    assertThat(front.sentence())
        .contains("with --quantize kmeans8 the file takes")
        .containsPattern("the nearest that fits takes [0-9.]+ KB: --");
    assertThat(folder.toFile().list()).isEmpty();
  }

  @Test
  void data_withALabelThatTheModelLacks_isRefused() throws IOException {
    List<String> lines = new ArrayList<>(MadeUp.lines(40, 3));
    lines.add("sport\tthe match tomorrow");
    Path other = MadeUp.write(folder, "other.tsv", lines);
    Front front =
        compress(
            given.model(),
            out,
            "--quantize",
            "int8",
            "--data",
            other.toString(),
            "--dev",
            given.dev());
    assertThat(front.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(front.sentence()).contains("labels that the model does not have: [sport]");
  }

  @Test
  void rejectLabelThatTheModelHasNot_isOneSentence() {
    Front front =
        compress(
            given.model(),
            out,
            "--quantize",
            "int8",
            "--data",
            given.train(),
            "--dev",
            given.dev(),
            "--set",
            "rejectLabel=nonsense");
    assertThat(front.exitCode()).isEqualTo(2);
    assertThat(front.sentence()).contains("rejectLabel=nonsense: the model has no such label");
    assertThat(Files.exists(Path.of(out + ".opinions"))).isFalse();
  }

  @Test
  void data_forAnEncoder_isRefused() throws IOException {
    Path encoder = TinyModels.saveEncoder(folder);
    Front refused = compress(encoder, out, "--rank", "1", "--data", given.train());
    assertThat(refused.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(refused.sentence()).contains("no labels to learn from").contains("train --init");
  }
}
