package dev.goldcrest.torch;

import dev.goldcrest.core.models.Sizes;

/**
 * Texts laid out for a graph.
 *
 * @param sizes B, T and W
 * @param features (W, F) of the distinct words, or null with a vocabulary
 * @param ids (B, T)
 * @param mask (B, T)
 */
record TextBatch(Sizes sizes, float[] features, int[] ids, float[] mask) {}
