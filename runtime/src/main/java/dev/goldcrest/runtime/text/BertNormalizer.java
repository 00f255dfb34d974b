package dev.goldcrest.runtime.text;

import java.text.Normalizer;
import java.util.Arrays;

/**
 * What BERT does to a text before it is cut: {@code BertNormalizer} of a tokenizer.json. Case is
 * folded code point by code point, without regard to the end of a word.
 *
 * @param clean drop controls and make every white space a blank
 * @param spaceHan put blanks around CJK ideographs
 * @param stripAccents decompose and drop non-spacing marks
 * @param lowerCase whether case is lost
 */
record BertNormalizer(boolean clean, boolean spaceHan, boolean stripAccents, boolean lowerCase) {
  /**
   * Ranges whose marks, signs and controls came with Unicode 9 to 16: the library whose ids ours
   * must equal stands at Unicode 8 and takes them for letters, whatever the platform knows by now.
   */
  private static final int[] NEWER =
      ranges(
          "61D 7FD 890-8E2 9FD-9FE A76 AFA-AFF B55 C04-C3C C77 C84 D00 D3B-D3C D81 EBA ECE 180F-1886"
              + " 1ABF-1ACE 1B4E-1B4F 1B7D-1B7F 1DF6-1DFB 2E43-2E5D A82C A8C5 A8FF A9BD 10D24-10F89"
              + " 11070-11074 110C2-110CD 111CF 1123E-11241 1133B 113BB-1145E 11660-1166C 116B9"
              + " 1182F-11FFF 12FF1-1612F 16D6D-16F4F 16FE2-16FE4 1CF00-1CF46 1E000-1E5FF"
              + " 1E944-1E95F");

  /** Changes nothing. */
  static final BertNormalizer NONE = new BertNormalizer(false, false, false, false);

  String normalize(String text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean ascii = true;
    for (int at = 0, c; at < text.length(); at += Character.charCount(c)) {
      c = text.codePointAt(at);
      ascii &= c < 128;
      boolean mark = c > 127 && stripAccents && category(c) == Character.NON_SPACING_MARK;
      if (mark || clean && isDropped(c)) {
        continue; // marks already here, so that a long run of them needs no sorting
      }
      if (clean && isSpace(c)) {
        out.append(' ');
      } else if (spaceHan && c > 0x33FF && isHan(c)) {
        out.append(' ').appendCodePoint(c).append(' ');
      } else {
        out.appendCodePoint(ascii && lowerCase ? Character.toLowerCase(c) : c);
      }
    }
    return ascii || !(stripAccents || lowerCase) ? out.toString() : fold(out);
  }

  private String fold(StringBuilder text) {
    CharSequence from = stripAccents ? Normalizer.normalize(text, Normalizer.Form.NFD) : text;
    StringBuilder out = new StringBuilder(from.length());
    for (int at = 0, c; at < from.length(); at += Character.charCount(c)) {
      c = Character.codePointAt(from, at);
      if (stripAccents && category(c) == Character.NON_SPACING_MARK) {
        continue;
      }
      out.appendCodePoint(lowerCase ? Character.toLowerCase(c) : c);
      if (lowerCase && c == 0x130) {
        out.append('\u0307'); // the one letter that is two in lower case, whatever the language
      }
    }
    return out.toString();
  }

  /** Unicode's White_Space. */
  static boolean isSpace(int c) {
    if (c < 0x2000) {
      return c == ' ' || c >= 9 && c <= 13 || c == 0x85 || c == 0xA0 || c == 0x1680;
    }
    return c <= 0x200A || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
  }

  private static int[] ranges(String hex) {
    String[] ranges = hex.split(" ");
    int[] bounds = new int[2 * ranges.length];
    for (int i = 0; i < ranges.length; i++) {
      int dash = ranges[i].indexOf('-');
      bounds[2 * i] = Integer.parseInt(dash < 0 ? ranges[i] : ranges[i].substring(0, dash), 16);
      bounds[2 * i + 1] = Integer.parseInt(ranges[i].substring(dash + 1), 16) + 1;
    }
    return bounds;
  }

  /** The general category as the library has it. */
  private static int category(int c) {
    int at = Arrays.binarySearch(NEWER, c);
    if (at >= 0 ? at % 2 == 0 : -at % 2 == 0) {
      return Character.OTHER_LETTER;
    }
    if (c == 0x166D || c == 0x111C9) { // a symbol since Unicode 12, a mark since 11
      return Character.OTHER_PUNCTUATION;
    }
    return c == 0x1734 || c == 0x1171E // spacing since Unicode 14
        ? Character.NON_SPACING_MARK
        : Character.getType(c);
  }

  private static boolean isDropped(int c) {
    if (c < 128) {
      return c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 127;
    }
    switch (category(c)) {
      case Character.CONTROL:
      case Character.FORMAT:
      case Character.PRIVATE_USE:
      case Character.SURROGATE:
        return true;
      default:
        return c == 0xFFFD;
    }
  }

  private static boolean isHan(int c) {
    return c <= 0x4DBF
        || c >= 0x4E00 && c <= 0x9FFF
        || c >= 0xF900 && c <= 0xFAFF
        || c >= 0x20000 && c <= 0x2A6DF
        || c >= 0x2A700 && c <= 0x2B81F
        || c >= 0x2B920 && c <= 0x2CEAF
        || c >= 0x2F800 && c <= 0x2FA1F;
  }

  /** Each of these is a word of its own. */
  static boolean isSign(int c) {
    if (c < 128) {
      return c >= '!' && c <= '/'
          || c >= ':' && c <= '@'
          || c >= '[' && c <= '`'
          || c >= '{' && c <= '~';
    }
    switch (category(c)) {
      case Character.CONNECTOR_PUNCTUATION:
      case Character.DASH_PUNCTUATION:
      case Character.START_PUNCTUATION:
      case Character.END_PUNCTUATION:
      case Character.INITIAL_QUOTE_PUNCTUATION:
      case Character.FINAL_QUOTE_PUNCTUATION:
      case Character.OTHER_PUNCTUATION:
        return true;
      default:
        return false;
    }
  }
}
