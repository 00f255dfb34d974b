package dev.goldcrest.runtime;

import dev.goldcrest.core.graph.Op;

/** The definition of every elementwise function, in doubles. */
final class Activations {
  /** Where erfc is below half a unit in the last place of 1. */
  private static final double ERF_IS_ONE = 6;

  private Activations() {}

  static double apply(Op.Unary.Kind kind, double x) {
    return switch (kind) {
      case RELU -> Math.max(x, 0);
      case GELU -> 0.5 * x * (1 + erf(x / Math.sqrt(2)));
      case GELU_TANH ->
          0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case SIGMOID -> sigmoid(x);
      case SILU -> x * sigmoid(x);
      case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      case TANH -> Math.tanh(x);
    };
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /**
   * The error function, absolute error below 1e-15: 2/sqrt(pi) exp(-x²) times the sum of 2^n
   * x^(2n+1) / (1·3···(2n+1)) (Abramowitz and Stegun 7.1.6), whose terms share one sign, so that
   * nothing cancels.
   */
  static double erf(double x) {
    if (Math.abs(x) >= ERF_IS_ONE) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
}
