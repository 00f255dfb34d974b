package dev.goldcrest.runtime.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Products} whose right side is bytes, widened in registers: blocks of six or four rows by
 * two vectors of columns, or one row by eight. Scales and bias come last.
 *
 * <p>Every element is one sum in the order of the inner axis whatever the block.
 */
final class Int8Products {
  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;

  /** No vector is shorter than 64 bits, which hold the bytes of two vectors of four floats. */
  private static final VectorSpecies<Byte> BYTES =
      L == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

  /** Columns of a panel. */
  static final int PANEL = 2 * L;

  private Int8Products() {}

  /** c = (a b) scales + bias for one panel b (inner, {@link #PANEL}); zeros for no bias. */
  static void block(
      int rows,
      int inner,
      float[] a,
      int aAt,
      int aStride,
      byte[] b,
      int bAt,
      float[] scales,
      int scalesAt,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt,
      int cStride) {
    int done = 0;
    for (; rows - done >= 4; ) {
      int left = rows - done;
      int x = aAt + done * aStride;
      int y = cAt + done * cStride;
      if (left >= 6 && left != 8) {
        six(inner, a, x, aStride, b, bAt, scales, scalesAt, bias, biasAt, c, y, cStride);
        done += 6;
      } else {
        four(inner, a, x, aStride, b, bAt, scales, scalesAt, bias, biasAt, c, y, cStride);
        done += 4;
      }
    }
    for (; done < rows; done++) {
      one(
          inner,
          a,
          aAt + done * aStride,
          b,
          bAt,
          scales,
          scalesAt,
          bias,
          biasAt,
          c,
          cAt + done * cStride);
    }
  }

  private static FloatVector low(byte[] b, int at) {
    return (FloatVector) ByteVector.fromArray(BYTES, b, at).convertShape(VectorOperators.B2F, S, 0);
  }

  private static FloatVector high(byte[] b, int at) {
    return L == 4
        ? (FloatVector) ByteVector.fromArray(BYTES, b, at).convertShape(VectorOperators.B2F, S, 1)
        : low(b, at + L);
  }

  private static void six(
      int inner,
      float[] a,
      int aAt,
      int aStride,
      byte[] b,
      int bAt,
      float[] scales,
      int scalesAt,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt,
      int cStride) {
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c40 = c00;
    FloatVector c41 = c00;
    FloatVector c50 = c00;
    FloatVector c51 = c00;
    int a1 = aAt + aStride;
    int a2 = a1 + aStride;
    int a3 = a2 + aStride;
    int a4 = a3 + aStride;
    int a5 = a4 + aStride;
    for (int i = 0, at = bAt; i < inner; i++, at += PANEL) {
      FloatVector b0 = low(b, at);
      FloatVector b1 = high(b, at);
      FloatVector x = FloatVector.broadcast(S, a[aAt + i]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(S, a[a1 + i]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(S, a[a2 + i]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(S, a[a3 + i]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(S, a[a4 + i]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(S, a[a5 + i]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
    }
    FloatVector s0 = FloatVector.fromArray(S, scales, scalesAt);
    FloatVector s1 = FloatVector.fromArray(S, scales, scalesAt + L);
    FloatVector d0 = FloatVector.fromArray(S, bias, biasAt);
    FloatVector d1 = FloatVector.fromArray(S, bias, biasAt + L);
    int at = cAt;
    c00.fma(s0, d0).intoArray(c, at);
    c01.fma(s1, d1).intoArray(c, at + L);
    at += cStride;
    c10.fma(s0, d0).intoArray(c, at);
    c11.fma(s1, d1).intoArray(c, at + L);
    at += cStride;
    c20.fma(s0, d0).intoArray(c, at);
    c21.fma(s1, d1).intoArray(c, at + L);
    at += cStride;
    c30.fma(s0, d0).intoArray(c, at);
    c31.fma(s1, d1).intoArray(c, at + L);
    at += cStride;
    c40.fma(s0, d0).intoArray(c, at);
    c41.fma(s1, d1).intoArray(c, at + L);
    at += cStride;
    c50.fma(s0, d0).intoArray(c, at);
    c51.fma(s1, d1).intoArray(c, at + L);
  }

  private static void four(
      int inner,
      float[] a,
      int aAt,
      int aStride,
      byte[] b,
      int bAt,
      float[] scales,
      int scalesAt,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt,
      int cStride) {
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    int a1 = aAt + aStride;
    int a2 = a1 + aStride;
    int a3 = a2 + aStride;
    for (int i = 0, at = bAt; i < inner; i++, at += PANEL) {
      FloatVector b0 = low(b, at);
      FloatVector b1 = high(b, at);
      FloatVector x = FloatVector.broadcast(S, a[aAt + i]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(S, a[a1 + i]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(S, a[a2 + i]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(S, a[a3 + i]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
    }
    FloatVector s0 = FloatVector.fromArray(S, scales, scalesAt);
    FloatVector s1 = FloatVector.fromArray(S, scales, scalesAt + L);
    FloatVector d0 = FloatVector.fromArray(S, bias, biasAt);
    FloatVector d1 = FloatVector.fromArray(S, bias, biasAt + L);
    int at = cAt;
    c00.fma(s0, d0).intoArray(c, at);
    c01.fma(s1, d1).intoArray(c, at + L);
    at += cStride;
    c10.fma(s0, d0).intoArray(c, at);
    c11.fma(s1, d1).intoArray(c, at + L);
    at += cStride;
    c20.fma(s0, d0).intoArray(c, at);
    c21.fma(s1, d1).intoArray(c, at + L);
    at += cStride;
    c30.fma(s0, d0).intoArray(c, at);
    c31.fma(s1, d1).intoArray(c, at + L);
  }

  private static void one(
      int inner,
      float[] a,
      int aAt,
      byte[] b,
      int bAt,
      float[] scales,
      int scalesAt,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt) {
    FloatVector c0 = FloatVector.zero(S);
    FloatVector c1 = c0;
    for (int i = 0, at = bAt; i < inner; i++, at += PANEL) {
      FloatVector x = FloatVector.broadcast(S, a[aAt + i]);
      c0 = x.fma(low(b, at), c0);
      c1 = x.fma(high(b, at), c1);
    }
    end(c0, scales, scalesAt, bias, biasAt, c, cAt);
    end(c1, scales, scalesAt + L, bias, biasAt + L, c, cAt + L);
  }

  /** One row by four panels that follow each other, because two sums alone would wait. */
  static void oneByFour(
      int inner,
      float[] a,
      int aAt,
      byte[] b,
      int bAt,
      float[] scales,
      int scalesAt,
      float[] bias,
      int biasAt,
      int biasStep,
      float[] c,
      int cAt) {
    FloatVector c0 = FloatVector.zero(S);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    FloatVector c4 = c0;
    FloatVector c5 = c0;
    FloatVector c6 = c0;
    FloatVector c7 = c0;
    int b1 = bAt + PANEL * inner;
    int b2 = b1 + PANEL * inner;
    int b3 = b2 + PANEL * inner;
    for (int i = 0; i < inner; i++) {
      int at = PANEL * i;
      FloatVector x = FloatVector.broadcast(S, a[aAt + i]);
      c0 = x.fma(low(b, bAt + at), c0);
      c1 = x.fma(high(b, bAt + at), c1);
      c2 = x.fma(low(b, b1 + at), c2);
      c3 = x.fma(high(b, b1 + at), c3);
      c4 = x.fma(low(b, b2 + at), c4);
      c5 = x.fma(high(b, b2 + at), c5);
      c6 = x.fma(low(b, b3 + at), c6);
      c7 = x.fma(high(b, b3 + at), c7);
    }
    int d = biasStep * L;
    end(c0, scales, scalesAt, bias, biasAt, c, cAt);
    end(c1, scales, scalesAt + L, bias, biasAt + d, c, cAt + L);
    end(c2, scales, scalesAt + 2 * L, bias, biasAt + 2 * d, c, cAt + 2 * L);
    end(c3, scales, scalesAt + 3 * L, bias, biasAt + 3 * d, c, cAt + 3 * L);
    end(c4, scales, scalesAt + 4 * L, bias, biasAt + 4 * d, c, cAt + 4 * L);
    end(c5, scales, scalesAt + 5 * L, bias, biasAt + 5 * d, c, cAt + 5 * L);
    end(c6, scales, scalesAt + 6 * L, bias, biasAt + 6 * d, c, cAt + 6 * L);
    end(c7, scales, scalesAt + 7 * L, bias, biasAt + 7 * d, c, cAt + 7 * L);
  }

  private static void end(
      FloatVector sum, float[] scales, int at, float[] bias, int biasAt, float[] c, int cAt) {
    FloatVector scale = FloatVector.fromArray(S, scales, at);
    sum.fma(scale, FloatVector.fromArray(S, bias, biasAt)).intoArray(c, cAt);
  }
}
