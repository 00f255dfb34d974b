package dev.goldcrest.runtime.text;

import java.util.ArrayList;
import java.util.List;

/**
 * How a text becomes a model's input: which words, and either their projection, their place in a
 * vocabulary or the pieces of a pretrained model's tokeniser. Exactly one of the three is given.
 *
 * @param lowerCase whether case is lost; a tokeniser knows that itself
 * @param projection of each word, or null
 * @param vocabulary known words, or null
 * @param classToken whether [CLS] stands before the words; only with a vocabulary
 * @param wordPiece a pretrained model's tokeniser, or null
 */
public record TextConfig(
    boolean lowerCase,
    ProjectionConfig projection,
    List<String> vocabulary,
    boolean classToken,
    WordPiece wordPiece) {
  public TextConfig {
    int given =
        (projection == null ? 0 : 1) + (vocabulary == null ? 0 : 1) + (wordPiece == null ? 0 : 1);
    if (given != 1) {
      throw new IllegalArgumentException(
          "a text front end needs one of projection, vocabulary and tokeniser, got " + given);
    }
    if (classToken && vocabulary == null) {
      throw new IllegalArgumentException("a class token needs a vocabulary");
    }
    vocabulary = vocabulary == null ? null : List.copyOf(vocabulary);
  }

  /** Values per projected word, or ids of the vocabulary. */
  public int inputs() {
    if (wordPiece != null) {
      return wordPiece.size();
    }
    return projection != null ? projection.bits() : new Vocabulary(vocabulary).size();
  }

  /** Special tokens that stand around the words of every text. */
  public int frame() {
    return wordPiece != null ? wordPiece.frame() : classToken ? 1 : 0;
  }

  /** Words (or pieces) that are read of a text by a model of at most {@code maxLength} steps. */
  public int mostWords(int maxLength) {
    return (wordPiece == null ? maxLength : Math.min(maxLength, wordPiece.maxTokens())) - frame();
  }

  /**
   * Words (or pieces) of a text.
   *
   * @param most that are counted; a text with more has {@code most + 1} or more
   */
  public int words(String line, int most) {
    return wordPiece == null
        ? new WordSegmenter(lowerCase).words(line, most, new ArrayList<>())
        : wordPiece.encode(line, new int[most + frame()]) - frame();
  }

  /** Words by projection. */
  public static TextConfig projected(boolean lowerCase, ProjectionConfig projection) {
    return new TextConfig(lowerCase, projection, null, false, null);
  }

  /** Words by number. */
  public static TextConfig indexed(boolean lowerCase, Vocabulary vocabulary, boolean classToken) {
    return new TextConfig(lowerCase, null, vocabulary.words(), classToken, null);
  }

  /** Pieces of a pretrained model's tokeniser. */
  public static TextConfig pieces(WordPiece wordPiece) {
    return new TextConfig(false, null, null, false, wordPiece);
  }
}
