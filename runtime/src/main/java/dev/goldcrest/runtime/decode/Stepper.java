package dev.goldcrest.runtime.decode;

import dev.goldcrest.runtime.text.Tokenizer;

/**
 * A sequence model that is asked for one token after the other, whatever interprets its graph. It
 * keeps the state of several rows, the hypotheses of one search. The first token fed is always
 * {@link Tokenizer#EOS}, as fairseq does. Serves one thread.
 */
public interface Stepper extends AutoCloseable {
  /** V, the number of scores of a row. */
  int vocabulary();

  /** Steps that one sequence may take. */
  int maxSteps();

  /**
   * Begins a sequence: one row without a past.
   *
   * @param source the sentence to be read, ending with {@link Tokenizer#EOS}; empty for a language
   *     model
   */
  void start(int[] source);

  /**
   * Goes one step on.
   *
   * @param rows R, hypotheses from now on
   * @param tokens the last token of each, at least R
   * @param parents for each the row of the step before that it continues, at least R; a row may be
   *     continued by several or by none
   * @return scores before or after a log-softmax, (R, V) in row-major order from 0 on; the caller
   *     may overwrite them, the next call does
   */
  float[] step(int rows, int[] tokens, int[] parents);

  @Override
  void close();
}
