package dev.goldcrest.torch.optim;

/**
 * What an {@link Optimiser} does with a gradient. Rates come from a {@link Schedule}, step by step.
 */
public sealed interface Rule {
  /**
   * libtorch's Adam (Kingma and Ba, arXiv 1412.6980): epsilon is added to the bias-corrected root.
   *
   * @param decay weight decay, added to the gradient (L2)
   */
  record Adam(double beta1, double beta2, double epsilon, double decay) implements Rule {}

  /**
   * libtorch's AdamW (Loshchilov and Hutter, arXiv 1711.05101).
   *
   * @param decay weight decay, taken off the parameter as rate * decay * parameter before the step
   */
  record AdamW(double beta1, double beta2, double epsilon, double decay) implements Rule {
    /** The usual constants. */
    public static AdamW of(double decay) {
      return new AdamW(0.9, 0.999, 1e-8, decay);
    }
  }

  /**
   * fairseq's Adam: decoupled decay as AdamW, but epsilon is added to the root before bias
   * correction.
   */
  record FairseqAdam(double beta1, double beta2, double epsilon, double decay) implements Rule {}

  /** libtorch's gradient descent with momentum, Nesterov's form on request; decay is L2. */
  record Sgd(double momentum, boolean nesterov, double decay) implements Rule {}

  /**
   * fairseq's Nesterov: the buffer holds rate times velocity and is rescaled when the rate changes;
   * decay is decoupled.
   */
  record FairseqNag(double momentum, double decay) implements Rule {}
}
