package dev.goldcrest.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class UnitsTest {
  /** Two heads of two rows each; in the second the product of the parts cancels. */
  private static final float[] WRITTEN = {1, 0, 0, 1, 5, 5, 5, 5}; // (4, 2)

  private static final float[] READ = {3, 0, 1, -1, 0, 4, 1, -1}; // (2, 4)

  @Test
  void importance_ofHeads_isTheNormOfTheirProduct() {
    double[] importance = Units.importance(WRITTEN, READ, 2, 2);
    assertThat(importance[0]).isCloseTo(5, within(1e-12));
    assertThat(importance[1]).isCloseTo(0, within(1e-6));
  }

  @Test
  void importance_ofSingleUnits_isTheProductOfTheNorms() {
    double[] importance = Units.importance(WRITTEN, READ, 4, 1);
    assertThat(importance[0]).isCloseTo(3, within(1e-12));
    assertThat(importance[3]).isCloseTo(Math.sqrt(50) * Math.sqrt(2), within(1e-12));
    assertThatThrownBy(() -> Units.importance(WRITTEN, READ, 3, 1)).hasMessageContaining("3 units");
  }

  @Test
  void best_equalOnes_keepTheFirstInOrder() {
    assertThat(Units.best(new double[] {1, 3, 1, 2}, 3)).containsExactly(0, 1, 3);
    assertThatThrownBy(() -> Units.best(new double[2], 3)).hasMessageContaining("not 3");
  }

  @Test
  void rowsAndColumns_ofKeptUnits_areLeft() {
    int[] kept = {1};
    assertThat(Units.rows(WRITTEN, kept, 2)).containsExactly(5, 5, 5, 5);
    assertThat(Units.columns(READ, 2, kept, 2)).containsExactly(1, -1, 1, -1);
    assertThat(Units.columns(READ, 2, new int[] {0, 3}, 4)).containsExactly(3, -1, 0, -1);
  }
}
