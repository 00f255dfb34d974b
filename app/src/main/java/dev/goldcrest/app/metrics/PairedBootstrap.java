package dev.goldcrest.app.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Whether the accuracy difference of two classifiers on the same examples survives resampling those
 * examples (Efron and Tibshirani 1993; paired use as in Koehn, EMNLP 2004).
 *
 * @param difference accuracy of the first minus that of the second on the examples as they are
 * @param interval the middle 95 % of the resampled differences
 * @param p two-sided: twice the share of resamples in which the lead is gone or turned (one is
 *     added to both counts, so it is never 0), at most 1
 * @param resamples how many were drawn
 */
public record PairedBootstrap(double difference, Interval interval, double p, int resamples) {

  /**
   * @param gold true labels, at least one
   * @param first predictions of the first classifier
   * @param second predictions of the second
   * @param resamples 1,000 or more for a p value worth printing
   * @param seed equal seeds give equal results
   */
  public static PairedBootstrap of(
      List<String> gold, List<String> first, List<String> second, int resamples, long seed) {
    int n = gold.size();
    if (n == 0 || first.size() != n || second.size() != n || resamples < 1) {
      throw new IllegalArgumentException(
          "paired bootstrap: %d gold, %d and %d predicted labels, %d resamples"
              .formatted(n, first.size(), second.size(), resamples));
    }
    int firstOnly = 0;
    int secondOnly = 0;
    for (int i = 0; i < n; i++) {
      boolean a = gold.get(i).equals(first.get(i));
      boolean b = gold.get(i).equals(second.get(i));
      firstOnly += a && !b ? 1 : 0;
      secondOnly += b && !a ? 1 : 0;
    }
    return resample(n, firstOnly, secondOnly, resamples, seed);
  }

  /** Only the examples that one of the two alone gets right matter, so n draws of three kinds. */
  private static PairedBootstrap resample(
      int n, int firstOnly, int secondOnly, int resamples, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long observed = (long) firstOnly - secondOnly;
    long[] leads = new long[resamples];
    int turned = 0;
    for (int r = 0; r < resamples; r++) {
      long lead = 0;
      for (int i = 0; i < n; i++) {
        int drawn = random.nextInt(n);
        lead += drawn < firstOnly ? 1 : drawn < firstOnly + secondOnly ? -1 : 0;
      }
      leads[r] = lead;
      turned += lead * observed <= 0 ? 1 : 0;
    }
    Arrays.sort(leads);
    Interval interval =
        new Interval((double) quantile(leads, 0.025) / n, (double) quantile(leads, 0.975) / n);
    double p = Math.min(1, 2.0 * (turned + 1) / (resamples + 1));
    return new PairedBootstrap((double) observed / n, interval, p, resamples);
  }

  private static long quantile(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1L, Math.round(share * (sorted.length - 1)))];
  }
}
