package dev.goldcrest.runtime;

/**
 * A text that a model wrote.
 *
 * @param text the text
 * @param score sum of the log probabilities of its tokens and its end / length^length penalty; the
 *     higher the better
 * @param truncated whether the source was longer than the model reads, so that its end was ignored
 */
public record GeneratedText(String text, double score, boolean truncated) {}
