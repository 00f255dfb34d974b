package dev.goldcrest.compress.matrix;

import java.util.SplittableRandom;

/**
 * Semi-non-negative matrix factorisation X = W H with H at least 0 (Ding, Li and Jordan, 2010):
 * alternately the best W for H, and a multiplicative step of H. Its error is never below that of
 * the SVD.
 */
public final class SemiNmf {
  private static final double EPSILON = 1e-9;

  private SemiNmf() {}

  /** An H (rank, columns) to start from: uniform from 0 to 1. */
  public static Matrix start(int rank, int columns, long seed) {
    Matrix h = Matrix.zeros(rank, columns);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < h.data().length; i++) {
      h.data()[i] = random.nextDouble();
    }
    return h;
  }

  /**
   * Takes {@code iterations} steps from {@code start}; as in the original, W belongs to the H
   * before the last of them.
   *
   * @param x (M, N)
   * @param start H (r, N), at least 0
   * @return W (M, r) and H
   * @throws IllegalArgumentException if the rows of H become dependent: the rank is too high for X
   */
  public static Svd.Factors factorise(Matrix x, Matrix start, int iterations) {
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations must be at least 1, got " + iterations);
    }
    Matrix turned = x.transposed();
    Matrix h = start;
    Matrix w = null;
    for (int i = 0; i < iterations; i++) {
      Matrix ht = h.transposed(); // (N, r)
      w = x.times(ht).times(inverse(h.times(ht)));
      Matrix xw = turned.times(w); // (N, r)
      Matrix ww = w.transposed().times(w); // (r, r)
      Matrix lost = ht.times(part(ww, 1));
      Matrix won = ht.times(part(ww, -1));
      Matrix next = Matrix.zeros(h.rows(), h.columns());
      for (int row = 0; row < h.rows(); row++) {
        for (int column = 0; column < h.columns(); column++) {
          double fit = xw.at(column, row);
          double up = Math.max(fit, 0) + won.at(column, row);
          double down = Math.max(-fit, 0) + lost.at(column, row) + EPSILON;
          next.data()[row * h.columns() + column] = h.at(row, column) * Math.sqrt(up / down);
        }
      }
      h = next;
    }
    return new Svd.Factors(w, h);
  }

  /** The positive part, or that of the negative, as a magnitude. */
  private static Matrix part(Matrix matrix, int sign) {
    Matrix part = Matrix.zeros(matrix.rows(), matrix.columns());
    for (int i = 0; i < part.data().length; i++) {
      part.data()[i] = Math.max(sign * matrix.data()[i], 0);
    }
    return part;
  }

  /** Gauss and Jordan's inverse with row pivots. */
  private static Matrix inverse(Matrix matrix) {
    int n = matrix.rows();
    double[] a = matrix.data().clone();
    Matrix inverse = Matrix.zeros(n, n);
    double[] b = inverse.data();
    for (int i = 0; i < n; i++) {
      b[i * n + i] = 1;
    }
    for (int column = 0; column < n; column++) {
      int pivot = column;
      for (int row = column + 1; row < n; row++) {
        if (Math.abs(a[row * n + column]) > Math.abs(a[pivot * n + column])) {
          pivot = row;
        }
      }
      double divisor = a[pivot * n + column];
      if (!(Math.abs(divisor) > Double.MIN_NORMAL)) {
        throw new IllegalArgumentException(
            "semi-NMF of rank " + n + " is not defined: the rows of H depend on each other");
      }
      swap(a, n, pivot, column);
      swap(b, n, pivot, column);
      for (int k = 0; k < n; k++) {
        a[column * n + k] /= divisor;
        b[column * n + k] /= divisor;
      }
      for (int row = 0; row < n; row++) {
        double factor = a[row * n + column];
        if (row != column && factor != 0) {
          Matrix.axpy(a, row * n, a, column * n, n, -factor);
          Matrix.axpy(b, row * n, b, column * n, n, -factor);
        }
      }
    }
    return inverse;
  }

  private static void swap(double[] a, int n, int one, int other) {
    for (int k = 0; k < n && one != other; k++) {
      double kept = a[one * n + k];
      a[one * n + k] = a[other * n + k];
      a[other * n + k] = kept;
    }
  }
}
