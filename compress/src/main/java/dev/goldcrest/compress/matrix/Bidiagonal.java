package dev.goldcrest.compress.matrix;

import java.util.Arrays;

/**
 * Makes an upper bidiagonal matrix diagonal by implicitly shifted QR steps (Golub and Reinsch,
 * 1970). The rotations from the right are kept back and meet the basis strip by strip, many steps
 * at a time, so that a strip stays in the cache.
 */
final class Bidiagonal {
  private static final double EPSILON = Math.ulp(1.0);

  /** Steps a singular value may take; three are usual. */
  private static final int MOST_STEPS = 60;

  /** Columns of the basis that are turned together. */
  private static final int STRIP = 48;

  private final double[] d;
  private final double[] e;
  private final Matrix basis;
  private final double[] cosines;
  private final double[] sines;
  private final int[] rows;
  private int kept;

  private Bidiagonal(double[] diagonal, double[] above, Matrix basis) {
    this.d = diagonal;
    this.e = above;
    this.basis = basis;
    int room = Math.max(1 << 10, Math.min(48 * diagonal.length, 1 << 20));
    this.cosines = new double[room];
    this.sines = new double[room];
    this.rows = new int[room];
  }

  /**
   * Diagonalises in place.
   *
   * @param diagonal becomes the singular values up to sign, in no order
   * @param basis its rows are turned along
   */
  static void diagonalise(double[] diagonal, double[] above, Matrix basis) {
    Bidiagonal work = new Bidiagonal(diagonal, above, basis);
    work.run();
    work.flush();
  }

  private void run() {
    double norm = 0;
    for (int i = 0; i < d.length; i++) {
      norm = Math.max(norm, Math.abs(d[i]) + (i + 1 < d.length ? Math.abs(e[i]) : 0));
    }
    int last = d.length - 1;
    int steps = 0;
    while (last > 0) {
      int first = last;
      while (first > 0 && !negligible(first - 1, norm)) {
        first--;
      }
      if (first == last) {
        last--;
        steps = 0;
      } else if (!splitAtZero(first, last, norm)) {
        if (++steps > MOST_STEPS) {
          throw new ArithmeticException("the singular values do not converge");
        }
        step(first, last);
      }
    }
  }

  private boolean negligible(int i, double norm) {
    double size = Math.abs(e[i]);
    if (size <= EPSILON * (Math.abs(d[i]) + Math.abs(d[i + 1])) || size <= EPSILON * norm * 1e-3) {
      e[i] = 0;
      return true;
    }
    return false;
  }

  /**
   * Where a diagonal element is zero, its row (or column) is emptied: the block then falls apart.
   */
  private boolean splitAtZero(int first, int last, double norm) {
    for (int i = last; i >= first; i--) {
      if (Math.abs(d[i]) <= EPSILON * norm * 1e-3) {
        d[i] = 0;
        if (i == last) {
          emptyColumn(first, last);
        } else {
          emptyRow(i, last);
        }
        return true;
      }
    }
    return false;
  }

  /** d[row] is zero: rotations from the left move e[row] out to the right. */
  private void emptyRow(int row, int last) {
    double bulge = e[row];
    e[row] = 0;
    for (int k = row + 1; k <= last && bulge != 0; k++) {
      double r = Math.hypot(d[k], bulge);
      double c = d[k] / r;
      double s = bulge / r;
      d[k] = r;
      if (k < last) {
        bulge = -s * e[k];
        e[k] *= c;
      }
    }
  }

  /** d[last] is zero: rotations from the right move e[last - 1] out at the top. */
  private void emptyColumn(int first, int last) {
    double bulge = e[last - 1];
    e[last - 1] = 0;
    for (int k = last - 1; k >= first && bulge != 0; k--) {
      double r = Math.hypot(d[k], bulge);
      double c = d[k] / r;
      double s = bulge / r;
      d[k] = r;
      turn(k, last, c, s);
      if (k > first) {
        bulge = -s * e[k - 1];
        e[k - 1] *= c;
      }
    }
  }

  private void step(int first, int last) {
    double shift = shift(last);
    // (d² - shift) / d without squares that overflow
    double y = (Math.abs(d[first]) - shift) * (Math.signum(d[first]) + shift / d[first]);
    double z = e[first];
    for (int k = first; k < last; k++) {
      double r = Math.hypot(y, z);
      double c = r == 0 ? 1 : y / r;
      double s = r == 0 ? 0 : z / r;
      if (k > first) {
        e[k - 1] = r;
      }
      turn(k, k + 1, c, s);
      y = c * d[k] + s * e[k];
      e[k] = c * e[k] - s * d[k];
      z = s * d[k + 1];
      d[k + 1] *= c;
      r = Math.hypot(y, z);
      c = r == 0 ? 1 : y / r;
      s = r == 0 ? 0 : z / r;
      d[k] = r;
      y = c * e[k] + s * d[k + 1];
      d[k + 1] = c * d[k + 1] - s * e[k];
      if (k + 1 < last) {
        z = s * e[k + 1];
        e[k + 1] *= c;
      }
    }
    e[last - 1] = y;
  }

  /** The singular value of the block's last 2 x 2 triangle that is nearer to its last column. */
  private double shift(int last) {
    double f = Math.abs(d[last - 1]);
    double g = Math.abs(e[last - 1]);
    double h = Math.abs(d[last]);
    double sum = Math.hypot(f + h, g);
    double difference = Math.hypot(f - h, g);
    double small = 2 * f * h / (sum + difference);
    double large = (sum + difference) / 2;
    double corner = Math.hypot(g, h);
    return large - corner < corner - small ? large : small;
  }

  /** Row i becomes c i + s j, row j becomes c j - s i. */
  private void turn(int i, int j, double c, double s) {
    if (kept == rows.length) {
      flush();
    }
    cosines[kept] = c;
    sines[kept] = s;
    rows[kept++] = i << 16 | j;
  }

  private void flush() {
    for (int from = 0; from < basis.columns(); from += STRIP) {
      int width = Math.min(STRIP, basis.columns() - from);
      for (int k = 0; k < kept; k++) {
        int i = (rows[k] >>> 16) * basis.columns() + from;
        int j = (rows[k] & 0xffff) * basis.columns() + from;
        rotate(basis.data(), i, j, width, cosines[k], sines[k]);
      }
    }
    kept = 0;
    Arrays.fill(rows, 0);
  }

  private static void rotate(double[] q, int i, int j, int n, double c, double s) {
    for (int k = 0; k < n; k++) {
      double one = q[i + k];
      double other = q[j + k];
      q[i + k] = c * one + s * other;
      q[j + k] = c * other - s * one;
    }
  }
}
