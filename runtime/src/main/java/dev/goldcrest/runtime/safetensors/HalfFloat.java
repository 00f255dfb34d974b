package dev.goldcrest.runtime.safetensors;

/**
 * Sixteen-bit floats: IEEE 754 half (1 sign, 5 exponent, 10 fraction bits) and bfloat16 (1, 8, 7).
 * Java gained a conversion in release 20, Android in none that matters.
 */
public final class HalfFloat {
  /** The largest finite half. */
  public static final float MAX_VALUE = 65504f;

  private HalfFloat() {}

  /** The value of a half; exact, since every half is a float. */
  public static float toFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1F;
    int fraction = half & 0x3FF;
    if (exponent == 0) { // zero or subnormal: fraction * 2^-24, and a float has room for that
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    if (exponent == 0x1F) { // infinity or NaN, its payload kept
      return Float.intBitsToFloat(sign | 0x7F800000 | (fraction << 13));
    }
    return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (fraction << 13));
  }

  /**
   * The nearest half, ties to the even fraction. From 65520 on that is infinity; a NaN stays a
   * (quiet) NaN with the upper bits of its payload.
   */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7FFFFFFF;
    if (magnitude > 0x7F800000) {
      return (short) (sign | 0x7E00 | ((magnitude >>> 13) & 0x1FF));
    }
    if (magnitude >= 0x47800000) { // 2^16 and above
      return (short) (sign | 0x7C00);
    }
    if (magnitude >= 0x38800000) { // 2^-14 and above: normal, and a carry may run into the exponent
      return (short) (sign | roundedShift(magnitude - (112 << 23), 13));
    }
    if (magnitude < 0x33000000) { // below 2^-25, half of the smallest subnormal
      return (short) sign;
    }
    int exponent = magnitude >>> 23; // 102..112: how far the fraction lies below 2^-24
    return (short) (sign | roundedShift(magnitude & 0x7FFFFF | 0x800000, 126 - exponent));
  }

  /** The value of a bfloat16; exact. */
  public static float bfloatToFloat(short bfloat) {
    return Float.intBitsToFloat(bfloat << 16);
  }

  /** The nearest bfloat16, ties to the even fraction; a NaN stays a (quiet) NaN. */
  public static short bfloatFromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7FFFFFFF) > 0x7F800000) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) (((bits >>> 16) & 0x8000) | roundedShift(bits & 0x7FFFFFFF, 16));
  }

  /** {@code value / 2^shift} to the nearest integer, ties to even; value of 0 or more. */
  private static int roundedShift(int value, int shift) {
    int kept = value >>> shift;
    int rest = value & ((1 << shift) - 1);
    int half = 1 << (shift - 1);
    boolean up = rest > half || (rest == half && (kept & 1) != 0);
    return up ? kept + 1 : kept;
  }
}
