package dev.goldcrest.runtime.json;

/** Text from a stranger made fit for an error message: short, one line, no terminal control. */
public final class Printable {
  private static final int LONGEST = 60;

  private Printable() {}

  /**
   * The text in single quotes, control and direction characters escaped, cut after 60 characters.
   */
  public static String quote(String text) {
    StringBuilder out = new StringBuilder("'");
    int end = cut(text);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
        out.append("\\u").append(Integer.toHexString(0x10000 | c).substring(1));
      } else {
        out.append(c);
      }
    }
    return out.append(end < text.length() ? "...'" : "'").toString();
  }

  /** Plain text cut after 60 characters. */
  public static String shorten(String text) {
    int end = cut(text);
    return end < text.length() ? text.substring(0, end) + "..." : text;
  }

  private static int cut(String text) {
    if (text.length() <= LONGEST) {
      return text.length();
    }
    return Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
  }
}
