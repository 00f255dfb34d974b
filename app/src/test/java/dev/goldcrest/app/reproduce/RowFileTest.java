package dev.goldcrest.app.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.app.cli.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowFileTest {
  private static final ClassificationStep SNIPS =
      ClassificationStep.plan(List.of("snips"), List.of(1L)).get(0);
  private static final ClassificationRow ROW =
      ClassificationRows.row("snips", ClassificationStep.Variant.MODEL, 1, 0.97, 0.8);

  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("rows.jsonl");
  }

  @Test
  void rows_comeBackAsTheyWere() throws IOException {
    ClassificationRow clinc =
        ClassificationRows.row("clinc150", ClassificationStep.Variant.TWIN, 3, 1 / 3.0, 0.2);
    RowFile<ClassificationRow> written = RowFile.open(file(), ClassificationRow.class);
    written.append(ROW);
    written.append(clinc);
    RowFile<ClassificationRow> read = RowFile.open(file(), ClassificationRow.class);
    assertThat(read.find(SNIPS.key(), "f00d"))
        .isEqualTo(ROW)
        .isEqualTo(written.find(SNIPS.key(), "f00d"));
    ClassificationStep twin =
        new ClassificationStep(TextSet.ALL.get(4), ClassificationStep.Variant.TWIN, 3);
    assertThat(read.find(twin.key(), "f00d")).isEqualTo(clinc);
  }

  @Test
  void rowOfAnotherRecipe_isNotFound() throws IOException {
    RowFile<ClassificationRow> rows = RowFile.open(file(), ClassificationRow.class);
    rows.append(ROW);
    assertThat(rows.find(SNIPS.key(), "beef")).isNull();
    assertThat(
            rows.find(
                new ClassificationStep(SNIPS.set(), ClassificationStep.Variant.MODEL, 2).key(),
                "f00d"))
        .isNull();
  }

  @Test
  void lineThatACrashCut_isDroppedAndTheNextRowIsWhole() throws IOException {
    RowFile.open(file(), ClassificationRow.class).append(ROW);
    Files.writeString(file(), "{\"set\":\"ati", StandardOpenOption.APPEND);
    RowFile<ClassificationRow> rows = RowFile.open(file(), ClassificationRow.class);
    rows.append(ClassificationRows.row("atis", ClassificationStep.Variant.MODEL, 1, 0.9, 0.8));
    assertThat(Files.readAllLines(file())).hasSize(2);
    assertThat(RowFile.open(file(), ClassificationRow.class).find(SNIPS.key(), "f00d"))
        .isEqualTo(ROW);
  }

  @Test
  void lineThatIsNoRow_isSaidWithItsNumber() throws IOException {
    RowFile.open(file(), ClassificationRow.class).append(ROW);
    Files.writeString(file(), "hello\n", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> RowFile.open(file(), ClassificationRow.class))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("rows.jsonl:2: this line is no row of the table");
  }
}
