package dev.goldcrest.app.metrics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How long a detector takes to notice: from the first frame of an instance to the first of its
 * frames in which its class has the highest score.
 *
 * @param instances of all classes but background and ignored
 * @param found of them, those that were noticed before they ended
 * @param mean delay of those found, in frames; NaN without any
 * @param median the same
 */
public record DetectionDelay(int instances, int found, double mean, double median) {
  /** Measures as {@link Detection#of} does. */
  public static DetectionDelay of(
      boolean[][] truth, double[][] scores, boolean[] starts, int background, int ignored) {
    int classes = scores.length == 0 ? 0 : scores[0].length;
    int count = 0;
    List<Integer> delays = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      if (c == background || c == ignored) {
        continue;
      }
      boolean[] positive = new boolean[truth.length];
      for (int t = 0; t < positive.length; t++) {
        positive[t] = truth[t][c];
      }
      for (int[] instance : Detection.instances(positive, starts)) {
        count++;
        for (int t = instance[0]; t <= instance[1]; t++) {
          if (best(scores[t]) == c) {
            delays.add(t - instance[0]);
            break;
          }
        }
      }
    }
    Collections.sort(delays);
    double mean = delays.stream().mapToInt(Integer::intValue).average().orElse(Double.NaN);
    int middle = delays.size() / 2;
    double median =
        delays.isEmpty()
            ? Double.NaN
            : (delays.get(middle) + delays.get((delays.size() - 1) / 2)) / 2.0;
    return new DetectionDelay(count, delays.size(), mean, median);
  }

  private static int best(double[] scores) {
    int best = 0;
    for (int c = 1; c < scores.length; c++) {
      best = scores[c] > scores[best] ? c : best;
    }
    return best;
  }
}
