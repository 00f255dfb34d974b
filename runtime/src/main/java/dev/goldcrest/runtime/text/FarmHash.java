package dev.goldcrest.runtime.text;

/**
 * FarmHash's stable 64-bit fingerprint (google/farmhash, {@code Fingerprint64}), which TensorFlow's
 * {@code to_hash_bucket_fast} uses. Four constructions by length: up to 16 bytes, to 32, to 64, and
 * blocks of 64 with 56 bytes of state beyond.
 */
public final class FarmHash {

  private static final long K0 = 0xC3A5C85C97CB3127L;
  private static final long K1 = 0xB492B66FBE98F273L;
  private static final long K2 = 0x9AE16A3B2F90404FL;
  private static final long SEED = 81;

  private final byte[] bytes;
  private long x;
  private long y;
  private long z;
  private long v0;
  private long v1;
  private long w0;
  private long w1;

  private FarmHash(byte[] bytes) {
    this.bytes = bytes;
  }

  public static long fingerprint64(byte[] bytes) {
    return fingerprint64(bytes, 0, bytes.length);
  }

  public static long fingerprint64(byte[] bytes, int from, int length) {
    if (from < 0 || length < 0 || length > bytes.length - from) {
      throw new IndexOutOfBoundsException(
          "fingerprint of " + length + " bytes from " + from + " of " + bytes.length);
    }
    if (length <= 16) {
      return upTo16(bytes, from, length);
    }
    if (length <= 32) {
      return upTo32(bytes, from, length);
    }
    return length <= 64 ? upTo64(bytes, from, length) : new FarmHash(bytes).beyond64(from, length);
  }

  private static long upTo16(byte[] b, int at, int length) {
    long mul = K2 + 2L * length;
    int end = at + length;
    if (length >= 8) {
      long head = long64(b, at) + K2;
      long tail = long64(b, end - 8);
      long p = Long.rotateRight(tail, 37) * mul + head;
      long q = (Long.rotateRight(head, 25) + tail) * mul;
      return join(p, q, mul);
    }
    if (length >= 4) {
      return join(length + (int32(b, at) << 3), int32(b, end - 4), mul);
    }
    if (length > 0) {
      int ends = (b[at] & 0xFF) + ((b[at + (length >> 1)] & 0xFF) << 8);
      int sized = length + ((b[end - 1] & 0xFF) << 2);
      return shift(ends * K2 ^ sized * K0) * K2;
    }
    return K2;
  }

  private static long upTo32(byte[] b, int at, int length) {
    long mul = K2 + 2L * length;
    int end = at + length;
    long p = long64(b, at) * K1;
    long q = long64(b, at + 8);
    long r = long64(b, end - 8) * mul;
    long s = long64(b, end - 16) * K2;
    return join(turned(p, q, r, s), p + Long.rotateRight(q + K2, 18) + r, mul);
  }

  private static long upTo64(byte[] b, int at, int length) {
    long mul = K2 + 2L * length;
    int end = at + length;
    long p = long64(b, at) * K2;
    long q = long64(b, at + 8);
    long r = long64(b, end - 8) * mul;
    long s = long64(b, end - 16) * K2;
    long front = turned(p, q, r, s);
    long both = join(front, p + Long.rotateRight(q + K2, 18) + r, mul);
    long e = long64(b, at + 16) * mul;
    long f = long64(b, at + 24);
    long g = (front + long64(b, end - 32)) * mul;
    long h = (both + long64(b, end - 24)) * mul;
    return join(turned(e, f, g, h), e + Long.rotateRight(f + p, 18) + g, mul);
  }

  private long beyond64(int from, int length) {
    x = SEED * K2 + long64(bytes, from);
    y = SEED * K1 + 113;
    z = shift(y * K2 + 113) * K2;
    int lastBlock = from + (length - 1) / 64 * 64;
    for (int at = from; at < lastBlock; at += 64) {
      block(at, K1, 1);
    }
    long mul = K1 + ((z & 0xFF) << 1);
    w0 += (length - 1) & 63;
    v0 += w0;
    w0 += v0;
    block(from + length - 64, mul, 9);
    return join(join(v0, w0, mul) + shift(y) * K0 + z, join(v1, w1, mul) + x, mul);
  }

  /** One step of the long form; the last one has a multiplier of its own and weighs state by 9. */
  private void block(int at, long mul, int weight) {
    x = Long.rotateRight(x + y + v0 + long64(bytes, at + 8), 37) * mul;
    y = Long.rotateRight(y + v1 + long64(bytes, at + 48), 42) * mul;
    x ^= w1 * weight;
    y += v0 * weight + long64(bytes, at + 40);
    z = Long.rotateRight(z + w0, 33) * mul;
    long a = v1 * mul + long64(bytes, at);
    long b = a + x + w0 + long64(bytes, at + 24);
    long sum = a + long64(bytes, at + 8) + long64(bytes, at + 16);
    v1 = a + Long.rotateRight(b, 21) + Long.rotateRight(sum, 44);
    v0 = sum + long64(bytes, at + 24);
    a = z + w1 + long64(bytes, at + 32);
    b = a + y + long64(bytes, at + 16) + long64(bytes, at + 56);
    sum = a + long64(bytes, at + 40) + long64(bytes, at + 48);
    w1 = a + Long.rotateRight(b, 21) + Long.rotateRight(sum, 44);
    w0 = sum + long64(bytes, at + 56);
    long swap = z;
    z = x;
    x = swap;
  }

  private static long turned(long a, long b, long c, long d) {
    return Long.rotateRight(a + b, 43) + Long.rotateRight(c, 30) + d;
  }

  private static long join(long u, long v, long mul) {
    long a = shift((u ^ v) * mul);
    return shift((v ^ a) * mul) * mul;
  }

  private static long shift(long value) {
    return value ^ value >>> 47;
  }

  private static long long64(byte[] b, int at) {
    return int32(b, at) | int32(b, at + 4) << 32;
  }

  private static long int32(byte[] b, int at) {
    return (b[at] & 0xFFL)
        | (b[at + 1] & 0xFFL) << 8
        | (b[at + 2] & 0xFFL) << 16
        | (b[at + 3] & 0xFFL) << 24;
  }
}
