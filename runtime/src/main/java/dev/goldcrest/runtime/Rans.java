package dev.goldcrest.runtime;

import java.util.Arrays;

/**
 * Bytes in about as many bits as their entropy says: the range variant of asymmetric numeral
 * systems (Duda, 2013, arXiv 1311.2540) with one table of frequencies, byte by byte.
 *
 * <p>The bytes: n - 1, the frequencies of symbols 0 to n - 1 as variable-length integers, the state
 * in four bytes, and what the state takes in while symbols are read. Frequencies add up to {@value
 * #TOTAL}.
 */
final class Rans {
  /** More symbols than this for each byte are refused, so that a small file stays small. */
  static final int MOST_PER_BYTE = 64;

  private static final int BITS = 14;
  private static final int TOTAL = 1 << BITS;
  private static final int LOW = 1 << 23;

  private Rans() {}

  /** The bytes of {@code symbols}, or null where they would be too few to be read again. */
  static byte[] encode(byte[] symbols) {
    int[] frequencies = frequencies(symbols);
    int[] starts = starts(frequencies);
    byte[] out = new byte[2 * symbols.length + 2 * frequencies.length + 5];
    int at = out.length; // symbols go in from the last to the first, bytes too
    int state = LOW;
    for (int i = symbols.length - 1; i >= 0; i--) {
      int symbol = symbols[i] & 0xFF;
      int frequency = frequencies[symbol];
      while (state >= (long) (LOW >>> BITS << 8) * frequency) {
        out[--at] = (byte) state;
        state >>>= 8;
      }
      state = (state / frequency << BITS) + state % frequency + starts[symbol];
    }
    int head = 0;
    out[head++] = (byte) (frequencies.length - 1);
    for (int frequency : frequencies) {
      if (frequency > 0x7F) {
        out[head++] = (byte) (0x80 | frequency & 0x7F);
      }
      out[head++] = (byte) (frequency > 0x7F ? frequency >>> 7 : frequency);
    }
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      out[head++] = (byte) (state >>> shift);
    }
    System.arraycopy(out, at, out, head, out.length - at);
    byte[] bytes = Arrays.copyOf(out, head + out.length - at);
    return symbols.length > (long) MOST_PER_BYTE * bytes.length ? null : bytes;
  }

  /**
   * The {@code count} symbols that were encoded.
   *
   * @throws IllegalArgumentException if these bytes are not what {@link #encode} gives of so many
   */
  static byte[] decode(byte[] bytes, int count) {
    if (count > (long) MOST_PER_BYTE * bytes.length) {
      throw broken(bytes.length + " bytes are too few for " + count + " codes");
    }
    int at = 0;
    int[] frequencies = new int[(next(bytes, at++) & 0xFF) + 1];
    int sum = 0;
    for (int i = 0; i < frequencies.length; i++) {
      int low = next(bytes, at++);
      frequencies[i] = low >= 0 ? low : low & 0x7F | (next(bytes, at++) & 0xFF) << 7;
      sum += frequencies[i];
    }
    if (sum != TOTAL) {
      throw broken("frequencies add up to " + sum + ", not to " + TOTAL);
    }
    int[] starts = starts(frequencies);
    byte[] symbolAt = new byte[TOTAL];
    for (int i = 0; i < frequencies.length; i++) {
      Arrays.fill(symbolAt, starts[i], starts[i] + frequencies[i], (byte) i);
    }
    int state = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      state |= (next(bytes, at++) & 0xFF) << shift;
    }
    byte[] symbols = new byte[count];
    for (int i = 0; i < count; i++) {
      if (state < LOW) {
        throw broken("a state of " + state);
      }
      int slot = state & TOTAL - 1;
      int symbol = symbolAt[slot] & 0xFF;
      symbols[i] = (byte) symbol;
      state = frequencies[symbol] * (state >>> BITS) + slot - starts[symbol];
      while (state < LOW) {
        state = state << 8 | next(bytes, at++) & 0xFF;
      }
    }
    if (state != LOW || at != bytes.length) {
      throw broken("they do not end where the codes do");
    }
    return symbols;
  }

  private static byte next(byte[] bytes, int at) {
    if (at >= bytes.length) {
      throw broken("they end too early");
    }
    return bytes[at];
  }

  private static IllegalArgumentException broken(String why) {
    return new IllegalArgumentException("its packed codes are damaged: " + why);
  }

  /** Where each symbol's share of the table begins. */
  private static int[] starts(int[] frequencies) {
    int[] starts = new int[frequencies.length];
    for (int i = 1; i < starts.length; i++) {
      starts[i] = starts[i - 1] + frequencies[i - 1];
    }
    return starts;
  }

  /** Shares of {@link #TOTAL}, at least 1 for what occurs. */
  private static int[] frequencies(byte[] symbols) {
    int[] counts = new int[256];
    int most = 0;
    for (byte symbol : symbols) {
      counts[symbol & 0xFF]++;
      most = Math.max(most, symbol & 0xFF);
    }
    int[] frequencies = new int[most + 1];
    int left = TOTAL;
    for (int i = 0; i <= most; i++) {
      int share = (int) ((long) counts[i] * TOTAL / Math.max(1, symbols.length));
      frequencies[i] = counts[i] == 0 ? 0 : Math.max(1, share);
      left -= frequencies[i];
    }
    while (left != 0) {
      int largest = 0;
      for (int i = 1; i <= most; i++) {
        largest = frequencies[i] > frequencies[largest] ? i : largest;
      }
      int change = left > 0 ? left : -1;
      frequencies[largest] += change;
      left -= change;
    }
    return frequencies;
  }
}
