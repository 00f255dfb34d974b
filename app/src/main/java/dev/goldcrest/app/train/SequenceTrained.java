package dev.goldcrest.app.train;

import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.torch.SequenceRun;
import java.nio.file.Path;

/**
 * A finished training of a model that writes.
 *
 * @param model the file
 * @param bytes its size
 * @param recipe what was trained, and how
 * @param outcome scores by epoch
 * @param cost of one text
 * @param tokensPerSecond read and written while training, evaluations included
 * @param seconds of training, from encoded texts to the file
 * @param cpuSeconds of all threads
 * @param whole whether seconds and energy are of all processes that had a part in it
 * @param energy that this took
 */
public record SequenceTrained(
    Path model,
    long bytes,
    SequenceRecipe recipe,
    SequenceRun.Outcome outcome,
    Cost cost,
    double tokensPerSecond,
    double seconds,
    double cpuSeconds,
    boolean whole,
    Energy.Reading energy) {

  /**
   * What reading and writing one text costs in one pass.
   *
   * @param parameters weights of the model
   * @param macs multiply-adds, the vocabulary included
   * @param paperMacs those that the architecture's paper counts
   * @param source tokens of the text that is meant: the mean of the training texts, rounded up
   * @param target tokens likewise
   */
  public record Cost(long parameters, long macs, long paperMacs, int source, int target) {
    /** Floating-point operations of training on one token: forward and twice that back. */
    double trainingFlopsPerToken() {
      return 6.0 * macs / (source + target);
    }
  }

  /** What the training reached of the processors, in 10^9 operations a second. */
  public double gigaflops() {
    return tokensPerSecond * cost.trainingFlopsPerToken() / 1e9;
  }

  /** Perplexity per token on dev. */
  public double devPerplexity() {
    return Math.exp(outcome.devLoss());
  }
}
