package dev.goldcrest.app.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.app.train.Untrained;
import dev.goldcrest.runtime.SequenceModel;
import org.junit.jupiter.api.Test;

class PairScorerTest {
  private static final SequenceModel MODEL = Untrained.ofBytes("translate", 96);

  private static PairScorer scored(long maxBytes) {
    PairScorer scorer = new PairScorer(MODEL, maxBytes);
    for (int source = 1; source < 90; source += 11) {
      for (int target = 1; target < 90; target += 11) {
        scorer.add("s".repeat(source), "t".repeat(target));
      }
    }
    return scorer;
  }

  @Test
  void add_pairsOfManyLengths_keepsWhatFitsAndScoresTheSame() {
    PairScorer all = scored(Long.MAX_VALUE);
    PairScorer one = scored(1);
    assertThat(all.sessions()).isEqualTo(36);
    assertThat(one.sessions()).isEqualTo(1);
    assertThat(one.tokens()).isEqualTo(all.tokens());
    assertThat(one.surprise()).isEqualTo(all.surprise());
    assertThat(scored(1 << 20).sessions()).isBetween(2, 35);
  }

  @Test
  void add_whatCannotBeScored_isCounted() {
    PairScorer scorer = new PairScorer(MODEL);
    scorer.add("", "t");
    scorer.add("s", "");
    scorer.add("s", "t".repeat(96));
    assertThat(scorer.unscored()).isEqualTo(3);
    assertThat(scorer.perplexity()).isNaN();
    scorer.add("s".repeat(300), "t".repeat(95));
    assertThat(scorer.tokens()).isEqualTo(96);
    assertThat(Math.log(scorer.perplexity())).isCloseTo(scorer.surprise() / 96, within(1e-9));
  }
}
