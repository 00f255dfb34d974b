package dev.goldcrest.app.metrics;

import java.util.Arrays;

/** How well scores put positives before negatives, from 0 to 1. */
public final class AveragePrecision {
  private AveragePrecision() {}

  /**
   * Area under the curve of precision over recall, in steps, one for each distinct score
   * (scikit-learn's definition).
   *
   * @return NaN without any positive
   */
  public static double of(boolean[] truth, double[] scores) {
    int[] order = order(scores);
    int positives = positives(truth);
    double sum = 0;
    int found = 0;
    for (int rank = 0; rank < order.length; ) {
      int before = found;
      double score = scores[order[rank]];
      do {
        found += truth[order[rank]] ? 1 : 0;
        rank++;
      } while (rank < order.length && scores[order[rank]] == score);
      sum += (found - before) * ((double) found / rank);
    }
    return positives == 0 ? Double.NaN : sum / positives;
  }

  /**
   * Calibrated average precision (De Geest et al., 2016): as if negatives were as many as
   * positives. Each positive counts at its own rank; equal scores stay in the order given.
   *
   * @return NaN without any positive
   */
  public static double calibrated(boolean[] truth, double[] scores) {
    int positives = positives(truth);
    double weight = (double) (truth.length - positives) / positives;
    double sum = 0;
    int found = 0;
    int wrong = 0;
    for (int index : order(scores)) {
      if (truth[index]) {
        found++;
        sum += wrong == 0 ? 1 : found / (found + wrong / weight);
      } else {
        wrong++;
      }
    }
    return positives == 0 ? Double.NaN : sum / positives;
  }

  private static int positives(boolean[] truth) {
    int count = 0;
    for (boolean positive : truth) {
      count += positive ? 1 : 0;
    }
    return count;
  }

  /** Indices by falling score. */
  private static int[] order(double[] scores) {
    Integer[] order = new Integer[scores.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(scores[b], scores[a]));
    return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
  }
}
