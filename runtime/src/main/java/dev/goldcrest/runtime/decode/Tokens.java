package dev.goldcrest.runtime.decode;

/** The tokens that every vocabulary begins with. */
public final class Tokens {
  /** Fills a batch's short sequences. */
  public static final int PAD = 0;

  /** Begins a sequence where a model asks for it. */
  public static final int BEGIN = 1;

  /** Ends a sequence; also what a decoder is fed first. */
  public static final int END = 2;

  /** Stands for what the vocabulary lacks. */
  public static final int UNKNOWN = 3;

  private Tokens() {}

  /** Scores of a row that no decoder may choose. */
  static void forbid(float[] scores, int from, boolean unknown) {
    scores[from + PAD] = Float.NEGATIVE_INFINITY;
    scores[from + BEGIN] = Float.NEGATIVE_INFINITY;
    if (!unknown) {
      scores[from + UNKNOWN] = Float.NEGATIVE_INFINITY;
    }
  }
}
