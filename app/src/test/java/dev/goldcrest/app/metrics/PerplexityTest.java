package dev.goldcrest.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PerplexityTest {
  @Test
  void perplexity_handCase_dividesBySurprise() {
    // Two tokens at 1/2 and 1/8: 4 log 2 nats, mean 2 log 2; one word.
    Perplexity perplexity = new Perplexity(4 * Math.log(2), 2, 1, 35);
    assertThat(perplexity.perToken()).isCloseTo(4, within(1e-12));
    assertThat(perplexity.perWord()).isCloseTo(16, within(1e-12));
    assertThat(Perplexity.words(" no it was n't \t black monday")).isEqualTo(7);
    assertThat(Perplexity.words("")).isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> new Perplexity(1, 0, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Perplexity(Double.NaN, 1, 1, 1));
  }
}
