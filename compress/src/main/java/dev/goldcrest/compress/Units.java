package dev.goldcrest.compress;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * What structured pruning removes whole: heads of an attention and units of a feed-forward network.
 * Both stand between a linear that writes them, as rows, and one that reads them, as columns.
 */
public final class Units {
  private Units() {}

  /**
   * How strongly each unit can move what is read from it: the Frobenius norm of the product of its
   * columns of {@code read} and its rows of {@code written}. For a head these are the output's and
   * the values' projection.
   *
   * @param written (units * size, in), row-major
   * @param read (out, units * size), row-major
   * @param size rows of a unit: 1 in a feed-forward network, a head's width in an attention
   */
  public static double[] importance(float[] written, float[] read, int units, int size) {
    int width = units * size;
    if (written.length % width != 0 || read.length % width != 0) {
      throw new IllegalArgumentException(
          written.length + " and " + read.length + " elements do not meet at " + width + " units");
    }
    double[] importance = new double[units];
    for (int unit = 0; unit < units; unit++) {
      double sum = 0; // trace(R'R W W'), both (size, size)
      for (int i = unit * size; i < (unit + 1) * size; i++) {
        for (int j = unit * size; j < (unit + 1) * size; j++) {
          sum += rows(written, width, i, j) * columns(read, width, i, j);
        }
      }
      importance[unit] = Math.sqrt(Math.max(sum, 0));
    }
    return importance;
  }

  private static double rows(float[] weight, int rows, int i, int j) {
    int columns = weight.length / rows;
    double sum = 0;
    for (int k = 0; k < columns; k++) {
      sum += (double) weight[i * columns + k] * weight[j * columns + k];
    }
    return sum;
  }

  private static double columns(float[] weight, int columns, int i, int j) {
    double sum = 0;
    for (int at = 0; at < weight.length; at += columns) {
      sum += (double) weight[at + i] * weight[at + j];
    }
    return sum;
  }

  /** The {@code count} most important units in their order; of equal ones the first. */
  public static int[] best(double[] importance, int count) {
    if (count < 1 || count > importance.length) {
      throw new IllegalArgumentException(
          "1 to " + importance.length + " units can be kept, not " + count);
    }
    return IntStream.range(0, importance.length)
        .boxed()
        .sorted(Comparator.comparingDouble(unit -> -importance[unit]))
        .limit(count)
        .mapToInt(unit -> unit)
        .sorted()
        .toArray();
  }

  /** The rows of the kept units; also what is left of a bias, whose rows have one element. */
  public static float[] rows(float[] weight, int[] kept, int units) {
    int unit = weight.length / units;
    float[] rows = new float[kept.length * unit];
    for (int i = 0; i < kept.length; i++) {
      System.arraycopy(weight, kept[i] * unit, rows, i * unit, unit);
    }
    return rows;
  }

  /** The columns of the kept units of a weight (rows, units * size). */
  public static float[] columns(float[] weight, int rows, int[] kept, int units) {
    int columns = weight.length / rows;
    float[] left = new float[rows * (columns / units) * kept.length];
    int width = left.length / rows;
    for (int row = 0; row < rows; row++) {
      float[] one = Arrays.copyOfRange(weight, row * columns, (row + 1) * columns);
      System.arraycopy(rows(one, kept, units), 0, left, row * width, width);
    }
    return left;
  }
}
