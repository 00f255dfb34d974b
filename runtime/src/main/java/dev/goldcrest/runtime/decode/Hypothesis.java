package dev.goldcrest.runtime.decode;

/**
 * A finished target.
 *
 * @param tokens without the end token
 * @param logProbabilities of each token and, last, of the end token
 * @param score sum of the log probabilities / (tokens + 1)^length penalty; the higher the better
 */
public record Hypothesis(int[] tokens, float[] logProbabilities, double score) {}
