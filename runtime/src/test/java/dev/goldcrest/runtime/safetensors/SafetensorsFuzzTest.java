package dev.goldcrest.runtime.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/**
 * Runs the seeds beside it as ordinary tests; with the environment variable JAZZER_FUZZ=1 it looks
 * for new ones.
 */
class SafetensorsFuzzTest {
  @FuzzTest
  void read(byte[] bytes) throws IOException {
    byte[] written;
    try (SafetensorsFile file = Bytes.read(bytes)) {
      written = Bytes.written(Bytes.readAll(file), file.metadata());
    } catch (FormatException e) {
      return; // refused in words; anything else thrown is a finding
    }
    try (SafetensorsFile again = Bytes.read(written)) {
      assertEquals(written.length, Bytes.written(Bytes.readAll(again), again.metadata()).length);
      assertArrayEquals(written, Bytes.written(Bytes.readAll(again), again.metadata()));
    }
  }
}
