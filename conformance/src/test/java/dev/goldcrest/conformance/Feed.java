package dev.goldcrest.conformance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What one parameter or input of a case holds.
 *
 * @param differentiable whether the gradient mode nudges its elements; masks and indices are
 *     choices, not quantities
 */
record Feed(boolean differentiable, Numbers numbers) {
  /** Draws the elements. */
  interface Numbers {
    double[] draw(int size, Random random);
  }

  /**
   * Numbers in random order, evenly spread over (-2, 2): none is 0 and no two are equal, so that a
   * maximum has no ties and no kink is near.
   */
  static final Feed SPREAD = new Feed(true, (size, random) -> spread(size, 2, random));

  /**
   * As {@link #SPREAD}, narrower the larger the array, so that sums stay near 1: for weights of
   * whole models.
   */
  static final Feed SMALL =
      new Feed(true, (size, random) -> spread(size, 2 / Math.sqrt(Math.sqrt(size)), random));

  /** Exactly these. */
  static Feed of(double... values) {
    return new Feed(true, (size, random) -> values);
  }

  /** 1 keeps, 0 hides. */
  static Feed mask(double... values) {
    return new Feed(false, (size, random) -> values);
  }

  /** Random indices below {@code bound}. */
  static Feed indices(int bound) {
    return new Feed(
        false, (size, random) -> random.ints(size, 0, bound).asDoubleStream().toArray());
  }

  /** Sign bits, as the hash projection gives. */
  static Feed signs() {
    return new Feed(
        true, (size, random) -> random.ints(size, 0, 2).mapToDouble(bit -> 2 * bit - 1).toArray());
  }

  private static double[] spread(int size, double bound, Random random) {
    List<Double> values = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      values.add((2 * (i + 0.3) / size - 1) * bound);
    }
    Collections.shuffle(values, random);
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
