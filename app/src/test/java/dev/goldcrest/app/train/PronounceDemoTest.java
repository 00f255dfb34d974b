package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.runtime.SequenceModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PronounceDemoTest {
  @ParameterizedTest
  @CsvSource({"K AE T,K AE T,0", "K AE T,K AH T S,2", "K AE T,AE,2", "A B C D,B C D E,2"})
  void edits_ofTwoWays_areTheFewest(String from, String to, int edits) {
    assertThat(PronounceDemo.edits(from.split(" "), to.split(" "))).isEqualTo(edits);
  }

  @Test
  void choices_ofTheDemo_areARecipe() {
    SequenceRecipe recipe =
        SequenceRecipe.judge(SequenceModel.TRANSLATE, PronounceDemo.choices(2, 1, 2));
    assertThat(recipe.source()).isNotSameAs(recipe.target());
    assertThat(recipe.training().epochs()).isGreaterThanOrEqualTo(2);
    // predict is given words as people type them; phonemes are upper case
    assertThat(recipe.source().encode("Hello")).isEqualTo(recipe.source().encode("hello"));
    assertThat(recipe.target().lowerCase()).isFalse();
  }
}
