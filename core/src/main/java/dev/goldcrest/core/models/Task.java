package dev.goldcrest.core.models;

/** What an architecture over tokens is built for. */
public enum Task {
  /** {@code ids} (B, T) and {@code mask} (B, T) -> {@code logits} (B, classes). */
  CLASSIFY,
  /**
   * Any encoder-decoder, summaries too: {@code source} (B, S), {@code sourceMask} (B, S) and {@code
   * ids} (B, T) -> {@code logits} (B, T, V).
   */
  TRANSLATE,
  /** A language model: {@code ids} (B, T) -> {@code logits} (B, T, V). */
  LM
}
