package dev.goldcrest.app.data;

/**
 * Control characters that no model can be asked to read or write: U+0000 to U+001F without tab and
 * carriage return. Where one stands, the file is rarely the text it is taken for.
 */
public final class Controls {
  private Controls() {}

  /** A sentence about the first one in {@code text}, which it calls {@code what}; or null. */
  public static String fault(String what, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' && c != '\t' && c != '\r') {
        return what
            + String.format(
                " has the control character U+%04X as character %d; remove it", (int) c, i + 1);
      }
    }
    return null;
  }
}
