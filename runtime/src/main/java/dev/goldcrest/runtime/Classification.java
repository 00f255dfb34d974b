package dev.goldcrest.runtime;

/**
 * What a text was taken for.
 *
 * @param label the class
 * @param probability of the class, calibrated on held-out data
 * @param trusted whether the probability reaches the model's rejection threshold
 * @param truncated whether the text was longer than the model reads
 */
public record Classification(String label, float probability, boolean trusted, boolean truncated) {}
