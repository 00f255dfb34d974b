package dev.goldcrest.runtime.text;

/**
 * What a code point does to word boundaries.
 *
 * <p>Scripts and pictographs are recognised by ranges rather than by the platform's property
 * tables, so that letters and emoji assigned after the platform's Unicode version (a JDK 17 knows
 * 13.0) are cut in the same way everywhere. Only general categories come from the platform.
 */
enum CharClass {
  /** Ends a word, is never part of one: spaces, controls, zero width space. */
  SPACE,
  /** Invisible formatting (soft hyphen, direction marks): dropped without ending a word. */
  IGNORED,
  /** Letters and digits of scripts that separate words by spaces. */
  ALPHA,
  /** Combining marks and variation selectors: stay with what precedes them. */
  MARK,
  /** Zero width joiner and non-joiner. */
  JOINER,
  HAN,
  HIRAGANA,
  KATAKANA,
  /** The prolonged sound mark and its like, which belong to whichever kana run they are in. */
  KANA_MARK,
  HANGUL,
  /** Letters of scripts without spaces between words: Thai, Lao, Khmer, Myanmar. */
  CLUSTER,
  /** Punctuation, mathematical and currency signs: a word each. */
  SIGN,
  /** Emoji and other pictures, which zero width joiners may tie together. */
  PICTURE,
  /** Skin tones. */
  TONE,
  /** Letters of flags; two of them are one flag. */
  REGIONAL,
  /** Tag characters, which spell the region after a black flag. */
  TAG,
  /** Half of a pair without its other half. */
  LONE_SURROGATE;

  private static final CharClass[] ASCII = new CharClass[128];

  static {
    for (int c = 0; c < 128; c++) {
      boolean alpha = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      ASCII[c] = alpha ? ALPHA : c <= ' ' || c == 127 ? SPACE : SIGN;
    }
  }

  static CharClass of(int codePoint) {
    if (codePoint < 128) {
      return ASCII[codePoint];
    }
    if (codePoint >= 0x2E80 && codePoint <= 0xFFFF) {
      CharClass eastern = eastern(codePoint);
      if (eastern != null) {
        return eastern;
      }
    } else if (codePoint > 0xFFFF) {
      CharClass astral = astral(codePoint);
      if (astral != null) {
        return astral;
      }
    } else if (codePoint >= 0x200B && codePoint <= 0x200D) {
      return codePoint == 0x200B ? SPACE : JOINER;
    } else if (codePoint >= 0x1100 && codePoint <= 0x11FF) {
      return HANGUL;
    }
    return byCategory(codePoint);
  }

  private static CharClass eastern(int c) {
    if (within(c, 0x3400, 0x4DBF) || within(c, 0x4E00, 0x9FFF) || within(c, 0xF900, 0xFAFF)) {
      return HAN;
    }
    if (within(c, 0xAC00, 0xD7FF) || within(c, 0x3131, 0x318E) || within(c, 0xA960, 0xA97C)) {
      return HANGUL;
    }
    if (within(c, 0x3041, 0x3096) || within(c, 0x309D, 0x309F)) {
      return HIRAGANA;
    }
    if (within(c, 0x30A1, 0x30FA) || within(c, 0x30FD, 0x30FF) || within(c, 0x31F0, 0x31FF)) {
      return KATAKANA;
    }
    if (c == 0x30FC || c == 0x309B || c == 0x309C || c == 0xFF70 || c == 0xFF9E || c == 0xFF9F) {
      return KANA_MARK;
    }
    if (within(c, 0xFF66, 0xFF9D)) {
      return KATAKANA;
    }
    if (within(c, 0xFFA0, 0xFFDC)) {
      return HANGUL;
    }
    boolean han = within(c, 0x2E80, 0x2FDF) || c == 0x3005 || c == 0x3007;
    return han || within(c, 0x3021, 0x3029) || within(c, 0x3038, 0x303B) ? HAN : null;
  }

  private static CharClass astral(int c) {
    if (within(c, 0x1F000, 0x1FAFF)) {
      if (within(c, 0x1F1E6, 0x1F1FF)) {
        return REGIONAL;
      }
      return within(c, 0x1F3FB, 0x1F3FF) ? TONE : PICTURE;
    }
    if (within(c, 0x20000, 0x3FFFD)) {
      return HAN;
    }
    if (within(c, 0xE0020, 0xE007F)) {
      return TAG;
    }
    if (within(c, 0x1AFF0, 0x1AFFF) || c == 0x1B000 || within(c, 0x1B164, 0x1B167)) {
      return KATAKANA;
    }
    return within(c, 0x1B001, 0x1B152) ? HIRAGANA : null;
  }

  private static CharClass byCategory(int codePoint) {
    switch (Character.getType(codePoint)) {
      case Character.UPPERCASE_LETTER:
      case Character.LOWERCASE_LETTER:
      case Character.TITLECASE_LETTER:
      case Character.MODIFIER_LETTER:
      case Character.OTHER_LETTER:
        return withoutSpaces(codePoint) ? CLUSTER : ALPHA;
      case Character.DECIMAL_DIGIT_NUMBER:
      case Character.LETTER_NUMBER:
      case Character.OTHER_NUMBER:
      case Character.UNASSIGNED: // most likely a letter of a newer Unicode
        return ALPHA;
      case Character.NON_SPACING_MARK:
      case Character.COMBINING_SPACING_MARK:
      case Character.ENCLOSING_MARK:
        return MARK;
      case Character.SPACE_SEPARATOR:
      case Character.LINE_SEPARATOR:
      case Character.PARAGRAPH_SEPARATOR:
      case Character.CONTROL:
        return SPACE;
      case Character.FORMAT:
        return IGNORED;
      case Character.SURROGATE:
        return LONE_SURROGATE;
      case Character.OTHER_SYMBOL:
        return PICTURE;
      default:
        return SIGN;
    }
  }

  private static boolean withoutSpaces(int c) {
    return within(c, 0x0E00, 0x0EFF)
        || within(c, 0x1000, 0x109F)
        || within(c, 0x1780, 0x17FF)
        || within(c, 0xA9E0, 0xA9FF)
        || within(c, 0xAA60, 0xAA7F);
  }

  private static boolean within(int c, int first, int last) {
    return c >= first && c <= last;
  }
}
