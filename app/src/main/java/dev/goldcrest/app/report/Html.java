package dev.goldcrest.app.report;

/** Escaping: whatever a label or text holds, it ends up as text. */
final class Html {
  private Html() {}

  /**
   * The text for element content and quoted attributes. Control characters and halves of surrogate
   * pairs, which HTML may not hold, become U+FFFD; signs that override the direction of the text
   * around them are left out.
   */
  static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    int at = 0;
    while (at < text.length()) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> {
          if (!overridesDirection(c)) {
            out.appendCodePoint(isForbidden(c) ? 0xFFFD : c);
          }
        }
      }
    }
    return out.toString();
  }

  /** The same, cut to a number of characters with an ellipsis. */
  static String escape(String text, int length) {
    return escape(cut(text, length));
  }

  /** The text, or its beginning and an ellipsis; never half a surrogate pair. */
  static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int end = length - 1;
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + "\u2026";
  }

  private static boolean isForbidden(int c) {
    boolean control = Character.isISOControl(c) && c != '\t' && c != '\n';
    boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    boolean nonCharacter = (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
    return control || surrogate || nonCharacter;
  }

  private static boolean overridesDirection(int c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  }
}
