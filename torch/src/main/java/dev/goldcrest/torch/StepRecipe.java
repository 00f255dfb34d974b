package dev.goldcrest.torch;

import dev.goldcrest.torch.optim.Rule;
import dev.goldcrest.torch.optim.Schedule;

/**
 * How a step changes the weights, whatever the loss.
 *
 * @param clip largest norm of the gradient; 0 for no limit
 * @param average decay of the running average of the weights that is evaluated and kept; 0 for the
 *     weights themselves
 * @param snapshots how many ends of epochs are averaged into the weights that are evaluated and
 *     kept; 0 for none
 * @param workers threads that share a batch; part of what determines the result
 * @param precision of the products that gradients come from
 */
record StepRecipe(
    Rule rule,
    Schedule schedule,
    double clip,
    double average,
    int snapshots,
    long seed,
    int workers,
    Precision precision) {
  StepRecipe {
    if (average > 0 && snapshots > 0) {
      throw new IllegalArgumentException(
          "average and snapshots are two ways to average weights; set one of them to 0");
    }
  }

  /** Whether other weights than those of the last step are evaluated. */
  boolean averages() {
    return average > 0 || snapshots > 0;
  }
}
