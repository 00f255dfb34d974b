package dev.goldcrest.runtime.kernels;

/**
 * The sizes of one attention: q (B, T, C), k (B, S, C), v (B, S, D), mask (B, S), result (B, T, D).
 *
 * @param batch B
 * @param heads H; head h owns channels h C/H to (h+1) C/H - 1, and likewise of D
 * @param queries T
 * @param keys S
 * @param channels C
 * @param values D
 * @param causal a query at t sees keys up to t only
 */
public record AttentionShape(
    int batch, int heads, int queries, int keys, int channels, int values, boolean causal) {
  /** Channels of one head's queries and keys. */
  public int headChannels() {
    return channels / heads;
  }

  /** Channels of one head's values. */
  public int headValues() {
    return values / heads;
  }

  /** What scores are multiplied by: (C/H)^-1/2. */
  public float scale() {
    return (float) (1 / Math.sqrt(headChannels()));
  }
}
