package dev.goldcrest.runtime.text;

/**
 * SGNN's projection of a whole text (Ravi and Kozareva, EMNLP 2018) as TensorFlow's own code
 * defines it (models, research/seq_flow_lite/models/sgnn): real values in [-1, 1], no sign bits.
 * Tokens stand between white space and are lower-cased code point by code point, the n-grams of all
 * tokens enter one mean, see {@link SgnnHash}.
 *
 * <p>The projection of single words behind {@link ProjectionConfig} differs in four points: each
 * word has a mean of its own; words come from {@link WordSegmenter}; the hash seeds are drawn from
 * the configuration's seed, uniformly from 1 to 2^31 - 2; and only the first 128 code points of a
 * word are read, which bounds the work per word.
 */
public final class SgnnText {

  private final long[] seeds;
  private final int ngramMax;

  /**
   * @param seeds one factor per value; there must be at least 1 + 2 + .. + ngramMax of them
   * @param ngramMax longest n-gram in code points
   */
  public SgnnText(long[] seeds, int ngramMax) {
    if (ngramMax < 1) {
      throw new IllegalArgumentException("SGNN n-gram size must be positive, is " + ngramMax);
    }
    if (seeds.length < seedsNeeded(ngramMax)) {
      throw new IllegalArgumentException(
          "SGNN with n-grams up to "
              + ngramMax
              + " needs at least "
              + seedsNeeded(ngramMax)
              + " seeds, has "
              + seeds.length);
    }
    this.seeds = seeds.clone();
    this.ngramMax = ngramMax;
  }

  /** One value per seed. */
  public float[] project(String text) {
    SgnnHash hash = new SgnnHash(seeds, ngramMax);
    StringBuilder token = new StringBuilder();
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      if (!Character.isWhitespace(codePoint) && !Character.isSpaceChar(codePoint)) {
        token.appendCodePoint(WordSegmenter.lower(codePoint));
      } else if (token.length() > 0) {
        hash.add(token.toString());
        token.setLength(0);
      }
      i += Character.charCount(codePoint);
    }
    if (token.length() > 0) {
      hash.add(token.toString());
    }
    float[] values = new float[seeds.length];
    hash.means(values, 0);
    return values;
  }

  static int seedsNeeded(int ngramMax) {
    return ngramMax * (ngramMax + 1) / 2;
  }
}
