package dev.goldcrest.torch;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The coins of dropout, drawn here instead of by libtorch so that they depend on (seed, step, worker) alone: resuming
 * needs no generator state and two workers cannot disturb each other. It is also several times faster than libtorch's
 * generator on a CPU: one 64-bit mix (the finaliser of SplitMix64, Steele et al., 2014) decides four elements.
 */
final class Noise {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final int COIN_BITS = 16;

  private long state;
  private float[] buffer = new float[0];

  Noise(long seed, long step, int worker) {
    state = mix(mix(mix(seed) + step) + worker);
  }

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
    if (buffer.length < count + 3) {
      buffer = new float[count + count / 2 + 3];
    }
    int threshold = (int) Math.round(probability * (1 << COIN_BITS));
    for (int i = 0; i < count; i += 4) {
      state += GOLDEN;
      long bits = mix(state);
      buffer[i] = (int) (bits & 0xFFFF) < threshold ? 0 : kept;
      buffer[i + 1] = (int) (bits >>> 16 & 0xFFFF) < threshold ? 0 : kept;
      buffer[i + 2] = (int) (bits >>> 32 & 0xFFFF) < threshold ? 0 : kept;
      buffer[i + 3] = (int) (bits >>> 48) < threshold ? 0 : kept;
    }
    try (FloatPointer data = mask.data_ptr_float()) {
      data.put(buffer, 0, count);
    }
  }
}
