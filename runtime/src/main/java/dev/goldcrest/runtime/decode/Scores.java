package dev.goldcrest.runtime.decode;

import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.text.Tokenizer;

/** What is done with one row of a model's scores. */
final class Scores {
  private Scores() {}

  /** Takes out of a row of scores what no decoder may choose. */
  static void forbid(float[] scores, int from, boolean unknown) {
    scores[from + Tokenizer.PAD] = Float.NEGATIVE_INFINITY;
    scores[from + Tokenizer.BOS] = Float.NEGATIVE_INFINITY;
    if (!unknown) {
      scores[from + Tokenizer.UNKNOWN] = Float.NEGATIVE_INFINITY;
    }
  }

  /**
   * The logarithm of the sum of the exponentials of {@code n} scores, by way of any that is not
   * small: where only a few log probabilities are needed, there is no log-softmax to be taken of
   * all.
   *
   * @param probabilities room for n
   */
  static double logTotal(Kernels kernels, float[] scores, int from, int n, float[] probabilities) {
    kernels.softmax(1, n, false, scores, from, probabilities, 0);
    for (int i = 0; i < n; i++) {
      if (probabilities[i] * n >= 0.5f) {
        return scores[from + i] - Math.log(probabilities[i]);
      }
    }
    throw new IllegalStateException("the model's scores are no numbers");
  }
}
