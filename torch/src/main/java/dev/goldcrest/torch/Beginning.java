package dev.goldcrest.torch;

import dev.goldcrest.runtime.Weights;
import java.util.Arrays;
import java.util.Map;

/**
 * What a run begins with.
 *
 * @param weights by path; those that are not there are drawn from the seed
 * @param zerosStay zeros of weights of two or more axes are what pruning left and stay zero
 */
public record Beginning(Weights weights, boolean zerosStay) {
  /** Everything drawn from the seed. */
  public static final Beginning FRESH = new Beginning(Weights.of(Map.of()), false);

  /** Trained weights, all free to move. */
  public static Beginning from(Weights weights) {
    return new Beginning(weights, false);
  }

  /** What a checkpoint must agree with; empty for a fresh beginning. */
  String described() {
    if (weights.paths().isEmpty()) {
      return "";
    }
    int hash = 0;
    for (String path : weights.paths()) {
      hash = 31 * hash + path.hashCode() + Arrays.hashCode(weights.get(path));
    }
    return " " + Integer.toHexString(hash) + (zerosStay ? " pruned" : "");
  }
}
