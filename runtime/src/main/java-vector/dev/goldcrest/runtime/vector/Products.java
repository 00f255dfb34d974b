package dev.goldcrest.runtime.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Matrix products held in registers: a block of up to six rows by one, two or four vectors of
 * columns is accumulated over the whole inner axis before anything is stored. Six by four fills the
 * 32 registers of AVX-512 and NEON, six by two the 16 of AVX2; both load far less than they
 * multiply.
 *
 * <p>Every element is one sum in the order of the inner axis whatever the block, so its bits depend
 * neither on the number of rows nor on how columns are split.
 *
 * <p>The blocks are long on purpose. HotSpot never inlines a method above 325 bytecodes, and gives
 * each compilation room for some 18,000 nodes, beyond which calls inside a vector expression stay
 * calls and every vector becomes an object. A block that is compiled alone stays far below; few
 * rows share a method for that reason.
 */
final class Products {
  /** Vectors of the widest block. */
  static final int WIDTH =
      Lanes.SPECIES.vectorBitSize() == 512 || "aarch64".equals(System.getProperty("os.arch"))
          ? 4
          : 2;

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;

  private Products() {}

  /**
   * Columns of the next block when {@code left} of {@code all} remain; at most {@code all}, perhaps
   * more than remain.
   */
  static int columns(int left, int all) {
    if (WIDTH == 4 && (left >= 4 * L || (left > 2 * L && all >= 4 * L))) {
      return 4 * L;
    }
    return left >= 2 * L || (left > L && all >= 2 * L) ? 2 * L : L;
  }

  /** Rows of the next block: six while that leaves no single row over that would waste a pass. */
  private static int next(int left) {
    if (left >= 6 && left != 7 && left != 8) {
      return 6;
    }
    return left >= 4 && left != 5 ? 4 : Math.min(left, 3);
  }

  /**
   * c = a b with {@code columns} of at least one vector: a (rows, inner), b (inner, columns), each
   * row {@code Stride} after the one before. A block that would reach beyond the last column starts
   * earlier and computes some columns again.
   */
  static void multiply(
      int rows,
      int inner,
      int columns,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int bStride,
      float[] zeros,
      float[] c,
      int cAt,
      int cStride) {
    int width;
    for (int done = 0; done < columns; done += width) {
      width = columns(columns - done, columns);
      int j = Math.min(done, columns - width);
      block(
          width, rows, inner, a, aAt, aStride, b, bAt + j, bStride, zeros, 0, c, cAt + j, cStride);
    }
  }

  /** {@code columns} of one, two or four vectors: c = a b + bias. */
  static void block(
      int columns,
      int rows,
      int inner,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int bStride,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt,
      int cStride) {
    if (columns == 4 * L) {
      byFour(rows, inner, a, aAt, aStride, b, bAt, bStride, bias, biasAt, c, cAt, cStride);
    } else if (columns == 2 * L) {
      byTwo(rows, inner, a, aAt, aStride, b, bAt, bStride, bias, biasAt, c, cAt, cStride);
    } else {
      byOne(rows, inner, a, aAt, aStride, b, bAt, bStride, bias, biasAt, c, cAt, cStride);
    }
  }

  /** Rows by four vectors of columns. */
  static void byFour(
      int rows,
      int inner,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int bStride,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt,
      int cStride) {
    int now;
    for (int done = 0; done < rows; done += now) {
      now = next(rows - done);
      int x = aAt + done * aStride;
      int y = cAt + done * cStride;
      switch (now) {
        case 6 -> sixBy4(inner, a, x, aStride, b, bAt, bStride, bias, biasAt, c, y, cStride);
        case 4 -> fourBy4(inner, a, x, aStride, b, bAt, bStride, bias, biasAt, c, y, cStride);
        case 3 -> threeBy4(inner, a, x, aStride, b, bAt, bStride, bias, biasAt, c, y, cStride);
        case 2 -> twoBy4(inner, a, x, aStride, b, bAt, bStride, bias, biasAt, c, y, cStride);
        default -> oneBy4(inner, a, x, aStride, b, bAt, bStride, bias, biasAt, c, y, cStride);
      }
    }
  }

  /** Rows by two vectors of columns. */
  static void byTwo(
      int rows,
      int inner,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int bStride,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt,
      int cStride) {
    int now;
    for (int done = 0; done < rows; done += now) {
      now = next(rows - done);
      int x = aAt + done * aStride;
      int y = cAt + done * cStride;
      switch (now) {
        case 6 -> sixBy2(inner, a, x, aStride, b, bAt, bStride, bias, biasAt, c, y, cStride);
        case 4 -> fourBy2(inner, a, x, aStride, b, bAt, bStride, bias, biasAt, c, y, cStride);
        default -> fewBy2(now, inner, a, x, aStride, b, bAt, bStride, bias, biasAt, c, y, cStride);
      }
    }
  }

  /** Rows by one vector of columns. */
  static void byOne(
      int rows,
      int inner,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int bStride,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt,
      int cStride) {
    int now;
    for (int done = 0; done < rows; done += now) {
      now = next(rows - done);
      int x = aAt + done * aStride;
      int y = cAt + done * cStride;
      switch (now) {
        case 6 -> sixBy1(inner, a, x, aStride, b, bAt, bStride, bias, biasAt, c, y, cStride);
        default -> fewBy1(now, inner, a, x, aStride, b, bAt, bStride, bias, biasAt, c, y, cStride);
      }
    }
  }

  /**
   * One row by four panels of two vectors, because two sums alone would wait for each other: b and
   * bias of each panel start a step after those of the one before.
   */
  static void oneByFourPanels(
      int inner,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStep,
      float[] bias,
      int biasAt,
      int biasStep,
      float[] c,
      int cAt) {
    FloatVector c00 = FloatVector.fromArray(S, bias, biasAt);
    FloatVector c01 = FloatVector.fromArray(S, bias, biasAt + L);
    FloatVector c10 = FloatVector.fromArray(S, bias, biasAt + biasStep);
    FloatVector c11 = FloatVector.fromArray(S, bias, biasAt + biasStep + L);
    FloatVector c20 = FloatVector.fromArray(S, bias, biasAt + 2 * biasStep);
    FloatVector c21 = FloatVector.fromArray(S, bias, biasAt + 2 * biasStep + L);
    FloatVector c30 = FloatVector.fromArray(S, bias, biasAt + 3 * biasStep);
    FloatVector c31 = FloatVector.fromArray(S, bias, biasAt + 3 * biasStep + L);
    int b1 = bAt + bStep;
    int b2 = b1 + bStep;
    int b3 = b2 + bStep;
    for (int i = 0; i < inner; i++) {
      int at = 2 * L * i;
      FloatVector x = FloatVector.broadcast(S, a[aAt + i]);
      c00 = x.fma(FloatVector.fromArray(S, b, bAt + at), c00);
      c01 = x.fma(FloatVector.fromArray(S, b, bAt + at + L), c01);
      c10 = x.fma(FloatVector.fromArray(S, b, b1 + at), c10);
      c11 = x.fma(FloatVector.fromArray(S, b, b1 + at + L), c11);
      c20 = x.fma(FloatVector.fromArray(S, b, b2 + at), c20);
      c21 = x.fma(FloatVector.fromArray(S, b, b2 + at + L), c21);
      c30 = x.fma(FloatVector.fromArray(S, b, b3 + at), c30);
      c31 = x.fma(FloatVector.fromArray(S, b, b3 + at + L), c31);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + L);
    c10.intoArray(c, cAt + 2 * L);
    c11.intoArray(c, cAt + 3 * L);
    c20.intoArray(c, cAt + 4 * L);
    c21.intoArray(c, cAt + 5 * L);
    c30.intoArray(c, cAt + 6 * L);
    c31.intoArray(c, cAt + 7 * L);
  }

  private static void sixBy4(
      int inner,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int bStride,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt,
      int cStride) {
    FloatVector c00 = FloatVector.fromArray(S, bias, biasAt);
    FloatVector c01 = FloatVector.fromArray(S, bias, biasAt + L);
    FloatVector c02 = FloatVector.fromArray(S, bias, biasAt + 2 * L);
    FloatVector c03 = FloatVector.fromArray(S, bias, biasAt + 3 * L);
    FloatVector c10 = c00;
    FloatVector c11 = c01;
    FloatVector c12 = c02;
    FloatVector c13 = c03;
    FloatVector c20 = c00;
    FloatVector c21 = c01;
    FloatVector c22 = c02;
    FloatVector c23 = c03;
    FloatVector c30 = c00;
    FloatVector c31 = c01;
    FloatVector c32 = c02;
    FloatVector c33 = c03;
    FloatVector c40 = c00;
    FloatVector c41 = c01;
    FloatVector c42 = c02;
    FloatVector c43 = c03;
    FloatVector c50 = c00;
    FloatVector c51 = c01;
    FloatVector c52 = c02;
    FloatVector c53 = c03;
    int a1 = aAt + aStride;
    int a2 = a1 + aStride;
    int a3 = a2 + aStride;
    int a4 = a3 + aStride;
    int a5 = a4 + aStride;
    for (int i = 0, at = bAt; i < inner; i++, at += bStride) {
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector b1 = FloatVector.fromArray(S, b, at + L);
      FloatVector b2 = FloatVector.fromArray(S, b, at + 2 * L);
      FloatVector b3 = FloatVector.fromArray(S, b, at + 3 * L);
      FloatVector x = FloatVector.broadcast(S, a[aAt + i]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      c03 = x.fma(b3, c03);
      x = FloatVector.broadcast(S, a[a1 + i]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      c13 = x.fma(b3, c13);
      x = FloatVector.broadcast(S, a[a2 + i]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      c23 = x.fma(b3, c23);
      x = FloatVector.broadcast(S, a[a3 + i]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      c32 = x.fma(b2, c32);
      c33 = x.fma(b3, c33);
      x = FloatVector.broadcast(S, a[a4 + i]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      c42 = x.fma(b2, c42);
      c43 = x.fma(b3, c43);
      x = FloatVector.broadcast(S, a[a5 + i]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      c52 = x.fma(b2, c52);
      c53 = x.fma(b3, c53);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + L);
    c02.intoArray(c, cAt + 2 * L);
    c03.intoArray(c, cAt + 3 * L);
    int at = cAt + cStride;
    c10.intoArray(c, at);
    c11.intoArray(c, at + L);
    c12.intoArray(c, at + 2 * L);
    c13.intoArray(c, at + 3 * L);
    at += cStride;
    c20.intoArray(c, at);
    c21.intoArray(c, at + L);
    c22.intoArray(c, at + 2 * L);
    c23.intoArray(c, at + 3 * L);
    at += cStride;
    c30.intoArray(c, at);
    c31.intoArray(c, at + L);
    c32.intoArray(c, at + 2 * L);
    c33.intoArray(c, at + 3 * L);
    at += cStride;
    c40.intoArray(c, at);
    c41.intoArray(c, at + L);
    c42.intoArray(c, at + 2 * L);
    c43.intoArray(c, at + 3 * L);
    at += cStride;
    c50.intoArray(c, at);
    c51.intoArray(c, at + L);
    c52.intoArray(c, at + 2 * L);
    c53.intoArray(c, at + 3 * L);
  }

  private static void fourBy4(
      int inner,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int bStride,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt,
      int cStride) {
    FloatVector c00 = FloatVector.fromArray(S, bias, biasAt);
    FloatVector c01 = FloatVector.fromArray(S, bias, biasAt + L);
    FloatVector c02 = FloatVector.fromArray(S, bias, biasAt + 2 * L);
    FloatVector c03 = FloatVector.fromArray(S, bias, biasAt + 3 * L);
    FloatVector c10 = c00;
    FloatVector c11 = c01;
    FloatVector c12 = c02;
    FloatVector c13 = c03;
    FloatVector c20 = c00;
    FloatVector c21 = c01;
    FloatVector c22 = c02;
    FloatVector c23 = c03;
    FloatVector c30 = c00;
    FloatVector c31 = c01;
    FloatVector c32 = c02;
    FloatVector c33 = c03;
    int a1 = aAt + aStride;
    int a2 = a1 + aStride;
    int a3 = a2 + aStride;
    for (int i = 0, at = bAt; i < inner; i++, at += bStride) {
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector b1 = FloatVector.fromArray(S, b, at + L);
      FloatVector b2 = FloatVector.fromArray(S, b, at + 2 * L);
      FloatVector b3 = FloatVector.fromArray(S, b, at + 3 * L);
      FloatVector x = FloatVector.broadcast(S, a[aAt + i]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      c03 = x.fma(b3, c03);
      x = FloatVector.broadcast(S, a[a1 + i]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      c13 = x.fma(b3, c13);
      x = FloatVector.broadcast(S, a[a2 + i]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      c23 = x.fma(b3, c23);
      x = FloatVector.broadcast(S, a[a3 + i]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      c32 = x.fma(b2, c32);
      c33 = x.fma(b3, c33);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + L);
    c02.intoArray(c, cAt + 2 * L);
    c03.intoArray(c, cAt + 3 * L);
    int at = cAt + cStride;
    c10.intoArray(c, at);
    c11.intoArray(c, at + L);
    c12.intoArray(c, at + 2 * L);
    c13.intoArray(c, at + 3 * L);
    at += cStride;
    c20.intoArray(c, at);
    c21.intoArray(c, at + L);
    c22.intoArray(c, at + 2 * L);
    c23.intoArray(c, at + 3 * L);
    at += cStride;
    c30.intoArray(c, at);
    c31.intoArray(c, at + L);
    c32.intoArray(c, at + 2 * L);
    c33.intoArray(c, at + 3 * L);
  }

  private static void threeBy4(
      int inner,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int bStride,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt,
      int cStride) {
    FloatVector c00 = FloatVector.fromArray(S, bias, biasAt);
    FloatVector c01 = FloatVector.fromArray(S, bias, biasAt + L);
    FloatVector c02 = FloatVector.fromArray(S, bias, biasAt + 2 * L);
    FloatVector c03 = FloatVector.fromArray(S, bias, biasAt + 3 * L);
    FloatVector c10 = c00;
    FloatVector c11 = c01;
    FloatVector c12 = c02;
    FloatVector c13 = c03;
    FloatVector c20 = c00;
    FloatVector c21 = c01;
    FloatVector c22 = c02;
    FloatVector c23 = c03;
    int a1 = aAt + aStride;
    int a2 = a1 + aStride;
    for (int i = 0, at = bAt; i < inner; i++, at += bStride) {
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector b1 = FloatVector.fromArray(S, b, at + L);
      FloatVector b2 = FloatVector.fromArray(S, b, at + 2 * L);
      FloatVector b3 = FloatVector.fromArray(S, b, at + 3 * L);
      FloatVector x = FloatVector.broadcast(S, a[aAt + i]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      c03 = x.fma(b3, c03);
      x = FloatVector.broadcast(S, a[a1 + i]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      c13 = x.fma(b3, c13);
      x = FloatVector.broadcast(S, a[a2 + i]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      c23 = x.fma(b3, c23);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + L);
    c02.intoArray(c, cAt + 2 * L);
    c03.intoArray(c, cAt + 3 * L);
    int at = cAt + cStride;
    c10.intoArray(c, at);
    c11.intoArray(c, at + L);
    c12.intoArray(c, at + 2 * L);
    c13.intoArray(c, at + 3 * L);
    at += cStride;
    c20.intoArray(c, at);
    c21.intoArray(c, at + L);
    c22.intoArray(c, at + 2 * L);
    c23.intoArray(c, at + 3 * L);
  }

  private static void twoBy4(
      int inner,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int bStride,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt,
      int cStride) {
    FloatVector c00 = FloatVector.fromArray(S, bias, biasAt);
    FloatVector c01 = FloatVector.fromArray(S, bias, biasAt + L);
    FloatVector c02 = FloatVector.fromArray(S, bias, biasAt + 2 * L);
    FloatVector c03 = FloatVector.fromArray(S, bias, biasAt + 3 * L);
    FloatVector c10 = c00;
    FloatVector c11 = c01;
    FloatVector c12 = c02;
    FloatVector c13 = c03;
    int a1 = aAt + aStride;
    for (int i = 0, at = bAt; i < inner; i++, at += bStride) {
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector b1 = FloatVector.fromArray(S, b, at + L);
      FloatVector b2 = FloatVector.fromArray(S, b, at + 2 * L);
      FloatVector b3 = FloatVector.fromArray(S, b, at + 3 * L);
      FloatVector x = FloatVector.broadcast(S, a[aAt + i]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      c03 = x.fma(b3, c03);
      x = FloatVector.broadcast(S, a[a1 + i]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      c13 = x.fma(b3, c13);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + L);
    c02.intoArray(c, cAt + 2 * L);
    c03.intoArray(c, cAt + 3 * L);
    int at = cAt + cStride;
    c10.intoArray(c, at);
    c11.intoArray(c, at + L);
    c12.intoArray(c, at + 2 * L);
    c13.intoArray(c, at + 3 * L);
  }

  private static void oneBy4(
      int inner,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int bStride,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt,
      int cStride) {
    FloatVector c00 = FloatVector.fromArray(S, bias, biasAt);
    FloatVector c01 = FloatVector.fromArray(S, bias, biasAt + L);
    FloatVector c02 = FloatVector.fromArray(S, bias, biasAt + 2 * L);
    FloatVector c03 = FloatVector.fromArray(S, bias, biasAt + 3 * L);
    for (int i = 0, at = bAt; i < inner; i++, at += bStride) {
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector b1 = FloatVector.fromArray(S, b, at + L);
      FloatVector b2 = FloatVector.fromArray(S, b, at + 2 * L);
      FloatVector b3 = FloatVector.fromArray(S, b, at + 3 * L);
      FloatVector x = FloatVector.broadcast(S, a[aAt + i]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      c03 = x.fma(b3, c03);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + L);
    c02.intoArray(c, cAt + 2 * L);
    c03.intoArray(c, cAt + 3 * L);
  }

  private static void sixBy2(
      int inner,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int bStride,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt,
      int cStride) {
    FloatVector c00 = FloatVector.fromArray(S, bias, biasAt);
    FloatVector c01 = FloatVector.fromArray(S, bias, biasAt + L);
    FloatVector c10 = c00;
    FloatVector c11 = c01;
    FloatVector c20 = c00;
    FloatVector c21 = c01;
    FloatVector c30 = c00;
    FloatVector c31 = c01;
    FloatVector c40 = c00;
    FloatVector c41 = c01;
    FloatVector c50 = c00;
    FloatVector c51 = c01;
    int a1 = aAt + aStride;
    int a2 = a1 + aStride;
    int a3 = a2 + aStride;
    int a4 = a3 + aStride;
    int a5 = a4 + aStride;
    for (int i = 0, at = bAt; i < inner; i++, at += bStride) {
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector b1 = FloatVector.fromArray(S, b, at + L);
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
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + L);
    int at = cAt + cStride;
    c10.intoArray(c, at);
    c11.intoArray(c, at + L);
    at += cStride;
    c20.intoArray(c, at);
    c21.intoArray(c, at + L);
    at += cStride;
    c30.intoArray(c, at);
    c31.intoArray(c, at + L);
    at += cStride;
    c40.intoArray(c, at);
    c41.intoArray(c, at + L);
    at += cStride;
    c50.intoArray(c, at);
    c51.intoArray(c, at + L);
  }

  private static void fourBy2(
      int inner,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int bStride,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt,
      int cStride) {
    FloatVector c00 = FloatVector.fromArray(S, bias, biasAt);
    FloatVector c01 = FloatVector.fromArray(S, bias, biasAt + L);
    FloatVector c10 = c00;
    FloatVector c11 = c01;
    FloatVector c20 = c00;
    FloatVector c21 = c01;
    FloatVector c30 = c00;
    FloatVector c31 = c01;
    int a1 = aAt + aStride;
    int a2 = a1 + aStride;
    int a3 = a2 + aStride;
    for (int i = 0, at = bAt; i < inner; i++, at += bStride) {
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector b1 = FloatVector.fromArray(S, b, at + L);
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
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + L);
    int at = cAt + cStride;
    c10.intoArray(c, at);
    c11.intoArray(c, at + L);
    at += cStride;
    c20.intoArray(c, at);
    c21.intoArray(c, at + L);
    at += cStride;
    c30.intoArray(c, at);
    c31.intoArray(c, at + L);
  }

  private static void fewBy2(
      int rows,
      int inner,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int bStride,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt,
      int cStride) {
    if (rows == 3) {
      FloatVector c00 = FloatVector.fromArray(S, bias, biasAt);
      FloatVector c01 = FloatVector.fromArray(S, bias, biasAt + L);
      FloatVector c10 = c00;
      FloatVector c11 = c01;
      FloatVector c20 = c00;
      FloatVector c21 = c01;
      int a1 = aAt + aStride;
      int a2 = a1 + aStride;
      for (int i = 0, at = bAt; i < inner; i++, at += bStride) {
        FloatVector b0 = FloatVector.fromArray(S, b, at);
        FloatVector b1 = FloatVector.fromArray(S, b, at + L);
        FloatVector x = FloatVector.broadcast(S, a[aAt + i]);
        c00 = x.fma(b0, c00);
        c01 = x.fma(b1, c01);
        x = FloatVector.broadcast(S, a[a1 + i]);
        c10 = x.fma(b0, c10);
        c11 = x.fma(b1, c11);
        x = FloatVector.broadcast(S, a[a2 + i]);
        c20 = x.fma(b0, c20);
        c21 = x.fma(b1, c21);
      }
      c00.intoArray(c, cAt);
      c01.intoArray(c, cAt + L);
      int at = cAt + cStride;
      c10.intoArray(c, at);
      c11.intoArray(c, at + L);
      at += cStride;
      c20.intoArray(c, at);
      c21.intoArray(c, at + L);
    } else if (rows == 2) {
      FloatVector c00 = FloatVector.fromArray(S, bias, biasAt);
      FloatVector c01 = FloatVector.fromArray(S, bias, biasAt + L);
      FloatVector c10 = c00;
      FloatVector c11 = c01;
      int a1 = aAt + aStride;
      for (int i = 0, at = bAt; i < inner; i++, at += bStride) {
        FloatVector b0 = FloatVector.fromArray(S, b, at);
        FloatVector b1 = FloatVector.fromArray(S, b, at + L);
        FloatVector x = FloatVector.broadcast(S, a[aAt + i]);
        c00 = x.fma(b0, c00);
        c01 = x.fma(b1, c01);
        x = FloatVector.broadcast(S, a[a1 + i]);
        c10 = x.fma(b0, c10);
        c11 = x.fma(b1, c11);
      }
      c00.intoArray(c, cAt);
      c01.intoArray(c, cAt + L);
      int at = cAt + cStride;
      c10.intoArray(c, at);
      c11.intoArray(c, at + L);
    } else {
      FloatVector c00 = FloatVector.fromArray(S, bias, biasAt);
      FloatVector c01 = FloatVector.fromArray(S, bias, biasAt + L);
      for (int i = 0, at = bAt; i < inner; i++, at += bStride) {
        FloatVector b0 = FloatVector.fromArray(S, b, at);
        FloatVector b1 = FloatVector.fromArray(S, b, at + L);
        FloatVector x = FloatVector.broadcast(S, a[aAt + i]);
        c00 = x.fma(b0, c00);
        c01 = x.fma(b1, c01);
      }
      c00.intoArray(c, cAt);
      c01.intoArray(c, cAt + L);
    }
  }

  private static void sixBy1(
      int inner,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int bStride,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt,
      int cStride) {
    FloatVector c00 = FloatVector.fromArray(S, bias, biasAt);
    FloatVector c10 = c00;
    FloatVector c20 = c00;
    FloatVector c30 = c00;
    FloatVector c40 = c00;
    FloatVector c50 = c00;
    int a1 = aAt + aStride;
    int a2 = a1 + aStride;
    int a3 = a2 + aStride;
    int a4 = a3 + aStride;
    int a5 = a4 + aStride;
    for (int i = 0, at = bAt; i < inner; i++, at += bStride) {
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector x = FloatVector.broadcast(S, a[aAt + i]);
      c00 = x.fma(b0, c00);
      x = FloatVector.broadcast(S, a[a1 + i]);
      c10 = x.fma(b0, c10);
      x = FloatVector.broadcast(S, a[a2 + i]);
      c20 = x.fma(b0, c20);
      x = FloatVector.broadcast(S, a[a3 + i]);
      c30 = x.fma(b0, c30);
      x = FloatVector.broadcast(S, a[a4 + i]);
      c40 = x.fma(b0, c40);
      x = FloatVector.broadcast(S, a[a5 + i]);
      c50 = x.fma(b0, c50);
    }
    c00.intoArray(c, cAt);
    int at = cAt + cStride;
    c10.intoArray(c, at);
    at += cStride;
    c20.intoArray(c, at);
    at += cStride;
    c30.intoArray(c, at);
    at += cStride;
    c40.intoArray(c, at);
    at += cStride;
    c50.intoArray(c, at);
  }

  private static void fewBy1(
      int rows,
      int inner,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int bStride,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt,
      int cStride) {
    if (rows == 4) {
      FloatVector c00 = FloatVector.fromArray(S, bias, biasAt);
      FloatVector c10 = c00;
      FloatVector c20 = c00;
      FloatVector c30 = c00;
      int a1 = aAt + aStride;
      int a2 = a1 + aStride;
      int a3 = a2 + aStride;
      for (int i = 0, at = bAt; i < inner; i++, at += bStride) {
        FloatVector b0 = FloatVector.fromArray(S, b, at);
        FloatVector x = FloatVector.broadcast(S, a[aAt + i]);
        c00 = x.fma(b0, c00);
        x = FloatVector.broadcast(S, a[a1 + i]);
        c10 = x.fma(b0, c10);
        x = FloatVector.broadcast(S, a[a2 + i]);
        c20 = x.fma(b0, c20);
        x = FloatVector.broadcast(S, a[a3 + i]);
        c30 = x.fma(b0, c30);
      }
      c00.intoArray(c, cAt);
      int at = cAt + cStride;
      c10.intoArray(c, at);
      at += cStride;
      c20.intoArray(c, at);
      at += cStride;
      c30.intoArray(c, at);
    } else if (rows == 3) {
      FloatVector c00 = FloatVector.fromArray(S, bias, biasAt);
      FloatVector c10 = c00;
      FloatVector c20 = c00;
      int a1 = aAt + aStride;
      int a2 = a1 + aStride;
      for (int i = 0, at = bAt; i < inner; i++, at += bStride) {
        FloatVector b0 = FloatVector.fromArray(S, b, at);
        FloatVector x = FloatVector.broadcast(S, a[aAt + i]);
        c00 = x.fma(b0, c00);
        x = FloatVector.broadcast(S, a[a1 + i]);
        c10 = x.fma(b0, c10);
        x = FloatVector.broadcast(S, a[a2 + i]);
        c20 = x.fma(b0, c20);
      }
      c00.intoArray(c, cAt);
      int at = cAt + cStride;
      c10.intoArray(c, at);
      at += cStride;
      c20.intoArray(c, at);
    } else if (rows == 2) {
      FloatVector c00 = FloatVector.fromArray(S, bias, biasAt);
      FloatVector c10 = c00;
      int a1 = aAt + aStride;
      for (int i = 0, at = bAt; i < inner; i++, at += bStride) {
        FloatVector b0 = FloatVector.fromArray(S, b, at);
        FloatVector x = FloatVector.broadcast(S, a[aAt + i]);
        c00 = x.fma(b0, c00);
        x = FloatVector.broadcast(S, a[a1 + i]);
        c10 = x.fma(b0, c10);
      }
      c00.intoArray(c, cAt);
      int at = cAt + cStride;
      c10.intoArray(c, at);
    } else {
      FloatVector c00 = FloatVector.fromArray(S, bias, biasAt);
      for (int i = 0, at = bAt; i < inner; i++, at += bStride) {
        FloatVector b0 = FloatVector.fromArray(S, b, at);
        FloatVector x = FloatVector.broadcast(S, a[aAt + i]);
        c00 = x.fma(b0, c00);
      }
      c00.intoArray(c, cAt);
    }
  }
}
