package dev.goldcrest.app.metrics;

/**
 * How surprised a language model is. The context length belongs to the number: over contiguous
 * blocks the first tokens of a block see little, so a longer block gives a lower perplexity.
 *
 * @param surprise negative log likelihood in nats, summed over all scored tokens
 * @param tokens scored, ends of lines included; what a token is depends on the tokenizer
 * @param words the same text has ({@link #words}), whatever the tokenizer
 * @param context longest context in tokens that a scored token could see
 */
public record Perplexity(double surprise, long tokens, long words, int context) {

  public Perplexity {
    if (tokens <= 0 || words <= 0 || context < 0 || Double.isNaN(surprise)) {
      throw new IllegalArgumentException(
          "perplexity of %s nats, %d tokens, %d words, context %d"
              .formatted(surprise, tokens, words, context));
    }
  }

  /** Comparable between models of one tokenizer. */
  public double perToken() {
    return Math.exp(surprise / tokens);
  }

  /** Comparable between models of any tokenizers; equal to the other where tokens are words. */
  public double perWord() {
    return Math.exp(surprise / words);
  }

  /** Words of a line as PTB and WikiText count: what stands between blanks, and the line's end. */
  public static long words(String line) {
    return BleuStyle.split(BleuStyle.BLANKS, line).size() + 1L;
  }
}
