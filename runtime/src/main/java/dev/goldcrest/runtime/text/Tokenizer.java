package dev.goldcrest.runtime.text;

import java.util.List;
import java.util.Map;

/**
 * Text to numbers and back, for models that write text. Instances are immutable and may be shared
 * by threads.
 *
 * <p>The first ids mean the same in every tokenizer, and {@link #encode} gives none of the first
 * three, unless a text spells an end out as {@link WordTokenizer} reads it: who feeds a model puts
 * them where its task needs them.
 */
public sealed interface Tokenizer permits BpeTokenizer, WordTokenizer {
  /** Fills a batch; {@link #decode} drops it. */
  int PAD = 0;

  /** Stands before the first token a decoder writes. */
  int BOS = 1;

  /** Ends a text. */
  int EOS = 2;

  /** A word that is not known; bytes are all known, so only words use it. */
  int UNKNOWN = 3;

  /** The first id of a tokenizer's own. */
  int FIRST = 4;

  /**
   * The ids of a text, none for an empty one. Half a surrogate pair is read as U+FFFD: it is no
   * character and UTF-8 has no form for it.
   */
  int[] encode(String text);

  /**
   * The text of ids; padding, beginnings and ends are dropped wherever they are.
   *
   * @throws IllegalArgumentException for an id outside 0 to {@link #size()} - 1
   */
  String decode(int[] ids);

  /** Number of ids, the reserved ones included: the rows of an embedding. */
  int size();

  /** Whether case is lost, by {@link Character#toLowerCase(int)} for each code point. */
  boolean lowerCase();

  /**
   * Everything {@link #fromJson} needs, of values {@link dev.goldcrest.runtime.json.Json} knows.
   */
  Map<String, Object> toJson();

  /**
   * The tokenizer that {@link #toJson} described.
   *
   * @throws IllegalArgumentException in one sentence, for anything that is no such description
   */
  static Tokenizer fromJson(Map<String, ?> json) {
    Object kind = json.get("kind");
    if (!(json.get("lowerCase") instanceof Boolean lowerCase)) {
      throw new IllegalArgumentException("tokenizer: lowerCase is neither true nor false");
    }
    if (BpeTokenizer.KIND.equals(kind)) {
      return BpeTokenizer.fromJson(lowerCase, list(json, "merges"));
    }
    if (WordTokenizer.KIND.equals(kind)) {
      return WordTokenizer.fromJson(lowerCase, list(json, "words"));
    }
    throw new IllegalArgumentException(
        "tokenizer: unknown kind " + kind + ", this version knows bpe and word");
  }

  private static List<?> list(Map<String, ?> json, String name) {
    if (json.get(name) instanceof List<?> list) {
      return list;
    }
    throw new IllegalArgumentException("tokenizer: " + name + " is no list");
  }
}
