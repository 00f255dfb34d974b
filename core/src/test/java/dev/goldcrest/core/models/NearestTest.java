package dev.goldcrest.core.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  @ParameterizedTest
  @CsvSource({
    "kitten, sitting, 3",
    "'', abc, 3",
    "abc, '', 3",
    "same, same, 0",
    "flaw, lawn, 2",
    "bert, bret, 1"
  })
  void distance_knownPairs_isEditsAndSwaps(String a, String b, int expected) {
    assertThat(Nearest.distance(a, b)).isEqualTo(expected);
  }

  @Test
  void hint_nearName_suggestsIt() {
    assertThat(Nearest.hint("profomer", List.of("bert", "proformer")))
        .isEqualTo("; did you mean proformer?");
    assertThat(Nearest.hint("BRET", List.of("bert", "proformer")))
        .isEqualTo("; did you mean bert?");
  }

  @Test
  void of_shortOrFarNames_isNull() {
    assertThat(Nearest.of("-x", List.of("-h"))).isNull();
    assertThat(Nearest.of("--dat", List.of("--json", "--data"))).isEqualTo("--data");
    assertThat(Nearest.of("predictions", List.of("predict"))).isNull();
  }

  @Test
  void hint_nothingNear_listsAll() {
    assertThat(Nearest.hint("zebra-crossing", List.of("bert", "lstr")))
        .isEqualTo("; known are bert, lstr");
    assertThat(Nearest.hint("x", List.of())).isEqualTo("; known are ");
  }
}
