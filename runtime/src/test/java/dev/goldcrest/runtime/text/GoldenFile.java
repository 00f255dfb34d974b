package dev.goldcrest.runtime.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Reads a golden case without the module's own reader, trusting the file. */
final class GoldenFile {

  private final Map<String, Object> header;
  private final ByteBuffer data;

  private GoldenFile(Map<String, Object> header, ByteBuffer data) {
    this.header = header;
    this.data = data;
  }

  /** Skips the calling test where the shared folder is absent. */
  static GoldenFile open(String name) throws IOException {
    Path root = Path.of(System.getProperty("goldcrest.root", "."));
    Path file = root.resolve("../shared/golden").resolve(name + ".safetensors").normalize();
    Assumptions.assumeTrue(Files.isRegularFile(file), "no golden case " + file);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] json = new byte[(int) bytes.getLong()];
    bytes.get(json);
    Json parser = new Json(new String(json, StandardCharsets.UTF_8));
    return new GoldenFile(map(parser.value()), bytes.slice().order(ByteOrder.LITTLE_ENDIAN));
  }

  /** A list of strings that the metadata holds as JSON. */
  List<String> strings(String key) {
    List<String> strings = new ArrayList<>();
    String text = (String) map(header.get("__metadata__")).get(key);
    for (Object item : (List<?>) new Json(text).value()) {
      strings.add((String) item);
    }
    return strings;
  }

  int[] shape(String tensor) {
    return ints(map(header.get(tensor)).get("shape"));
  }

  long[] longs(String tensor) {
    ByteBuffer raw = raw(tensor, "I64");
    long[] values = new long[raw.remaining() / 8];
    raw.asLongBuffer().get(values);
    return values;
  }

  float[] floats(String tensor) {
    ByteBuffer raw = raw(tensor, "F32");
    float[] values = new float[raw.remaining() / 4];
    raw.asFloatBuffer().get(values);
    return values;
  }

  /** Signed bytes as floats. */
  float[] bytes(String tensor) {
    ByteBuffer raw = raw(tensor, "I8");
    float[] values = new float[raw.remaining()];
    for (int i = 0; i < values.length; i++) {
      values[i] = raw.get(i);
    }
    return values;
  }

  private ByteBuffer raw(String tensor, String type) {
    Map<String, Object> entry = map(header.get(tensor));
    if (!type.equals(entry.get("dtype"))) {
      throw new AssertionError(tensor + " is " + entry.get("dtype") + ", not " + type);
    }
    int[] range = ints(entry.get("data_offsets"));
    ByteBuffer all = data.duplicate();
    all.position(range[0]).limit(range[1]);
    return all.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int[] ints(Object list) {
    return ((List<?>) list).stream().mapToInt(n -> ((Number) n).intValue()).toArray();
  }

  private static Map<String, Object> map(Object json) {
    Map<String, Object> map = new LinkedHashMap<>();
    ((Map<?, ?>) json).forEach((key, value) -> map.put((String) key, value));
    return map;
  }

  /** Objects, arrays, strings and numbers. */
  private static final class Json {
    private final String text;
    private int at;

    Json(String text) {
      this.text = text;
    }

    Object value() {
      char c = next();
      if (c == '{') {
        Map<String, Object> map = new LinkedHashMap<>();
        for (at++; next() != '}'; skip(',')) {
          String key = string();
          next();
          skip(':');
          map.put(key, value());
        }
        at++;
        return map;
      }
      if (c == '[') {
        List<Object> list = new ArrayList<>();
        for (at++; next() != ']'; skip(',')) {
          list.add(value());
        }
        at++;
        return list;
      }
      return c == '"' ? string() : number();
    }

    private Double number() {
      int from = at;
      while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      return Double.valueOf(text.substring(from, at));
    }

    private String string() {
      StringBuilder string = new StringBuilder();
      for (at++; text.charAt(at) != '"'; at++) {
        char c = text.charAt(at);
        if (c == '\\') {
          c = text.charAt(++at);
          if (c == 'u') {
            c = (char) Integer.parseInt(text.substring(at + 1, at + 5), 16);
            at += 4;
          } else if ("\"\\/".indexOf(c) < 0) {
            c = "\b\f\n\r\t".charAt("bfnrt".indexOf(c));
          }
        }
        string.append(c);
      }
      at++;
      return string.toString();
    }

    private char next() {
      while (Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      return text.charAt(at);
    }

    private void skip(char expected) {
      if (next() == expected) {
        at++;
      }
    }
  }
}
