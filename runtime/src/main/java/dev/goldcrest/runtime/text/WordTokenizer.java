package dev.goldcrest.runtime.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One id a word, words being what stands between blanks (space and U+0009 to U+000D): for text that
 * is cut into tokens already, as PTB and WikiText are. {@code <unk>} in a text is {@link
 * Tokenizer#UNKNOWN} and {@code <eos>} is {@link Tokenizer#EOS}; a decoded text has one blank
 * between words.
 */
public final class WordTokenizer implements Tokenizer {
  static final String KIND = "word";

  private static final String UNKNOWN_WORD = "<unk>";
  private static final String END_WORD = "<eos>";

  private final boolean lowerCase;
  private final Vocabulary vocabulary;

  private WordTokenizer(boolean lowerCase, List<String> words) {
    this.lowerCase = lowerCase;
    this.vocabulary = new Vocabulary(words);
  }

  /**
   * The words that occur at least {@code minCount} times in the texts, most frequent first, ties by
   * char; at most {@code most} of them.
   */
  public static WordTokenizer train(
      Iterable<String> texts, boolean lowerCase, int minCount, int most) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String text : texts) {
      for (String word : words(Pieces.clean(text, lowerCase))) {
        if (!isReserved(word)) {
          counts.merge(word, 1, Integer::sum);
        }
      }
    }
    return new WordTokenizer(lowerCase, Vocabulary.of(counts, minCount, most).words());
  }

  private static boolean isReserved(String word) {
    return word.equals(UNKNOWN_WORD) || word.equals(END_WORD);
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || isBlank(text.charAt(i))) {
        if (i > from) {
          words.add(text.substring(from, i));
        }
        from = i + 1;
      }
    }
    return words;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }

  @Override
  public int[] encode(String text) {
    List<String> words = words(Pieces.clean(text, lowerCase));
    int[] ids = new int[words.size()];
    for (int i = 0; i < ids.length; i++) {
      int known = vocabulary.id(words.get(i));
      ids[i] =
          known != Vocabulary.UNKNOWN
              ? known - Vocabulary.FIRST_WORD + FIRST
              : words.get(i).equals(END_WORD) ? EOS : UNKNOWN;
    }
    return ids;
  }

  @Override
  public String decode(int[] ids) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      if (id < 0 || id >= size()) {
        throw new IllegalArgumentException("id " + id + " is outside 0 to " + (size() - 1));
      }
      if (id >= UNKNOWN) {
        text.append(text.length() == 0 ? "" : " ")
            .append(id == UNKNOWN ? UNKNOWN_WORD : vocabulary.words().get(id - FIRST));
      }
    }
    return text.toString();
  }

  @Override
  public int size() {
    return FIRST + vocabulary.words().size();
  }

  @Override
  public boolean lowerCase() {
    return lowerCase;
  }

  @Override
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", KIND);
    json.put("lowerCase", lowerCase);
    json.put("words", vocabulary.words());
    return json;
  }

  static WordTokenizer fromJson(boolean lowerCase, List<?> values) {
    String[] words = new String[values.size()];
    int i = 0;
    for (Object value : values) {
      if (!(value instanceof String word)
          || isReserved(word)
          || !words(word).equals(Arrays.asList(word))) {
        throw new IllegalArgumentException(
            "tokenizer: word " + i + " is empty, has a blank, is reserved or is no text");
      }
      words[i++] = word;
    }
    return new WordTokenizer(lowerCase, Arrays.asList(words));
  }
}
