package dev.goldcrest.app.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.TinyModels;
import dev.goldcrest.app.reproduce.DistilStep.Variant;
import dev.goldcrest.app.train.Front;
import dev.goldcrest.app.train.MadeUp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistilTableTest {
  @TempDir private Path folder;

  private static DistilRow row(String set, Variant variant, double accuracy, Double inScope) {
    return row(set, variant, 1, accuracy, inScope);
  }

  private static DistilRow row(
      String set, Variant variant, long seed, double accuracy, Double inScope) {
    boolean tuned = variant == Variant.TUNED;
    DistilRow.Scores scores =
        variant == Variant.ENCODER
            ? null
            : new DistilRow.Scores(
                1510, accuracy, inScope, 0.9, 0.7, inScope, tuned ? 0.031 : null, 12);
    DistilRow.Encoder encoder =
        scores == null ? new DistilRow.Encoder(400_000, 2_000, 0.7654, 10) : null;
    Origin origin = new Origin("train it", "evaluate it", "abc", "a machine", "now");
    return new DistilRow(
        set, variant, seed, "r", scores, encoder, 280_000, 140_000, 1_000, 60, origin);
  }

  @Test
  void plan_ofASet_hasEachRowAfterThoseItNeeds() {
    List<DistilStep> steps = DistilStep.plan(List.of("clinc150"), List.of());
    assertThat(steps.stream().map(DistilStep::key))
        .containsExactly(
            "base-encoder-seed1",
            "clinc150-scratch-seed1",
            "clinc150-tuned-seed1",
            "clinc150-few-scratch-seed1",
            "clinc150-few-tuned-seed1",
            "clinc150-teacher-seed1",
            "clinc150-taught-seed1");
    assertThat(DistilStep.plan(List.of(), List.of(1L, 2L))).hasSize(1 + 2 * (7 * 2 + 2 + 4));
    assertThat(keys(DistilStep.plan(List.of("taught"), List.of())))
        .containsExactly(
            "clinc150-teacher-seed1",
            "clinc150-taught-seed1",
            "sst2-teacher-seed1",
            "sst2-taught-seed1");
    assertThat(keys(DistilStep.plan(List.of("few-tuned", "tuned", "clinc150"), List.of())))
        .containsExactly(
            "base-encoder-seed1",
            "clinc150-scratch-seed1",
            "clinc150-tuned-seed1",
            "clinc150-few-scratch-seed1",
            "clinc150-few-tuned-seed1");
    assertThat(keys(DistilStep.plan(List.of("base"), List.of(3L))))
        .containsExactly("base-encoder-seed1");
  }

  @Test
  void render_rows_saysWhatHolds() {
    String page =
        DistilPage.render(
            List.of(
                row(DistilStep.BASE, Variant.ENCODER, 0, null),
                row("sst2", Variant.SCRATCH, 0.80, null),
                row("sst2", Variant.TUNED, 0.84, null),
                row("snips", Variant.SCRATCH, 0.97, null),
                row("snips", Variant.TUNED, 0.965, null),
                row("clinc150", Variant.FEW_SCRATCH, 0.5, 0.6),
                row("clinc150", Variant.FEW_TUNED, 0.7, 0.8),
                row("sst2", Variant.TEACHER, 0.9, null),
                row("sst2", Variant.TAUGHT, 0.855, null)),
            "a command");
    assertThat(page)
        .contains("is **0.7654** on 2,000 held-out")
        .contains(
            "| sst2 | 1,510 | 1 | 80.0 | **84.0** | +4.0 (0.031) | 70.0 | 3 over scratch: held |")
        .contains("more than 0 over scratch: not held (-0.5)")
        .contains("| clinc150, 10 labels a class, in scope | 1,510 | 1 | 60.0 | **80.0** | +20.0 |")
        .contains("- snips: 0.5 points below the same model from scratch")
        .contains("- sst2: the taught model is 4.5 points below its teacher")
        .contains("| sst2 | 90.0 | 280 KB | **85.5** | 280 KB | 83.0 | 86.0 |");
    assertThat(DistilPage.render(List.of(), "a command")).contains("No row is finished yet.");
  }

  /** A mean over other seeds would tell of the seeds. */
  @Test
  void render_seedsThatOneSideLacks_areLeftOutOfBoth() {
    String page =
        DistilPage.render(
            List.of(
                row("snips", Variant.SCRATCH, 1, 0.90, null),
                row("snips", Variant.SCRATCH, 2, 0.50, null),
                row("snips", Variant.TUNED, 1, 0.91, null),
                row("snips", Variant.TUNED, 3, 0.30, null)),
            "a command");
    assertThat(page).contains("| snips | 1,510 | 1 | 90.0 | **91.0** | +1.0 (0.031) |");
  }

  private Path work() throws IOException {
    return Files.createDirectories(folder.resolve("work"));
  }

  private Path data() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data/sst2"));
    MadeUp.write(data, "train.tsv", MadeUp.lines(60, 1));
    MadeUp.write(data, "dev.tsv", MadeUp.lines(30, 2));
    MadeUp.write(data, "test.tsv", MadeUp.lines(30, 3));
    return folder.resolve("data");
  }

  /** On made-up data, with an untrained encoder in MiniLM's place. */
  @Test
  void run_again_trainsOnlyWhatHasNoRow() throws Exception {
    Path root = data();
    List<DistilStep> plan =
        List.of(
            new DistilStep("sst2", Variant.SCRATCH, 1),
            new DistilStep("sst2", Variant.TEACHER, 1),
            new DistilStep("sst2", Variant.TAUGHT, 1));
    Files.move(TinyModels.saveEncoder(folder), work().resolve("minilm.safetensors"));
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(err, true, StandardCharsets.UTF_8);
    Terminal terminal = new Terminal(print, print, Map.of(), false, 80);
    assertThat(table(terminal, root, 1).run(plan.subList(0, 2))).isTrue();
    DistilTable table = table(terminal, root, 1);
    err.reset();
    assertThat(table.run(plan)).isTrue();
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("sst2-taught-seed1 (3 of 3)")
        .contains("is left out: there is no such file") // imdb, which is not there
        .doesNotContain("sst2-teacher-seed1 (");
    List<DistilRow> rows = table.finished(plan);
    assertThat(rows).extracting(DistilRow::key).containsExactlyElementsOf(keys(plan));
    assertThat(rows.get(2).bytes()).isLessThan(300_000);
    assertThat(rows.get(2).origin().train())
        .contains("--teacher sst2-teacher-seed1.safetensors")
        .contains("--max-size 300KB")
        .doesNotContain("--unlabelled");
    assertThat(table(terminal, root, 2).finished(plan)).isEmpty();
  }

  private DistilTable table(Terminal terminal, Path root, int epochs) throws IOException {
    return new DistilTable(new Setup(terminal, root, work(), epochs, 2, Map.of()));
  }

  private static List<String> keys(List<DistilStep> plan) {
    return plan.stream().map(DistilStep::key).toList();
  }

  @Test
  void run_withoutMiniLm_saysHowToGetIt() throws IOException {
    List<String> args = new ArrayList<>(List.of("reproduce", "distillation", "--only", "sst2"));
    args.addAll(List.of("--data-root", data().toString()));
    args.addAll(List.of("--work", work().toString(), "--epochs", "1", "--json"));
    assertThat(Front.run(args).sentence()).contains("import minilm --out");
    args.set(3, "sst");
    assertThat(Front.run(args).sentence()).contains("unknown set sst; did you mean sst2?");
  }
}
