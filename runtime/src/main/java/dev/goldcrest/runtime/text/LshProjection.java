package dev.goldcrest.runtime.text;

import java.util.List;

/**
 * Locality-sensitive hashing of words (Charikar 2002; ProFormer, arXiv 2004.05801): bit b is the
 * sign of the projection of the word's feature counts ({@link LshFeatures}) on a random vector of
 * signs, so that two words differ in a bit with a probability close to the angle between their
 * count vectors over pi. A sum of zero counts as negative.
 *
 * <p>The random vectors are never stored. The signs of a feature for bits 64 w .. 64 w + 63 are the
 * bits (lowest first, set means +1) of mix(key + (w + 1) * G), see {@link LshFeatures}. The 64 sums
 * of such a group are kept bit-sliced: plane p holds bit p of the 64 counts of positive signs, and
 * eight features are added at once by a tree of carry-save adders (Harley and Seal), which costs
 * about six logical operations per feature for 64 sums.
 */
final class LshProjection implements WordProjection {

  private static final int LOW_PLANES = 3;

  private final ProjectionConfig config;
  private final float[] valueOfBit;
  private final ThreadLocal<Scratch> scratch;

  LshProjection(ProjectionConfig config) {
    this.config = config;
    this.valueOfBit = new float[] {config.signed() ? -1f : 0f, 1f};
    this.scratch = ThreadLocal.withInitial(() -> new Scratch(config));
  }

  @Override
  public int size() {
    return config.bits();
  }

  @Override
  public boolean contextual() {
    return config.context() > 0;
  }

  @Override
  public void project(List<String> words, int index, float[] out, int offset) {
    Scratch s = scratch.get();
    s.features.collect(words, index);
    long[] keys = s.features.keys();
    int count = s.features.count();
    for (int first = 0, group = 1; first < config.bits(); first += 64, group++) {
      long bits = signs(keys, count, group * LshFeatures.GAMMA, s.planes);
      int n = Math.min(64, config.bits() - first);
      for (int i = 0; i < n; i++) {
        out[offset + first + i] = valueOfBit[(int) (bits >>> i) & 1];
      }
    }
  }

  /**
   * The signs of 64 sums: bit i of the result is set if more than half of the keys have a positive
   * sign for it.
   */
  private static long signs(long[] keys, int count, long salt, long[] planes) {
    int top = 32 - Integer.numberOfLeadingZeros(count);
    for (int p = LOW_PLANES; p < top; p++) {
      planes[p] = 0;
    }
    long ones = 0;
    long twos = 0;
    long fours = 0;
    int k = 0;
    for (; k + 8 <= count; k += 8) {
      long a = LshFeatures.mix(keys[k] + salt);
      long b = LshFeatures.mix(keys[k + 1] + salt);
      long twosA = carry(ones, a, b);
      ones ^= a ^ b;
      a = LshFeatures.mix(keys[k + 2] + salt);
      b = LshFeatures.mix(keys[k + 3] + salt);
      long twosB = carry(ones, a, b);
      ones ^= a ^ b;
      long foursA = carry(twos, twosA, twosB);
      twos ^= twosA ^ twosB;
      a = LshFeatures.mix(keys[k + 4] + salt);
      b = LshFeatures.mix(keys[k + 5] + salt);
      twosA = carry(ones, a, b);
      ones ^= a ^ b;
      a = LshFeatures.mix(keys[k + 6] + salt);
      b = LshFeatures.mix(keys[k + 7] + salt);
      twosB = carry(ones, a, b);
      ones ^= a ^ b;
      long foursB = carry(twos, twosA, twosB);
      twos ^= twosA ^ twosB;
      long eights = carry(fours, foursA, foursB);
      fours ^= foursA ^ foursB;
      increment(planes, LOW_PLANES, eights);
    }
    planes[0] = ones;
    planes[1] = twos;
    planes[2] = fours;
    for (; k < count; k++) {
      increment(planes, 0, LshFeatures.mix(keys[k] + salt));
    }
    return greaterThan(planes, Math.max(top, LOW_PLANES), count / 2);
  }

  /** The carry of adding three bits; their sum is a ^ b ^ c. */
  private static long carry(long a, long b, long c) {
    return (a & b) | ((a ^ b) & c);
  }

  private static void increment(long[] planes, int from, long by) {
    long carry = by;
    for (int p = from; carry != 0; p++) {
      long overflow = planes[p] & carry;
      planes[p] ^= carry;
      carry = overflow;
    }
  }

  /** Compares 64 bit-sliced counts with one threshold, from the highest bit down. */
  private static long greaterThan(long[] planes, int top, int threshold) {
    long greater = 0;
    long equal = -1L;
    for (int p = top - 1; p >= 0; p--) {
      if ((threshold >> p & 1) == 0) {
        greater |= equal & planes[p];
        equal &= ~planes[p];
      } else {
        equal &= planes[p];
      }
    }
    return greater;
  }

  /** What a thread reuses from word to word. */
  private static final class Scratch {
    final LshFeatures features;
    final long[] planes = new long[32];

    Scratch(ProjectionConfig config) {
      this.features = new LshFeatures(config);
    }
  }
}
