package dev.goldcrest.torch;

import dev.goldcrest.runtime.Weights;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a run begins with.
 *
 * @param weights by path; those that are not there are drawn from the seed
 * @param pruned paths of weights whose zeros are what pruning left and stay zero
 * @param othersAccuracy what a model that favours the {@link TrainingOptions#rejectLabel} already
 *     has left on the dev examples of the other labels, 0 to 1, and favouring it anew must leave
 *     too; 0 where nothing was favoured before
 */
public record Beginning(Weights weights, Set<String> pruned, double othersAccuracy) {
  /** Everything drawn from the seed. */
  public static final Beginning FRESH = new Beginning(Weights.of(Map.of()), Set.of());

  public Beginning {
    pruned = Set.copyOf(pruned);
  }

  /** Weights that favour no label. */
  public Beginning(Weights weights, Set<String> pruned) {
    this(weights, pruned, 0);
  }

  /** The same of a model that favours a label already. */
  public Beginning withOthersAccuracy(double left) {
    return new Beginning(weights, pruned, left);
  }

  /** Trained weights, all free to move. */
  public static Beginning from(Weights weights) {
    return new Beginning(weights, Set.of());
  }

  /** What a checkpoint must agree with: all that the steps depend on; empty if that is nothing. */
  String described() {
    if (weights.paths().isEmpty()) {
      return "";
    }
    int hash = 0;
    for (String path : weights.paths()) {
      hash = 31 * hash + path.hashCode() + Arrays.hashCode(weights.floats(path));
    }
    return " "
        + Integer.toHexString(hash)
        + (pruned.isEmpty() ? "" : " pruned " + new TreeSet<>(pruned).hashCode());
  }
}
