package dev.goldcrest.app.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** JSON for programs that read our stdout. */
public final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** The number, or null where it is too large to be one or undefined, which JSON cannot say. */
  public static Double number(double value) {
    return Double.isNaN(value) || Double.isInfinite(value) ? null : value;
  }

  /**
   * The object on one line. Numbers JSON cannot say (NaN, infinities) come out as quoted words, so
   * a value that is unknown should be null.
   */
  public static String line(Object object) {
    try {
      return MAPPER.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON for " + object.getClass().getName(), e);
    }
  }
}
