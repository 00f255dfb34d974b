package dev.goldcrest.runtime;

/**
 * Where a value's elements are: in the arena, in the weights, in an input's array or in a constant.
 */
record Place(float[] array, int at) {}
