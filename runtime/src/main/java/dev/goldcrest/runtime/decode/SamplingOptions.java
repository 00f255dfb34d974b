package dev.goldcrest.runtime.decode;

/**
 * How a continuation is drawn. Scores are divided by the temperature, then cut to the {@code topK}
 * best, then to the fewest whose probabilities reach {@code topP}.
 *
 * @param temperature below 1 sharpens, above 1 flattens; 0 takes the best token
 * @param topK 0 for all
 * @param topP 1 for all (Holtzman et al., 2020)
 * @param seed the same seed draws the same tokens
 * @param maxTokens tokens drawn at most; the end token stops earlier
 * @param unknown whether the unknown token may be drawn
 */
public record SamplingOptions(
    double temperature, int topK, double topP, long seed, int maxTokens, boolean unknown) {
  /** As the model says, up to 100 tokens, no unknown ones. */
  public static final SamplingOptions DEFAULT = new SamplingOptions(1, 0, 1, 1, 100, false);

  public SamplingOptions {
    DecodingOptions.finite("temperature", temperature);
    if (temperature < 0) {
      throw new IllegalArgumentException("the temperature must not be negative: " + temperature);
    }
    DecodingOptions.between("top-k", topK, 0, Integer.MAX_VALUE);
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("top-p must be above 0 and at most 1, got " + topP);
    }
    DecodingOptions.between("number of tokens", maxTokens, 0, Integer.MAX_VALUE);
  }
}
