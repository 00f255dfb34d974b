package dev.goldcrest.runtime.kernels;

import dev.goldcrest.core.graph.Op;

/** What the kernels compute, in double, one formula after the other. */
final class Definition {
  private Definition() {}

  static double unary(Op.Unary.Kind kind, double x) {
    return switch (kind) {
      case RELU -> Math.max(x, 0);
      case GELU -> x * normal(x);
      case GELU_TANH ->
          x / (1 + StrictMath.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case SIGMOID -> 1 / (1 + StrictMath.exp(-x));
      case SILU -> x / (1 + StrictMath.exp(-x));
      case SOFTPLUS -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
      case TANH -> StrictMath.tanh(x);
    };
  }

  /** The normal distribution: a series near 0, a continued fraction in the tails. */
  static double normal(double x) {
    double t = Math.abs(x);
    double tail;
    if (t < 3) {
      double term = t;
      double sum = t;
      for (int i = 1; i < 80; i++) {
        term *= t * t / (2 * i + 1);
        sum += term;
      }
      tail = 0.5 - sum * density(t);
    } else {
      double fraction = t;
      for (int i = 200; i > 0; i--) {
        fraction = t + i / fraction;
      }
      tail = density(t) / fraction;
    }
    return x < 0 ? tail : 1 - tail;
  }

  private static double density(double t) {
    return StrictMath.exp(-t * t / 2) / Math.sqrt(2 * Math.PI);
  }

  static double binary(Op.Binary.Kind kind, double a, double b) {
    return switch (kind) {
      case ADD -> a + b;
      case MULTIPLY -> a * b;
    };
  }

  static double[] softmax(float[] x, int at, int n, boolean log) {
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      most = Math.max(most, x[at + i]);
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += StrictMath.exp(x[at + i] - most);
    }
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      y[i] = log ? x[at + i] - most - StrictMath.log(sum) : StrictMath.exp(x[at + i] - most) / sum;
    }
    return y;
  }

  static double[] layerNorm(
      float[] x, int at, int n, double epsilon, float[] weight, float[] bias) {
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += (double) x[at + i] / n;
    }
    double variance = 0;
    for (int i = 0; i < n; i++) {
      variance += (x[at + i] - mean) * (x[at + i] - mean) / n;
    }
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      y[i] = (x[at + i] - mean) / Math.sqrt(variance + epsilon) * weight[i] + bias[i];
    }
    return y;
  }

  /** y (B, T, D) for the whole attention. */
  static double[] attention(
      AttentionShape s, float[] q, float[] k, float[] v, float[] mask, float[] bias) {
    double[] y = new double[s.batch() * s.queries() * s.values()];
    int each = s.headChannels();
    int width = s.headValues();
    for (int b = 0; b < s.batch(); b++) {
      for (int h = 0; h < s.heads(); h++) {
        for (int t = 0; t < s.queries(); t++) {
          double[] weight = new double[s.keys()];
          double most = Double.NEGATIVE_INFINITY;
          for (int key = 0; key < s.keys(); key++) {
            double dot = 0;
            for (int c = 0; c < each; c++) {
              dot +=
                  (double) q[(b * s.queries() + t) * s.channels() + h * each + c]
                      * k[(b * s.keys() + key) * s.channels() + h * each + c];
            }
            boolean seen =
                (mask == null || mask[b * s.keys() + key] != 0) && (!s.causal() || key <= t);
            double more =
                bias == null ? 0 : bias[((b * s.heads() + h) * s.queries() + t) * s.keys() + key];
            weight[key] = seen ? dot / Math.sqrt(each) + more : Double.NEGATIVE_INFINITY;
            most = Math.max(most, weight[key]);
          }
          double sum = 0;
          for (int key = 0; key < s.keys(); key++) {
            weight[key] = most == Double.NEGATIVE_INFINITY ? 0 : StrictMath.exp(weight[key] - most);
            sum += weight[key];
          }
          for (int d = 0; d < width && sum > 0; d++) {
            for (int key = 0; key < s.keys(); key++) {
              y[(b * s.queries() + t) * s.values() + h * width + d] +=
                  weight[key] / sum * v[(b * s.keys() + key) * s.values() + h * width + d];
            }
          }
        }
      }
    }
    return y;
  }
}
