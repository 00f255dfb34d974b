package dev.goldcrest.torch;

import dev.goldcrest.torch.optim.Rule;
import dev.goldcrest.torch.optim.Schedule;

/**
 * How to train a detector on streams.
 *
 * @param epochs at most
 * @param batchSize windows a step, over all workers
 * @param learningRate the peak
 * @param warmup share of all steps in which the rate rises, from 0.3 of what the cosine gives
 * @param weightDecay decoupled, on weights of two or more axes
 * @param clip largest norm of the gradient; 0 for no limit
 * @param average decay of the running average of the weights that is evaluated and kept; 0 for the
 *     weights themselves
 * @param balance power of the inverse class frequency that weights the loss: 0 for none, 1 for full
 * @param noise deviation of what training adds to each value of a frame
 * @param shift deviation of what training adds to a feature throughout a window, as if the sensor
 *     sat elsewhere
 * @param patience epochs without a better dev score before training stops; 0 for never
 * @param seed of everything random
 * @param workers threads that share a batch; part of what determines the result
 */
public record DetectorOptions(
    int epochs,
    int batchSize,
    double learningRate,
    double warmup,
    double weightDecay,
    double clip,
    double average,
    double balance,
    double noise,
    double shift,
    int patience,
    long seed,
    int workers) {
  private static final double FIRST_RATE = 0.3;

  int stepsPerEpoch(int windows) {
    return (windows + batchSize - 1) / batchSize;
  }

  StepRecipe step(int windows) {
    long total = (long) epochs * stepsPerEpoch(windows);
    Schedule schedule =
        new Schedule.CosineTimesWarmup(learningRate, FIRST_RATE, Math.round(warmup * total), total);
    return new StepRecipe(
        Rule.AdamW.of(weightDecay), schedule, clip, average, 0, seed, workers, Precision.FLOAT32);
  }
}
