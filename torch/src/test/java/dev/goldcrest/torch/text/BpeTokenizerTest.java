package dev.goldcrest.torch.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.text.BpeTokenizer;
import dev.goldcrest.runtime.text.Pieces;
import dev.goldcrest.runtime.text.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class BpeTokenizerTest {
  private static final int SPACE = 4 + ' ';
  private static final int A = 4 + 'a';
  private static final int B = 4 + 'b';
  private static final int C = 4 + 'c';
  private static final int D = 4 + 'd';

  @Test
  void train_handCase_mergesTheMostFrequentPair() {
    // Pieces: aab 1, " aab" 2, " ab" 1. (a,b) 4; then (a,260) 3; then (space,261) 2; (space,260) 1.
    BpeTokenizer tokenizer = trained(false, 10, "aab aab aab ab");
    assertThat(merges(tokenizer)).containsExactly(A, B, A, 260, SPACE, 261);
    assertThat(tokenizer.encode("aab ab aab")).containsExactly(261, SPACE, 260, 262);
    assertThat(tokenizer.size()).isEqualTo(263);
  }

  @Test
  void train_equalCounts_takesTheSmallerIds() {
    // (space,c), (a,b) and (c,d) twice each: the space is the smallest left id, then a.
    BpeTokenizer tokenizer = trained(false, 10, "ab ab cd cd");
    assertThat(merges(tokenizer)).containsExactly(SPACE, C, A, B, 260, D);
    assertThat(tokenizer.encode("ab cd")).containsExactly(261, 262);
  }

  @Test
  void train_randomTexts_agreesWithRecountingEverything() {
    Random random = new Random(5);
    for (int round = 0; round < 30; round++) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        texts.add(randomText(random, "aaabbc  d1.", 30));
      }
      BpeTokenizer tokenizer = trained(false, 60, texts.toArray(new String[0]));
      assertThat(merges(tokenizer)).isEqualTo(slowMerges(texts, 60));
      Collections.shuffle(texts, random);
      assertThat(trained(false, 60, texts.toArray(new String[0])).toJson())
          .isEqualTo(tokenizer.toJson());
    }
  }

  @Test
  void decode_encodedUnicode_isTheSameText() {
    Random random = new Random(7);
    BpeTokenizer bytes = trained(false, 0);
    BpeTokenizer words = trained(false, 300, "the cat's mat   über Straße 1999 東京 🙂👍🏽 \t\n x");
    for (int i = 0; i < 5_000; i++) {
      String text =
          i % 2 == 0 ? randomUnicode(random) : randomText(random, " \t'a1.ß🙂\u0301\n", 90);
      for (BpeTokenizer tokenizer : List.of(bytes, words)) {
        int[] ids = tokenizer.encode(text);
        assertThat(tokenizer.decode(ids)).isEqualTo(text);
        assertThat(ids).doesNotContain(0, 1, 2, 3);
      }
    }
    for (String text : List.of("", " ", "   ", " a", "a ", "  a  b  ", "\uFFFD", "\0", "\uFEFFa")) {
      assertThat(words.decode(words.encode(text))).isEqualTo(text);
    }
  }

  @Test
  void decode_halfSurrogatePair_isTheReplacementCharacter() {
    BpeTokenizer tokenizer = trained(false, 0);
    assertThat(tokenizer.decode(tokenizer.encode("a\uD800b\uDC00\uDBFF")))
        .isEqualTo("a\uFFFDb\uFFFD\uFFFD");
  }

  @Test
  void decode_lowerCase_isTheTextWithoutCase() {
    BpeTokenizer tokenizer = trained(true, 50, "The THE the Äpfel ÄPFEL");
    assertThat(tokenizer.decode(tokenizer.encode("  THE Äpfel  ΣΑΣ")))
        .isEqualTo("  the äpfel  σασ");
    assertThat(tokenizer.encode("THE")).isEqualTo(tokenizer.encode("the")).hasSize(1);
  }

  @Test
  void decode_specialsAndBrokenBytes_dropsAndReplaces() {
    BpeTokenizer tokenizer = trained(false, 0);
    assertThat(tokenizer.decode(new int[] {1, A, 0, 3, B, 2})).isEqualTo("ab");
    assertThat(tokenizer.decode(new int[] {A, 4 + 0xC3, B})).isEqualTo("a\uFFFDb");
    assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.decode(new int[] {260}));
    assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.decode(new int[] {-1}));
  }

  @Test
  void pieces_mixedText_areCutWhereKindsChange() {
    assertThat(pieces("The cat's  mat, 12ab"))
        .containsExactly("The", " cat", "'s", " ", " mat", ",", " 12", "ab");
    assertThat(pieces("a\n\n b \t c  ")).containsExactly("a", "\n\n", " b", " \t", " c", "  ");
    assertThat(pieces("'x' don\u2019t")).containsExactly("'", "x", "'", " don", "\u2019t");
    assertThat(pieces("u\u0308ber👍🏽!")).containsExactly("u\u0308ber", "👍🏽!");
    assertThat(pieces("🙂".repeat(40))).extracting(String::length).containsExactly(64, 16);
    assertThat(pieces(" ".repeat(130) + "x"))
        .extracting(String::length)
        .containsExactly(64, 64, 1, 2);
  }

  @Test
  void encode_longTextWithoutBlanks_takesLinearTime() {
    BpeTokenizer tokenizer = trained(false, 100, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ".repeat(3));
    String[] longest = {"a".repeat(2_000_000), " ".repeat(2_000_000), "\u0301".repeat(2_000_000)};
    Assertions.assertTimeout(
        Duration.ofSeconds(20),
        () -> {
          for (String text : longest) {
            assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
          }
        });
  }

  @Test
  void fromJson_written_encodesTheSame() throws Exception {
    BpeTokenizer tokenizer =
        trained(true, 200, "one two three two one zwei drei zwei eins ".repeat(3));
    String json = Json.write(tokenizer.toJson());
    Tokenizer read = Tokenizer.fromJson(Json.parseObject(json));
    assertThat(read).isInstanceOf(BpeTokenizer.class);
    assertThat(read.lowerCase()).isTrue();
    assertThat(read.size()).isEqualTo(tokenizer.size());
    assertThat(read.encode("three twos ONE")).isEqualTo(tokenizer.encode("three twos one"));
    assertThat(Json.write(read.toJson())).isEqualTo(json);
  }

  @Test
  void fromJson_hostile_isRefusedInOneSentence() {
    refused("no pairs", List.of(101L), "pairs of ids");
    refused("special", List.of(3L, 101L), "joins 3");
    refused("itself", List.of(101L, 260L), "joins 260");
    refused("negative", List.of(101L, -1L), "joins -1");
    refused("beyond int", List.of(101L, 1L << 40), "no id");
    refused("text", List.of(101L, "102"), "no id");
    refused("twice", List.of(101L, 102L, 101L, 102L), "same two tokens");
    List<Object> doubling = new ArrayList<>(List.of(101L, 101L));
    for (long id = 260; id < 300; id++) {
      doubling.addAll(List.of(id, id));
    }
    refused("doubling", doubling, "longer than 192 bytes");
    refused(
        "too many", Collections.nCopies(2 * BpeTokenizer.MAX_MERGES + 2, 101L), "at most 250000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tokenizer.fromJson(Map.of("kind", "bpe", "lowerCase", true)))
        .withMessageContaining("merges is no list");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tokenizer.fromJson(Map.of("kind", "char", "lowerCase", true)))
        .withMessageContaining("unknown kind char");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tokenizer.fromJson(Map.of("kind", "bpe")))
        .withMessageContaining("lowerCase");
  }

  private static void refused(String what, List<?> merges, String sentence) {
    assertThatIllegalArgumentException()
        .as(what)
        .isThrownBy(
            () -> Tokenizer.fromJson(Map.of("kind", "bpe", "lowerCase", false, "merges", merges)))
        .withMessageContaining(sentence);
  }

  @Test
  void encode_manyThreads_giveTheSameIds() throws Exception {
    BpeTokenizer tokenizer = trained(false, 100, "several men and a dog are playing in the park");
    Random random = new Random(3);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      texts.add(randomText(random, "parkdogmen ", 12)); // more pieces than the cache holds
    }
    BpeTokenizer fresh = trained(false, 100, "several men and a dog are playing in the park");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<List<int[]>>> answers = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        Callable<List<int[]>> all = () -> texts.stream().map(tokenizer::encode).toList();
        answers.add(threads.submit(all));
      }
      List<int[]> expected = texts.stream().map(fresh::encode).toList();
      for (Future<List<int[]>> answer : answers) {
        assertThat(answer.get().toArray(new int[0][]))
            .isDeepEqualTo(expected.toArray(new int[0][]));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void train_tenThousandMerges_takeSeconds() {
    Random random = new Random(1);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      words.add(randomText(random, "eeeetaaoinshrdlucmfwyp", 14));
    }
    BpeTrainer trainer = new BpeTrainer(false);
    for (int line = 0; line < 20_000; line++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 12; i++) {
        double share = random.nextDouble();
        text.append(words.get((int) (words.size() * share * share * share))).append(' ');
      }
      trainer.add(text.toString());
    }
    BpeTokenizer tokenizer =
        Assertions.assertTimeout(Duration.ofSeconds(30), () -> trainer.train(10_000));
    assertThat(tokenizer.size()).isEqualTo(10_260);
  }

  @Test
  void train_multi30k_isQuickLosslessAndShort() throws IOException {
    Path file =
        Path.of(System.getProperty("goldcrest.root", "."), "../shared/data/multi30k/train.tsv.gz");
    Assumptions.assumeTrue(Files.exists(file), "needs ../shared/data/multi30k, which is not here");
    BpeTrainer trainer = new BpeTrainer(false);
    List<String> texts = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] columns = line.split("\t");
        texts.addAll(List.of(columns[0], columns[1]));
      }
    }
    texts.forEach(trainer::add);
    long start = System.nanoTime();
    BpeTokenizer tokenizer = trainer.train(10_000);
    long trained = System.nanoTime();
    long tokens = 0;
    for (String text : texts) {
      int[] ids = tokenizer.encode(text);
      tokens += ids.length;
      assertThat(tokenizer.decode(ids)).isEqualTo(text);
    }
    System.out.printf(
        "multi30k: 10,000 merges in %d ms, %d tokens of %d texts in %d ms, %d JSON chars%n",
        (trained - start) / 1_000_000,
        tokens,
        texts.size(),
        (System.nanoTime() - trained) / 1_000_000,
        Json.write(tokenizer.toJson()).length());
    assertThat(Duration.ofNanos(trained - start)).isLessThan(Duration.ofMinutes(1));
    assertThat(tokens / (double) texts.size()).isBetween(12.0, 16.0);
  }

  private static BpeTokenizer trained(boolean lowerCase, int merges, String... texts) {
    BpeTrainer trainer = new BpeTrainer(lowerCase);
    for (String text : texts) {
      trainer.add(text);
    }
    return trainer.train(merges);
  }

  private static List<Integer> merges(BpeTokenizer tokenizer) {
    List<Integer> merges = new ArrayList<>();
    for (Object id : (List<?>) tokenizer.toJson().get("merges")) {
      merges.add(((Long) id).intValue());
    }
    return merges;
  }

  private static List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>();
    int end;
    for (int from = 0; from < text.length(); from = end) {
      end = Pieces.end(text, from);
      pieces.add(text.substring(from, end));
    }
    return pieces;
  }

  /** Counts every pair of every piece anew for each merge. */
  private static List<Integer> slowMerges(List<String> texts, int most) {
    List<List<Integer>> pieces = new ArrayList<>();
    for (String text : texts) {
      for (String piece : pieces(text)) {
        List<Integer> ids = new ArrayList<>();
        for (byte b : piece.getBytes(StandardCharsets.UTF_8)) {
          ids.add(4 + (b & 0xFF));
        }
        pieces.add(ids);
      }
    }
    List<Integer> merges = new ArrayList<>();
    while (merges.size() < 2 * most) {
      Map<List<Integer>, Integer> counts = new HashMap<>();
      for (List<Integer> piece : pieces) {
        for (int i = 1; i < piece.size(); i++) {
          counts.merge(List.of(piece.get(i - 1), piece.get(i)), 1, Integer::sum);
        }
      }
      List<Integer> best = null;
      for (Map.Entry<List<Integer>, Integer> entry : counts.entrySet()) {
        List<Integer> pair = entry.getKey();
        int more = best == null ? 1 : entry.getValue() - counts.get(best);
        boolean smaller =
            best != null
                && (pair.get(0) < best.get(0)
                    || pair.get(0).equals(best.get(0)) && pair.get(1) < best.get(1));
        best = more > 0 || more == 0 && smaller ? pair : best;
      }
      if (best == null || counts.get(best) < 2) {
        break;
      }
      int joined = 260 + merges.size() / 2;
      merges.addAll(best);
      for (List<Integer> piece : pieces) {
        for (int i = 1; i < piece.size(); i++) {
          if (best.equals(piece.subList(i - 1, i + 1))) {
            piece.set(i - 1, joined);
            piece.remove(i);
          }
        }
      }
    }
    return merges;
  }

  private static String randomText(Random random, String letters, int most) {
    int[] choice = letters.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int i = 1 + random.nextInt(most); i > 0; i--) {
      text.appendCodePoint(choice[random.nextInt(choice.length)]);
    }
    return text.toString();
  }

  private static String randomUnicode(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(40); i > 0; i--) {
      int bits = 7 + random.nextInt(14);
      int c = Math.min(random.nextInt(1 << bits), 0x10FFFF);
      text.appendCodePoint(c >= 0xD800 && c <= 0xDFFF ? ' ' : c);
    }
    return text.toString();
  }
}
