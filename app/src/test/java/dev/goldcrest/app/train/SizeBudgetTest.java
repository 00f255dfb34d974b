package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.app.cli.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeBudgetTest {
  @ParameterizedTest
  @CsvSource({
    "200KB, 200000",
    "1MB, 1000000",
    "1.5mb, 1500000",
    "900000, 900000",
    "12 B, 12",
    "2GB, 2000000000"
  })
  void parse_size_isInDecimalBytes(String text, long bytes) {
    assertThat(SizeBudget.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "KB", "-1KB", "1KiB", "0", "1e3", "99999999999GB"})
  void parse_noSize_isAUsageError(String text) {
    assertThatThrownBy(() -> SizeBudget.parse(text))
        .isInstanceOfSatisfying(UserError.class, e -> assertThat(e.exitCode()).isEqualTo(2))
        .hasMessageContaining("'" + text + "' is not a size");
  }

  @Test
  void requireKept_largerFile_isPutAside(@TempDir Path folder) throws IOException {
    Path out = Files.write(folder.resolve("model.safetensors"), new byte[100]);
    SizeBudget.requireKept(out, null);
    SizeBudget.requireKept(out, 100L);
    assertThatThrownBy(() -> SizeBudget.requireKept(out, 99L))
        .isInstanceOfSatisfying(UserError.class, e -> assertThat(e.exitCode()).isEqualTo(3))
        .hasMessageContaining("--max-size 99 B: the trained model takes 100 B after all");
    assertThat(out).doesNotExist();
    assertThat(folder.resolve("model.safetensors.larger")).hasSize(100);
  }
}
