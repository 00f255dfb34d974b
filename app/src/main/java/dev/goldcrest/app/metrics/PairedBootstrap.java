package dev.goldcrest.app.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Whether the difference of two models on the same examples survives resampling those examples
 * (Efron and Tibshirani 1993; paired use as in Koehn, EMNLP 2004).
 *
 * @param difference score of the first minus that of the second on the examples as they are:
 *     accuracy 0-1, BLEU 0-100
 * @param interval the middle 95 % of the resampled differences
 * @param p two-sided: twice the share of resamples in which the lead is gone or turned (one is
 *     added to both counts, so it is never 0), at most 1
 * @param resamples how many were drawn
 */
public record PairedBootstrap(double difference, Interval interval, double p, int resamples) {

  /**
   * Of two classifiers' accuracy.
   *
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
    double[] leads = leads(n, firstOnly, secondOnly, resamples, seed);
    return of((double) (firstOnly - secondOnly) / n, leads);
  }

  /**
   * Of two systems' corpus BLEU: sentences are drawn, their counts added up and scored anew.
   *
   * @param first counts of the first system by sentence, see {@link BleuCounts#of}
   * @param second of the second, of the same sentences
   */
  public static PairedBootstrap ofBleu(
      BleuStyle style, List<BleuCounts> first, List<BleuCounts> second, int resamples, long seed) {
    int n = first.size();
    if (n == 0 || second.size() != n || resamples < 1) {
      throw new IllegalArgumentException(
          "paired bootstrap: %d and %d sentences, %d resamples"
              .formatted(n, second.size(), resamples));
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] leads = new double[resamples];
    for (int r = 0; r < resamples; r++) {
      BleuCounts one = BleuCounts.none();
      BleuCounts other = BleuCounts.none();
      for (int i = 0; i < n; i++) {
        int drawn = random.nextInt(n);
        one.add(first.get(drawn));
        other.add(second.get(drawn));
      }
      leads[r] = lead(style, one, other);
    }
    return of(lead(style, BleuCounts.sum(first), BleuCounts.sum(second)), leads);
  }

  private static double lead(BleuStyle style, BleuCounts first, BleuCounts second) {
    return Bleu.of(style, first).score() - Bleu.of(style, second).score();
  }

  /** Only the examples that one of the two alone gets right matter, so n draws of three kinds. */
  private static double[] leads(int n, int firstOnly, int secondOnly, int resamples, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] leads = new double[resamples];
    for (int r = 0; r < resamples; r++) {
      long lead = 0;
      for (int i = 0; i < n; i++) {
        int drawn = random.nextInt(n);
        lead += drawn < firstOnly ? 1 : drawn < firstOnly + secondOnly ? -1 : 0;
      }
      leads[r] = (double) lead / n;
    }
    return leads;
  }

  private static PairedBootstrap of(double observed, double[] leads) {
    int turned = 0;
    for (double lead : leads) {
      turned += lead * observed <= 0 ? 1 : 0;
    }
    Arrays.sort(leads);
    Interval interval = new Interval(quantile(leads, 0.025), quantile(leads, 0.975));
    double p = Math.min(1, 2.0 * (turned + 1) / (leads.length + 1));
    return new PairedBootstrap(observed, interval, p, leads.length);
  }

  private static double quantile(double[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1L, Math.round(share * (sorted.length - 1)))];
  }
}
