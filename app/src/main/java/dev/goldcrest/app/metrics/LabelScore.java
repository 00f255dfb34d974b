package dev.goldcrest.app.metrics;

/**
 * How well one label is found; a ratio with nothing below the line is 0.
 *
 * @param precision right among those predicted, 0-1
 * @param recall right among those that are, 0-1
 * @param f1 harmonic mean of the two
 * @param support examples that carry the label
 */
public record LabelScore(String label, double precision, double recall, double f1, long support) {
  static LabelScore of(String label, long right, long gold, long predicted) {
    return new LabelScore(
        label,
        ratio(right, predicted),
        ratio(right, gold),
        ratio(2 * right, gold + predicted),
        gold);
  }

  private static double ratio(long above, long below) {
    return below == 0 ? 0 : (double) above / below;
  }
}
