package dev.goldcrest.core.models;

/**
 * The lengths of one trace.
 *
 * @param batch B, sequences
 * @param time T, steps of the longest
 * @param words W, distinct words among them; architectures without a word projection ignore it
 * @param source S, steps of the longest source sentence; 0 where there is none
 */
public record Sizes(int batch, int time, int words, int source) {
  /** Sizes of a model that reads one sequence. */
  public Sizes(int batch, int time, int words) {
    this(batch, time, words, 0);
  }

  /** One sequence in which every word differs. */
  public static Sizes single(int time) {
    return new Sizes(1, time, time);
  }
}
