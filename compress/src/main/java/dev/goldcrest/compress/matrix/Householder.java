package dev.goldcrest.compress.matrix;

import java.util.Arrays;

/**
 * Reductions by Householder reflections; what is read once in a row is written in the same pass.
 */
final class Householder {
  /** Columns that are reduced before the rest of the matrix hears of it. */
  private static final int PANEL = 32;

  private static final int FUSED = 4;

  private Householder() {}

  /**
   * The triangle R (N, N) of A = Q R for a tall A (M, N). Blocked (Schreiber and Van Loan, 1989): a
   * panel's reflections meet the other columns together, as I - V T V'.
   */
  static Matrix triangle(Matrix tall) {
    int n = tall.columns();
    double[] a = tall.data().clone();
    for (int from = 0; from < n; from += PANEL) {
      int width = Math.min(PANEL, n - from);
      double[] v = new double[(tall.rows() - from) * width];
      double[] t = new double[width * width];
      panel(a, tall.rows(), n, from, width, v, t);
      if (from + width < n) {
        update(a, tall.rows(), n, from, width, v, t);
      }
    }
    Matrix r = Matrix.zeros(n, n);
    for (int row = 0; row < n; row++) {
      System.arraycopy(a, row * n + row, r.data(), row * n + row, n - row);
    }
    return r;
  }

  /** Reduces columns {@code from..from + width}; leaves the reflections in {@code v} and T. */
  private static void panel(double[] a, int m, int n, int from, int width, double[] v, double[] t) {
    double[] sums = new double[width];
    for (int j = 0; j < width; j++) {
      int top = from + j;
      double[] x = new double[m - top];
      for (int i = 0; i < x.length; i++) {
        x[i] = a[(top + i) * n + top];
      }
      double tau = reflector(x);
      a[top * n + top] = x[0];
      x[0] = 1;
      Arrays.fill(sums, 0);
      for (int i = 0; i < x.length; i++) {
        v[(j + i) * width + j] = x[i];
        Matrix.axpy(sums, j + 1, a, (top + i) * n + top + 1, width - j - 1, x[i]);
        for (int k = 0; k < j; k++) {
          sums[k] += v[(j + i) * width + k] * x[i];
        }
      }
      for (int i = 0; i < x.length; i++) {
        Matrix.axpy(a, (top + i) * n + top + 1, sums, j + 1, width - j - 1, -tau * x[i]);
      }
      // Column j of T: -tau T (V' v_j), with tau below it on the diagonal.
      for (int row = 0; row < j; row++) {
        double sum = 0;
        for (int k = row; k < j; k++) {
          sum += t[row * width + k] * sums[k];
        }
        t[row * width + j] = -tau * sum;
      }
      t[j * width + j] = tau;
    }
  }

  /** A := (I - V T' V') A for the columns right of the panel. */
  private static void update(
      double[] a, int m, int n, int from, int width, double[] v, double[] t) {
    int rest = n - from - width;
    int first = from + width;
    double[] w = new double[width * rest]; // V' A
    int i = from;
    for (; i + FUSED <= m; i += FUSED) {
      int at = (i - from) * width;
      for (int k = 0; k < width; k++) {
        fused(w, k * rest, rest, a, i * n + first, n, v, at + k, width);
      }
    }
    for (; i < m; i++) {
      for (int k = 0; k < width; k++) {
        Matrix.axpy(w, k * rest, a, i * n + first, rest, v[(i - from) * width + k]);
      }
    }
    double[] tw = new double[width * rest]; // -T' V' A
    for (int row = 0; row < width; row++) {
      for (int k = 0; k <= row; k++) {
        Matrix.axpy(tw, row * rest, w, k * rest, rest, -t[k * width + row]);
      }
    }
    for (int row = from; row < m; row++) {
      int k = 0;
      for (; k + FUSED <= width; k += FUSED) {
        fused(a, row * n + first, rest, tw, k * rest, rest, v, (row - from) * width + k, 1);
      }
      for (; k < width; k++) {
        double factor = v[(row - from) * width + k];
        Matrix.axpy(a, row * n + first, tw, k * rest, rest, factor);
      }
    }
  }

  /**
   * Adds four rows of {@code x}, {@code stride} apart, with factors that are {@code step} apart.
   */
  private static void fused(
      double[] y,
      int at,
      int n,
      double[] x,
      int from,
      int stride,
      double[] factors,
      int first,
      int step) {
    double a = factors[first];
    double b = factors[first + step];
    double c = factors[first + 2 * step];
    double d = factors[first + 3 * step];
    int second = from + stride;
    int third = second + stride;
    int fourth = third + stride;
    for (int i = 0; i < n; i++) {
      y[at + i] += a * x[from + i] + b * x[second + i] + c * x[third + i] + d * x[fourth + i];
    }
  }

  /**
   * Makes the reflection I - tau v v' that maps x to a multiple of the first axis: x becomes v but
   * for its first element, which is that multiple (v's own is 1).
   *
   * @return tau; 0 where x already lies on the axis
   */
  static double reflector(double[] x) {
    double largest = 0;
    for (int i = 1; i < x.length; i++) {
      largest = Math.max(largest, Math.abs(x[i]));
    }
    if (largest == 0) {
      return 0;
    }
    largest = Math.max(largest, Math.abs(x[0]));
    double sum = 0;
    for (double value : x) {
      sum += value / largest * (value / largest);
    }
    double norm = Math.sqrt(sum) * largest;
    double beta = x[0] > 0 ? -norm : norm;
    double tau = (beta - x[0]) / beta;
    double scale = 1 / (x[0] - beta);
    for (int i = 1; i < x.length; i++) {
      x[i] *= scale;
    }
    x[0] = beta;
    return tau;
  }

  /**
   * Reduces a square R to the bidiagonal B of R = U B V'. Destroys {@code r}.
   *
   * @param diagonal gets the diagonal of B
   * @param above gets the one above it
   * @return V', whose row i belongs to {@code diagonal[i]}
   */
  static Matrix bidiagonal(Matrix r, double[] diagonal, double[] above) {
    int n = r.rows();
    double[] a = r.data();
    double[][] right = new double[n][];
    double[] taus = new double[n];
    double[] x = new double[n]; // what the last right reflection still takes from each row
    double[] v = null; // its vector, from column k on
    double[] w = new double[n];
    for (int k = 0; k < n; k++) {
      double[] u = new double[n - k];
      for (int i = k; i < n; i++) {
        u[i - k] = a[i * n + k] - (v == null ? 0 : x[i] * v[0]);
      }
      double tau = reflector(u);
      diagonal[k] = u[0];
      u[0] = 1;
      int rest = n - k - 1;
      if (rest == 0) {
        break;
      }
      Arrays.fill(w, 0, rest, 0);
      for (int i = k; i < n; i++) {
        if (v == null) {
          Matrix.axpy(w, 0, a, i * n + k + 1, rest, u[i - k]);
        } else {
          takeAndSum(a, i * n + k + 1, v, x[i], w, u[i - k], rest);
        }
      }
      Matrix.axpy(a, k * n + k + 1, w, 0, rest, -tau);
      v = Arrays.copyOfRange(a, k * n + k + 1, (k + 1) * n);
      taus[k] = reflector(v);
      above[k] = v[0];
      v[0] = 1;
      right[k] = v;
      for (int i = k + 1; i < n; i++) {
        x[i] = taus[k] * takeAndDot(a, i * n + k + 1, w, tau * u[i - k], v, rest);
      }
    }
    return basis(right, taus, n);
  }

  /** {@code row -= factor v[1..]; w += weight row}. */
  private static void takeAndSum(
      double[] a, int at, double[] v, double factor, double[] w, double weight, int n) {
    for (int i = 0; i < n; i++) {
      double value = a[at + i] - factor * v[i + 1];
      a[at + i] = value;
      w[i] += weight * value;
    }
  }

  /** {@code row -= factor w}; returns its product with v. */
  private static double takeAndDot(
      double[] a, int at, double[] w, double factor, double[] v, int n) {
    Matrix.axpy(a, at, w, 0, n, -factor);
    return dot(a, at, v, n);
  }

  static double dot(double[] a, int at, double[] v, int n) {
    return dot(a, at, v, 0, n);
  }

  /** Four sums that do not wait for each other. */
  static double dot(double[] a, int at, double[] v, int from, int n) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int i = 0;
    for (; i + FUSED <= n; i += FUSED) {
      first += a[at + i] * v[from + i];
      second += a[at + i + 1] * v[from + i + 1];
      third += a[at + i + 2] * v[from + i + 2];
      fourth += a[at + i + 3] * v[from + i + 3];
    }
    for (; i < n; i++) {
      first += a[at + i] * v[from + i];
    }
    return first + second + (third + fourth);
  }

  /** The product of the reflections, last one first; reflection k moves columns k + 1 and on. */
  private static Matrix basis(double[][] right, double[] taus, int n) {
    Matrix basis = Matrix.zeros(n, n);
    double[] q = basis.data();
    for (int i = 0; i < n; i++) {
      q[i * n + i] = 1;
    }
    for (int k = n - 2; k >= 0; k--) {
      double[] v = right[k];
      for (int row = k + 1; row < n; row++) {
        int at = row * n + k + 1;
        Matrix.axpy(q, at, v, 0, v.length, -taus[k] * dot(q, at, v, v.length));
      }
    }
    return basis;
  }
}
