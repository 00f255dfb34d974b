package dev.goldcrest.torch;

import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The coins of dropout, drawn here instead of by libtorch so that they depend on (seed, step,
 * worker) alone: resuming needs no generator state and two workers cannot disturb each other.
 * Element i of draw n is a 32-bit integer hash (MurmurHash3's finaliser) of i and a 64-bit state, a
 * loop that HotSpot turns into SIMD, which makes it several times faster than libtorch's sequential
 * generator on a CPU.
 */
final class Noise {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final int COIN_BITS = 24;

  private long state;
  private int[] buffer = new int[0];

  Noise(long seed, long step, int worker) {
    state = mix(mix(mix(seed) + step) + worker);
  }

  /** The finaliser of SplitMix64 (Steele et al., 2014). */
  static long mix(long z) {
    long x = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }

  /** 0 with {@code probability}, else 1 / (1 - probability), in the shape of {@code like}. */
  Tensor keep(double probability, Tensor like) {
    Tensor mask = torch.empty_like(like);
    fill(mask, probability, (float) (1 / (1 - probability)));
    return mask;
  }

  /** 0 with {@code probability}, else 1. */
  Tensor keepUnscaled(double probability, long... shape) {
    Tensor mask = torch.empty(shape);
    fill(mask, probability, 1);
    return mask;
  }

  private void fill(Tensor mask, double probability, float kept) {
    int count = Math.toIntExact(mask.numel());
    if (buffer.length < count) {
      buffer = new int[count + count / 2];
    }
    state += GOLDEN;
    long draw = mix(state);
    int threshold = (int) Math.round(probability * (1 << COIN_BITS));
    coins(buffer, count, (int) draw, (int) (draw >>> 32), threshold, Float.floatToRawIntBits(kept));
    try (IntPointer data = new IntPointer(mask.data_ptr())) {
      data.put(buffer, 0, count);
    }
  }

  /** Writes the bits of 0 or of the kept value; without branches, so that the loop vectorises. */
  private static void coins(int[] into, int count, int low, int high, int threshold, int kept) {
    for (int i = 0; i < count; i++) {
      int x = i * 0x9E3779B9 ^ low;
      x = (x ^ x >>> 16) * 0x85EBCA6B + high;
      x = (x ^ x >>> 13) * 0xC2B2AE35;
      x ^= x >>> 16;
      int dropped = (x >>> 32 - COIN_BITS) - threshold >> 31; // all ones when the coin falls below
      into[i] = kept & ~dropped;
    }
  }
}
