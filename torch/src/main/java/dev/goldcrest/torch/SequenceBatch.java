package dev.goldcrest.torch;

import dev.goldcrest.core.models.Sizes;

/**
 * Token sequences laid out for a graph; 0 is padding and stands at the end.
 *
 * @param sizes B, T and S
 * @param source (B, S), or null for a language model
 * @param sourceMask (B, S), 1 for tokens and 0 for padding, or null
 * @param ids (B, T) what the decoder reads: the targets one step later
 * @param targets (B, T) what it should foretell
 */
record SequenceBatch(Sizes sizes, int[] source, float[] sourceMask, int[] ids, int[] targets) {}
