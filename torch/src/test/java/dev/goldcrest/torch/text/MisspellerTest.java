package dev.goldcrest.torch.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MisspellerTest {

  @Test
  void edit_shortWord_makesAllFourEditsAndNothingElse() {
    TreeSet<String> seen = new TreeSet<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 50_000; i++) {
      seen.add(Misspeller.edit("ab", random));
    }
    TreeSet<String> expected = new TreeSet<>(Arrays.asList("a", "b", "ba"));
    for (char c = 'a'; c <= 'z'; c++) {
      expected.addAll(Arrays.asList(c + "ab", "a" + c + "b", "ab" + c, c + "b", "a" + c));
    }
    expected.remove("ab");

    assertThat(seen).isEqualTo(expected);
  }

  @Test
  void edit_editableWords_alwaysChangeByOneEdit() {
    SplittableRandom random = new SplittableRandom(2);
    List<String> words =
        Arrays.asList(
            "a",
            "aa",
            "hello",
            "don't",
            "B2B",
            "7",
            "1999",
            "\u6771",
            "\u6771\u4EAC",
            "\uD842\uDFB7\u91CE",
            "\u043C\u0438\u0440",
            "na\u00EFve");
    for (String word : words) {
      int before = word.codePointCount(0, word.length());
      for (int i = 0; i < 2000; i++) {
        String edited = Misspeller.edit(word, random);

        assertThat(edited).isNotEqualTo(word).isNotEmpty();
        assertThat(edited.codePointCount(0, edited.length())).isBetween(before - 1, before + 1);
        edited.codePoints().forEach(c -> assertThat(c < 0xD800 || c > 0xDFFF).isTrue());
      }
    }
  }

  @Test
  void edit_wordsWithoutLetters_stay() {
    SplittableRandom random = new SplittableRandom(3);
    for (String word : Arrays.asList("", "!", "...", "\u20AC", "\uD83D\uDC4D\uD83C\uDFFD")) {
      for (int i = 0; i < 100; i++) {
        assertThat(Misspeller.edit(word, random)).isEqualTo(word);
      }
    }
  }

  @Test
  void edit_newLetters_comeFromTheWordsOwnAlphabet() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 5000; i++) {
      assertThat(Misspeller.edit("2024", random)).matches("[0-9]{3,5}");
      assertThat(Misspeller.edit("ABC", random)).matches("[A-Z]{2,4}");
      assertThat(Misspeller.edit("\u043C\u0438\u0440", random))
          .matches("[\u043C\u0438\u0440]{2,4}");
    }
  }

  @Test
  void edit_sameState_givesTheSameWords() {
    SplittableRandom random = new SplittableRandom(5);
    String[] edited = new String[5];
    for (int i = 0; i < edited.length; i++) {
      edited[i] = Misspeller.edit("weather", random);
    }

    assertThat(edited).containsExactly("weathers", "weaher", "weathe", "weathr", "weathekr");
  }

  @Test
  void misspell_probability_isTheShareEdited() {
    List<String> words = Arrays.asList(new String[20_000]);
    words.replaceAll(w -> "word");
    SplittableRandom random = new SplittableRandom(6);

    assertThat(Misspeller.misspell(words, 0, random)).isEqualTo(words);
    assertThat(Misspeller.misspell(words, 1, random)).doesNotContain("word");
    long edited =
        Misspeller.misspell(words, 0.3, random).stream().filter(w -> !w.equals("word")).count();
    assertThat(edited).isBetween(5700L, 6300L);
  }

  @Test
  void misspell_probabilityOutOfRange_isRefused() {
    for (double probability : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(
              () -> Misspeller.misspell(List.of("a"), probability, new SplittableRandom(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(String.valueOf(probability));
    }
  }
}
