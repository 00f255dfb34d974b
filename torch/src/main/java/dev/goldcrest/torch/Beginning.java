package dev.goldcrest.torch;

import dev.goldcrest.runtime.Weights;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a run begins with.
 *
 * @param weights by path; those that are not there are drawn from the seed
 * @param pruned paths of weights whose zeros are what pruning left and stay zero
 * @param rates by path, the share of every step that a weight takes, 0 to 1; the others take it
 *     whole
 */
public record Beginning(Weights weights, Set<String> pruned, Map<String, Double> rates) {
  /** Everything drawn from the seed. */
  public static final Beginning FRESH = new Beginning(Weights.of(Map.of()), Set.of());

  public Beginning {
    pruned = Set.copyOf(pruned);
    rates = Map.copyOf(rates);
  }

  /** Trained weights that all take whole steps. */
  public Beginning(Weights weights, Set<String> pruned) {
    this(weights, pruned, Map.of());
  }

  /** Trained weights, all free to move. */
  public static Beginning from(Weights weights) {
    return new Beginning(weights, Set.of());
  }

  /** What a checkpoint must agree with; empty for a fresh beginning. */
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
        + (pruned.isEmpty() ? "" : " pruned " + new TreeSet<>(pruned).hashCode())
        + (rates.isEmpty() ? "" : " rates " + new TreeMap<>(rates));
  }
}
