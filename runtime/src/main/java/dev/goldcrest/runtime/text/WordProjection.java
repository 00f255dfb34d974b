package dev.goldcrest.runtime.text;

import java.util.List;

/**
 * Maps a word to a fixed number of values without a vocabulary and without trained parameters.
 *
 * <p>Implementations may be shared by threads, keep no state between calls, and reuse a small
 * scratch per thread.
 */
public interface WordProjection {

  /** T, the number of values per word. */
  int size();

  /**
   * Whether the values of a word depend on its neighbours. When they do not, they may be computed
   * once per distinct word and kept.
   */
  boolean contextual();

  /**
   * Writes the {@link #size()} values of one word to {@code out}, starting at {@code offset}.
   *
   * @param words the whole text, of which a contextual projection reads the neighbours
   */
  void project(List<String> words, int index, float[] out, int offset);
}
