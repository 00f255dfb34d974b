package dev.goldcrest.app.baseline;

import java.util.Arrays;
import java.util.Locale;

/**
 * Turns a text into hashed n-gram counts: words, neighbouring word pairs (the text's ends included)
 * and, if wanted, the character 3- to 5-grams of each word with its boundaries marked. Every n-gram
 * adds +1 or -1, by a bit of its own hash, to one of 2^20 buckets, so that two n-grams that meet in
 * a bucket cancel as often as they add up (Weinberger et al., ICML 2009). Hashes depend on the text
 * alone. Reusable, not thread-safe.
 */
final class Ngrams {
  static final int BUCKET_BITS = 20;
  static final int BUCKETS = 1 << BUCKET_BITS;

  private static final int MIN_CHARACTERS = 3;
  private static final int MAX_CHARACTERS = 5;
  private static final int SIGN_BIT = 40;
  private static final long TEXT_EDGE = 0x9E3779B97F4A7C15L;
  private static final int EMPTY = -1;

  private final boolean characters;
  private final int limit;

  // An open hash table of (bucket, sum): `used` lists the filled slots in order of arrival.
  private int[] slots = new int[256];
  private float[] sums = new float[256];
  private int[] used = new int[128];
  private int count;

  private char[] text = new char[0];
  private int[] starts = new int[32];
  private int[] ends = new int[32];

  /**
   * @param characters whether to add character n-grams
   * @param limit how many different features a text may have; word features come first
   */
  Ngrams(boolean characters, int limit) {
    this.characters = characters;
    this.limit = limit;
    Arrays.fill(slots, EMPTY);
  }

  /** Reads a text; {@link #buckets} and {@link #sum} then answer for it. */
  void read(String raw) {
    clear();
    int words = split(raw.toLowerCase(Locale.ROOT));
    long previous = TEXT_EDGE;
    for (int w = 0; w < words; w++) {
      long word = hash(1, starts[w], ends[w]);
      add(word);
      add(pair(previous, word));
      previous = word;
    }
    if (words > 0) {
      add(pair(previous, TEXT_EDGE));
    }
    if (characters) {
      for (int w = 0; w < words; w++) {
        addCharacters(starts[w], ends[w]);
      }
    }
  }

  /** The different buckets of the text in ascending order. */
  int[] buckets() {
    int[] buckets = new int[count];
    for (int i = 0; i < count; i++) {
      buckets[i] = slots[used[i]];
    }
    Arrays.sort(buckets);
    return buckets;
  }

  /** The signed count of a bucket, 0 if the text does not have it. */
  float sum(int bucket) {
    int slot = slot(bucket);
    return slots[slot] == EMPTY ? 0 : sums[slot];
  }

  /** Words are runs of letters, digits, marks and apostrophes; any other sign is its own word. */
  private int split(String lower) {
    int length = lower.length();
    // One sign of margin on either side lets character n-grams mark a word's boundaries in place.
    if (text.length < length + 2) {
      text = new char[length + 2];
    }
    lower.getChars(0, length, text, 1);
    int words = 0;
    int at = 0;
    while (at < length) {
      int c = lower.codePointAt(at);
      int next = at + Character.charCount(c);
      if (!Character.isWhitespace(c)) {
        if (joins(c)) {
          while (next < length && continues(lower.codePointAt(next))) {
            next += Character.charCount(lower.codePointAt(next));
          }
        }
        if (words == starts.length) {
          starts = Arrays.copyOf(starts, 2 * words);
          ends = Arrays.copyOf(ends, 2 * words);
        }
        starts[words] = at + 1;
        ends[words++] = next + 1;
      }
      at = next;
    }
    return words;
  }

  private static boolean joins(int c) {
    return Character.isLetterOrDigit(c) && !writtenWithoutBlanks(c);
  }

  private static boolean continues(int c) {
    return joins(c)
        || c == '\''
        || c == 0x2019
        || Character.getType(c) == Character.NON_SPACING_MARK
        || Character.getType(c) == Character.COMBINING_SPACING_MARK;
  }

  private static boolean writtenWithoutBlanks(int c) {
    if (c < 0x0E00) {
      return false;
    }
    Character.UnicodeScript script = Character.UnicodeScript.of(c);
    return Character.isIdeographic(c)
        || script == Character.UnicodeScript.HIRAGANA
        || script == Character.UnicodeScript.KATAKANA
        || script == Character.UnicodeScript.THAI;
  }

  private void addCharacters(int start, int end) {
    char before = text[start - 1];
    char after = text[end];
    text[start - 1] = '<';
    text[end] = '>';
    for (int n = MIN_CHARACTERS; n <= MAX_CHARACTERS; n++) {
      for (int from = start - 1; from + n <= end + 1; from++) {
        add(hash(100 + n, from, from + n));
      }
    }
    text[start - 1] = before;
    text[end] = after;
  }

  private long hash(long seed, int from, int to) {
    long h = seed;
    for (int i = from; i < to; i++) {
      h = (h ^ text[i]) * 0x100000001B3L;
    }
    return mix(h);
  }

  private static long pair(long left, long right) {
    return mix(left * 31 + right + 7);
  }

  private static long mix(long h) {
    long x = (h ^ h >>> 33) * 0xFF51AFD7ED558CCDL;
    x = (x ^ x >>> 33) * 0xC4CEB9FE1A85EC53L;
    return x ^ x >>> 33;
  }

  private void add(long hash) {
    int bucket = (int) (hash & (BUCKETS - 1));
    int slot = slot(bucket);
    if (slots[slot] == EMPTY) {
      if (count == limit) {
        return;
      }
      slots[slot] = bucket;
      sums[slot] = 0;
      used[count++] = slot;
    }
    sums[slot] += (hash >>> SIGN_BIT & 1) == 0 ? 1 : -1;
    if (count == used.length) {
      grow();
    }
  }

  private int slot(int bucket) {
    int mask = slots.length - 1;
    int slot = bucket * 0x9E3779B1 >>> 7 & mask;
    while (slots[slot] != EMPTY && slots[slot] != bucket) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private void grow() {
    int[] buckets = new int[count];
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      buckets[i] = slots[used[i]];
      values[i] = sums[used[i]];
    }
    slots = new int[slots.length * 2];
    sums = new float[slots.length];
    used = new int[slots.length / 2];
    Arrays.fill(slots, EMPTY);
    for (int i = 0; i < count; i++) {
      int slot = slot(buckets[i]);
      slots[slot] = buckets[i];
      sums[slot] = values[i];
      used[i] = slot;
    }
  }

  private void clear() {
    for (int i = 0; i < count; i++) {
      slots[used[i]] = EMPTY;
    }
    count = 0;
  }
}
