package dev.goldcrest.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Whether the projection is a locality-sensitive hash: two words differ in a bit with probability
 * angle / pi, where the angle lies between their n-gram counts.
 *
 * <p>That is exact for Gaussian random vectors. Sums of signs come close to it where they cannot be
 * zero, that is for words with an odd number of features; elsewhere the rule that a zero counts as
 * negative makes words somewhat more alike, by up to three hundredths for three letters.
 */
class LshLocalityTest {

  private static final int BITS = 8192;
  private static final int PAIRS_PER_DISTANCE = 150;
  private static final double NOT_GAUSSIAN = 0.005;
  private static final double ZEROS = 0.03;

  @Test
  void project_pairsOfWords_differAsTheirAnglesSay() {
    Random random = new Random(11);
    SplittableRandom typing = new SplittableRandom(11);
    double[] excess = new double[11];
    int[] pairs = new int[11];
    for (int i = 0; i < 8 * PAIRS_PER_DISTANCE; i++) {
      int edits = 1 + i % 8;
      String one = Words.random(random, 3 + random.nextInt(12));
      String two = edits == 8 ? Words.random(random, one.length()) : edit(one, edits, typing);
      Pair pair = Pair.of(one, two, random.nextLong());
      double slack = 4.5 * Math.sqrt(pair.angle * (1 - pair.angle) / BITS) + NOT_GAUSSIAN;

      assertThat(pair.share - pair.angle)
          .as("%s and %s, angle %s pi", one, two, pair.angle)
          .isBetween(pair.zeros ? -slack - ZEROS : -slack, slack);
      if (!pair.zeros) {
        excess[(int) (20 * pair.angle)] += pair.share - pair.angle;
        pairs[(int) (20 * pair.angle)]++;
      }
    }
    int buckets = 0;
    for (int b = 0; b < pairs.length; b++) {
      if (pairs[b] >= 30) {
        buckets++;

        assertThat(excess[b] / pairs[b]).as("angles from %s pi", b / 20.0).isBetween(-0.004, 0.004);
      }
    }
    assertThat(buckets).isGreaterThanOrEqualTo(5);
  }

  @Test
  void project_oneEdit_isCloserThanAnotherWord() {
    Random random = new Random(12);
    SplittableRandom typing = new SplittableRandom(12);
    int closer = 0;
    double near = 0;
    double far = 0;
    for (int i = 0; i < 1000; i++) {
      String word = Words.random(random, 4 + random.nextInt(8));
      Pair misspelt = Pair.of(word, edit(word, typing), i);
      Pair unrelated = Pair.of(word, Words.random(random, word.length()), i);
      closer += misspelt.share < unrelated.share ? 1 : 0;
      near += misspelt.share;
      far += unrelated.share;
    }

    assertThat(closer).isGreaterThanOrEqualTo(995);
    assertThat(near / 1000).isLessThan(0.38);
    assertThat(far / 1000).isBetween(0.44, 0.5);
  }

  private static String edit(String word, int edits, SplittableRandom random) {
    String edited = word;
    for (int i = 0; i < edits; i++) {
      edited = edit(edited, random);
    }
    return edited;
  }

  /** One letter more, fewer or another. */
  private static String edit(String word, SplittableRandom random) {
    StringBuilder edited = new StringBuilder(word);
    int at = random.nextInt(word.length());
    char letter = (char) ('a' + random.nextInt(26));
    switch (word.length() == 1 ? 0 : random.nextInt(3)) {
      case 0 -> edited.insert(at, letter);
      case 1 -> edited.deleteCharAt(at);
      default -> edited.setCharAt(at, letter == word.charAt(at) ? '-' : letter);
    }
    return edited.toString();
  }

  /**
   * @param angle over pi
   * @param share of bits that differ
   * @param zeros whether a sum of either word can be zero
   */
  private record Pair(double angle, double share, boolean zeros) {

    static Pair of(String one, String two, long seed) {
      ProjectionConfig config = ProjectionConfig.lsh(BITS, false, seed);
      LshFeatures features = new LshFeatures(config);
      features.collect(Collections.singletonList(one), 0);
      Map<Long, Integer> counts = Words.counts(features);
      boolean zeros = features.count() % 2 == 0;
      features.collect(Collections.singletonList(two), 0);
      zeros |= features.count() % 2 == 0;
      double angle = Words.angle(counts, Words.counts(features)) / Math.PI;
      WordProjection lsh = config.create();
      float[] first = new float[BITS];
      float[] second = new float[BITS];
      lsh.project(Collections.singletonList(one), 0, first, 0);
      lsh.project(Collections.singletonList(two), 0, second, 0);
      return new Pair(angle, Words.share(first, second), zeros);
    }
  }
}
