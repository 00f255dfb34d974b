package dev.goldcrest.torch;

import dev.goldcrest.torch.optim.Rule;
import dev.goldcrest.torch.optim.Schedule;

/**
 * How to train an encoder towards another one's vectors. The rate rises along a line and falls
 * along half a cosine.
 *
 * @param epochs of the whole run; a part of one is possible
 * @param batchSize texts a step, over all workers
 * @param learningRate the peak
 * @param warmup share of all steps in which the rate rises from 0
 * @param weightDecay decoupled, on weights of two or more axes
 * @param clip largest norm of the gradient; 0 for no limit
 * @param average decay of the running average of the weights that is evaluated and kept; 0 for the
 *     weights themselves
 * @param misspell probability that training gives a word one random edit
 * @param relation weight of the loss that compares how like the texts of a batch are to each other
 *     with how like the teacher finds them; 0 for none
 * @param whiten power of {@link Whitening} with which a difference to the teacher is a loss
 *     besides; 0 for none
 * @param seed of everything random
 * @param workers threads that share a batch; part of what determines the result
 */
public record EncoderOptions(
    double epochs,
    int batchSize,
    double learningRate,
    double warmup,
    double weightDecay,
    double clip,
    double average,
    double misspell,
    double relation,
    double whiten,
    long seed,
    int workers) {
  /** The same for another number of epochs. */
  public EncoderOptions withEpochs(double other) {
    return new EncoderOptions(
        other,
        batchSize,
        learningRate,
        warmup,
        weightDecay,
        clip,
        average,
        misspell,
        relation,
        whiten,
        seed,
        workers);
  }

  /** Steps of the whole run over so many texts an epoch. */
  long steps(int texts) {
    int perEpoch = (texts + batchSize - 1) / batchSize;
    return Math.max(1, Math.round(epochs * perEpoch));
  }

  /** The step of a run over so many texts an epoch. */
  StepRecipe step(int texts) {
    long total = steps(texts);
    Schedule schedule =
        new Schedule.WarmupCosine(learningRate, Math.round(warmup * total), total, 0);
    return new StepRecipe(
        Rule.AdamW.of(weightDecay), schedule, clip, average, 0, seed, workers, Precision.FLOAT32);
  }
}
