package dev.goldcrest.torch.optim;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
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
