package dev.goldcrest.compress;

import dev.goldcrest.compress.matrix.Matrix;
import dev.goldcrest.compress.matrix.SemiNmf;
import dev.goldcrest.compress.matrix.Svd;

/** How two factors of a trained weight are found. */
public enum Solver {
  /** The best there are. */
  SVD,
  /** With a second factor that is nowhere negative. */
  SNMF;

  private static final int STEPS = 50;
  private static final long SEED = 1;

  /**
   * Factors of a weight (out, in): the left one (out, r), the right one (r, in).
   *
   * @param svd of the weight, or null if it is not there yet
   */
  Svd.Factors factors(Matrix weight, Svd svd, int rank) {
    if (this == SVD) {
      return (svd == null ? Svd.of(weight) : svd).truncate(rank);
    }
    Matrix start = SemiNmf.start(rank, weight.rows(), SEED);
    Svd.Factors turned = SemiNmf.factorise(weight.transposed(), start, STEPS);
    return new Svd.Factors(turned.right().transposed(), turned.left().transposed());
  }
}
