package dev.goldcrest.torch.optim;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Training losses: scalars that gradients flow from. */
public final class Losses {
  /** The target that no vocabulary has: for losses without padding. */
  public static final long NOTHING_IGNORED = -100;

  private static final long MEAN = 1;
  private static final long SUM = 2;

  private Losses() {}

  /**
   * Cross-entropy in nats, summed over the targets that count.
   *
   * @param logits (N, V)
   * @param targets (N), 64-bit classes
   * @param weights (V) of the targets' losses, or null for all 1
   * @param smoothing probability spread evenly over all V classes, the target's own included
   *     (Szegedy et al., 2016, as in fairseq and libtorch)
   * @param ignored a target that adds nothing, such as padding
   */
  public static Tensor crossEntropy(
      Tensor logits, Tensor targets, Tensor weights, double smoothing, long ignored) {
    return crossEntropy(logits, targets, weights, SUM, smoothing, ignored);
  }

  /**
   * Mean cross-entropy with a weight for each class, for imbalanced data: the sum of weighted
   * losses over the sum of the targets' weights.
   *
   * @param weights (V), or null for all 1
   */
  public static Tensor meanCrossEntropy(
      Tensor logits, Tensor targets, Tensor weights, double smoothing, long ignored) {
    return crossEntropy(logits, targets, weights, MEAN, smoothing, ignored);
  }

  /**
   * Cross-entropy in nats against distributions, summed over the rows.
   *
   * @param logits (N, V)
   * @param targets (N, V) of probabilities
   * @param weights (V), or null for all 1
   * @param smoothing probability spread evenly over all V classes
   */
  public static Tensor softCrossEntropy(
      Tensor logits, Tensor targets, Tensor weights, double smoothing) {
    return crossEntropy(logits, targets, weights, SUM, smoothing, NOTHING_IGNORED);
  }

  /**
   * Cross-entropy of frames that may have several labels at once or none: minus the sum over
   * classes of target times log-softmax, the targets as they are (LSTR, arXiv 2107.03377). A class
   * to ignore is taken out before the softmax, and frames that have it add nothing.
   *
   * @param logits (N, V)
   * @param targets (N, V), 0 or 1
   * @param weights (V) of the classes' terms, or null for all 1
   * @param ignored a class, or -1
   * @return the losses of the frames (N); 0 for those ignored
   */
  public static Tensor multiLabel(Tensor logits, Tensor targets, Tensor weights, int ignored) {
    Tensor hidden = logits;
    Tensor counted = targets;
    if (ignored >= 0) {
      Tensor column = targets.narrow(1, ignored, 1);
      Tensor kept = column.neg().add(new Scalar(1.0)); // (N, 1)
      long after = targets.size(1) - ignored - 1;
      hidden = without(logits, ignored, after);
      counted = without(targets, ignored, after).mul(kept);
      weights = weights == null ? null : without(weights.unsqueeze(0), ignored, after);
    }
    Tensor terms = torch.log_softmax(hidden, 1).mul(counted);
    return (weights == null ? terms : terms.mul(weights)).sum(1).neg();
  }

  /** Rows scaled to length 1: (N, C) -> (N, C). */
  public static Tensor unit(Tensor rows) {
    return rows.div(
        rows.square()
            .sum(new long[] {1}, true, new ScalarTypeOptional())
            .add(new Scalar(1e-12))
            .sqrt());
  }

  /**
   * One less the cosine, summed over the rows.
   *
   * @param unit (N, C), of length 1
   * @param wanted (N, C), of length 1
   */
  public static Tensor cosine(Tensor unit, Tensor wanted) {
    return unit.mul(wanted).sum().neg().add(new Scalar((double) unit.size(0)));
  }

  /**
   * How far the rows are from being as like each other as others are (relational distillation, Park
   * et al., 2019, arXiv 1904.05068): the squared difference of the cosines, summed over the rows
   * and averaged over whom each is compared with.
   *
   * @param unit (N, C), of length 1
   * @param wanted (N, D), of length 1
   */
  public static Tensor relation(Tensor unit, Tensor wanted) {
    Tensor difference = unit.matmul(unit.t()).sub(wanted.matmul(wanted.t()));
    return difference.square().sum().div(new Scalar(Math.max(1.0, unit.size(0) - 1.0)));
  }

  /**
   * The squared length of what the rows differ by in other directions, summed over the rows.
   *
   * @param unit (N, C)
   * @param wanted (N, C)
   * @param directions (C, D), a column each, as long as the direction counts
   */
  public static Tensor turned(Tensor unit, Tensor wanted, Tensor directions) {
    return unit.sub(wanted).matmul(directions).square().sum();
  }

  private static Tensor without(Tensor x, long column, long after) {
    return torch.cat(new TensorVector(x.narrow(1, 0, column), x.narrow(1, column + 1, after)), 1);
  }

  private static Tensor crossEntropy(
      Tensor logits,
      Tensor targets,
      Tensor weights,
      long reduction,
      double smoothing,
      long ignored) {
    TensorOptional byClass = weights == null ? new TensorOptional() : new TensorOptional(weights);
    return torch.cross_entropy_loss(logits, targets, byClass, reduction, ignored, smoothing);
  }
}
