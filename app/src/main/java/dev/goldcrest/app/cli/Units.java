package dev.goldcrest.app.cli;

import dev.goldcrest.runtime.json.Printable;
import java.util.Locale;

/** Bytes, microseconds and foreign text as people read them; 1 KB is 1,000 bytes. */
public final class Units {
  private Units() {}

  /** Three significant digits or so: {@code 843 B}, {@code 52.5 KB}, {@code 1.68 MB}. */
  public static String bytes(double bytes) {
    String[] units = {"B", "KB", "MB", "GB"};
    int unit = 0;
    double value = bytes;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1_000;
      unit++;
    }
    String format =
        unit == 0 || value >= 99.95 ? "%.0f %s" : value >= 9.995 ? "%.1f %s" : "%.2f %s";
    return String.format(Locale.ROOT, format, value, units[unit]);
  }

  /** Microseconds with as many digits as are worth reading. */
  public static String micros(double micros) {
    return String.format(Locale.ROOT, micros < 100 ? "%.1f us" : "%,.0f us", micros);
  }

  /** Foreign text fit for one line of a terminal: no control characters, not too long. */
  public static String printable(String text) {
    String quoted = Printable.quote(text);
    return quoted.substring(1, quoted.length() - 1);
  }
}
