package dev.goldcrest.runtime.decode;

/**
 * How a target is searched for, by fairseq's conventions: a hypothesis scores the sum of its log
 * probabilities divided by length^lengthPenalty, and the length counts the end token.
 *
 * @param beam hypotheses kept at each step; 1 is greedy
 * @param lengthPenalty above 1 prefers longer targets, below 1 shorter ones, 0 does not normalise
 * @param minLength tokens before the end token, at least
 * @param maxLengthFactor A, and
 * @param maxLengthOffset B: at most A S + B tokens before the end token, S being the source's
 *     length with its end token
 * @param noRepeatNgram no sequence of so many tokens occurs twice; 0 for no such rule
 * @param unknown whether the unknown token may be chosen
 */
public record DecodingOptions(
    int beam,
    double lengthPenalty,
    int minLength,
    double maxLengthFactor,
    int maxLengthOffset,
    int noRepeatNgram,
    boolean unknown) {
  /** The widest beam. */
  public static final int MAX_BEAM = 1024;

  private static final int MAX_FACTOR = 100;
  private static final int MAX_OFFSET = 1 << 16;

  /** Beam 4, length penalty 1, at most 1.2 S + 10 tokens. */
  public static final DecodingOptions DEFAULT = new DecodingOptions(4, 1, 1, 1.2, 10, 0, true);

  public DecodingOptions {
    between("beam", beam, 1, MAX_BEAM);
    finite("length penalty", lengthPenalty);
    between("minimum length", minLength, 0, Integer.MAX_VALUE);
    if (!(maxLengthFactor >= 0 && maxLengthFactor <= MAX_FACTOR)) {
      throw new IllegalArgumentException(
          "the factor of the maximum length must be from 0 to "
              + MAX_FACTOR
              + ", got "
              + maxLengthFactor);
    }
    between("offset of the maximum length", maxLengthOffset, 0, MAX_OFFSET);
    between("no-repeat n-gram", noRepeatNgram, 0, Integer.MAX_VALUE);
  }

  /** Takes the best token at each step. */
  public DecodingOptions greedy() {
    return withBeam(1);
  }

  /** The same search with another beam. */
  public DecodingOptions withBeam(int beam) {
    return new DecodingOptions(
        beam, lengthPenalty, minLength, maxLengthFactor, maxLengthOffset, noRepeatNgram, unknown);
  }

  /** Tokens before the end token, at most, for a source of {@code source} tokens. */
  public int maxLength(int source) {
    return (int) Math.min(Integer.MAX_VALUE - 1, maxLengthFactor * source + maxLengthOffset);
  }

  static void between(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "the "
              + what
              + " must be at least "
              + least
              + (most < Integer.MAX_VALUE ? " and at most " + most : "")
              + ", got "
              + value);
    }
  }

  static void finite(String what, double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("the " + what + " must be a number, got " + value);
    }
  }
}
