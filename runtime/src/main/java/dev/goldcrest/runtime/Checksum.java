package dev.goldcrest.runtime;

import dev.goldcrest.core.graph.Value;
import dev.goldcrest.runtime.safetensors.HalfFloat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Predicate;
import java.util.zip.CRC32;

/**
 * Tells altered weights from those that were trained: a flipped bit in the data leaves a
 * well-formed file behind, which would answer wrongly without a word. It is taken of the values,
 * not of their bytes, so a tool that stores 16-bit floats as 32-bit ones does no harm.
 */
final class Checksum {
  /** Name of the metadata entry. Files without it are taken as they are. */
  static final String KEY = "goldcrest.weights";

  private static final int CHUNK_FLOATS = 1 << 12;

  private Checksum() {}

  /**
   * CRC-32 of the values one after the other as little-endian 32-bit floats.
   *
   * @param half which of them the file holds rounded to 16 bits
   */
  static String of(Iterable<Value> parameters, Weights weights, Predicate<String> half) {
    CRC32 crc = new CRC32();
    byte[] chunk = new byte[CHUNK_FLOATS * Float.BYTES];
    ByteBuffer bytes = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
    for (Value parameter : parameters) {
      float[] values = weights.floats(parameter.path());
      boolean rounded = half.test(parameter.path());
      for (int from = 0; from < values.length; from += CHUNK_FLOATS) {
        int count = Math.min(CHUNK_FLOATS, values.length - from);
        for (int i = 0; i < count; i++) {
          float value = values[from + i];
          float stored = rounded ? HalfFloat.toFloat(HalfFloat.fromFloat(value)) : value;
          bytes.putInt(i * Float.BYTES, Float.floatToIntBits(stored));
        }
        crc.update(chunk, 0, count * Float.BYTES);
      }
    }
    return "crc32 " + Long.toHexString(crc.getValue());
  }
}
