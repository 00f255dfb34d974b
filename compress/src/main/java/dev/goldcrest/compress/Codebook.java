package dev.goldcrest.compress;

import dev.goldcrest.runtime.Coded;
import java.util.Arrays;

/**
 * Weights as codes into a few shared values, found by k-means (Deep Compression, arXiv 1510.00149).
 * Exact zeros, which pruning leaves, get code 0 and the value 0 for themselves, so that they stay
 * zero.
 */
public final class Codebook {
  private static final int ROUNDS = 200;

  private Codebook() {}

  /**
   * Clusters the elements of a weight; the same weight gives the same codes. Lloyd's rounds start
   * once from equal distances and once from the density that costs least (its cube root), and the
   * better end is kept.
   *
   * <p>The values ascend, but for a value 0 that stands first.
   *
   * @param bits 1 to 8
   * @throws IllegalArgumentException if an element is not finite
   */
  public static Coded.Codebook of(float[] weight, int bits) {
    if (bits < 1 || bits > 8) {
      throw new IllegalArgumentException("a code has 1 to 8 bits, not " + bits);
    }
    float[] sorted = weight.clone();
    Arrays.sort(sorted);
    for (int end : new int[] {0, sorted.length - 1}) {
      if (!(Math.abs(sorted[end]) <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException("a weight of " + sorted[end] + " cannot be quantised");
      }
    }
    int kept = 0;
    for (float value : sorted) {
      if (value != 0) {
        sorted[kept++] = value;
      }
    }
    boolean zeros = kept < sorted.length;
    float[] values = new float[0];
    if (kept > 0) {
      sorted = Arrays.copyOf(sorted, kept);
      values = means(sorted, (1 << bits) - (zeros ? 1 : 0));
    }
    if (zeros) {
      float[] all = new float[values.length + 1];
      System.arraycopy(values, 0, all, 1, values.length);
      values = all;
    }
    return new Coded.Codebook(encode(weight, values, zeros ? 1 : 0), values);
  }

  private static float[] means(float[] sorted, int most) {
    float[] few = distinct(sorted, most);
    if (few != null) {
      return few; // exact, so that what was quantised before stays as it is
    }
    double[] sums = new double[sorted.length + 1];
    for (int i = 0; i < sorted.length; i++) {
      sums[i + 1] = sums[i] + sorted[i];
    }
    double[] even = new double[most];
    double width = (double) sorted[sorted.length - 1] - sorted[0];
    for (int i = 0; i < most; i++) {
      even[i] = sorted[0] + width * (i + 0.5) / most;
    }
    float[] one = lloyd(sorted, sums, even);
    float[] other = lloyd(sorted, sums, dense(sorted, most));
    return error(sorted, one) <= error(sorted, other) ? one : other;
  }

  /** The different values, or null if there are more than {@code most}. */
  private static float[] distinct(float[] sorted, int most) {
    float[] found = new float[most];
    int count = 0;
    for (float value : sorted) {
      if (count == 0 || found[count - 1] != value) {
        if (count == most) {
          return null;
        }
        found[count++] = value;
      }
    }
    return Arrays.copyOf(found, count);
  }

  /** Centres as dense as the cube root of the elements' density, which is a histogram's. */
  private static double[] dense(float[] sorted, int most) {
    int bins = 1 << 10;
    double[] roots = new double[bins];
    double low = sorted[0];
    double width = (sorted[sorted.length - 1] - low) / bins;
    for (float value : sorted) {
      int bin = width == 0 ? 0 : (int) ((value - low) / width);
      roots[Math.min(bin, bins - 1)]++;
    }
    double total = 0;
    for (int bin = 0; bin < bins; bin++) {
      roots[bin] = Math.cbrt(roots[bin]);
      total += roots[bin];
    }
    double[] centres = new double[most];
    double passed = 0;
    int bin = 0;
    for (int i = 0; i < most; i++) {
      double wanted = total * (i + 0.5) / most;
      while (bin < bins - 1 && passed + roots[bin] < wanted) {
        passed += roots[bin++];
      }
      double within = roots[bin] == 0 ? 0.5 : (wanted - passed) / roots[bin];
      centres[i] = low + width * (bin + Math.min(within, 1));
    }
    return centres;
  }

  /** Moves ascending centres to the means of what is nearest to them until nothing moves. */
  private static float[] lloyd(float[] sorted, double[] sums, double[] centres) {
    int[] starts = new int[centres.length + 1];
    starts[centres.length] = sorted.length;
    for (int round = 0; round < ROUNDS; round++) {
      boolean moved = round == 0;
      for (int i = 1; i < centres.length; i++) {
        int start = firstFrom(sorted, (centres[i - 1] + centres[i]) / 2);
        moved |= start != starts[i];
        starts[i] = start;
      }
      if (!moved) {
        break;
      }
      for (int i = 0; i < centres.length; i++) {
        if (starts[i] < starts[i + 1]) {
          centres[i] = (sums[starts[i + 1]] - sums[starts[i]]) / (starts[i + 1] - starts[i]);
        }
      }
    }
    float[] used = new float[centres.length];
    int count = 0;
    for (int i = 0; i < centres.length; i++) {
      float centre = (float) centres[i];
      boolean known = count > 0 && used[count - 1] == centre;
      if (starts[i] < starts[i + 1] && !known) {
        used[count++] = centre;
      }
    }
    return Arrays.copyOf(used, count);
  }

  /** Index of the first element that is at least {@code limit}. */
  private static int firstFrom(float[] sorted, double limit) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < limit) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static double error(float[] sorted, float[] values) {
    byte[] codes = encode(sorted, values, 0);
    double sum = 0;
    for (int i = 0; i < sorted.length; i++) {
      double difference = sorted[i] - values[codes[i] & 0xff];
      sum += difference * difference;
    }
    return sum;
  }

  /**
   * The code of the nearest value, of two the lower; an element 0 has code 0 if that is its own.
   */
  private static byte[] encode(float[] weight, float[] values, int from) {
    byte[] codes = new byte[weight.length];
    double[] limits = new double[Math.max(values.length - from - 1, 0)];
    for (int i = 0; i < limits.length; i++) {
      limits[i] = ((double) values[from + i] + values[from + i + 1]) / 2;
    }
    for (int i = 0; i < codes.length; i++) {
      if (from == 1 && weight[i] == 0) {
        continue;
      }
      int place = Arrays.binarySearch(limits, weight[i]);
      codes[i] = (byte) (from + (place < 0 ? -place - 1 : place));
    }
    return codes;
  }
}
