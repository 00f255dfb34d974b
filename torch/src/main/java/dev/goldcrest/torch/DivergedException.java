package dev.goldcrest.torch;

/** The loss stopped being a number. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DivergedException(int epoch, int step, double loss) {
    super(
        "the loss became "
            + loss
            + " in epoch "
            + (epoch + 1)
            + ", step "
            + (step + 1)
            + "; a lower learning rate or a smaller limit on the gradient usually helps");
  }
}
