package dev.goldcrest.core.models;

import java.util.List;

/**
 * The lengths of one trace.
 *
 * @param batch B, sequences
 * @param time T, steps of the longest
 * @param words W, distinct words among them; architectures without a word projection ignore it
 * @param source S, steps of the longest sequence that an encoder reads for a decoder; 0 without
 * @param tails how many targets each tail cluster of an adaptive softmax has, each at least 1; only
 *     {@link Architecture#ADAPTIVE} reads it
 */
public record Sizes(int batch, int time, int words, int source, List<Integer> tails) {
  public Sizes {
    tails = List.copyOf(tails);
  }

  /** Without adaptive softmax. */
  public Sizes(int batch, int time, int words, int source) {
    this(batch, time, words, source, List.of());
  }

  /** One sequence each, no decoder. */
  public Sizes(int batch, int time, int words) {
    this(batch, time, words, 0);
  }

  /** One sequence in which every word differs. */
  public static Sizes single(int time) {
    return new Sizes(1, time, time);
  }
}
