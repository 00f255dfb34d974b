package dev.goldcrest.app.metrics;

/**
 * A range that holds the true rate with a given confidence, 0-1.
 *
 * @param low lower end
 * @param high upper end
 */
public record Interval(double low, double high) {
  private static final double Z95 = 1.959963984540054;

  /**
   * Wilson's 95 % score interval for {@code right} of {@code total}, which stays sensible near 0
   * and 1 and for few examples (E. B. Wilson, JASA 1927).
   */
  public static Interval wilson95(long right, long total) {
    if (total <= 0 || right < 0 || right > total) {
      throw new IllegalArgumentException("wilson interval: " + right + " right of " + total);
    }
    double rate = (double) right / total;
    double square = Z95 * Z95;
    double centre = rate + square / (2 * total);
    double margin = Z95 * Math.sqrt(rate * (1 - rate) / total + square / (4.0 * total * total));
    double scale = 1 + square / total;
    return new Interval(
        Math.max(0, (centre - margin) / scale), Math.min(1, (centre + margin) / scale));
  }
}
