package dev.goldcrest.runtime;

/**
 * Where a value stands: in row-major order from {@code at} on. To be read, not to be written to.
 */
public record Place(float[] array, int at) {}
