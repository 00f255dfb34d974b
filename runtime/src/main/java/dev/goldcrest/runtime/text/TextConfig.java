package dev.goldcrest.runtime.text;

import java.util.List;

/**
 * How a text becomes a model's input: which words, and either their projection or their place in a
 * vocabulary. Exactly one of the two is given.
 *
 * @param lowerCase whether case is lost
 * @param projection of each word, or null
 * @param vocabulary known words, or null
 * @param classToken whether [CLS] stands before the words; only with a vocabulary
 */
public record TextConfig(
    boolean lowerCase, ProjectionConfig projection, List<String> vocabulary, boolean classToken) {
  public TextConfig {
    if ((projection == null) == (vocabulary == null)) {
      throw new IllegalArgumentException(
          "a text front end needs a projection or a vocabulary, and not both");
    }
    if (classToken && vocabulary == null) {
      throw new IllegalArgumentException("a class token needs a vocabulary");
    }
    vocabulary = vocabulary == null ? null : List.copyOf(vocabulary);
  }

  /** Values per projected word, or ids of the vocabulary. */
  public int inputs() {
    return projection != null ? projection.bits() : new Vocabulary(vocabulary).size();
  }

  /** Words by projection. */
  public static TextConfig projected(boolean lowerCase, ProjectionConfig projection) {
    return new TextConfig(lowerCase, projection, null, false);
  }

  /** Words by number. */
  public static TextConfig indexed(boolean lowerCase, Vocabulary vocabulary, boolean classToken) {
    return new TextConfig(lowerCase, null, vocabulary.words(), classToken);
  }
}
