package dev.goldcrest.runtime.json;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;

/** Writes one value as one text. */
final class JsonWriter {
  private final StringBuilder out = new StringBuilder();
  private String lastKey;

  String text() {
    return out.toString();
  }

  void value(Object value, int depth) {
    if (value == null || value instanceof Boolean) {
      out.append(value);
    } else if (value instanceof String text) {
      string(text);
    } else if (value instanceof Double || value instanceof Float) {
      out.append(shortest(((Number) value).doubleValue()));
    } else if (isInteger(value)) {
      out.append(((Number) value).longValue());
    } else if (value instanceof Map<?, ?> map) {
      object(map, deeper(depth));
    } else if (value instanceof List<?> list) {
      array(list, deeper(depth));
    } else {
      throw refused("a " + value.getClass().getName() + " has no form in JSON");
    }
  }

  private static boolean isInteger(Object value) {
    return value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte;
  }

  private int deeper(int depth) {
    if (depth == Json.MAX_DEPTH) {
      throw refused("nested deeper than " + Json.MAX_DEPTH + " levels");
    }
    return depth + 1;
  }

  private void object(Map<?, ?> members, int depth) {
    char before = '{';
    for (Map.Entry<?, ?> member : members.entrySet()) {
      if (!(member.getKey() instanceof String key)) {
        throw refused("the key " + member.getKey() + " is not a string");
      }
      out.append(before);
      before = ',';
      lastKey = key;
      string(key);
      out.append(':');
      value(member.getValue(), depth);
    }
    out.append(before == '{' ? "{}" : "}");
  }

  private void array(List<?> elements, int depth) {
    char before = '[';
    for (Object element : elements) {
      out.append(before);
      before = ',';
      value(element, depth);
    }
    out.append(before == '[' ? "[]" : "]");
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append("\\u").append(Integer.toHexString(0x10000 | c).substring(1));
          } else if (!Character.isSurrogate(c)) {
            out.append(c);
          } else if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
            out.append(c).append(text.charAt(++i));
          } else {
            throw refused("half of a surrogate pair at position " + i);
          }
        }
      }
    }
    out.append('"');
  }

  /**
   * The fewest digits that read back as the same double. {@code Double.toString} is not used:
   * before Java 19 it sometimes gives a digit too many, and a file must not depend on the Java that
   * wrote it.
   */
  private String shortest(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw refused(value + " has no form in JSON");
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits < 17; digits++) {
      BigDecimal near = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (near.doubleValue() == value) {
        return notation(near);
      }
      // Above a power of two the doubles lie twice as far apart as below it, so that the farther
      // neighbour away from zero may read back although the nearer one does not.
      BigDecimal away = exact.round(new MathContext(digits, RoundingMode.UP));
      if (away.doubleValue() == value) {
        return notation(away);
      }
    }
    return notation(exact.round(new MathContext(17, RoundingMode.HALF_EVEN)));
  }

  /** Plain digits for everyday sizes, an exponent beyond them. */
  private static String notation(BigDecimal number) {
    BigDecimal value = number.stripTrailingZeros();
    int exponent = value.precision() - value.scale() - 1;
    if (exponent >= -5 && exponent < 17) {
      String plain = value.toPlainString();
      return value.scale() <= 0 ? plain + ".0" : plain;
    }
    String digits = value.unscaledValue().abs().toString();
    String sign = value.signum() < 0 ? "-" : "";
    String rest = digits.length() == 1 ? "0" : digits.substring(1);
    return sign + digits.charAt(0) + "." + rest + "e" + exponent;
  }

  private IllegalArgumentException refused(String what) {
    String where = lastKey == null ? "" : " (at or after the key " + Printable.quote(lastKey) + ")";
    return new IllegalArgumentException("cannot write as JSON: " + what + where);
  }
}
