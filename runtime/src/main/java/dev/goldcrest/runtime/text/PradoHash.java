package dev.goldcrest.runtime.text;

import java.nio.charset.StandardCharsets;

/**
 * The ternary word hash of PRADO and pQRNN: a 128-bit hash of Murmur's family over the word's UTF-8
 * bytes, extended by further mixing as far as needed, whose bits are read in pairs, lowest first,
 * as 00 -> 0, 01 -> +1, 10 -> -1, 11 -> 0.
 *
 * <p>Source: TensorFlow models, research/seq_flow_lite, {@code Hasher} with hash type murmur; the
 * empty word is hashed as {@code <null>}. Not locality sensitive: one changed letter gives an
 * unrelated vector.
 *
 * <p>The original reads bytes through plain {@code char}. Where that is signed (x86) a byte from
 * 0x80 up fills all higher bits of the value being assembled, where it is unsigned (ARM) it does
 * not, so words outside ASCII differ between the two. Signed is what models trained on x86 saw.
 */
public final class PradoHash {

  private static final long M1 = 0xC6A4A7935BD1E995L;
  private static final long M2 = 0x9E3779B97F4A7835L;
  private static final float[] VALUE_OF_PAIR = {0f, 1f, -1f, 0f};
  private static final byte[] NULL_WORD = "<null>".getBytes(StandardCharsets.US_ASCII);

  private final int size;
  private final boolean unsignedBytes;

  /**
   * @param size values per word
   * @param unsignedBytes follow builds for ARM instead of those for x86
   */
  public PradoHash(int size, boolean unsignedBytes) {
    if (size < 1) {
      throw new IllegalArgumentException("PRADO feature size must be positive, is " + size);
    }
    this.size = size;
    this.unsignedBytes = unsignedBytes;
  }

  public int size() {
    return size;
  }

  /** The hash codes, two for each 64 values or part of them; each holds 32 values. */
  public long[] codes(String word) {
    byte[] bytes = word.isEmpty() ? NULL_WORD : word.getBytes(StandardCharsets.UTF_8);
    long[] codes = new long[(size + 63) / 64 * 2];
    start(bytes, codes);
    for (int i = 2; i < codes.length; i += 2) {
      long first = shift(codes[i - 2]) * M1;
      codes[i] = shift((codes[i - 1] ^ first) * M2) * M2;
      codes[i + 1] = shift(first);
    }
    return codes;
  }

  /** Writes the values -1, 0 and +1 of a word, which is hashed as given: lower-case it before. */
  public void ternary(String word, float[] out, int offset) {
    read(codes(word), out, offset);
  }

  void read(long[] codes, float[] out, int offset) {
    for (int i = 0; i < size; i++) {
      out[offset + i] = VALUE_OF_PAIR[(int) (codes[i >> 5] >>> 2 * (i & 31)) & 3];
    }
  }

  private void start(byte[] bytes, long[] codes) {
    long hash = bytes.length * M1;
    long second = 0;
    int whole = bytes.length & ~7;
    for (int i = 0; i < whole; i += 8) {
      hash = (hash ^ shift(load(bytes, i, 8) * M1) * M1) * M1;
      second ^= hash;
    }
    if (whole < bytes.length) {
      hash = (hash ^ load(bytes, whole, bytes.length - whole)) * M1;
      second ^= hash;
    }
    hash = shift(hash) * M1;
    second ^= hash;
    codes[0] = shift(hash);
    codes[1] = shift(second * M2) * M2;
  }

  /** Little-endian, except that a signed byte spoils everything above it. */
  private long load(byte[] bytes, int from, int length) {
    long value = 0;
    for (int i = from + length - 1; i >= from; i--) {
      value = value << 8 | (unsignedBytes ? bytes[i] & 0xFF : bytes[i]);
    }
    return value;
  }

  private static long shift(long value) {
    return value ^ value >>> 47;
  }
}
