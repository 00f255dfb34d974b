package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.app.cli.UserError;
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
}
