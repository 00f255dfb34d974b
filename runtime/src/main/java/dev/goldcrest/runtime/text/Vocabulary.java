package dev.goldcrest.runtime.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Words by number: 0 padding, 1 any unknown word, 2 the class token [CLS], then known words by
 * frequency.
 */
public final class Vocabulary {
  /** The id of padding. */
  public static final int PAD = 0;

  /** The id of every word that is not known. */
  public static final int UNKNOWN = 1;

  /** The id of the token that BERT's classifier reads. */
  public static final int CLASS = 2;

  static final int FIRST_WORD = 3;

  private final List<String> words;
  private final Map<String, Integer> ids = new HashMap<>();

  /** A vocabulary of {@code words} in this order. */
  public Vocabulary(List<String> words) {
    this.words = Collections.unmodifiableList(new ArrayList<>(words));
    for (String word : words) {
      ids.put(word, FIRST_WORD + ids.size());
    }
    if (ids.size() != words.size()) {
      throw new IllegalArgumentException("a vocabulary must not hold a word twice");
    }
  }

  /**
   * The words that occur at least {@code minCount} times in {@code texts}, most frequent first,
   * ties by code point.
   */
  public static Vocabulary of(Iterable<List<String>> texts, int minCount, int most) {
    Map<String, Integer> counts = new HashMap<>();
    for (List<String> text : texts) {
      for (String word : text) {
        counts.merge(word, 1, Integer::sum);
      }
    }
    return of(counts, minCount, most);
  }

  /** The same of words that are counted already. */
  static Vocabulary of(Map<String, Integer> counts, int minCount, int most) {
    List<String> kept = new ArrayList<>();
    for (Map.Entry<String, Integer> entry : counts.entrySet()) {
      if (entry.getValue() >= minCount) {
        kept.add(entry.getKey());
      }
    }
    kept.sort(
        (a, b) -> {
          int byCount = Integer.compare(counts.get(b), counts.get(a));
          return byCount != 0 ? byCount : a.compareTo(b);
        });
    return new Vocabulary(kept.subList(0, Math.min(most, kept.size())));
  }

  /** Number of ids, the reserved ones included. */
  public int size() {
    return FIRST_WORD + words.size();
  }

  /** The id of a word. */
  public int id(String word) {
    Integer id = ids.get(word);
    return id == null ? UNKNOWN : id;
  }

  /** The known words in the order of their ids. */
  public List<String> words() {
    return words;
  }
}
