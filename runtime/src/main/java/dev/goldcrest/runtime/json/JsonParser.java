package dev.goldcrest.runtime.json;

import dev.goldcrest.runtime.json.JsonException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One pass over UTF-8 bytes by recursive descent; serves one text. */
final class JsonParser {
  private static final int END = -1;

  private final byte[] text;
  private int at;
  private int depth;
  private int values;

  JsonParser(byte[] text) {
    this.text = text;
  }

  Object document() throws JsonException {
    if (text.length > Json.MAX_BYTES) {
      throw new JsonException(
          Reason.TOO_LONG,
          "the text has " + text.length + " bytes, more than the limit of " + Json.MAX_BYTES);
    }
    Object value = value();
    if (peek() != END) {
      throw unexpected("the end of the text");
    }
    return value;
  }

  private Object value() throws JsonException {
    if (++values > Json.MAX_VALUES) {
      throw error(Reason.TOO_MANY_VALUES, "more than " + Json.MAX_VALUES + " values");
    }
    int c = peek();
    switch (c) {
      case '{':
        return object();
      case '[':
        return array();
      case '"':
        return string();
      case 't':
        return word("true", Boolean.TRUE);
      case 'f':
        return word("false", Boolean.FALSE);
      case 'n':
        return word("null", null);
      default:
        if (c == '-' || isDigit(c)) {
          return number();
        }
        throw unexpected("a value");
    }
  }

  private Map<String, Object> object() throws JsonException {
    enter();
    Map<String, Object> members = new LinkedHashMap<>();
    if (peek() == '}') {
      leave();
      return members;
    }
    while (true) {
      if (peek() != '"') {
        throw unexpected("a key in double quotes");
      }
      int keyAt = at;
      String key = string();
      if (peek() != ':') {
        throw unexpected("':' after a key");
      }
      at++;
      if (members.containsKey(key)) {
        at = keyAt;
        throw error(Reason.DUPLICATE_KEY, "the key " + Printable.quote(key) + " stands here twice");
      }
      members.put(key, value());
      if (!another('}')) {
        return members;
      }
    }
  }

  private List<Object> array() throws JsonException {
    enter();
    List<Object> elements = new ArrayList<>(4);
    if (peek() == ']') {
      leave();
      return elements;
    }
    do {
      elements.add(value());
    } while (another(']'));
    return elements;
  }

  private void enter() throws JsonException {
    if (++depth > Json.MAX_DEPTH) {
      throw error(Reason.TOO_DEEP, "nested deeper than " + Json.MAX_DEPTH + " levels");
    }
    at++;
  }

  private void leave() {
    depth--;
    at++;
  }

  /** Past a comma, true; past the closing bracket, false. */
  private boolean another(char close) throws JsonException {
    int c = peek();
    if (c == ',') {
      at++;
      return true;
    }
    if (c != close) {
      throw unexpected("',' or '" + close + "'");
    }
    leave();
    return false;
  }

  private String string() throws JsonException {
    int from = ++at;
    StringBuilder parts = null; // only for strings with escapes
    boolean ascii = true;
    while (true) {
      if (at == text.length) {
        throw unexpected("'\"' at the end of a string");
      }
      int c = text[at];
      if (c == '"') {
        String last = decode(from, at++, ascii);
        return parts == null ? last : parts.append(last).toString();
      } else if (c == '\\') {
        if (parts == null) {
          parts = new StringBuilder();
        }
        parts.append(decode(from, at, ascii));
        escape(parts);
        from = at;
        ascii = true;
      } else if (c >= 0 && c < ' ') {
        throw unexpected("no raw control character in a string");
      } else {
        ascii &= c > 0;
        at++;
      }
    }
  }

  private String decode(int from, int to, boolean ascii) throws JsonException {
    if (ascii) {
      return new String(text, from, to - from, StandardCharsets.US_ASCII);
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(text, from, to - from);
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      at = from;
      throw error(Reason.BAD_UNICODE, "the string from here on is not UTF-8");
    }
  }

  private void escape(StringBuilder out) throws JsonException {
    at++;
    int c = at < text.length ? text[at] : END;
    switch (c) {
      case '"', '\\', '/' -> out.append((char) c);
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'u' -> {
        unicodeEscape(out);
        return;
      }
      default -> throw unexpected("one of \"\\/bfnrtu after a backslash");
    }
    at++;
  }

  /**
   * A surrogate must have its other half in the next escape: a string is valid Unicode or refused.
   */
  private void unicodeEscape(StringBuilder out) throws JsonException {
    int start = at - 1;
    char first = hex4();
    out.append(first);
    if (!Character.isSurrogate(first)) {
      return;
    }
    boolean paired =
        Character.isHighSurrogate(first)
            && at + 1 < text.length
            && text[at] == '\\'
            && text[at + 1] == 'u';
    if (paired) {
      at++;
      char second = hex4();
      out.append(second);
      paired = Character.isLowSurrogate(second);
    }
    if (!paired) {
      at = start;
      throw error(Reason.BAD_UNICODE, "half of a surrogate pair");
    }
  }

  /** Four hexadecimal digits after the letter u. */
  private char hex4() throws JsonException {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      at++;
      int digit = at < text.length && text[at] > 0 ? asciiHexDigit(text[at]) : -1;
      if (digit < 0) {
        throw unexpected("four hexadecimal digits after \\u");
      }
      value = value << 4 | digit;
    }
    at++;
    return (char) value;
  }

  private static int asciiHexDigit(int c) {
    if (isDigit(c)) {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  private Object number() throws JsonException {
    int from = at;
    boolean integer = true;
    if (byteHere() == '-') {
      at++;
    }
    if (byteHere() == '0') {
      at++;
    } else {
      digits();
    }
    if (byteHere() == '.') {
      integer = false;
      at++;
      digits();
    }
    if (byteHere() == 'e' || byteHere() == 'E') {
      integer = false;
      at++;
      if (byteHere() == '+' || byteHere() == '-') {
        at++;
      }
      digits();
    }
    String digits = new String(text, from, at - from, StandardCharsets.US_ASCII);
    if (digits.equals("-0")) {
      return -0.0; // a long has no negative zero
    }
    try {
      if (integer) {
        return Long.parseLong(digits);
      }
      double value = Double.parseDouble(digits);
      if (!Double.isInfinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) { // more than 64 bits
    }
    at = from;
    throw error(Reason.NUMBER_RANGE, "the number " + Printable.shorten(digits) + " is too large");
  }

  private void digits() throws JsonException {
    if (!isDigit(byteHere())) {
      throw unexpected("a digit");
    }
    while (isDigit(byteHere())) {
      at++;
    }
  }

  private Object word(String word, Object value) throws JsonException {
    for (int i = 0; i < word.length(); i++, at++) {
      if (byteHere() != word.charAt(i)) {
        throw unexpected("the word " + word);
      }
    }
    return value;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** The byte at the current place without its sign, or END. */
  private int byteHere() {
    return at < text.length ? text[at] & 0xFF : END;
  }

  /** The next byte that is not white space, or END; does not consume it. */
  private int peek() {
    while (at < text.length) {
      int c = text[at];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        break;
      }
      at++;
    }
    return byteHere();
  }

  private JsonException unexpected(String wanted) {
    int c = byteHere();
    String found;
    if (c == END) {
      found = "the text ends";
    } else if (c > ' ' && c < 0x7F) {
      found = "found '" + (char) c + "'";
    } else {
      found = "found byte 0x" + Integer.toHexString(0x100 | c).substring(1);
    }
    return error(Reason.SYNTAX, "expected " + wanted + ", but " + found);
  }

  private JsonException error(Reason reason, String what) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < at && i < text.length; i++) {
      if (text[i] == '\n') {
        line++;
        column = 1;
      } else if ((text[i] & 0xC0) != 0x80) { // characters, not bytes
        column++;
      }
    }
    return new JsonException(reason, "line " + line + ", column " + column + ": " + what);
  }
}
