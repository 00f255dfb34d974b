package dev.goldcrest.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChrfTest {

  /** Numbers of sacreBLEU's own tests; with equal precision and recall they hold for any beta. */
  @Test
  void of_casesOfSacrebleu_giveItsNumbers() {
    assertThat(score("a", "a")).isCloseTo(100, within(1e-9));
    assertThat(score("", "reference")).isZero();
    assertThat(score("", "c")).isZero();
    assertThat(score("a b c", "abc")).isCloseTo(100, within(1e-9));
    assertThat(score("aa", "ab")).isCloseTo(25, within(1e-9));
    assertThat(Chrf.of(List.of("a", "b"), List.of("a", "c"))).isCloseTo(50, within(1e-9));
  }

  /** Worked by hand. */
  @Test
  void of_shortHypothesis_weighsRecallTwice() {
    // abc / abcd: precision 1; recall 3/4, 2/3, 1/2, no fourth order; mean 23/36.
    double recall = 23 / 36.0;
    assertThat(score("a bc", "ab cd")).isCloseTo(100 * 5 * recall / (4 + recall), within(1e-9));
    // abcd / abc: precision 3/4, 2/3, 1/2; of the fourth order there is no reference.
    assertThat(score("abcd", "abc")).isCloseTo(100 * 5 * recall / (4 * recall + 1), within(1e-9));
  }

  /** Worked by hand. */
  @Test
  void of_corpus_addsCountsUp() {
    // Order 1: 3 of 4 written, 3 of 3 expected; order 2: 1 of 2 and 1 of 1.
    double precision = (3 / 4.0 + 1 / 2.0) / 2;
    assertThat(Chrf.of(List.of("xyz", "ö"), List.of("yz", "ö")))
        .isCloseTo(100 * 5 * precision / (4 * precision + 1), within(1e-9));
  }

  @Test
  void of_missingReference_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Chrf.of(List.of("a"), List.of()));
    assertThat(score("abc 🙂", "abc🙂")).isCloseTo(100, within(1e-9));
  }

  private static double score(String hypothesis, String reference) {
    return Chrf.of(List.of(hypothesis), List.of(reference));
  }
}
