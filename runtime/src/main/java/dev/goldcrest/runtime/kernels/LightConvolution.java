package dev.goldcrest.runtime.kernels;

/**
 * The sizes of one convolution whose channels share taps by heads: x (B, time, C), taps (heads, K)
 * or (B, steps, heads, K), y (B, steps, C).
 *
 * @param batch B
 * @param time steps of x
 * @param steps of y
 * @param channels C
 * @param heads each owns C/heads neighbouring channels
 * @param taps K
 * @param left zeros before the first step
 * @param shared whether all steps have the same taps
 */
public record LightConvolution(
    int batch, int time, int steps, int channels, int heads, int taps, int left, boolean shared) {
  /** Channels of one head. */
  public int width() {
    return channels / heads;
  }

  /** Where the taps of row b T + t and a head begin, from the first one on. */
  public int tapsAt(int row, int head) {
    return ((shared ? 0 : row) * heads + head) * taps;
  }

  /** The first tap that finds a step of x, for step {@code t} of y. */
  public int firstTap(int t) {
    return Math.min(taps, Math.max(0, left - t));
  }

  /** How many taps from there on do. */
  public int countTaps(int t) {
    return Math.max(0, Math.min(taps, time + left - t) - firstTap(t));
  }
}
