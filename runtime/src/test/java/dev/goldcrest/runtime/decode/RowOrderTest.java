package dev.goldcrest.runtime.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowOrderTest {
  @Test
  void apply_anyParents_equalsCopyingByWayOfAnotherArray() {
    Random random = new Random(1);
    RowOrder order = new RowOrder();
    for (int round = 0; round < 3000; round++) {
      int rows = 1 + random.nextInt(9);
      int[] parents = new int[rows + 2];
      for (int row = 0; row < rows; row++) {
        parents[row] = round % 3 == 0 ? random.nextInt(rows) : row;
      }
      for (int swap = 0; round % 3 == 1 && swap < rows; swap++) { // permutations: cycles
        int a = random.nextInt(rows);
        int kept = parents[a];
        parents[a] = parents[swap];
        parents[swap] = kept;
      }
      float[] array = new float[rows * 5];
      for (int i = 0; i < array.length; i++) {
        array[i] = i;
      }
      float[] expected = array.clone();
      for (int row = 0; row < rows; row++) {
        System.arraycopy(array, parents[row] * 5, expected, row * 5, 3);
      }
      order.plan(rows, parents);
      order.apply(array, 5, 3);

      assertThat(array).as(Arrays.toString(parents)).isEqualTo(expected);
    }
  }
}
