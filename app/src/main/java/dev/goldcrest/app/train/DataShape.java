package dev.goldcrest.app.train;

import java.util.Arrays;

/**
 * What the recipe knows of the training data.
 *
 * @param examples in training, without the held-out ones
 * @param classes labels
 * @param meanWords of a text
 * @param medianWords half of the texts have at most so many
 * @param p99Words of a hundred texts one has more
 */
public record DataShape(
    int examples, int classes, double meanWords, int medianWords, int p99Words) {
  /** Stands in for data that have not been read yet, so that settings can be judged first. */
  static final DataShape UNREAD = new DataShape(10_000, 2, 10, 10, 16);

  /** The shape of texts with these numbers of words. */
  static DataShape of(int[] words, int classes) {
    int[] sorted = words.clone();
    Arrays.sort(sorted);
    return new DataShape(
        sorted.length,
        classes,
        Arrays.stream(sorted).average().orElse(0),
        quantile(sorted, 0.5),
        quantile(sorted, 0.99));
  }

  /** The same where a model tells more labels apart than the data have. */
  DataShape withClasses(int other) {
    return new DataShape(examples, other, meanWords, medianWords, p99Words);
  }

  private static int quantile(int[] sorted, double share) {
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }
}
