package dev.goldcrest.runtime;

import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.json.JsonException;
import dev.goldcrest.runtime.safetensors.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One JSON object of a model file's metadata, read by name and type; what is missing or of another
 * type is a {@link FormatException} with the file and the name.
 *
 * @param object plain JSON values by name
 * @param file for error messages
 */
record Metadata(Map<String, Object> object, String file) {
  Metadata section(String name) throws FormatException, JsonException {
    return new Metadata(Json.object(need(name), name), file);
  }

  String string(String name) throws FormatException {
    if (need(name) instanceof String text) {
      return text;
    }
    throw wrong(name, "is no text");
  }

  boolean flag(String name) throws FormatException {
    if (need(name) instanceof Boolean flag) {
      return flag;
    }
    throw wrong(name, "is neither true nor false");
  }

  long longInteger(String name) throws FormatException {
    if (need(name) instanceof Long number) {
      return number;
    }
    throw wrong(name, "is no whole number");
  }

  int integer(String name) throws FormatException {
    long value = longInteger(name);
    if (value != (int) value) {
      throw wrong(name, "is out of range: " + value);
    }
    return (int) value;
  }

  double number(String name) throws FormatException {
    if (need(name) instanceof Number number) {
      return number.doubleValue();
    }
    throw wrong(name, "is no number");
  }

  List<String> strings(String name) throws FormatException, JsonException {
    List<String> strings = new ArrayList<>();
    for (Object value : Json.array(need(name), name)) {
      if (!(value instanceof String text)) {
        throw wrong(name, "holds something else than texts");
      }
      strings.add(text);
    }
    return strings;
  }

  private Object need(String name) throws FormatException {
    Object value = object.get(name);
    if (value == null) {
      throw ModelFile.unusable(file, "has metadata without " + name);
    }
    return value;
  }

  private FormatException wrong(String name, String what) {
    return ModelFile.unusable(file, "has metadata in which " + name + " " + what);
  }
}
