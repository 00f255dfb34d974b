package dev.goldcrest.compress;

import java.util.Arrays;

/** Which single weights become zero: those of least magnitude. */
public sealed interface Pruning {
  /** This part of each weight's elements. */
  record Magnitude(double part) implements Pruning {
    public Magnitude {
      if (!(part > 0 && part < 1)) {
        throw new IllegalArgumentException(
            "the part to prune must lie between 0 and 1, got " + part);
      }
    }
  }

  /**
   * All elements below {@code sensitivity} times the weight's standard deviation, so that a weight
   * of heavy tails loses more (Han et al., 2015; Lite Transformer's).
   */
  record Sensitivity(double sensitivity) implements Pruning {
    public Sensitivity {
      if (!(sensitivity > 0 && sensitivity <= 10)) {
        throw new IllegalArgumentException(
            "the sensitivity must lie between 0 and 10, got " + sensitivity);
      }
    }
  }

  /**
   * The rule that a user wrote: {@code 0.4} or {@code sensitivity:0.5}.
   *
   * @throws IllegalArgumentException with a sentence
   */
  static Pruning parse(String text) {
    boolean sensitivity = text.startsWith("sensitivity:");
    try {
      return sensitivity
          ? new Sensitivity(Double.parseDouble(text.substring("sensitivity:".length())))
          : new Magnitude(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "nothing is pruned by "
              + text
              + "; write a part of the weights such as 0.4, or sensitivity:0.5",
          e);
    }
  }

  /**
   * The weight with its small elements zero.
   *
   * <p>Of equal magnitudes those that stand later go first. At least one element is kept.
   */
  default float[] of(float[] weight) {
    float[] pruned = weight.clone();
    if (this instanceof Magnitude magnitude) {
      smallest(pruned, (int) (weight.length * magnitude.part()));
    } else {
      double threshold = ((Sensitivity) this).sensitivity() * deviation(weight);
      int below = 0;
      for (float value : weight) {
        below += Math.abs(value) < threshold ? 1 : 0;
      }
      smallest(pruned, Math.min(below, weight.length - 1));
    }
    return pruned;
  }

  private static void smallest(float[] weight, int count) {
    if (count == 0) {
      return;
    }
    float[] sizes = new float[weight.length];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.abs(weight[i]);
    }
    float[] sorted = sizes.clone();
    Arrays.sort(sorted);
    float limit = sorted[count - 1];
    int left = count;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] < limit) {
        weight[i] = 0;
        left--;
      }
    }
    for (int i = sizes.length - 1; i >= 0 && left > 0; i--) {
      if (sizes[i] == limit) {
        weight[i] = 0;
        left--;
      }
    }
  }

  private static double deviation(float[] weight) {
    double sum = 0;
    for (float value : weight) {
      sum += value;
    }
    double mean = sum / weight.length;
    double squares = 0;
    for (float value : weight) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / weight.length);
  }

  /** The part of the elements that are zero. */
  static double zeros(float[] weight) {
    int zeros = 0;
    for (float value : weight) {
      zeros += value == 0 ? 1 : 0;
    }
    return zeros / (double) weight.length;
  }

  /** As a user writes it. */
  default String text() {
    return this instanceof Magnitude magnitude
        ? Double.toString(magnitude.part())
        : "sensitivity:" + ((Sensitivity) this).sensitivity();
  }
}
