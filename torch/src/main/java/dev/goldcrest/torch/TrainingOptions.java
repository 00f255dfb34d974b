package dev.goldcrest.torch;

import dev.goldcrest.torch.optim.Rule;
import dev.goldcrest.torch.optim.Schedule;

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
 * @param average decay of the running average of the weights that is evaluated and kept; 0 for the
 *     weights themselves
 * @param misspell probability that training gives a word one random edit
 * @param balance power of the inverse class frequency that weights the loss: 0 for none, 1 for full
 * @param patience epochs without a better dev score before training stops; 0 for never
 * @param seed of everything random
 * @param rejectLabel the label that means none of the others, or empty; after training it is
 *     favoured until that costs a hundredth of the other labels' dev accuracy, with what a head
 *     that was brought along favours it already, because what fits no label is rarer in training
 *     data than in the world
 * @param workers threads that share a batch; part of what determines the result
 * @param precision of the products with weights while training
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
    String rejectLabel,
    long seed,
    int workers,
    Precision precision) {
  /** What the learning rate does after its warm-up. */
  public enum Decay {
    /** To 0 along half a cosine. */
    COSINE,
    /** To 0 along a line. */
    LINEAR,
    /** Stays. */
    NONE
  }

  /** Options whose products are taken in float32. */
  public TrainingOptions(
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
      String rejectLabel,
      long seed,
      int workers) {
    this(
        epochs,
        batchSize,
        learningRate,
        warmup,
        decay,
        weightDecay,
        labelSmoothing,
        clip,
        average,
        misspell,
        balance,
        patience,
        rejectLabel,
        seed,
        workers,
        Precision.FLOAT32);
  }

  /** Steps of an epoch over so many examples. */
  int stepsPerEpoch(int examples) {
    return (examples + batchSize - 1) / batchSize;
  }

  /** The step of a run over so many examples an epoch. */
  StepRecipe step(int examples) {
    return new StepRecipe(
        Rule.AdamW.of(weightDecay),
        schedule((long) epochs * stepsPerEpoch(examples)),
        clip,
        average,
        0,
        seed,
        workers,
        precision);
  }

  /** The learning rate of each of {@code total} steps. */
  private Schedule schedule(long total) {
    long rising = Math.round(warmup * total);
    return switch (decay) {
      case COSINE -> new Schedule.WarmupCosine(learningRate, rising, total, 0);
      case LINEAR -> new Schedule.WarmupLinear(learningRate, rising, total, 0);
      case NONE -> new Schedule.WarmupLinear(learningRate, rising, total, learningRate);
    };
  }
}
