package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AugmenterTest {
  private static final List<String> TEXTS =
      MadeUp.lines(60, 3).stream().map(line -> line.split("\t")[1]).distinct().toList();

  @Test
  void around_texts_givesOthersOfTheSameWords() {
    List<String> made = Augmenter.around(TEXTS, 6, 1);
    assertThat(made).doesNotHaveDuplicates().doesNotContainAnyElementsOf(TEXTS);
    assertThat(made.size()).isBetween(4 * TEXTS.size(), 6 * TEXTS.size());
    Set<String> words = new HashSet<>();
    TEXTS.forEach(text -> words.addAll(List.of(text.split(" "))));
    assertThat(made).allSatisfy(text -> assertThat(words).contains(text.split(" ")));
  }

  @Test
  void around_sameSeed_givesTheSame() {
    assertThat(Augmenter.around(TEXTS, 2, 1))
        .isEqualTo(Augmenter.around(TEXTS, 2, 1))
        .isNotEqualTo(Augmenter.around(TEXTS, 2, 2));
    assertThat(Augmenter.around(TEXTS, 0, 1)).isEmpty();
    assertThat(Augmenter.around(List.of("one"), 3, 1)).allMatch(text -> !text.isEmpty());
  }
}
