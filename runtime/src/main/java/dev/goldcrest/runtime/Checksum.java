package dev.goldcrest.runtime;

import dev.goldcrest.runtime.safetensors.HalfFloat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * Tells altered values from those that were trained: a flipped bit in the data leaves a well-formed
 * file behind, which would answer wrongly without a word. It is taken of the values, not of their
 * bytes, so a tool that stores 16-bit floats as 32-bit ones does no harm.
 */
public final class Checksum {
  /** Name of the metadata entry. Files without it are taken as they are. */
  public static final String KEY = "goldcrest.weights";

  private static final int CHUNK_FLOATS = 1 << 12;

  private final CRC32 crc = new CRC32();
  private final byte[] chunk = new byte[CHUNK_FLOATS * Float.BYTES];
  private final ByteBuffer bytes = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * Adds values one after the other as little-endian 32-bit floats.
   *
   * @param half whether the file holds them rounded to 16 bits
   */
  public void add(float[] values, boolean half) {
    for (int from = 0; from < values.length; from += CHUNK_FLOATS) {
      int count = Math.min(CHUNK_FLOATS, values.length - from);
      for (int i = 0; i < count; i++) {
        float value = values[from + i];
        float stored = half ? HalfFloat.toFloat(HalfFloat.fromFloat(value)) : value;
        bytes.putInt(i * Float.BYTES, Float.floatToIntBits(stored));
      }
      add(chunk, count * Float.BYTES);
    }
  }

  /** Adds the first {@code count} of some bytes. */
  public void add(byte[] some, int count) {
    crc.update(some, 0, count);
  }

  /** CRC-32 of all that was added, as the metadata entry has it. */
  @Override
  public String toString() {
    return "crc32 " + Long.toHexString(crc.getValue());
  }
}
