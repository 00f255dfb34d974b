/**
 * The one graph: coarse operations with shape rules, built by a model once per input shape and read
 * by every interpreter. It holds no tensor data.
 *
 * <p>Letters used throughout: B batch, T time (words, frames), S source time, C channels, H heads,
 * V vocabulary, W distinct words of a batch.
 */
package dev.goldcrest.core.graph;
