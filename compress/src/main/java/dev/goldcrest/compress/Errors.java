package dev.goldcrest.compress;

/** How far a weight is from what replaces it. */
public final class Errors {
  private Errors() {}

  /** The Frobenius norm of the difference over that of the weight; 0 for a weight of zeros. */
  public static double relative(float[] weight, float[] replaced) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < weight.length; i++) {
      double off = (double) weight[i] - replaced[i];
      difference += off * off;
      norm += (double) weight[i] * weight[i];
    }
    return norm == 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
  }
}
