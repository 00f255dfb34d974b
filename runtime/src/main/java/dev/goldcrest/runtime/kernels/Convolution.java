package dev.goldcrest.runtime.kernels;

import java.util.Arrays;

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

  /**
   * Floats of scratch that {@link #run} needs: one row of sums, and the padded steps of a group.
   */
  public int scratch() {
    int width = depthwise() ? in : in / groups;
    int copy = copies() ? Math.multiplyExact(paddedTime(), width) : 0;
    return Math.addExact(copy, depthwise() ? 0 : out / groups);
  }

  /**
   * The weight (out, in/groups, K) as {@link #run} reads it with the same kernels, one part a
   * group.
   */
  public float[][][] pack(Kernels kernels, float[] weight, int weightAt) {
    int each = in / groups;
    float[] byTap = new float[out * each * taps]; // (out, K, in/groups), or (K, out) for depthwise
    for (int o = 0; o < out; o++) {
      for (int c = 0; c < each; c++) {
        for (int k = 0; k < taps; k++) {
          int to = depthwise() ? k * out + o : (o * taps + k) * each + c;
          byTap[to] = weight[weightAt + (o * each + c) * taps + k];
        }
      }
    }
    if (depthwise()) {
      return new float[][][] {{byTap}};
    }
    int outEach = out / groups;
    float[][][] packed = new float[groups][][];
    for (int g = 0; g < groups; g++) {
      packed[g] = kernels.room(outEach, taps * each);
      kernels.pack(byTap, g * outEach * taps * each, outEach, taps * each, packed[g]);
    }
    return packed;
  }

  /** The same of a weight (out, in, K) of bytes, without groups, for {@link #runInt8}. */
  public byte[][] packInt8(Kernels kernels, byte[] weight) {
    byte[] byTap = new byte[weight.length]; // (out, K, in)
    for (int o = 0; o < out; o++) {
      for (int c = 0; c < in; c++) {
        for (int k = 0; k < taps; k++) {
          byTap[(o * taps + k) * in + c] = weight[(o * in + c) * taps + k];
        }
      }
    }
    byte[][] packed = kernels.roomInt8(out, taps * in);
    kernels.packInt8(byTap, out, taps * in, packed);
    return packed;
  }

  /**
   * {@link #run} without groups and with a weight of bytes.
   *
   * @param packed what {@link #packInt8} gave
   * @param scales of each output channel
   * @param wide what {@link Kernels#wideRoom} gave
   */
  public void runInt8(
      Kernels kernels,
      float[] x,
      int xAt,
      byte[][] packed,
      float[] scales,
      float[] bias,
      int biasAt,
      float[] y,
      int yAt,
      float[] scratch,
      float[][] wide) {
    boolean copied = left + right > 0;
    for (int b = 0; b < batch; b++) {
      int from = xAt + b * time * in;
      if (copied) {
        pad(x, from, in, scratch, 0);
      }
      kernels.linearInt8(
          steps(),
          taps * in,
          out,
          copied ? scratch : x,
          copied ? 0 : from,
          in,
          packed,
          scales,
          bias,
          biasAt,
          y,
          yAt + b * steps() * out,
          out,
          wide);
    }
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
      float[][][] packed,
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
          pad(x, from, in, scratch, 0);
        }
        kernels.depthwise(
            steps(),
            in,
            taps,
            copied ? scratch : x,
            copied ? 0 : from,
            packed[0][0],
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
      float[][][] packed,
      float[] bias,
      int biasAt,
      float[] y,
      int to,
      float[] scratch) {
    int each = in / groups;
    int outEach = out / groups;
    boolean copied = copies();
    for (int g = 0; g < groups; g++) {
      if (copied) {
        pad(x, from + g * each, each, scratch, outEach);
      }
      kernels.linear(
          steps(),
          taps * each,
          outEach,
          copied ? scratch : x,
          copied ? outEach : from,
          each,
          packed[g],
          bias,
          biasAt + g * outEach,
          y,
          to + g * outEach,
          out,
          scratch);
    }
  }

  private int paddedTime() {
    return left + time + right;
  }

  private boolean copies() {
    return left + right > 0 || (groups > 1 && !depthwise());
  }

  /** Copies {@code width} channels of every step, with zeros before and after. */
  private void pad(float[] x, int from, int width, float[] padded, int at) {
    int first = at + left * width;
    int end = first + time * width;
    Arrays.fill(padded, at, first, 0f);
    for (int t = 0; t < time; t++) {
      System.arraycopy(x, from + t * in, padded, first + t * width, width);
    }
    Arrays.fill(padded, end, end + right * width, 0f);
  }
}
