package dev.goldcrest.runtime.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts text into words by rules alone, the same on every platform.
 *
 * <ul>
 *   <li>Letters and digits of scripts with spaces (Latin, Cyrillic, Arabic, Devanagari, ...) form
 *       runs. An apostrophe between two of them stays inside ({@code don't}); the typographic one
 *       (U+2019) is then written as the plain one.
 *   <li>Each punctuation mark and each symbol is a word.
 *   <li>A Han character is a word; runs of Hiragana, of Katakana and of Hangul are words.
 *   <li>Thai, Lao, Khmer and Myanmar, which put no spaces between words, are cut into the clusters
 *       a reader sees: leading vowels, a consonant (or a stack of them), its marks and trailing
 *       vowels. A dictionary would find words, but a different one on each platform.
 *   <li>An emoji is a word, with its skin tone, variation selector, joined emoji or tags; two
 *       regional indicators are a flag; a digit with U+20E3 is a keycap.
 *   <li>Combining marks stay with what precedes them, at most {@value #MAX_MARKS} in a row; more
 *       are dropped, since normalisation takes quadratic time on them. Soft hyphens and direction
 *       marks vanish. A lone surrogate is the word U+FFFD.
 * </ul>
 *
 * Words are in normalisation form C, without spaces, never empty. Time is linear in the text.
 */
public final class WordSegmenter {

  static final int MAX_MARKS = 30;

  private final boolean lowerCase;

  /**
   * @param lowerCase whether to map each code point to its lower case, whatever the locale; the
   *     Greek final sigma becomes the ordinary one, so that both spellings of a word meet
   */
  public WordSegmenter(boolean lowerCase) {
    this.lowerCase = lowerCase;
  }

  /** All words, in order. */
  public List<String> words(String text) {
    List<String> words = new ArrayList<>();
    words(text, Integer.MAX_VALUE, words);
    return words;
  }

  /**
   * Appends the first {@code limit} words to {@code into}.
   *
   * @return how many words the text has, those beyond the limit included, so that a caller can tell
   *     that it was cut short
   */
  public int words(String text, int limit, List<String> into) {
    if (limit < 0) {
      throw new IllegalArgumentException("word limit must not be negative, is " + limit);
    }
    return new Cutter(text, limit, into).run();
  }

  /** Not {@code String.toLowerCase}, which looks up word boundaries for every sigma. */
  static int lower(int codePoint) {
    if (codePoint < 128) {
      return codePoint >= 'A' && codePoint <= 'Z' ? codePoint + 32 : codePoint;
    }
    int lower = Character.toLowerCase(codePoint);
    return lower == 0x03C2 ? 0x03C3 : lower;
  }

  private static String compose(String word) {
    return mayCompose(word) ? Normalizer.normalize(word, Normalizer.Form.NFC) : word;
  }

  /** False only where normalisation form C certainly changes nothing: most text. */
  private static boolean mayCompose(String word) {
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      boolean settled =
          c < 0x300
              || c >= 0x400 && c <= 0x482
              || c >= 0x3041 && c <= 0x3096
              || c >= 0x30A1 && c <= 0x30FA
              || c >= 0x3400 && c <= 0x9FFF
              || c >= 0xAC00 && c <= 0xD7A3;
      if (!settled) {
        return true;
      }
    }
    return false;
  }

  /** One pass over one text. */
  private final class Cutter {
    private final String text;
    private final int limit;
    private final List<String> into;
    private final StringBuilder word = new StringBuilder();
    private int at;
    private int count;

    Cutter(String text, int limit, List<String> into) {
      this.text = text;
      this.limit = limit;
      this.into = into;
    }

    int run() {
      while (at < text.length()) {
        CharClass kind = peek();
        switch (kind) {
          case SPACE, IGNORED, JOINER, TAG -> skip();
          case ALPHA -> alpha();
          case HAN, SIGN, MARK, TONE -> single();
          case HIRAGANA, KATAKANA, KANA_MARK, HANGUL -> run(kind);
          case CLUSTER -> cluster();
          case PICTURE -> picture();
          case REGIONAL -> flag();
          case LONE_SURROGATE -> {
            skip();
            word.append('\uFFFD');
            emit();
          }
        }
      }
      return count;
    }

    private void alpha() {
      if (keycapAt(at)) {
        single();
        return;
      }
      while (at < text.length() && !keycapAt(at)) {
        CharClass kind = peek();
        if (kind == CharClass.ALPHA) {
          take();
          marks();
        } else if (kind == CharClass.IGNORED) {
          skip();
        } else if (kind == CharClass.JOINER && followedBy(CharClass.ALPHA)) {
          take();
        } else if (apostrophe(text.charAt(at)) && followedBy(CharClass.ALPHA)) {
          skip();
          word.append('\'');
        } else {
          break;
        }
      }
      emit();
    }

    /** A code point and its marks. */
    private void single() {
      take();
      marks();
      emit();
    }

    private void run(CharClass first) {
      CharClass kind = first;
      while (at < text.length()) {
        CharClass next = peek();
        if (kind == CharClass.KANA_MARK && kana(next)) {
          kind = next;
        }
        if (next == kind || next == CharClass.KANA_MARK && kana(kind)) {
          take();
          marks();
        } else if (next == CharClass.IGNORED) {
          skip();
        } else {
          break;
        }
      }
      emit();
    }

    private void cluster() {
      while (at < text.length() && leadingVowel(text.charAt(at))) {
        take();
      }
      if (at < text.length() && peek() == CharClass.CLUSTER) {
        take();
      }
      while (at < text.length()) {
        boolean stacked = word.length() > 0 && stacks(word.charAt(word.length() - 1));
        CharClass kind = peek();
        if (kind == CharClass.MARK) {
          marks();
        } else if (kind == CharClass.CLUSTER && (stacked || trailing(text.charAt(at)))) {
          take();
        } else {
          break;
        }
      }
      emit();
    }

    private void picture() {
      take();
      dress();
      while (at < text.length() && text.charAt(at) == 0x200D && followedBy(CharClass.PICTURE)) {
        take();
        take();
        dress();
      }
      emit();
    }

    /** Skin tone, variation selectors, other marks and tags of the picture just taken. */
    private void dress() {
      marks();
      if (at < text.length() && peek() == CharClass.TONE) {
        take();
        marks();
      }
      while (at < text.length() && peek() == CharClass.TAG) {
        take();
      }
    }

    private void flag() {
      take();
      if (at < text.length() && peek() == CharClass.REGIONAL) {
        take();
      }
      marks();
      emit();
    }

    private void marks() {
      for (int n = 0; at < text.length() && peek() == CharClass.MARK; n++) {
        if (n < MAX_MARKS) {
          take();
        } else {
          skip();
        }
      }
    }

    private CharClass peek() {
      return CharClass.of(text.codePointAt(at));
    }

    /** What comes after the code point at hand, which must be a single char. */
    private boolean followedBy(CharClass kind) {
      return at + 1 < text.length() && CharClass.of(text.codePointAt(at + 1)) == kind;
    }

    private void skip() {
      at += Character.charCount(text.codePointAt(at));
    }

    private void take() {
      int codePoint = text.codePointAt(at);
      word.appendCodePoint(lowerCase ? lower(codePoint) : codePoint);
      at += Character.charCount(codePoint);
    }

    private void emit() {
      if (count < limit) {
        into.add(compose(word.toString()));
      }
      count++;
      word.setLength(0);
    }

    private boolean keycapAt(int index) {
      char c = text.charAt(index);
      if (c < '0' || c > '9' || index + 1 >= text.length()) {
        return false;
      }
      char next = text.charAt(index + 1);
      if (next == 0xFE0F && index + 2 < text.length()) {
        next = text.charAt(index + 2);
      }
      return next == 0x20E3;
    }
  }

  private static boolean apostrophe(char c) {
    return c == '\'' || c == '\u2019';
  }

  private static boolean kana(CharClass kind) {
    return kind == CharClass.HIRAGANA || kind == CharClass.KATAKANA;
  }

  /** Thai and Lao vowels written before the consonant they follow in speech. */
  private static boolean leadingVowel(char c) {
    return c >= 0x0E40 && c <= 0x0E44 || c >= 0x0EC0 && c <= 0x0EC4;
  }

  /** Thai and Lao vowels and signs that are letters but end a syllable. */
  private static boolean trailing(char c) {
    return c == 0x0E30
        || c == 0x0E32
        || c == 0x0E33
        || c == 0x0E45
        || c == 0x0E46
        || c == 0x0EB0
        || c == 0x0EB2
        || c == 0x0EB3
        || c == 0x0EC6;
  }

  /** Signs that put the next consonant under the last: Khmer coeng, Myanmar virama. */
  private static boolean stacks(char c) {
    return c == 0x17D2 || c == 0x1039;
  }
}
