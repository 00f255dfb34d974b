package dev.goldcrest.runtime.text;

/**
 * Which projection turns words into numbers, and how.
 *
 * @param kind the definition followed
 * @param bits T, the values per word
 * @param ngramMax longest character n-gram, in code points; PRADO hashes whole words and does not
 *     read it
 * @param skip 1 adds n-grams with one character left out, 0 does not; read by LSH alone
 * @param context neighbouring words on each side whose features join those of the word; LSH alone
 *     has them, so it must be 0 elsewhere
 * @param signed values -1 and +1 instead of 0 and 1; read by LSH alone (PRADO is ternary, SGNN
 *     real)
 * @param seed chooses the hash functions; PRADO's published hash has none and does not read it
 */
public record ProjectionConfig(
    Kind kind, int bits, int ngramMax, int skip, int context, boolean signed, long seed) {

  public static final int MAX_BITS = 8192;
  public static final int MAX_NGRAM = 8;
  public static final int MAX_CONTEXT = 4;

  /** The published definitions. */
  public enum Kind {
    /** Sign bits of random projections of character n-gram counts ({@link LshProjection}). */
    LSH,
    /** PRADO's ternary hash of the whole word ({@link PradoHash}). */
    PRADO,
    /** SGNN's means of multiplicative hashes of n-grams ({@link SgnnText}). */
    SGNN
  }

  public ProjectionConfig {
    if (kind == null) {
      throw new IllegalArgumentException("projection kind is missing: use lsh, prado or sgnn");
    }
    requireWithin("projection bits", bits, 1, MAX_BITS);
    requireWithin("projection ngramMax", ngramMax, 1, MAX_NGRAM);
    requireWithin("projection skip", skip, 0, 1);
    requireWithin("projection context", context, 0, MAX_CONTEXT);
    if (context > 0 && kind != Kind.LSH) {
      throw new IllegalArgumentException(
          "projection context must be 0 for "
              + kind
              + ", is "
              + context
              + ": only LSH has features of neighbouring words");
    }
    if (kind == Kind.SGNN && bits < SgnnText.seedsNeeded(ngramMax)) {
      throw new IllegalArgumentException(
          "projection bits must be at least "
              + SgnnText.seedsNeeded(ngramMax)
              + " for SGNN with ngramMax "
              + ngramMax
              + ", is "
              + bits);
    }
  }

  /** The paper's features: n-grams up to 5, 1-skip-grams, no neighbours. */
  public static ProjectionConfig lsh(int bits, boolean signed, long seed) {
    return new ProjectionConfig(Kind.LSH, bits, 5, 1, 0, signed, seed);
  }

  public WordProjection create() {
    return kind == Kind.LSH
        ? new LshProjection(this)
        : kind == Kind.PRADO ? new PradoProjection(this) : new SgnnProjection(this);
  }

  private static void requireWithin(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be between " + least + " and " + most + ", is " + value);
    }
  }
}
