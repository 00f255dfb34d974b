package dev.goldcrest.app.reproduce;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Map;

/**
 * A row that is a report's JSON object, with {@code key} and, where there is one, {@code recipe}.
 */
record MeasuredRow(@JsonValue Map<String, Object> fields) implements RowFile.Finished {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  MeasuredRow {}

  @Override
  public String key() {
    return String.valueOf(fields.get("key"));
  }

  @Override
  public String recipe() {
    return String.valueOf(fields.getOrDefault("recipe", ""));
  }
}
