package dev.goldcrest.core.models;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import java.util.Map;

/**
 * A model: its numbers, and the one method that says what they mean. Everything else, cost,
 * training, inference and export, reads the graph that {@link #build} appends.
 */
public interface Architecture {
  /** The entry that computes the whole model. */
  String WHOLE = "whole";

  /** The entry, where there is one, that maps {@code features} (W, F) to {@code vectors} (W, d). */
  String WORDS = "words";

  /** The entry, where there is one, that goes on from {@code vectors} (B, T, d). */
  String SEQUENCE = "sequence";

  /** The name by which the registry and the model file know it. */
  String name();

  /**
   * Every setting by its name, in a fixed order; {@link Architectures} builds an equal record from
   * it.
   */
  Map<String, String> settings();

  /**
   * Appends the model and returns its outputs by name; a classifier's is {@code logits} (B,
   * classes), a text encoder's {@code embedding} (B, d).
   *
   * @param entry {@link #WHOLE} or another entry point of this architecture
   */
  Map<String, Value> build(Scope scope, String entry, Sizes sizes);

  /** T must be a multiple of this; shorter sequences are padded. */
  default int lengthMultiple() {
    return 1;
  }

  /** The longest sequence it takes. */
  int maxLength();

  /**
   * Whether the multiply-adds and weights at a path count under the rule of the architecture's
   * paper.
   */
  default boolean paperCounts(String path) {
    return true;
  }

  /**
   * Whether it has the entries {@link #WORDS} and {@link #SEQUENCE}: a word's vector then depends
   * on the word alone, and a device computes it once.
   */
  default boolean splitsAtWords() {
    return false;
  }

  /** Whether a class token must stand before the words. */
  default boolean readsClassToken() {
    return false;
  }

  /** Traces one entry point for inference. */
  default Graph trace(String entry, Sizes sizes) {
    return Graph.trace(scope -> build(scope, entry, sizes));
  }
}
