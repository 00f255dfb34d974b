package dev.goldcrest.runtime.text;

import java.util.List;

/**
 * The sparse feature vector of a word, as a list of 64-bit keys: a key occurs as often as its
 * feature counts.
 *
 * <p>A word of code points w1..wn is read as ^ w1..wn $, where the boundary marks are values beyond
 * Unicode and so unlike any character. Its features are
 *
 * <ul>
 *   <li>every run of 1..ngramMax neighbouring symbols, except a boundary mark alone;
 *   <li>with skip = 1, every run of three symbols without its middle one (a pair a_c, unless both
 *       symbols left are boundary marks), and every run of four without its second (a_cd) or its
 *       third (ab_d) one. They are kept apart from plain n-grams and from each other;
 *   <li>the word as a whole if it has more than ngramMax code points, so that different words
 *       differ in at least one feature.
 * </ul>
 *
 * With context c the features of the c words to the left and right join in, each position with keys
 * of its own; a position outside the text contributes nothing. Of a word longer than {@value
 * #MAX_CODE_POINTS} code points only the first {@value #MAX_CODE_POINTS} form n-grams, which bounds
 * the work per word; the feature for the whole word covers all of it.
 *
 * <p>A key is a chain of mixing steps (the finaliser of SplitMix64) from the seed through the
 * position and the kind of feature to its symbols: s(h, x) = mix(h + (x + 1) * G) with G = 2^64
 * divided by the golden ratio.
 */
final class LshFeatures {

  static final int MAX_CODE_POINTS = 128;
  static final long GAMMA = 0x9E3779B97F4A7C15L;

  private static final int WORD_START = 0x110000;
  private static final int WORD_END = 0x110001;

  private static final int GRAM = 1;
  private static final int PAIR = 2;
  private static final int WITHOUT_SECOND = 3;
  private static final int WITHOUT_THIRD = 4;
  private static final int WHOLE = 5;

  private final ProjectionConfig config;
  private final int[] symbols = new int[MAX_CODE_POINTS + 2];
  private long[] keys = new long[256];
  private int count;

  LshFeatures(ProjectionConfig config) {
    this.config = config;
  }

  /** Replaces the features by those of one word; the order of the keys means nothing. */
  void collect(List<String> words, int index) {
    count = 0;
    int first = Math.max(0, index - config.context());
    int last = Math.min(words.size() - 1, index + config.context());
    for (int i = first; i <= last; i++) {
      add(words.get(i), i - index);
    }
  }

  int count() {
    return count;
  }

  /** At least {@link #count()} keys long. */
  long[] keys() {
    return keys;
  }

  static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static long step(long hash, long symbol) {
    return mix(hash + (symbol + 1) * GAMMA);
  }

  private void add(String word, int position) {
    int n = load(word);
    if (n == 0) {
      return;
    }
    makeRoom((n + 2) * (config.ngramMax() + 3) + 1);
    long root = step(mix(config.seed()), position);
    addGrams(step(root, GRAM), n + 2);
    if (config.skip() == 1) {
      addPairs(step(root, PAIR), n + 2);
      addTriples(step(root, WITHOUT_SECOND), step(root, WITHOUT_THIRD), n + 2);
    }
    if (n > config.ngramMax()) {
      addWhole(step(root, WHOLE), word);
    }
  }

  /** Fills {@link #symbols} with the marked word and returns its length without the marks. */
  private int load(String word) {
    int n = 0;
    symbols[0] = WORD_START;
    for (int i = 0; i < word.length() && n < MAX_CODE_POINTS; ) {
      int codePoint = word.codePointAt(i);
      symbols[++n] = codePoint;
      i += Character.charCount(codePoint);
    }
    symbols[n + 1] = WORD_END;
    return n;
  }

  private void addGrams(long root, int length) {
    for (int from = 0; from < length - 1; from++) {
      long hash = root;
      int to = Math.min(length, from + config.ngramMax());
      for (int i = from; i < to; i++) {
        hash = step(hash, symbols[i]);
        if (i > 0) {
          keys[count++] = hash;
        }
      }
    }
  }

  private void addPairs(long root, int length) {
    if (length == 3) {
      return;
    }
    for (int i = 0; i + 2 < length; i++) {
      keys[count++] = step(step(root, symbols[i]), symbols[i + 2]);
    }
  }

  private void addTriples(long withoutSecond, long withoutThird, int length) {
    for (int i = 0; i + 3 < length; i++) {
      long last = symbols[i + 3];
      keys[count++] = step(step(step(withoutSecond, symbols[i]), symbols[i + 2]), last);
      keys[count++] = step(step(step(withoutThird, symbols[i]), symbols[i + 1]), last);
    }
  }

  private void addWhole(long root, String word) {
    long hash = root;
    for (int i = 0; i < word.length(); ) {
      int codePoint = word.codePointAt(i);
      hash = step(hash, codePoint);
      i += Character.charCount(codePoint);
    }
    keys[count++] = hash;
  }

  private void makeRoom(int more) {
    if (keys.length < count + more) {
      long[] larger = new long[Math.max(2 * keys.length, count + more)];
      System.arraycopy(keys, 0, larger, 0, count);
      keys = larger;
    }
  }
}
