package dev.goldcrest.app.report;

import java.util.Locale;

/** Numbers as a reader wants them; 1 KB is 1,000 bytes. */
final class Numbers {
  private static final String GAP = "\u202F"; // narrow no-break space
  private static final String UNKNOWN = "\u2013";
  private static final String[] BYTES = {"B", "KB", "MB", "GB", "TB"};
  private static final String[] COUNTS = {"", "k", "M", "G", "T"};

  private Numbers() {}

  /** 0-1 as percent with the given digits after the point, without the sign. */
  static String percent(double share, int digits) {
    return Double.isFinite(share)
        ? String.format(Locale.ROOT, "%." + digits + "f", 100 * share)
        : UNKNOWN;
  }

  static String bytes(long bytes) {
    return bytes < 0 ? UNKNOWN : scaled(bytes, BYTES);
  }

  static String count(long count) {
    return count < 0 ? UNKNOWN : scaled(count, COUNTS);
  }

  /** Microseconds, or milliseconds from one upwards. */
  static String micros(double micros) {
    if (!Double.isFinite(micros)) {
      return UNKNOWN;
    }
    return micros < 1000 ? three(micros) + GAP + "\u00B5s" : three(micros / 1000) + GAP + "ms";
  }

  /** Digits in groups of three. */
  static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number).replace(",", GAP);
  }

  /** Signed difference of two shares in percentage points. */
  static String points(double difference) {
    String size = percent(Math.abs(difference), 1);
    return (size.equals("0.0") ? "\u00B1" : difference < 0 ? "\u2212" : "+") + size;
  }

  /** Three significant digits, more only before the point. */
  static String three(double value) {
    double size = Math.abs(value);
    int digits = size >= 99.95 || size == 0 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  private static String scaled(long amount, String[] units) {
    if (amount < 1000) {
      return units[0].isEmpty() ? Long.toString(amount) : amount + GAP + units[0];
    }
    double value = amount;
    int unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return three(value) + GAP + units[unit];
  }
}
