package dev.goldcrest.runtime.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes JSON as RFC 8259 defines it, without extensions: no comments, no trailing
 * commas, no byte order mark, no second value after the first.
 *
 * <p>Values are plain Java:
 *
 * <table>
 *   <caption>JSON and Java</caption>
 *   <tr><th>JSON</th><th>Java</th></tr>
 *   <tr><td>object</td><td>{@code Map<String, Object>} in the order of the text</td></tr>
 *   <tr><td>array</td><td>{@code List<Object>}</td></tr>
 *   <tr><td>string</td><td>{@code String}</td></tr>
 *   <tr><td>number of digits alone</td><td>{@code Long}; {@code -0} is the double</td></tr>
 *   <tr><td>other number</td><td>{@code Double}</td></tr>
 *   <tr><td>true, false, null</td><td>{@code Boolean}, {@code null}</td></tr>
 * </table>
 *
 * <p>The text may come from a stranger: length, depth and the number of values are limited, and
 * what is allocated stays within a constant factor of the text's length.
 */
public final class Json {
  /** Longest text in bytes of UTF-8; the limit of a safetensors header. */
  public static final int MAX_BYTES = 100_000_000;

  /**
   * Deepest nesting of objects and arrays; the recursion stays far from the end of a small stack.
   */
  public static final int MAX_DEPTH = 64;

  /**
   * Most values in one text: a small object costs twenty times its characters, 100 MB at the worst.
   */
  public static final int MAX_VALUES = 1_000_000;

  private Json() {}

  /**
   * The value a text stands for.
   *
   * @throws JsonException with line and column, if the text is not strict JSON or beyond a limit
   */
  public static Object parse(String text) throws JsonException {
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[utf8.remaining()];
      utf8.get(bytes);
      return parse(bytes);
    } catch (CharacterCodingException e) {
      throw new JsonException(
          JsonException.Reason.BAD_UNICODE, "the text holds half of a surrogate pair");
    }
  }

  /** As {@link #parse(String)}, from UTF-8; saves the copy where the bytes are already there. */
  public static Object parse(byte[] utf8) throws JsonException {
    return new JsonParser(utf8).document();
  }

  /** As {@link #parse(String)}, for a text whose outermost value must be an object. */
  public static Map<String, Object> parseObject(String text) throws JsonException {
    return object(parse(text), "the text");
  }

  /**
   * A parsed value as an object, so that callers need no unchecked cast.
   *
   * @param what names the value in the error, for instance {@code "config"}
   */
  @SuppressWarnings("unchecked") // the parser makes no map with other keys
  public static Map<String, Object> object(Object value, String what) throws JsonException {
    if (value instanceof Map) {
      return (Map<String, Object>) value;
    }
    throw wrongType(what, "an object", value);
  }

  /** A parsed value as an array; see {@link #object}. */
  @SuppressWarnings("unchecked") // the parser makes no other list
  public static List<Object> array(Object value, String what) throws JsonException {
    if (value instanceof List) {
      return (List<Object>) value;
    }
    throw wrongType(what, "an array", value);
  }

  /**
   * The shortest text for a value made of the types above; {@code Integer}, {@code Short}, {@code
   * Byte} and {@code Float} are accepted as well. The same value gives the same text on every
   * platform: maps in their own order, no white space, doubles as the fewest digits that read back
   * as the same double, and with a point or an exponent, so that they come back as doubles.
   *
   * @throws IllegalArgumentException for NaN and infinities, which JSON cannot hold, half surrogate
   *     pairs, other types, and nesting beyond {@link #MAX_DEPTH}
   */
  public static String write(Object value) {
    JsonWriter writer = new JsonWriter();
    writer.value(value, 0);
    return writer.text();
  }

  private static JsonException wrongType(String what, String wanted, Object value) {
    return new JsonException(
        JsonException.Reason.WRONG_TYPE, what + " must be " + wanted + ", but is " + kind(value));
  }

  private static String kind(Object value) {
    if (value == null) {
      return "null";
    } else if (value instanceof Map) {
      return "an object";
    } else if (value instanceof List) {
      return "an array";
    } else if (value instanceof String) {
      return "a string";
    } else if (value instanceof Boolean) {
      return "a boolean";
    }
    return "a number";
  }
}
