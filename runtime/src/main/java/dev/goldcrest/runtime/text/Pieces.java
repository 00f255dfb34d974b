package dev.goldcrest.runtime.text;

/**
 * Cuts a text into the pieces inside which byte pairs may be merged; put together again they are
 * the text. A piece is a run of letters, of digits or of other signs, with the one space before it,
 * or a run of blanks:
 *
 * <ul>
 *   <li>the last blank of a run goes with what follows when it is a plain space (U+0020);
 *   <li>an apostrophe between two letters begins a piece with the letters after it;
 *   <li>marks, joiners and invisible formatting stay with what precedes them;
 *   <li>no piece is longer than {@value #MAX_LENGTH} chars, so that merging takes linear time on a
 *       text without blanks.
 * </ul>
 */
public final class Pieces {
  static final int MAX_LENGTH = 64;

  private enum Kind {
    LETTER,
    DIGIT,
    OTHER,
    BLANK,
    /** Whatever is before it. */
    SAME
  }

  private Pieces() {}

  /** The text without half surrogate pairs, each of which becomes U+FFFD, and without case. */
  public static String clean(String text, boolean lowerCase) {
    StringBuilder clean = null;
    int step;
    for (int i = 0; i < text.length(); i += step) {
      int c = text.codePointAt(i);
      step = Character.charCount(c);
      int kept = c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : lowerCase ? Character.toLowerCase(c) : c;
      if (clean == null && kept != c) {
        clean = new StringBuilder(text.length()).append(text, 0, i);
      }
      if (clean != null) {
        clean.appendCodePoint(kept);
      }
    }
    return clean == null ? text : clean.toString();
  }

  /** Where the piece ends that begins at {@code from}. */
  public static int end(String text, int from) {
    int most = (int) Math.min(text.length(), (long) from + MAX_LENGTH);
    int start = from;
    if (kind(text, from) == Kind.BLANK) {
      int end = run(text, from, most, Kind.BLANK);
      if (end == most || text.charAt(end - 1) != ' ') {
        return end;
      }
      if (end - 1 > from) {
        return end - 1;
      }
      start = end;
    } else if (from > 0 && isApostrophe(text.charAt(from)) && betweenLetters(text, from)) {
      start = from + 1;
    }
    Kind kind = kind(text, start);
    return run(text, start, most, kind == Kind.SAME ? Kind.LETTER : kind);
  }

  /** The end of a run, not beyond {@code most} and not inside a code point. */
  private static int run(String text, int from, int most, Kind kind) {
    int end = from;
    while (end < most) {
      Kind next = kind(text, end);
      int width = Character.charCount(text.codePointAt(end));
      if (end > from && next != kind && next != Kind.SAME || end + width > most) {
        break;
      }
      end += width;
    }
    return end;
  }

  private static boolean isApostrophe(char c) {
    return c == '\'' || c == '\u2019';
  }

  private static boolean betweenLetters(String text, int at) {
    return at + 1 < text.length()
        && kind(text, at + 1) == Kind.LETTER
        && kind(text.codePointBefore(at)) == Kind.LETTER;
  }

  private static Kind kind(String text, int at) {
    return kind(text.codePointAt(at));
  }

  private static Kind kind(int codePoint) {
    switch (CharClass.of(codePoint)) {
      case SPACE:
        return Kind.BLANK;
      case IGNORED:
      case MARK:
      case JOINER:
        return Kind.SAME;
      case SIGN:
      case PICTURE:
      case TONE:
      case REGIONAL:
      case TAG:
      case LONE_SURROGATE:
        return Kind.OTHER;
      default:
        return Character.isDigit(codePoint) ? Kind.DIGIT : Kind.LETTER;
    }
  }
}
