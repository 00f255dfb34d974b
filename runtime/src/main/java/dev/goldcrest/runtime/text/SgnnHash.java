package dev.goldcrest.runtime.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The running sums behind SGNN's projection: tokens go in one by one, means come out.
 *
 * <p>A token t is read as {@code ^t$}; each of its character n-grams for n = 1..ngramMax has the
 * signature s = fingerprint mod B with B = 2^31 - 1. Seed h turns it into |s h| mod B, minus B
 * where that exceeds B / 2, and the value of a seed is the mean of this over all n-grams of its
 * order, over (B - 1) / 2: a real number in [-1, 1]. With P seeds and u = P / (1 + 2 + .. +
 * ngramMax), order n owns the next n u seeds; the last order also takes what remains.
 */
final class SgnnHash {

  static final long BUCKETS = 0x7FFFFFFFL;

  private final long[] seeds;
  private final int ngramMax;
  private final long[] sums;
  private final int[] counts;
  private long[] signatures = new long[64];
  private int[] starts = new int[64];

  SgnnHash(long[] seeds, int ngramMax) {
    this.seeds = seeds;
    this.ngramMax = ngramMax;
    this.sums = new long[seeds.length];
    this.counts = new int[ngramMax];
  }

  void clear() {
    Arrays.fill(sums, 0);
    Arrays.fill(counts, 0);
  }

  void add(String token) {
    byte[] bytes = ("^" + token + "$").getBytes(StandardCharsets.UTF_8);
    int symbols = split(bytes);
    for (int n = 1; n <= ngramMax && n <= symbols; n++) {
      int grams = symbols - n + 1;
      for (int i = 0; i < grams; i++) {
        long hash = FarmHash.fingerprint64(bytes, starts[i], starts[i + n] - starts[i]);
        signatures[i] = Long.remainderUnsigned(hash, BUCKETS);
      }
      counts[n - 1] += grams;
      int end = firstSeed(n + 1);
      for (int s = firstSeed(n); s < end; s++) {
        sums[s] += sum(seeds[s], grams);
      }
    }
  }

  /** Orders without any n-gram, for which the original divides by zero, give 0. */
  void means(float[] out, int offset) {
    for (int n = 1; n <= ngramMax; n++) {
      int end = firstSeed(n + 1);
      double scale = counts[n - 1] == 0 ? 0 : 1.0 / counts[n - 1] / (BUCKETS >> 1);
      for (int s = firstSeed(n); s < end; s++) {
        out[offset + s] = (float) (sums[s] * scale);
      }
    }
  }

  private long sum(long seed, int grams) {
    long sum = 0;
    for (int i = 0; i < grams; i++) {
      long value = remainder(Math.abs(signatures[i] * seed));
      sum += value > BUCKETS >> 1 ? value - BUCKETS : value;
    }
    return sum;
  }

  /** Value mod 2^31 - 1 by folding, since 2^31 is 1 there; only |-2^63| stays negative. */
  static long remainder(long value) {
    if (value < 0) {
      return Math.floorMod(value, BUCKETS);
    }
    long folded = (value & BUCKETS) + (value >>> 31);
    folded = (folded & BUCKETS) + (folded >>> 31);
    return folded >= BUCKETS ? folded - BUCKETS : folded;
  }

  private int firstSeed(int order) {
    return order > ngramMax
        ? seeds.length
        : order * (order - 1) / 2 * (seeds.length / SgnnText.seedsNeeded(ngramMax));
  }

  /** Finds where each code point starts, and the end; returns how many code points there are. */
  private int split(byte[] bytes) {
    if (starts.length <= bytes.length) {
      starts = new int[bytes.length + 1];
      signatures = new long[bytes.length];
    }
    int n = 0;
    for (int i = 0; i < bytes.length; i++) {
      if ((bytes[i] & 0xC0) != 0x80) {
        starts[n++] = i;
      }
    }
    starts[n] = bytes.length;
    return n;
  }
}
