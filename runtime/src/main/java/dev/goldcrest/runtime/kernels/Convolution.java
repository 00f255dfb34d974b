package dev.goldcrest.runtime.kernels;

/**
 * Convolution over time by the linear kernel. In (T, C) layout the K steps under a tap window are
 * neighbours, so the window at t is one row of K C inputs that starts C floats after the one
 * before: a linear whose rows overlap, with nothing copied but the padding. With groups, each
 * group's channels are gathered first; a group of one channel in and out goes to {@link
 * Kernels#depthwise}.
 *
 * @param batch B
 * @param time steps of x
 * @param in channels of x
 * @param out channels of y
 * @param taps K
 * @param groups of channels
 * @param left zeros before the first step
 * @param right zeros after the last
 */
public record Convolution(
    int batch, int time, int in, int out, int taps, int groups, int left, int right) {
  /** Steps of y. */
  public int steps() {
    return paddedTime() - taps + 1;
  }

  /** Whether every channel is convolved alone. */
  public boolean depthwise() {
    return groups == in && groups == out;
  }

  /** Floats of scratch that {@link #run} needs. */
  public int scratch() {
    return copies()
        ? Math.multiplyExact(paddedTime(), in / groups * (depthwise() ? groups : 1))
        : 0;
  }

  /** The weight (out, in/groups, K) as {@link #run} reads it with the same kernels. */
  public float[] pack(Kernels kernels, float[] weight, int weightAt) {
    int each = in / groups;
    float[] byTap = new float[out * each * taps]; // (out, K, in/groups)
    for (int o = 0; o < out; o++) {
      for (int c = 0; c < each; c++) {
        for (int k = 0; k < taps; k++) {
          byTap[(o * taps + k) * each + c] = weight[weightAt + (o * each + c) * taps + k];
        }
      }
    }
    if (depthwise()) {
      float[] channelsLast = new float[byTap.length]; // (K, out)
      new ScalarKernels().pack(byTap, 0, out, taps, channelsLast, 0);
      return channelsLast;
    }
    int outEach = out / groups;
    int size = kernels.packedSize(outEach, taps * each);
    float[] packed = new float[Math.multiplyExact(size, groups)];
    for (int g = 0; g < groups; g++) {
      kernels.pack(byTap, g * outEach * taps * each, outEach, taps * each, packed, g * size);
    }
    return packed;
  }

  /**
   * x (B, T, in) to y (B, steps, out).
   *
   * @param packed what {@link #pack} gave
   * @param bias null for none
   */
  public void run(
      Kernels kernels,
      float[] x,
      int xAt,
      float[] packed,
      float[] bias,
      int biasAt,
      float[] y,
      int yAt,
      float[] scratch) {
    for (int b = 0; b < batch; b++) {
      int from = xAt + b * time * in;
      int to = yAt + b * steps() * out;
      if (depthwise()) {
        boolean copied = copies();
        if (copied) {
          pad(x, from, in, scratch);
        }
        kernels.depthwise(
            steps(),
            in,
            taps,
            copied ? scratch : x,
            copied ? 0 : from,
            packed,
            bias,
            biasAt,
            y,
            to);
      } else {
        runGroups(kernels, x, from, packed, bias, biasAt, y, to, scratch);
      }
    }
  }

  private void runGroups(
      Kernels kernels,
      float[] x,
      int from,
      float[] packed,
      float[] bias,
      int biasAt,
      float[] y,
      int to,
      float[] scratch) {
    int each = in / groups;
    int outEach = out / groups;
    int size = packed.length / groups;
    boolean copied = copies();
    for (int g = 0; g < groups; g++) {
      if (copied) {
        pad(x, from + g * each, each, scratch);
      }
      kernels.linear(
          steps(),
          taps * each,
          outEach,
          copied ? scratch : x,
          copied ? 0 : from,
          each,
          packed,
          g * size,
          bias,
          biasAt + g * outEach,
          y,
          to + g * outEach,
          out);
    }
  }

  private int paddedTime() {
    return left + time + right;
  }

  private boolean copies() {
    return left + right > 0 || (groups > 1 && !depthwise());
  }

  /** Copies {@code width} channels of every step, with zeros before and after. */
  private void pad(float[] x, int from, int width, float[] padded) {
    java.util.Arrays.fill(padded, 0, left * width, 0f);
    for (int t = 0; t < time; t++) {
      System.arraycopy(x, from + t * in, padded, (left + t) * width, width);
    }
    java.util.Arrays.fill(padded, (left + time) * width, paddedTime() * width, 0f);
  }
}
