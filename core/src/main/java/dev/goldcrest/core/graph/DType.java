package dev.goldcrest.core.graph;

/**
 * What an element of a {@link Value} is. Weights may be stored in other types; see the model file.
 */
public enum DType {
  /** 32-bit float: activations, weights and masks (1 keeps, 0 hides). */
  F32,
  /** 32-bit signed integer: indices. */
  I32
}
