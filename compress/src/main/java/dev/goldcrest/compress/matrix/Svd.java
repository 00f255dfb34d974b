package dev.goldcrest.compress.matrix;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The exact singular value decomposition of a matrix (M, N), in double: Householder QR of the
 * longer side, bidiagonalisation, implicitly shifted QR. Only the basis of the shorter side is
 * computed. That is enough for the best approximation of every rank, which is A projected on the
 * first vectors of one basis, and it keeps small singular values from spoiling the product.
 */
public final class Svd {
  /** A product {@code left} (M, r) times {@code right} (r, N). */
  public record Factors(Matrix left, Matrix right) {
    public Matrix product() {
      return left.times(right);
    }

    /** The same product with columns of the left as long as the rows of the right. */
    public Factors balanced() {
      Matrix one = left.transposed();
      Matrix other = new Matrix(right.rows(), right.columns(), right.data().clone());
      for (int i = 0; i < one.rows(); i++) {
        double first = norm(one, i);
        double second = norm(other, i);
        double root = first == 0 || second == 0 ? 1 : Math.sqrt(second / first);
        scale(one, i, root);
        scale(other, i, 1 / root);
      }
      return new Factors(one.transposed(), other);
    }

    private static double norm(Matrix matrix, int row) {
      int at = row * matrix.columns();
      return Math.sqrt(Householder.dot(matrix.data(), at, matrix.data(), at, matrix.columns()));
    }

    private static void scale(Matrix matrix, int row, double factor) {
      for (int i = row * matrix.columns(); i < (row + 1) * matrix.columns(); i++) {
        matrix.data()[i] *= factor;
      }
    }
  }

  private final Matrix matrix;
  private final boolean tall;
  private final double[] singular;
  private final Matrix basis;

  private Svd(Matrix matrix, boolean tall, double[] singular, Matrix basis) {
    this.matrix = matrix;
    this.tall = tall;
    this.singular = singular;
    this.basis = basis;
  }

  /**
   * Decomposes a matrix with a shorter side below 65,536.
   *
   * @throws IllegalArgumentException if an element is not finite or the matrix is too large
   */
  public static Svd of(Matrix matrix) {
    for (double value : matrix.data()) {
      if (!(Math.abs(value) <= Double.MAX_VALUE)) {
        throw new IllegalArgumentException("a matrix that holds " + value + " has no SVD");
      }
    }
    boolean tall = matrix.rows() >= matrix.columns();
    int n = Math.min(matrix.rows(), matrix.columns());
    if (n >= 1 << 16) {
      throw new IllegalArgumentException(
          "no SVD of " + matrix.rows() + " x " + matrix.columns() + ": both sides are too long");
    }
    double[] diagonal = new double[n];
    double[] above = new double[n];
    Matrix triangle = Householder.triangle(tall ? matrix : matrix.transposed());
    Matrix turned = Householder.bidiagonal(triangle, diagonal, above);
    Bidiagonal.diagonalise(diagonal, above, turned);
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -Math.abs(diagonal[i])))
            .mapToInt(i -> i)
            .toArray();
    double[] singular = new double[n];
    Matrix basis = Matrix.zeros(n, n);
    for (int i = 0; i < n; i++) {
      singular[i] = Math.abs(diagonal[order[i]]);
      System.arraycopy(turned.data(), order[i] * n, basis.data(), i * n, n);
    }
    return new Svd(matrix, tall, singular, basis);
  }

  /** The singular values, largest first; not to be written to. */
  public double[] singular() {
    return singular;
  }

  /** The Frobenius norm of what rank {@code rank} leaves out: that of the other singular values. */
  public double tail(int rank) {
    double sum = 0;
    for (int i = singular.length - 1; i >= rank; i--) {
      sum += singular[i] * singular[i];
    }
    return Math.sqrt(sum);
  }

  /**
   * The best approximation of rank {@code rank}. Both factors carry the root of each singular
   * value, so that training moves both alike.
   */
  public Factors truncate(int rank) {
    if (rank < 1 || rank > singular.length) {
      throw new IllegalArgumentException(
          "a rank from 1 to " + singular.length + " is needed, not " + rank);
    }
    Matrix first = basis.head(rank); // (r, n)
    if (tall) {
      Matrix left = matrix.times(first.transposed());
      return balanced(left, first, false);
    }
    return balanced(first.transposed(), first.times(matrix), true);
  }

  /** Moves the singular values, which one factor carries, by halves to both. */
  private Factors balanced(Matrix left, Matrix right, boolean inRight) {
    int rank = left.columns();
    for (int i = 0; i < rank; i++) {
      double root = Math.sqrt(singular[i]);
      double up = root;
      double down = root == 0 ? 0 : 1 / root;
      double toLeft = inRight ? up : down;
      double toRight = inRight ? down : up;
      for (int row = 0; row < left.rows(); row++) {
        left.data()[row * rank + i] *= toLeft;
      }
      for (int column = 0; column < right.columns(); column++) {
        right.data()[i * right.columns() + column] *= toRight;
      }
    }
    return new Factors(left, right);
  }
}
