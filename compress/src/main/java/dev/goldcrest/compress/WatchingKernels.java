package dev.goldcrest.compress;

import dev.goldcrest.core.graph.Op;
import dev.goldcrest.runtime.kernels.AttentionShape;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.LightConvolution;

/** Kernels that tell a calibration what linears read and leave the work to others. */
final class WatchingKernels implements Kernels {
  private final Kernels kernels;
  private final Calibration calibration;

  WatchingKernels(Kernels kernels, Calibration calibration) {
    this.kernels = kernels;
    this.calibration = calibration;
  }

  @Override
  public String name() {
    return "watched " + kernels.name();
  }

  @Override
  public float[][] room(int out, int in) {
    return kernels.room(out, in);
  }

  @Override
  public void pack(float[] weight, int weightAt, int out, int in, float[][] packed) {
    kernels.pack(weight, weightAt, out, in, packed);
    if (weightAt == 0) {
      calibration.packed(weight, packed);
    }
  }

  @Override
  public void unpack(float[][] packed, int out, int in, float[] weight) {
    kernels.unpack(packed, out, in, weight);
  }

  @Override
  public void linear(
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
      float[] scratch) {
    calibration.linear(packed, rows, in, x, xAt, xStride);
    kernels.linear(rows, in, out, x, xAt, xStride, packed, bias, biasAt, y, yAt, yStride, scratch);
  }

  @Override
  public byte[][] roomInt8(int out, int in) {
    return kernels.roomInt8(out, in);
  }

  @Override
  public void packInt8(byte[] weight, int out, int in, byte[][] packed) {
    kernels.packInt8(weight, out, in, packed);
  }

  @Override
  public void unpackInt8(byte[][] packed, int out, int in, byte[] weight) {
    kernels.unpackInt8(packed, out, in, weight);
  }

  @Override
  public float[][] wideRoom() {
    return kernels.wideRoom();
  }

  @Override
  public void linearInt8(
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
      float[][] wide) {
    kernels.linearInt8(
        rows, in, out, x, xAt, xStride, packed, scales, bias, biasAt, y, yAt, yStride, wide);
  }

  @Override
  public void depthwise(
      int steps,
      int channels,
      int taps,
      float[] x,
      int xAt,
      float[] weight,
      float[] bias,
      int biasAt,
      float[] y,
      int yAt) {
    kernels.depthwise(steps, channels, taps, x, xAt, weight, bias, biasAt, y, yAt);
  }

  @Override
  public void lightConvolution(
      LightConvolution shape, float[] x, int xAt, float[] taps, int tapsAt, float[] y, int yAt) {
    kernels.lightConvolution(shape, x, xAt, taps, tapsAt, y, yAt);
  }

  @Override
  public int attentionScratch(AttentionShape shape) {
    return kernels.attentionScratch(shape);
  }

  @Override
  public void attention(
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
      float[] scratch) {
    kernels.attention(shape, q, qAt, k, kAt, v, vAt, mask, maskAt, bias, biasAt, y, yAt, scratch);
  }

  @Override
  public void layerNorm(
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
      float[] scratch) {
    kernels.layerNorm(rows, n, epsilon, x, xAt, weight, weightAt, bias, biasAt, y, yAt, scratch);
  }

  @Override
  public void softmax(int rows, int n, boolean log, float[] x, int xAt, float[] y, int yAt) {
    kernels.softmax(rows, n, log, x, xAt, y, yAt);
  }

  @Override
  public void unary(Op.Unary.Kind kind, int n, float[] x, int xAt, float[] y, int yAt) {
    kernels.unary(kind, n, x, xAt, y, yAt);
  }

  @Override
  public void affine(int n, float scale, float shift, float[] x, int xAt, float[] y, int yAt) {
    kernels.affine(n, scale, shift, x, xAt, y, yAt);
  }

  @Override
  public void binary(
      Op.Binary.Kind kind,
      int rows,
      int n,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStride,
      float[] y,
      int yAt) {
    kernels.binary(kind, rows, n, a, aAt, b, bAt, bStride, y, yAt);
  }

  @Override
  public void binaryByRow(
      Op.Binary.Kind kind,
      int rows,
      int n,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStride,
      float[] y,
      int yAt) {
    kernels.binaryByRow(kind, rows, n, a, aAt, b, bAt, bStride, y, yAt);
  }

  @Override
  public void reduce(
      Op.Reduce.Kind kind,
      int outer,
      int n,
      int inner,
      float[] x,
      int xAt,
      float[] mask,
      int maskAt,
      float[] y,
      int yAt) {
    kernels.reduce(kind, outer, n, inner, x, xAt, mask, maskAt, y, yAt);
  }
}
