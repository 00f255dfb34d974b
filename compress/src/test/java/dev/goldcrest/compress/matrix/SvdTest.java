package dev.goldcrest.compress.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SvdTest {
  static Matrix random(int rows, int columns, long seed) {
    Matrix matrix = Matrix.zeros(rows, columns);
    Random random = new Random(seed);
    for (int i = 0; i < matrix.data().length; i++) {
      matrix.data()[i] = random.nextGaussian();
    }
    return matrix;
  }

  /** Sides around the panel's width and the fused rows, tall, wide and square. */
  @ParameterizedTest
  @CsvSource({"1,1", "1,7", "7,1", "2,2", "5,9", "24,16", "33,32", "31,70", "65,64", "130,97"})
  void truncate_everyRank_errsByTheTail(int rows, int columns) {
    Matrix matrix = random(rows, columns, rows * 100L + columns);
    Svd svd = Svd.of(matrix);
    int most = Math.min(rows, columns);
    assertThat(svd.singular()).hasSize(most);
    for (int rank = 1; rank <= most; rank += Math.max(1, most / 7)) {
      double error = svd.truncate(rank).product().distance(matrix);
      assertThat(error).as("rank %d", rank).isCloseTo(svd.tail(rank), within(1e-11));
    }
    assertThat(svd.truncate(most).product().distance(matrix)).isLessThan(1e-11);
    assertThat(svd.tail(0)).isCloseTo(matrix.norm(), within(1e-11));
  }

  @Test
  void singular_madeFromKnownOnes_comesBackSorted() {
    double[] wanted = {1e4, 100, 3, 3, 1, 1e-3, 1e-7, 0, 0};
    Matrix left = orthogonal(20, 9, 1);
    Matrix right = orthogonal(9, 9, 2).transposed();
    Matrix scaled = Matrix.zeros(9, 9);
    for (int i = 0; i < 9; i++) {
      for (int column = 0; column < 9; column++) {
        scaled.data()[i * 9 + column] = wanted[(i * 5) % 9] * right.at(i, column);
      }
    }
    double[] found = Svd.of(left.times(scaled)).singular();
    for (int i = 0; i < wanted.length; i++) {
      assertThat(found[i]).as("value %d", i).isCloseTo(wanted[i], within(1e-10));
    }
  }

  /** Zeros on the bidiagonal's diagonal, in the middle and at the end, take paths of their own. */
  @Test
  void truncate_matricesOfLowRank_areExactAtThatRank() {
    for (int rank = 1; rank < 9; rank++) {
      Matrix matrix = random(12, rank, rank).times(random(rank, 9, 50 + rank));
      Svd svd = Svd.of(matrix);
      assertThat(svd.truncate(rank).product().distance(matrix)).isLessThan(1e-11);
      assertThat(svd.tail(rank)).isLessThan(1e-11);
    }
    Matrix holes = random(40, 40, 3);
    for (int row = 0; row < 40; row++) {
      for (int column : new int[] {0, 17, 18, 39}) {
        holes.data()[row * 40 + column] = 0;
      }
    }
    assertThat(Svd.of(holes).truncate(36).product().distance(holes)).isLessThan(1e-11);
  }

  @Test
  void singular_zerosUnitsAndOnes_areKnown() {
    assertThat(Svd.of(Matrix.zeros(5, 3)).singular()).containsExactly(0, 0, 0);
    assertThat(Svd.of(Matrix.zeros(5, 3)).truncate(2).product().norm()).isZero();
    Matrix unit = Matrix.zeros(6, 6);
    Matrix ones = Matrix.zeros(6, 4);
    for (int i = 0; i < 6; i++) {
      unit.data()[i * 7] = -1;
    }
    java.util.Arrays.fill(ones.data(), 1);
    assertThat(Svd.of(unit).singular()).containsOnly(1);
    assertThat(Svd.of(ones).singular()[0]).isCloseTo(Math.sqrt(24), within(1e-12));
    assertThat(Svd.of(ones).tail(1)).isLessThan(1e-12);
  }

  /** A Hilbert matrix falls over 13 orders of magnitude. */
  @Test
  void singular_gradedMatrix_converges() {
    Matrix hilbert = Matrix.zeros(10, 10);
    for (int i = 0; i < 100; i++) {
      hilbert.data()[i] = 1.0 / (i / 10 + i % 10 + 1);
    }
    double[] singular = Svd.of(hilbert).singular();
    assertThat(singular[0]).isCloseTo(1.7519196702651775, within(1e-14));
    assertThat(singular[1]).isCloseTo(0.34292954848350904, within(1e-14));
    assertThat(singular[9]).isCloseTo(1.0931e-13, within(1e-15));
  }

  @Test
  void truncate_factors_shareTheSingularValuesEvenly() {
    Svd.Factors factors = Svd.of(random(30, 50, 9)).truncate(4);
    double[] singular = Svd.of(random(30, 50, 9)).singular();
    for (int i = 0; i < 4; i++) {
      double left = 0;
      double right = 0;
      for (int row = 0; row < 30; row++) {
        left += Math.pow(factors.left().at(row, i), 2);
      }
      for (int column = 0; column < 50; column++) {
        right += Math.pow(factors.right().at(i, column), 2);
      }
      assertThat(left).isCloseTo(singular[i], within(1e-10));
      assertThat(right).isCloseTo(singular[i], within(1e-10));
    }
  }

  @Test
  void overLower_ofARoot_takesItOff() {
    Matrix some = random(40, 12, 6);
    Matrix moments = some.transposed().times(some);
    Matrix root = moments.cholesky();
    assertThat(root.times(root.transposed()).distance(moments)).isLessThan(1e-10);
    assertThat(root.at(0, 1)).isZero();
    Matrix weight = random(5, 12, 7);
    assertThat(weight.times(root).overLower(root).distance(weight)).isLessThan(1e-10);
    assertThat(Matrix.zeros(3, 3).ridged(0.1).cholesky().at(2, 2)).isEqualTo(1);
    assertThatThrownBy(() -> Matrix.zeros(2, 2).cholesky())
        .hasMessageContaining("not positive definite");
  }

  @Test
  void balanced_factors_haveTheSameProduct() {
    Svd.Factors factors = new Svd.Factors(random(6, 3, 1), random(3, 9, 2));
    factors.left().data()[0] = 1e6;
    Svd.Factors balanced = factors.balanced();
    assertThat(balanced.product().distance(factors.product())).isLessThan(1e-6);
    double longest = 0;
    for (int row = 0; row < 6; row++) {
      longest = Math.max(longest, Math.abs(balanced.left().at(row, 0)));
    }
    assertThat(longest).isLessThan(1e5);
  }

  @Test
  void of_notFinite_isRefused() {
    Matrix matrix = random(3, 3, 1);
    matrix.data()[4] = Double.NaN;
    assertThatThrownBy(() -> Svd.of(matrix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> Svd.of(random(3, 4, 1)).truncate(4))
        .hasMessage("a rank from 1 to 3 is needed, not 4");
  }

  @Test
  void factorise_moreSteps_comeNearerButNotBelowTheSvd() {
    Matrix matrix = random(40, 30, 4);
    Matrix start = SemiNmf.start(6, 30, 1);
    double last = Double.MAX_VALUE;
    for (int steps : new int[] {1, 5, 25, 100}) {
      Svd.Factors factors = SemiNmf.factorise(matrix, start, steps);
      for (double value : factors.right().data()) {
        assertThat(value).isNotNegative();
      }
      double error = factors.product().distance(matrix);
      assertThat(error).isLessThan(last).isGreaterThan(Svd.of(matrix).tail(6));
      last = error;
    }
  }

  private static Matrix orthogonal(int rows, int columns, long seed) {
    // Gram and Schmidt, twice
    Matrix q = random(rows, columns, seed);
    for (int round = 0; round < 2; round++) {
      for (int column = 0; column < columns; column++) {
        for (int before = 0; before < column; before++) {
          double product = 0;
          for (int row = 0; row < rows; row++) {
            product += q.at(row, before) * q.at(row, column);
          }
          for (int row = 0; row < rows; row++) {
            q.data()[row * columns + column] -= product * q.at(row, before);
          }
        }
        double norm = 0;
        for (int row = 0; row < rows; row++) {
          norm += Math.pow(q.at(row, column), 2);
        }
        for (int row = 0; row < rows; row++) {
          q.data()[row * columns + column] /= Math.sqrt(norm);
        }
      }
    }
    return q;
  }
}
