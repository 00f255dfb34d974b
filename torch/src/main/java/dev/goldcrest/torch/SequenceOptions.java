package dev.goldcrest.torch;

import dev.goldcrest.torch.optim.Rule;
import dev.goldcrest.torch.optim.Schedule;

/**
 * How to train a translator or a language model.
 *
 * @param epochs passes over the data, whole ones or not
 * @param learningRate the peak
 * @param warmup share of all steps in which the rate rises from 0
 * @param decay how it falls afterwards
 * @param beta2 of Adam's second moment; the first is 0.9
 * @param weightDecay decoupled, on weights of two or more axes
 * @param labelSmoothing share of the target spread evenly over all tokens
 * @param clip largest norm of the gradient; 0 for no limit
 * @param average decay of the running average of the weights that is evaluated and kept; 0 for none
 * @param snapshots how many ends of epochs are averaged instead; 0 for none
 * @param patience epochs without a smaller dev loss before training stops; 0 for never
 * @param seed of everything random
 * @param workers threads that share a batch; part of what determines the result
 * @param precision of the products with weights while training
 */
public record SequenceOptions(
    double epochs,
    double learningRate,
    double warmup,
    Decay decay,
    double beta2,
    double weightDecay,
    double labelSmoothing,
    double clip,
    double average,
    int snapshots,
    int patience,
    long seed,
    int workers,
    Precision precision) {
  private static final double BETA1 = 0.9;
  private static final double EPSILON = 1e-8;

  /** What the learning rate does after its warm-up, as fairseq defines it. */
  public enum Decay {
    /** To 0 along half a cosine. */
    COSINE,
    /** As 1 / sqrt(step). */
    INVERSE_SQRT
  }

  /** Options whose products are taken in float32. */
  public SequenceOptions(
      double epochs,
      double learningRate,
      double warmup,
      Decay decay,
      double beta2,
      double weightDecay,
      double labelSmoothing,
      double clip,
      double average,
      int snapshots,
      int patience,
      long seed,
      int workers) {
    this(
        epochs,
        learningRate,
        warmup,
        decay,
        beta2,
        weightDecay,
        labelSmoothing,
        clip,
        average,
        snapshots,
        patience,
        seed,
        workers,
        Precision.FLOAT32);
  }

  /** The same for another number of epochs. */
  public SequenceOptions withEpochs(double other) {
    return with(other, learningRate);
  }

  /** The same with another peak of the learning rate. */
  public SequenceOptions withLearningRate(double other) {
    return with(epochs, other);
  }

  private SequenceOptions with(double epochs, double learningRate) {
    return new SequenceOptions(
        epochs,
        learningRate,
        warmup,
        decay,
        beta2,
        weightDecay,
        labelSmoothing,
        clip,
        average,
        snapshots,
        patience,
        seed,
        workers,
        precision);
  }

  /** Steps of the whole run. */
  long steps(int perEpoch) {
    return Math.max(1, Math.round(epochs * perEpoch));
  }

  /** The step of a run of so many steps an epoch. */
  StepRecipe step(int perEpoch) {
    Rule rule = new Rule.FairseqAdam(BETA1, beta2, EPSILON, weightDecay);
    return new StepRecipe(
        rule, schedule(steps(perEpoch)), clip, average, snapshots, seed, workers, precision);
  }

  private Schedule schedule(long total) {
    long rising = Math.max(1, Math.round(warmup * total));
    double start = learningRate / rising; // an update of rate 0 would be wasted
    return switch (decay) {
      case COSINE ->
          new Schedule.FairseqCosine(
              0, learningRate, rising, start, Math.max(1, total - rising), 1, 1);
      case INVERSE_SQRT -> new Schedule.FairseqInverseSqrt(learningRate, rising, start);
    };
  }
}
