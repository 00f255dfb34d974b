package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.goldcrest.app.data.ParallelDataset;
import dev.goldcrest.app.data.SentencePair;
import dev.goldcrest.core.models.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceRecipeTest {
  private static Choices choices(String architecture, String... settings) {
    Map<String, String> map = new TreeMap<>();
    for (String pair : settings) {
      map.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    return new Choices(architecture, null, map, 1, null, null, 1, 1);
  }

  /** Texts of many different words, more of them in the sources. */
  private static SequenceTexts texts(boolean pairs) {
    List<String> sources = new ArrayList<>();
    List<String> targets = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      sources.add("s" + i + " t" + i + " u" + i);
      targets.add("w" + i + " x" + i % 7);
    }
    return new SequenceTexts("made up", pairs ? sources : null, targets);
  }

  private static long parameters(Architecture model) {
    return model.whole().parameterCount();
  }

  @Test
  void texts_severalReferences_areLearnedByTheFirst() {
    SentencePair plain = new SentencePair("a", "b");
    SentencePair several = new SentencePair("c", "d e ||| f ||| g");
    ParallelDataset data = new ParallelDataset("made up", List.of(plain, several), 0);
    assertThat(SequenceTexts.of(data).targets()).containsExactly("b", "d e");
    assertThat(SequenceTexts.of(data).sources()).containsExactly("a", "c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"joint=true", "joint=false"})
  void ofWidth_anotherWidth_isTheModelThatItWouldGive(String joint) {
    String[] settings = {joint, "tokens=word", "dim=32", "layers=1", "heads=2"};
    Choices wide = choices("lite-transformer", settings);
    SequenceRecipe recipe = SequenceRecipe.of("translate", wide, texts(true));
    settings[2] = "dim=16";
    Choices narrow = choices("lite-transformer", settings);
    Architecture other = SequenceRecipe.of("translate", narrow, texts(true)).architecture();
    assertThat(recipe.ofWidth(16, wide).settings()).isEqualTo(other.settings());
    assertThat(parameters(recipe.ofWidth(16, wide))).isEqualTo(parameters(other));
  }

  @ParameterizedTest
  @CsvSource({
    "proformer, translate",
    "bert, summarize",
    "lstr, lm",
  })
  void judge_architectureThatDoesNotWrite_namesThoseThatDo(String name, String task) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SequenceRecipe.judge(task, choices(name)))
        .withMessageStartingWith(name + " writes no text; --arch for --task " + task)
        .withMessageContaining("lite-transformer")
        .withMessageContaining("mask-attention")
        .withMessageNotContaining("lstr,");
  }

  @Test
  void judge_lengthOfALanguageModel_saysWhatToSet() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SequenceRecipe.judge("lm", choices("transformer", "maxLength=9")))
        .withMessageContaining("set context=N instead");
    Choices context = choices("transformer", "context=9");
    assertThat(SequenceRecipe.judge("lm", context).architecture().maxLength()).isEqualTo(9);
  }
}
