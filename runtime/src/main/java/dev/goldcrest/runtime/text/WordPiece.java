package dev.goldcrest.runtime.text;

import dev.goldcrest.runtime.json.JsonException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * BERT's tokeniser (Schuster and Nakajima, 2012, as Devlin et al., 2019 use it), from a Hugging
 * Face {@code tokenizer.json}: words are cut at white space and signs, and each is covered from
 * left to right by the longest known pieces. Gives the ids that the Hugging Face library gives.
 *
 * <p>Immutable and safe for any number of threads.
 */
public final class WordPiece {
  private final Map<String, Object> json;
  private final BertNormalizer normalizer;
  private final AddedTokens rawTokens;
  private final AddedTokens normalTokens;
  private final HashMap<String, Integer> first;
  private final HashMap<String, Integer> later;
  private final Map<String, Integer> added = new HashMap<>();
  private final int longest;
  private final int unknown;
  private final int maxWord;
  private final int[] before;
  private final int[] after;
  private final int maxTokens;
  private final int size;
  private volatile Map<Integer, String> names; // made when somebody asks for pieces

  /**
   * A tokeniser of the parsed {@code tokenizer.json}.
   *
   * @throws IllegalArgumentException with one sentence that names the part that is missing or not
   *     supported
   */
  public static WordPiece of(Map<String, Object> json) {
    try {
      return new WordPiece(new TokenizerJson(json));
    } catch (JsonException e) {
      throw new IllegalArgumentException("the tokeniser's " + e.getMessage(), e);
    }
  }

  private WordPiece(TokenizerJson file) throws JsonException {
    json = file.kept();
    normalizer = file.normalizer();
    file.requirePreTokenizer();
    Map<String, Integer> vocabulary = file.vocabulary();
    String prefix = file.prefix();
    first = new HashMap<>(2 * vocabulary.size());
    later = new HashMap<>(2 * vocabulary.size());
    int most = 0;
    for (Map.Entry<String, Integer> piece : vocabulary.entrySet()) {
      String text = piece.getKey();
      first.put(text, piece.getValue());
      if (text.startsWith(prefix)) {
        later.put(text.substring(prefix.length()), piece.getValue());
      }
      most = Math.max(most, text.length());
    }
    longest = most;
    unknown = file.unknown(vocabulary);
    maxWord = file.maxWord();
    List<AddedTokens.Token> raw = file.addedTokens(false, BertNormalizer.NONE);
    List<AddedTokens.Token> normal = file.addedTokens(true, normalizer);
    rawTokens = new AddedTokens(raw);
    normalTokens = new AddedTokens(normal);
    raw.forEach(token -> added.put(token.content(), token.id()));
    normal.forEach(token -> added.put(token.content(), token.id()));
    List<int[]> frame = file.frame(vocabulary);
    before = frame.get(0);
    after = frame.get(1);
    maxTokens = file.maxTokens(frame());
    size = file.size(vocabulary);
  }

  /** What is needed to make an equal tokeniser, in the layout of {@code tokenizer.json}. */
  public Map<String, Object> json() {
    return json;
  }

  /** The same tokeniser that gives at most {@code tokens}, special ones included. */
  public WordPiece withMaxTokens(int tokens) {
    return of(TokenizerJson.truncated(json, tokens));
  }

  /** One more than the largest id: rows that an embedding table needs. */
  public int size() {
    return size;
  }

  /**
   * Adds the first pieces of a text, without special tokens around them.
   *
   * @return how many pieces the text has
   */
  public int pieces(String text, int most, List<String> into) {
    int[] ids = ids(text);
    int count = ids.length - frame();
    Map<Integer, String> names = names();
    for (int i = 0; i < Math.min(count, most); i++) {
      into.add(names.get(ids[before.length + i]));
    }
    return count;
  }

  /** The id of a piece as {@link #pieces} gives it; any other is unknown. */
  public int id(String piece) {
    Integer id = first.get(piece);
    id = id == null ? added.get(piece) : id;
    return id == null ? unknown : id;
  }

  private Map<Integer, String> names() {
    Map<Integer, String> made = names;
    if (made == null) {
      made = new HashMap<>(2 * first.size());
      for (Map<String, Integer> known : List.of(added, first)) {
        for (Map.Entry<String, Integer> piece : known.entrySet()) {
          made.put(piece.getValue(), piece.getKey());
        }
      }
      names = made;
    }
    return made;
  }

  /** Special tokens before every text. */
  public int[] before() {
    return before.clone();
  }

  /** Special tokens after every text. */
  public int[] after() {
    return after.clone();
  }

  /** Special tokens around every text. */
  public int frame() {
    return before.length + after.length;
  }

  /** Ids that a text is cut to, special ones included; {@link Integer#MAX_VALUE} for all. */
  public int maxTokens() {
    return maxTokens;
  }

  /**
   * Writes the ids of a text with its special tokens; a text that is too long loses its end, not
   * its last special tokens.
   *
   * @param into at least as long as the special tokens; longer than {@link #maxTokens()} is no use
   * @return the ids of the whole text; what exceeds {@code into.length} or {@link #maxTokens()} was
   *     cut
   */
  public int encode(String text, int[] into) {
    return encode(text, into, Math.min(into.length, maxTokens) - after.length);
  }

  private int encode(String text, int[] into, int most) {
    if (most < before.length) {
      throw new IllegalArgumentException(
          "the special tokens alone are " + frame() + ", there is room for " + into.length);
    }
    Run run = new Run(into, most);
    for (int id : before) {
      run.add(id);
    }
    rawTokens.split(text, run);
    int end = Math.min(run.count, most);
    System.arraycopy(after, 0, into, end, after.length);
    return run.count + after.length;
  }

  /** All ids of a text, special ones included, whatever {@link #maxTokens()} says. */
  public int[] ids(String text) {
    int[] ids = new int[Math.max(text.length(), 64) + frame()];
    int count = encode(text, ids, ids.length - after.length);
    if (count > ids.length) { // a letter may decompose into several pieces
      ids = new int[count];
      encode(text, ids, count - after.length);
    }
    return java.util.Arrays.copyOf(ids, count);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WordPiece piece && json.equals(piece.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  /** Equal tokenisers have equal texts, in every process. */
  @Override
  public String toString() {
    return "WordPiece of " + size + " ids, " + Integer.toHexString(hashCode());
  }

  /** One text on its way to ids. */
  private final class Run implements AddedTokens.Parts {
    private final int[] into;
    private final int most;
    private int count;

    Run(int[] into, int most) {
      this.into = into;
      this.most = most;
    }

    void add(int id) {
      if (count < most) {
        into[count] = id;
      }
      count++;
    }

    /** A part of the text as it was given. */
    @Override
    public void part(String text, int id) {
      if (id >= 0) {
        add(id);
      } else {
        normalTokens.split(normalizer.normalize(text), this::normalPart);
      }
    }

    private void normalPart(String text, int id) {
      if (id >= 0) {
        add(id);
      } else {
        words(text);
      }
    }

    private void words(String text) {
      int start = 0;
      int at = 0;
      while (at < text.length()) {
        int c = text.codePointAt(at);
        int next = at + Character.charCount(c);
        boolean sign = BertNormalizer.isSign(c);
        if (sign || BertNormalizer.isSpace(c)) {
          word(text, start, at);
          if (sign) {
            word(text, at, next);
          }
          start = next;
        }
        at = next;
      }
      word(text, start, at);
    }

    private void word(String text, int start, int end) {
      if (start == end) {
        return;
      }
      int kept = count;
      boolean known = end - start <= maxWord || text.codePointCount(start, end) <= maxWord;
      int at = start;
      while (known && at < end) {
        HashMap<String, Integer> pieces = at == start ? first : later;
        int stop = at + Math.min(end - at, longest);
        Integer id = null;
        while (stop > at) {
          id = pieces.get(text.substring(at, stop));
          if (id != null) {
            break;
          }
          stop--;
        }
        if (id == null) {
          known = false;
        } else {
          add(id);
          at = stop;
        }
      }
      if (!known) {
        count = kept;
        add(unknown);
      }
    }
  }
}
