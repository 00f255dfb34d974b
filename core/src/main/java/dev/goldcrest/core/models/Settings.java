package dev.goldcrest.core.models;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Settings by name as a command line or a model file gives them. Readers take what they know;
 * {@link #requireAllKnown} then refuses what nobody took.
 */
public final class Settings {
  private final Map<String, String> given;
  private final Set<String> known = new LinkedHashSet<>();

  /** Settings as given. */
  public Settings(Map<String, String> given) {
    this.given = new LinkedHashMap<>(given);
  }

  /** Adds {@code defaults} beneath what is given. */
  public Settings withDefaults(Map<String, String> defaults) {
    Map<String, String> merged = new LinkedHashMap<>(defaults);
    merged.putAll(given);
    return new Settings(merged);
  }

  /** Whether the setting is given. */
  public boolean has(String name) {
    return given.containsKey(name);
  }

  /** A whole number between two bounds. */
  public int integer(String name, int fallback, int least, int most) {
    String text = take(name);
    if (text == null) {
      return fallback;
    }
    try {
      int value = Integer.parseInt(text.trim());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Falls through to the sentence below, which holds for both mistakes.
    }
    throw new IllegalArgumentException(
        "setting "
            + name
            + " must be a whole number from "
            + least
            + " to "
            + most
            + ", got '"
            + text
            + "'");
  }

  /** Whole numbers between two bounds, separated by commas; an empty text is none. */
  public List<Integer> integers(String name, String fallback, int least, int most) {
    String text = text(name, fallback);
    List<Integer> values = new ArrayList<>();
    for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      int value = least - 1;
      try {
        value = Integer.parseInt(part.trim());
      } catch (NumberFormatException e) {
        // Falls through to the sentence below, which holds for both mistakes.
      }
      if (value < least || value > most) {
        throw new IllegalArgumentException(
            "setting "
                + name
                + " must be whole numbers from "
                + least
                + " to "
                + most
                + " separated by commas, got '"
                + text
                + "'");
      }
      values.add(value);
    }
    return values;
  }

  /** How {@link #integers} writes its values. */
  public static String text(List<Integer> values) {
    StringBuilder text = new StringBuilder();
    for (int value : values) {
      text.append(text.length() == 0 ? "" : ",").append(value);
    }
    return text.toString();
  }

  /** A 64-bit seed. */
  public long seed(String name, long fallback) {
    String text = take(name);
    try {
      return text == null ? fallback : Long.parseLong(text.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "setting " + name + " must be a whole number, got '" + text + "'", e);
    }
  }

  /** A number between two bounds. */
  public double number(String name, double fallback, double least, double most) {
    String text = take(name);
    if (text == null) {
      return fallback;
    }
    try {
      double value = Double.parseDouble(text.trim());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Falls through to the sentence below, which holds for both mistakes.
    }
    throw new IllegalArgumentException(
        "setting "
            + name
            + " must be a number from "
            + least
            + " to "
            + most
            + ", got '"
            + text
            + "'");
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String name, boolean fallback) {
    String text = take(name);
    if (text == null) {
      return fallback;
    }
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    throw new IllegalArgumentException(
        "setting " + name + " must be true or false, got '" + text + "'");
  }

  /** One of {@code values}, written in lower case with '-' for '_'. */
  public <E extends Enum<E>> E choice(String name, E fallback, E[] values) {
    String text = take(name);
    if (text == null) {
      return fallback;
    }
    List<String> names = new ArrayList<>();
    for (E value : values) {
      names.add(text(value));
      if (text(value).equals(text)) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "setting " + name + " must be one of " + names + ", got '" + text + "'");
  }

  /** Free text. */
  public String text(String name, String fallback) {
    String text = take(name);
    return text == null ? fallback : text;
  }

  /** How {@link #choice} writes a value. */
  public static String text(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The settings that readers asked for so far, given or not. */
  public Set<String> known() {
    return Collections.unmodifiableSet(known);
  }

  /** Refuses a setting that no reader asked for, naming the nearest that one did. */
  public void requireAllKnown() {
    for (String name : given.keySet()) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException("unknown setting " + name + Nearest.hint(name, known));
      }
    }
  }

  private String take(String name) {
    known.add(name);
    return given.get(name);
  }
}
