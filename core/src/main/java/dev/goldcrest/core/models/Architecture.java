package dev.goldcrest.core.models;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.graph.WeightForms;
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

  /**
   * The entry, where there is one, that maps {@code source} (B, S) and {@code sourceMask} (B, S) to
   * what each cross-attention of the decoder looks at: {@code memory.PATH.k} and {@code
   * memory.PATH.v}.
   */
  String ENCODE = "encode";

  /**
   * The entry, where there is one, that computes one step of a decoder: {@code ids} (B, 1), {@code
   * position} (1), {@code seen} (B, cap), the states {@code past.PATH} and, after an encoder,
   * {@code sourceMask} and {@code memory.PATH.k|v} -> {@code logits} (B, V) and {@code next.PATH}.
   * cap is {@link Sizes#time}. All states start at zero.
   */
  String DECODE = "decode";

  /**
   * The entry, where there is one, that trains an adaptive softmax: {@code ids} (B, T) and {@code
   * tail.i.rows} -> {@code head} (B T, c0 + clusters) and {@code tail.i}, logits of those rows
   * only.
   */
  String ADAPTIVE = "adaptive";

  /** The name by which the registry and the model file know it. */
  String name();

  /** Whether it reads words or tokens; a detector reads frames. */
  default boolean readsTokens() {
    return true;
  }

  /** What a model of words or tokens is built for. */
  default Task task() {
    return Task.CLASSIFY;
  }

  /**
   * Every setting by its name, in a fixed order, those added later only where they are on; {@link
   * Architectures} builds an equal record from it.
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

  /** Sizes at which a trace of {@link #WHOLE} declares every parameter. */
  default Sizes smallest() {
    return new Sizes(1, lengthMultiple(), 1);
  }

  /** A trace that declares every parameter, for what is asked of these and not of sizes. */
  default Graph whole() {
    return trace(WHOLE, smallest());
  }

  /**
   * Whether a value counts under the rule of the architecture's paper: a parameter as weights, any
   * other as multiply-adds.
   */
  default boolean paperCounts(Value value) {
    return true;
  }

  /**
   * The entries that answer a frame of a stream, each with how often it runs a frame; empty where
   * there is no stream mode.
   */
  default Map<String, Double> perFrame() {
    return Map.of();
  }

  /** The entry that answers a frame as the paper's own code does, or null. */
  default String publishedFrame() {
    return null;
  }

  /**
   * Whether its paper prints no counts, so that {@link #paperCounts} is another paper's rule
   * applied to our own graph.
   */
  default boolean paperCountsDerived() {
    return false;
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

  /** The forms of its weights; see {@link #with}. */
  default WeightForms forms() {
    return WeightForms.NONE;
  }

  /** The same without forms: the record that its settings describe. */
  default Architecture dense() {
    return this;
  }

  /** The same with its weights in the given forms, in place of those it has. */
  default Architecture with(WeightForms forms) {
    return forms.isEmpty() ? dense() : new Formed(dense(), forms);
  }

  /** Traces one entry point for inference. */
  default Graph trace(String entry, Sizes sizes) {
    return trace(false, entry, sizes);
  }

  /** Traces one entry point; {@code training} keeps its dropout. */
  default Graph trace(boolean training, String entry, Sizes sizes) {
    return Graph.trace(training, scope -> build(scope, entry, sizes));
  }
}
