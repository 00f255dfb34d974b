package dev.goldcrest.compress.matrix;

import java.util.Arrays;

/**
 * A dense matrix (rows, columns) in row-major order. The array is the matrix's own: whoever makes
 * or asks for it must not write to it afterwards.
 */
public record Matrix(int rows, int columns, double[] data) {
  /** How many rows of the right operand one pass over a row of a product takes in. */
  private static final int FUSED = 4;

  /** Rows of the right operand that stay in the cache while all left rows meet them. */
  private static final int BLOCK = 128;

  public Matrix {
    if (rows < 1 || columns < 1 || data.length != Math.multiplyExact(rows, columns)) {
      throw new IllegalArgumentException(
          "a matrix of " + rows + " x " + columns + " does not have " + data.length + " elements");
    }
  }

  /** A matrix of nothing but zeros, to be filled by who makes it. */
  static Matrix zeros(int rows, int columns) {
    return new Matrix(rows, columns, new double[Math.multiplyExact(rows, columns)]);
  }

  /** The same elements in double. */
  public static Matrix of(int rows, int columns, float[] values) {
    double[] data = new double[values.length];
    for (int i = 0; i < data.length; i++) {
      data[i] = values[i];
    }
    return new Matrix(rows, columns, data);
  }

  public double at(int row, int column) {
    return data[row * columns + column];
  }

  /** The elements in float, row-major. */
  public float[] floats() {
    float[] values = new float[data.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) data[i];
    }
    return values;
  }

  public Matrix transposed() {
    Matrix turned = zeros(columns, rows);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        turned.data[column * rows + row] = data[row * columns + column];
      }
    }
    return turned;
  }

  /** The first {@code count} rows. */
  public Matrix head(int count) {
    return new Matrix(count, columns, Arrays.copyOf(data, count * columns));
  }

  /** This (M, K) times {@code right} (K, N). */
  public Matrix times(Matrix right) {
    if (columns != right.rows) {
      throw new IllegalArgumentException(
          "inner dimensions differ: "
              + rows
              + " x "
              + columns
              + " times "
              + right.rows
              + " x "
              + right.columns);
    }
    Matrix product = zeros(rows, right.columns);
    for (int from = 0; from < columns; from += BLOCK) {
      int to = Math.min(from + BLOCK, columns);
      for (int row = 0; row < rows; row++) {
        addRows(
            product.data, row * right.columns, right.columns, data, row * columns, right, from, to);
      }
    }
    return product;
  }

  /** {@code sum[at..at+n) += sum over k of factors[offset + k] * right[k, :]}. */
  private static void addRows(
      double[] sum, int at, int n, double[] factors, int offset, Matrix right, int from, int to) {
    int k = from;
    for (; k + FUSED <= to; k += FUSED) {
      fused(
          sum,
          at,
          n,
          right.data,
          k * n,
          factors[offset + k],
          factors[offset + k + 1],
          factors[offset + k + 2],
          factors[offset + k + 3]);
    }
    for (; k < to; k++) {
      axpy(sum, at, right.data, k * n, n, factors[offset + k]);
    }
  }

  /**
   * {@code y += a x + b x' + c x'' + d x'''} over four rows that follow each other in {@code x}.
   */
  static void fused(
      double[] y, int at, int n, double[] x, int from, double a, double b, double c, double d) {
    int second = from + n;
    int third = second + n;
    int fourth = third + n;
    for (int i = 0; i < n; i++) {
      y[at + i] += a * x[from + i] + b * x[second + i] + c * x[third + i] + d * x[fourth + i];
    }
  }

  /** {@code y[at..] += factor * x[from..]}, n elements. */
  static void axpy(double[] y, int at, double[] x, int from, int n, double factor) {
    for (int i = 0; i < n; i++) {
      y[at + i] += factor * x[from + i];
    }
  }

  /** The sum with a matrix of the same shape. */
  public Matrix plus(Matrix other) {
    requireSame(other);
    Matrix sum = new Matrix(rows, columns, data.clone());
    axpy(sum.data, 0, other.data, 0, data.length, 1);
    return sum;
  }

  /** A square matrix with {@code share} of its diagonal's mean added to the diagonal. */
  public Matrix ridged(double share) {
    double trace = 0;
    for (int i = 0; i < rows; i++) {
      trace += at(i, i);
    }
    double added = trace == 0 ? 1 : share * trace / rows; // what is all zero stays invertible
    Matrix ridged = new Matrix(rows, columns, data.clone());
    for (int i = 0; i < rows; i++) {
      ridged.data[i * columns + i] += added;
    }
    return ridged;
  }

  /**
   * The lower triangle L of a symmetric matrix L L'.
   *
   * @throws IllegalArgumentException if the matrix is not positive definite
   */
  public Matrix cholesky() {
    Matrix lower = zeros(rows, rows);
    double[] l = lower.data;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column <= row; column++) {
        double rest = at(row, column) - Householder.dot(l, row * rows, l, column * rows, column);
        if (column < row) {
          l[row * rows + column] = rest / l[column * rows + column];
        } else if (rest > 0) {
          l[row * rows + row] = Math.sqrt(rest);
        } else {
          throw new IllegalArgumentException("the matrix is not positive definite");
        }
      }
    }
    return lower;
  }

  /** This (M, N) times the inverse of a lower triangle (N, N). */
  public Matrix overLower(Matrix lower) {
    Matrix solved = new Matrix(rows, columns, data.clone());
    for (int row = 0; row < rows; row++) {
      int at = row * columns;
      for (int column = columns - 1; column >= 0; column--) {
        double value = solved.data[at + column] / lower.at(column, column);
        axpy(solved.data, at, lower.data, column * columns, column, -value);
        solved.data[at + column] = value;
      }
    }
    return solved;
  }

  /** The Frobenius norm. */
  public double norm() {
    double sum = 0;
    for (double value : data) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  /** The Frobenius norm of the difference. */
  public double distance(Matrix other) {
    requireSame(other);
    double sum = 0;
    for (int i = 0; i < data.length; i++) {
      double difference = data[i] - other.data[i];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  private void requireSame(Matrix other) {
    if (rows != other.rows || columns != other.columns) {
      throw new IllegalArgumentException(
          "shapes differ: "
              + rows
              + " x "
              + columns
              + " and "
              + other.rows
              + " x "
              + other.columns);
    }
  }
}
