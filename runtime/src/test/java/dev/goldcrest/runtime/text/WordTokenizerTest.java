package dev.goldcrest.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.goldcrest.runtime.json.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WordTokenizerTest {
  private static final List<String> TEXTS =
      List.of(" b  a b <unk> \t a c\u00A0c\n", "b N <eos> Z", "");

  @Test
  void train_texts_countsWordsAsGiven() {
    // b 3, a 2, then by char: N, Z and the word with a no-break space, once each.
    WordTokenizer tokenizer = WordTokenizer.train(TEXTS, false, 1, 100);
    assertThat(tokenizer.toJson().get("words")).isEqualTo(List.of("b", "a", "N", "Z", "c\u00A0c"));
    assertThat(tokenizer.size()).isEqualTo(9);
    assertThat(tokenizer.encode("a zebra <unk> <eos> c\u00A0c n"))
        .containsExactly(5, 3, 3, 2, 8, 3);
    assertThat(tokenizer.encode(" \n")).isEmpty();
  }

  @Test
  void train_limits_keepTheMostFrequent() {
    assertThat(WordTokenizer.train(TEXTS, false, 2, 100).toJson().get("words"))
        .isEqualTo(List.of("b", "a"));
    assertThat(WordTokenizer.train(TEXTS, false, 1, 1).toJson().get("words"))
        .isEqualTo(List.of("b"));
    assertThat(WordTokenizer.train(TEXTS, true, 1, 100).encode("B n z")).containsExactly(4, 7, 8);
  }

  @Test
  void decode_ids_joinsWordsByOneBlank() {
    WordTokenizer tokenizer = WordTokenizer.train(TEXTS, false, 1, 100);
    assertThat(tokenizer.decode(new int[] {1, 4, 0, 3, 5, 2})).isEqualTo("b <unk> a");
    assertThat(tokenizer.decode(tokenizer.encode("  b a   N "))).isEqualTo("b a N");
    assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.decode(new int[] {9}));
  }

  @Test
  void fromJson_written_encodesTheSame() throws Exception {
    WordTokenizer tokenizer = WordTokenizer.train(TEXTS, true, 1, 100);
    Tokenizer read = Tokenizer.fromJson(Json.parseObject(Json.write(tokenizer.toJson())));
    assertThat(read.toJson()).isEqualTo(tokenizer.toJson());
    assertThat(read.encode("a B")).isEqualTo(tokenizer.encode("a b"));
  }

  @Test
  void fromJson_hostile_isRefusedInOneSentence() {
    for (List<?> words :
        List.of(List.of(""), List.of("a b"), List.of("<eos>"), List.of("<unk>"), List.of(1L))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> read(words))
          .withMessageContaining("word 0");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(List.of("a", "a")))
        .withMessageContaining("twice");
  }

  private static Tokenizer read(List<?> words) {
    return Tokenizer.fromJson(Map.of("kind", "word", "lowerCase", false, "words", words));
  }
}
