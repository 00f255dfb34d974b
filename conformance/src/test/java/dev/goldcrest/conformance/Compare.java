package dev.goldcrest.conformance;

/** Elementwise comparison that says where and by how much two arrays differ. */
public final class Compare {
  private Compare() {}

  /**
   * Requires |actual - expected| <= absolute + relative * |expected| everywhere; a NaN never
   * passes.
   */
  public static void close(
      String what, double[] actual, double[] expected, double absolute, double relative) {
    if (actual.length != expected.length) {
      throw new AssertionError(
          what + ": " + actual.length + " elements, expected " + expected.length);
    }
    int worst = -1;
    double excess = 0;
    for (int i = 0; i < actual.length; i++) {
      double allowed = absolute + relative * Math.abs(expected[i]);
      double over = Math.abs(actual[i] - expected[i]) - allowed;
      if (Double.isNaN(over) || over > excess) {
        worst = i;
        excess = over;
        if (Double.isNaN(over)) {
          break;
        }
      }
    }
    if (worst >= 0) {
      throw new AssertionError(
          what
              + ": element "
              + worst
              + " of "
              + actual.length
              + " is "
              + actual[worst]
              + ", expected "
              + expected[worst]
              + ", allowed "
              + absolute
              + " + "
              + relative
              + " |expected|");
    }
  }

  /**
   * As {@link #close} with one bound, relative to the largest expected element where that is above
   * 1.
   */
  public static void scaled(String what, double[] actual, double[] expected, double tolerance) {
    double largest = 1;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    close(what, actual, expected, tolerance * largest, 0);
  }

  /** Requires the same bits. */
  public static void same(String what, float[] actual, float[] expected) {
    if (actual.length != expected.length) {
      throw new AssertionError(
          what + ": " + actual.length + " elements, expected " + expected.length);
    }
    for (int i = 0; i < actual.length; i++) {
      if (Float.floatToIntBits(actual[i]) != Float.floatToIntBits(expected[i])) {
        throw new AssertionError(
            what + ": element " + i + " is " + actual[i] + ", expected exactly " + expected[i]);
      }
    }
  }
}
