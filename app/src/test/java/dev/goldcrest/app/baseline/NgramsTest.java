package dev.goldcrest.app.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NgramsTest {
  @Test
  void read_words_countsWordsAndPairs() {
    // Words a, b; pairs edge-a, a-b, b-edge.
    assertThat(features(false, "a b")).hasSize(5);
    // The same words, but the pair and one edge differ: a, b shared.
    int[] other = features(false, "b a");
    assertThat(IntStream.of(features(false, "a b")).filter(f -> contains(other, f)).count())
        .isEqualTo(2);
  }

  @Test
  void read_characters_addsMarkedGramsOfEachWord() {
    // <ab> : <ab, ab>, <ab> beside word ab, edge-ab, ab-edge.
    assertThat(features(true, "ab")).hasSize(6);
    assertThat(features(true, "ab ab")).hasSize(7);
  }

  @Test
  void read_caseAndBlanks_doNotMatter() {
    assertThat(features(true, "Wake  ME\tup")).isEqualTo(features(true, "wake me up"));
  }

  @Test
  void read_scriptWithoutBlanks_takesEachSignAsAWord() {
    assertThat(features(false, "今日は")).isEqualTo(features(false, "今 日 は"));
  }

  @Test
  void read_repeatedWord_addsUp() {
    Ngrams ngrams = new Ngrams(false, 1000);
    ngrams.read("tick tick tick");
    float largest = 0;
    for (int bucket : ngrams.buckets()) {
      largest = Math.max(largest, Math.abs(ngrams.sum(bucket)));
    }
    assertThat(largest).isEqualTo(3);
  }

  @Test
  void read_longText_stopsAtTheLimitAndForgetsTheLastText() {
    String text = IntStream.range(0, 5000).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
    Ngrams ngrams = new Ngrams(true, 700);
    ngrams.read(text);
    assertThat(ngrams.buckets()).hasSize(700).isSorted();
    ngrams.read("ab");
    assertThat(ngrams.buckets()).isEqualTo(features(true, "ab"));
  }

  private static boolean contains(int[] all, int one) {
    return IntStream.of(all).anyMatch(f -> f == one);
  }

  private static int[] features(boolean characters, String text) {
    Ngrams ngrams = new Ngrams(characters, 10_000);
    ngrams.read(text);
    return ngrams.buckets();
  }
}
