package dev.goldcrest.app.train;

import java.util.Arrays;

/**
 * What the recipe knows of the training data.
 *
 * @param examples in training, without the held-out ones
 * @param classes labels
 * @param medianWords half of the texts have at most so many
 * @param p99Words of a hundred texts one has more
 */
public record DataShape(int examples, int classes, int medianWords, int p99Words) {
  /** Stands in for data that have not been read yet, so that settings can be judged first. */
  static final DataShape UNREAD = new DataShape(10_000, 2, 10, 16);

  /** The shape of texts with these numbers of words. */
  static DataShape of(int[] words, int classes) {
    int[] sorted = words.clone();
    Arrays.sort(sorted);
    return new DataShape(sorted.length, classes, quantile(sorted, 0.5), quantile(sorted, 0.99));
  }

  /** The same where a model tells more labels apart than the data have. */
  DataShape withClasses(int other) {
    return new DataShape(examples, other, medianWords, p99Words);
  }

  /** At most so many have half of the texts with these numbers of words. */
  public static int median(int[] words) {
    int[] sorted = words.clone();
    Arrays.sort(sorted);
    return quantile(sorted, 0.5);
  }

  private static int quantile(int[] sorted, double share) {
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }
}
