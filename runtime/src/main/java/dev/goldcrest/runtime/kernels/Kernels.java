package dev.goldcrest.runtime.kernels;

import dev.goldcrest.core.graph.Op;

/**
 * What the device computes with. Every function works on whole arrays from an offset on ({@code
 * xAt} belongs to {@code x}); implementations hold no state and may be shared between threads; what
 * they need to put aside goes to the caller's {@code scratch}. Where an operation is elementwise or
 * works row by row, the result may be written over its first operand, at the same offset; other
 * overlaps are not allowed.
 *
 * <p>The same numbers give the same bits in every call, and a row's result does not depend on how
 * many rows a call has.
 */
public interface Kernels {
  /** Floats of scratch that a function needs which sums along rows. */
  int ROW_SCRATCH = 64;

  /** Such as {@code scalar} or {@code vector512}; names the layout that {@link #pack} writes. */
  String name();

  /** Room for a packed weight (out, in). */
  float[][] room(int out, int in);

  /** Writes the weight (out, in) at {@code weightAt} in the layout that {@link #linear} reads. */
  void pack(float[] weight, int weightAt, int out, int in, float[][] packed);

  /** Fills {@code weight} with the (out, in) values that {@link #pack} read. */
  void unpack(float[][] packed, int out, int in, float[] weight);

  /**
   * y = x Wᵀ + b for {@code rows} rows; a row of x starts {@code xStride} floats after the one
   * before, a row of y {@code yStride}. Rows of x may overlap.
   *
   * @param packed what {@link #pack} wrote
   * @param bias null for none
   * @param scratch at least {@code out} floats
   */
  void linear(
      int rows,
      int in,
      int out,
      float[] x,
      int xAt,
      int xStride,
      float[][] packed,
      float[] bias,
      int biasAt,
      float[] y,
      int yAt,
      int yStride,
      float[] scratch);

  /** Room for a packed weight (out, in) of one byte a value. */
  byte[][] roomInt8(int out, int in);

  /** Writes the weight (out, in) in the layout that {@link #linearInt8} reads. */
  void packInt8(byte[] weight, int out, int in, byte[][] packed);

  /** Fills {@code weight} with the (out, in) values that {@link #packInt8} read. */
  void unpackInt8(byte[][] packed, int out, int in, byte[] weight);

  /** What {@link #linearInt8} may turn some bytes into floats in, whatever the sizes. */
  float[][] wideRoom();

  /**
   * {@link #linear} with a weight of bytes: y[o] = b[o] + s[o] sum over i of w[o, i] x[i], summed
   * in floats.
   *
   * @param packed what {@link #packInt8} wrote
   * @param scales s
   * @param bias null for none
   * @param wide what {@link #wideRoom} gave
   */
  void linearInt8(
      int rows,
      int in,
      int out,
      float[] x,
      int xAt,
      int xStride,
      byte[][] packed,
      float[] scales,
      float[] bias,
      int biasAt,
      float[] y,
      int yAt,
      int yStride,
      float[][] wide);

  /**
   * Convolution over time of each channel alone: y[t, c] = b[c] + sum over k of w[k, c] x[t + k,
   * c], x (steps + taps - 1, channels), y (steps, channels).
   *
   * @param weight (taps, channels)
   * @param bias null for none
   */
  void depthwise(
      int steps,
      int channels,
      int taps,
      float[] x,
      int xAt,
      float[] weight,
      float[] bias,
      int biasAt,
      float[] y,
      int yAt);

  /** Convolution over time whose channels share taps by heads; zeros outside. */
  void lightConvolution(
      LightConvolution shape, float[] x, int xAt, float[] taps, int tapsAt, float[] y, int yAt);

  /** Floats of {@code scratch} that {@link #attention} needs. */
  int attentionScratch(AttentionShape shape);

  /**
   * Scaled dot-product attention; a query that sees no key gives 0.
   *
   * @param mask 1 for keys that may be seen, 0 for others; null when all may
   * @param bias (B, H, T, S) to be added to the scaled scores; null for none
   */
  void attention(
      AttentionShape shape,
      float[] q,
      int qAt,
      float[] k,
      int kAt,
      float[] v,
      int vAt,
      float[] mask,
      int maskAt,
      float[] bias,
      int biasAt,
      float[] y,
      int yAt,
      float[] scratch);

  /**
   * (x - mean) / sqrt(variance + epsilon) * weight + bias for each row of {@code n}.
   *
   * @param scratch at least {@link #ROW_SCRATCH} floats
   */
  void layerNorm(
      int rows,
      int n,
      float epsilon,
      float[] x,
      int xAt,
      float[] weight,
      int weightAt,
      float[] bias,
      int biasAt,
      float[] y,
      int yAt,
      float[] scratch);

  /** Softmax of each row of {@code n}, or its logarithm. */
  void softmax(int rows, int n, boolean log, float[] x, int xAt, float[] y, int yAt);

  /** One function of each element; absolute error below 1e-6 for results of size 1. */
  void unary(Op.Unary.Kind kind, int n, float[] x, int xAt, float[] y, int yAt);

  /** scale * x + shift. */
  void affine(int n, float scale, float shift, float[] x, int xAt, float[] y, int yAt);

  /** Rows of {@code n}: y[r, i] = a[r, i] with b[r, i]; {@code bStride} 0 repeats one row of b. */
  void binary(
      Op.Binary.Kind kind,
      int rows,
      int n,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStride,
      float[] y,
      int yAt);

  /** Rows of {@code n}: y[r, i] = a[r, i] with b[r]; {@code bStride} 0 repeats one element of b. */
  void binaryByRow(
      Op.Binary.Kind kind,
      int rows,
      int n,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStride,
      float[] y,
      int yAt);

  /**
   * Takes the middle axis of x (outer, n, inner) away.
   *
   * @param mask (outer, n), elements where it is 0 do not count and where it keeps none the result
   *     is 0; null keeps all
   */
  void reduce(
      Op.Reduce.Kind kind,
      int outer,
      int n,
      int inner,
      float[] x,
      int xAt,
      float[] mask,
      int maskAt,
      float[] y,
      int yAt);
}
