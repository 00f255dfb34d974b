package dev.goldcrest.runtime.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Runs the seeds beside it as ordinary tests; with the environment variable JAZZER_FUZZ=1 it looks
 * for new ones.
 */
class JsonFuzzTest {
  @FuzzTest
  void parse(byte[] text) throws JsonException {
    Object value;
    try {
      value = Json.parse(text);
    } catch (JsonException e) {
      return; // refused in words; anything else thrown is a finding
    }
    String written = Json.write(value);
    assertEquals(value, Json.parse(written));
    assertEquals(written, Json.write(Json.parse(written)));
  }
}
