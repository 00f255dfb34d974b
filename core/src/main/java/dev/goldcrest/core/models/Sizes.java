package dev.goldcrest.core.models;

/**
 * The lengths of one trace.
 *
 * @param batch B, sequences
 * @param time T, steps of the longest
 * @param words W, distinct words among them; architectures without a word projection ignore it
 */
public record Sizes(int batch, int time, int words) {
  /** One sequence in which every word differs. */
  public static Sizes single(int time) {
    return new Sizes(1, time, time);
  }
}
