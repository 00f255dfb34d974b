package dev.goldcrest.torch;

/** The loss of one batch over its targets, in nats; targets of 0, padding, are left out. */
interface TokenLoss {
  /**
   * Adds the gradient of the summed loss times {@code scale} to the leaves and returns that loss.
   *
   * @param smoothing share of the target spread evenly over the vocabulary
   */
  double backward(double smoothing, double scale);

  /** Loss without smoothing; the caller forbids gradients. */
  Sum sum();

  /**
   * Scores of an evaluation.
   *
   * @param loss summed over the targets
   * @param right targets that were the likeliest token
   */
  record Sum(double loss, long right) {
    Sum plus(Sum other) {
      return new Sum(loss + other.loss, right + other.right);
    }
  }
}
