package dev.goldcrest.app.data;

/** Makes foreign text fit for a one-line message. */
final class Quoting {
  private static final int SHOWN = 60;

  private Quoting() {}

  /** The text with control characters shown as {@code ?} and cut to a readable length. */
  static String shorten(String text) {
    return shorten(text, SHOWN);
  }

  static String shorten(String text, int length) {
    int end = Math.min(text.length(), length);
    if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    StringBuilder shown = new StringBuilder(end + 3);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      shown.append(Character.isISOControl(c) ? '?' : c);
    }
    return end < text.length() ? shown.append("...").toString() : shown.toString();
  }
}
