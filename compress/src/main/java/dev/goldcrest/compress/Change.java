package dev.goldcrest.compress;

/**
 * What compression did to one weight or width.
 *
 * @param path of the weight as the architecture has it, or of the width
 * @param kind of change
 * @param detail in words: {@code rank 24 of 64}
 * @param error of the values against those before, relative to their Frobenius norm; of factors for
 *     data, of what the weight makes of these; 0 for weights that were left
 */
public record Change(String path, Kind kind, String detail, double error) {
  /** What was done. */
  public enum Kind {
    /** Attention looks at rows that keys and values are projected to. */
    PROJECTED,
    NARROWED,
    FACTORISED,
    /** It was to be factorised, but that would not save. */
    LEFT,
    PRUNED,
    QUANTISED
  }
}
