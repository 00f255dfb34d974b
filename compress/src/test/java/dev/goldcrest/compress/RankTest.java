package dev.goldcrest.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankTest {
  @Test
  void of_ratio_isAPartOfTheLargestRankThatSaves() {
    assertThat(Rank.most(768, 768)).isEqualTo(384);
    assertThat(Rank.most(768, 3072)).isEqualTo(614);
    assertThat(Rank.parse("0.4").of(384, null)).isEqualTo(153);
    assertThat(Rank.parse("0.4").of(614, null)).isEqualTo(245);
  }

  @Test
  void of_rankThatWouldNotSave_leavesTheWeight() {
    assertThat(Rank.parse("256").of(384, null)).isEqualTo(256);
    assertThat(Rank.parse("384").of(384, null)).isZero();
    assertThat(Rank.parse("0.01").of(9, null)).isZero();
    assertThat(Rank.parse("energy:0.9").of(2, new double[] {1, 1, 1, 1})).isZero();
  }

  @Test
  void of_energy_keepsThatPartOfTheSquares() {
    double[] singular = {3, 2, 1, 1, 1};
    assertThat(Rank.parse("energy:0.5").of(5, singular)).isEqualTo(1);
    assertThat(Rank.parse("energy:0.6").of(5, singular)).isEqualTo(2);
    assertThat(Rank.parse("energy:0.85").of(5, singular)).isEqualTo(3);
    assertThatThrownBy(() -> Rank.parse("energy:0.9").of(5, null))
        .hasMessageContaining("trained weights");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.0",
        "0",
        "0.0",
        "-3",
        "-0.5",
        "1.5",
        "energy:1",
        "energy:0",
        "energy:",
        "half",
        "",
        "NaN",
        "99999999999"
      })
  void parse_nonsense_isRefusedWithWhatToWrite(String text) {
    assertThatThrownBy(() -> Rank.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no rank is called " + text)
        .hasMessageContaining("energy:0.9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"256", "0.5", "energy:0.9"})
  void text_ofWhatWasRead_isTheSame(String text) {
    assertThat(Rank.parse(text).text()).isEqualTo(text);
  }
}
