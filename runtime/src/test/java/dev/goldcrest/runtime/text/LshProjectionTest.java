package dev.goldcrest.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.runtime.text.ProjectionConfig.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LshProjectionTest {

  /**
   * Computed by a separate program written from the Javadoc alone: the first 64 bits, and all 420
   * folded by h = 31 h + group.
   */
  @Test
  void project_fixedWords_giveTheSameBitsInEveryProcess() {
    WordProjection lsh = ProjectionConfig.lsh(420, false, 1).create();

    assertBits(lsh, "hello", 0xF235A50466E51600L, 0xB5420FBF3CE4E480L);
    assertBits(lsh, "wake", 0x2E10D089A076E811L, 0x6768C0E4F9F8F72CL);
    assertBits(lsh, "a", 0xA381F88041FE1987L, 0x16879E439705A968L);
    assertBits(lsh, "na\u00EFve", 0x2EA9596D380C7DD5L, 0x994B04859873E9A3L);
    assertBits(lsh, "\u6771\u4EAC", 0xD679D80A10A1985FL, 0x788B6F7C6CD863EL);
    assertBits(
        lsh,
        "\uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67",
        0xA6430B5031224952L,
        0x5D32217EAF6501D6L);
    assertBits(lsh, "internationalization", 0x8B346EE97870192CL, 0x57FDB20A26484A60L);
    assertBits(lsh, "x".repeat(200), 0xDEABCFEC2B2A4713L, 0xFDE39ABE721BF976L);
  }

  @Test
  void project_fixedContext_givesTheSameBitsInEveryProcess() {
    WordProjection lsh = new ProjectionConfig(Kind.LSH, 840, 5, 1, 1, true, -7).create();
    List<String> words = Arrays.asList("wake", "me", "at", "seven");
    long[] firsts = {
      0xA7505D1367D257DCL, 0x3BFA079882AC0C9DL, 0xE588F815084424D8L, 0x86A7CE9DE3C1891CL
    };
    long[] folds = {
      0xE6D56D408A712069L, 0x14E04165CB406632L, 0x8D77CE1AD9C74503L, 0x36720BA410348E05L
    };
    for (int i = 0; i < words.size(); i++) {
      long[] groups = groups(project(lsh, words, i));

      assertThat(groups[0]).isEqualTo(firsts[i]);
      assertThat(fold(groups)).isEqualTo(folds[i]);
    }
  }

  @Test
  void project_otherSettings_giveTheSameBitsInEveryProcess() {
    WordProjection lsh = new ProjectionConfig(Kind.LSH, 100, 3, 0, 0, true, 42).create();

    assertBits(lsh, "seven", 0x4D65A757EF1C3EC2L, 0x5F4F43AF50EA6DAFL);
  }

  @Test
  void project_anyWord_isTheSignOfThePlainSum() {
    Random random = new Random(3);
    for (int trial = 0; trial < 300; trial++) {
      int context = random.nextInt(3);
      int bits = 1 + random.nextInt(200);
      ProjectionConfig config =
          new ProjectionConfig(
              Kind.LSH, bits, 1 + random.nextInt(8), trial & 1, context, false, random.nextLong());
      List<String> words = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        words.add(Words.random(random, 1 + random.nextInt(trial % 10 == 0 ? 200 : 12)));
      }
      LshFeatures features = new LshFeatures(config);
      features.collect(words, 2);
      float[] expected = new float[bits];
      for (int b = 0; b < bits; b++) {
        int sum = 0;
        for (int k = 0; k < features.count(); k++) {
          long signs = LshFeatures.mix(features.keys()[k] + (b / 64 + 1) * LshFeatures.GAMMA);
          sum += (signs >>> b % 64 & 1) != 0 ? 1 : -1;
        }
        expected[b] = sum > 0 ? 1 : 0;
      }

      assertThat(project(config.create(), words, 2)).isEqualTo(expected);
    }
  }

  /** The features as strings, enumerated from their description: same multiset of counts. */
  @Test
  void collect_anyWord_countsTheFeaturesDescribed() {
    Random random = new Random(4);
    for (int trial = 0; trial < 500; trial++) {
      int ngramMax = 1 + random.nextInt(6);
      ProjectionConfig config = new ProjectionConfig(Kind.LSH, 8, ngramMax, trial & 1, 0, false, 9);
      String word = Words.of(random, 1 + random.nextInt(9), "ab\u6771\uD83D\uDE00");
      TreeMap<String, Integer> expected = new TreeMap<>();
      int[] marked =
          IntStream.concat(
                  IntStream.concat(IntStream.of('^'), word.codePoints()), IntStream.of('$'))
              .toArray();
      for (int from = 0; from < marked.length; from++) {
        for (int n = 1; n <= ngramMax && from + n <= marked.length; n++) {
          count(expected, "gram", Arrays.copyOfRange(marked, from, from + n));
        }
        if (config.skip() == 1 && from + 2 < marked.length) {
          count(expected, "a_c", marked[from], marked[from + 2]);
        }
        if (config.skip() == 1 && from + 3 < marked.length) {
          count(expected, "a_cd", marked[from], marked[from + 2], marked[from + 3]);
          count(expected, "ab_d", marked[from], marked[from + 1], marked[from + 3]);
        }
      }
      if (marked.length - 2 > ngramMax) {
        expected.put("whole " + word, 1);
      }
      LshFeatures features = new LshFeatures(config);
      features.collect(Collections.singletonList(word), 0);

      assertThat(sorted(Words.counts(features).values())).isEqualTo(sorted(expected.values()));
    }
  }

  @Test
  void project_signed_isMinusOneWhereUnsignedIsZero() {
    float[] unsigned = project(ProjectionConfig.lsh(420, false, 1).create(), "boston");
    float[] signed = project(ProjectionConfig.lsh(420, true, 1).create(), "boston");

    for (int i = 0; i < 420; i++) {
      assertThat(unsigned[i]).isIn(0f, 1f);
      assertThat(signed[i]).isEqualTo(2 * unsigned[i] - 1);
    }
  }

  @Test
  void project_seeds_giveUnrelatedBits() {
    float[] one = project(ProjectionConfig.lsh(4096, false, 1).create(), "boston");
    float[] two = project(ProjectionConfig.lsh(4096, false, 2).create(), "boston");

    assertThat(Words.share(one, two)).isBetween(0.45, 0.55);
  }

  @Test
  void project_withOffset_writesOnlyItsPlace() {
    WordProjection lsh = ProjectionConfig.lsh(70, true, 1).create();
    float[] out = new float[100];
    lsh.project(Collections.singletonList("word"), 0, out, 20);

    assertThat(Arrays.copyOfRange(out, 20, 90)).isEqualTo(project(lsh, "word"));
    assertThat(Arrays.copyOfRange(out, 0, 20)).containsOnly(0f);
    assertThat(Arrays.copyOfRange(out, 90, 100)).containsOnly(0f);
  }

  @Test
  void project_context_dependsOnNeighboursAndTheirPlaces() {
    WordProjection alone = ProjectionConfig.lsh(840, false, 1).create();
    WordProjection near = new ProjectionConfig(Kind.LSH, 840, 5, 1, 1, false, 1).create();
    List<String> forward = Arrays.asList("left", "word", "right");
    List<String> backward = Arrays.asList("right", "word", "left");
    List<String> far = Arrays.asList("x", "left", "word", "right", "y");

    assertThat(alone.contextual()).isFalse();
    assertThat(near.contextual()).isTrue();
    assertThat(project(alone, forward, 1)).isEqualTo(project(alone, "word"));
    assertThat(project(near, forward, 1)).isNotEqualTo(project(near, backward, 1));
    assertThat(project(near, forward, 1)).isEqualTo(project(near, far, 2));
    assertThat(project(near, "word")).isEqualTo(project(alone, "word"));
  }

  @Test
  void project_wordsAlikeInTheirFirstCodePoints_stillDiffer() {
    WordProjection lsh = ProjectionConfig.lsh(4096, false, 1).create();
    String start = "a".repeat(LshFeatures.MAX_CODE_POINTS + 5);

    assertThat(project(lsh, start + "b")).isNotEqualTo(project(lsh, start + "c"));
  }

  @Test
  void project_manyWords_areAllDifferent() {
    WordProjection lsh = ProjectionConfig.lsh(420, false, 1).create();
    Random random = new Random(6);
    TreeMap<String, String> seen = new TreeMap<>();
    for (int i = 0; i < 20_000; i++) {
      String word = Words.of(random, 1 + random.nextInt(6), "abc");
      String other = seen.put(Arrays.toString(groups(project(lsh, word))), word);

      assertThat(other == null || other.equals(word)).as("%s and %s", word, other).isTrue();
    }
  }

  @Test
  void project_emptyWord_isNegativeEverywhere() {
    assertThat(project(ProjectionConfig.lsh(65, true, 1).create(), "")).containsOnly(-1f);
  }

  @Test
  void project_fromSeveralThreads_givesTheSameBits() {
    WordProjection lsh = new ProjectionConfig(Kind.LSH, 420, 5, 1, 1, true, 1).create();
    Random random = new Random(8);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      words.add(Words.random(random, 1 + random.nextInt(10)));
    }
    float[][] expected = new float[words.size()][];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = project(lsh, words, i);
    }
    AtomicInteger equal = new AtomicInteger();
    IntStream.range(0, 8 * words.size())
        .parallel()
        .forEach(
            i -> {
              int w = i % words.size();
              if (Arrays.equals(project(lsh, words, w), expected[w])) {
                equal.incrementAndGet();
              }
            });

    assertThat(equal).hasValue(8 * words.size());
  }

  private static void assertBits(WordProjection lsh, String word, long first, long fold) {
    long[] groups = groups(project(lsh, word));

    assertThat(groups[0]).as(word).isEqualTo(first);
    assertThat(fold(groups)).as(word).isEqualTo(fold);
  }

  private static float[] project(WordProjection projection, String word) {
    return project(projection, Collections.singletonList(word), 0);
  }

  private static float[] project(WordProjection projection, List<String> words, int index) {
    float[] out = new float[projection.size()];
    projection.project(words, index, out, 0);
    return out;
  }

  private static long[] groups(float[] values) {
    long[] groups = new long[(values.length + 63) / 64];
    for (int i = 0; i < values.length; i++) {
      groups[i / 64] |= values[i] > 0 ? 1L << i % 64 : 0;
    }
    return groups;
  }

  private static long fold(long[] groups) {
    long fold = 0;
    for (long group : groups) {
      fold = fold * 31 + group;
    }
    return fold;
  }

  private static void count(TreeMap<String, Integer> counts, String kind, int... symbols) {
    String text = new String(symbols, 0, symbols.length);
    if (!text.matches("[$^]*")) {
      counts.merge(kind + " " + text, 1, Integer::sum);
    }
  }

  private static List<Integer> sorted(Iterable<Integer> counts) {
    List<Integer> list = new ArrayList<>();
    counts.forEach(list::add);
    Collections.sort(list);
    return list;
  }
}
