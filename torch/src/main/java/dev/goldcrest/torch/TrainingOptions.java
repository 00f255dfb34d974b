package dev.goldcrest.torch;

/**
 * How to train.
 *
 * @param epochs at most
 * @param batchSize examples a step, over all workers
 * @param learningRate the peak
 * @param warmup share of all steps in which the rate rises from 0
 * @param decay how it falls afterwards
 * @param weightDecay decoupled, on weights of two or more axes
 * @param labelSmoothing share of the target spread evenly over all classes
 * @param clip largest norm of the gradient; 0 for no limit
 * @param average decay of the running average of the weights that is evaluated and kept; 0 for the weights themselves
 * @param misspell probability that training gives a word one random edit
 * @param balance power of the inverse class frequency that weights the loss: 0 for none, 1 for full
 * @param patience epochs without a better dev score before training stops; 0 for never
 * @param seed of everything random
 * @param workers threads that share a batch; part of what determines the result
 */
public record TrainingOptions(
    int epochs,
    int batchSize,
    double learningRate,
    double warmup,
    Decay decay,
    double weightDecay,
    double labelSmoothing,
    double clip,
    double average,
    double misspell,
    double balance,
    int patience,
    long seed,
    int workers) {
  /** What the learning rate does after its warm-up. */
  public enum Decay {
    /** To 0 along half a cosine. */
    COSINE,
    /** To 0 along a line. */
    LINEAR,
    /** Stays. */
    NONE
  }

  /** The rate of step {@code step} (from 0) of {@code total}. */
  public double rate(long step, long total) {
    double rising = warmup * total;
    if (step < rising) {
      return learningRate * (step + 1) / rising;
    }
    double done = total <= rising ? 1 : Math.min(1, (step - rising) / (total - rising));
    return switch (decay) {
      case COSINE -> learningRate * 0.5 * (1 + Math.cos(Math.PI * done));
      case LINEAR -> learningRate * (1 - done);
      case NONE -> learningRate;
    };
  }
}
