package dev.goldcrest.runtime.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Exhaustive: every 16-bit pattern, and both sides of every border between two of them. */
class HalfFloatTest {
  @Test
  void toFloat_allHalves_haveTheValueOfTheFormat() {
    for (int bits = 0; bits < 0x10000; bits++) {
      float actual = HalfFloat.toFloat((short) bits);
      double expected = value(bits, 5, 10);
      assertEquals(expected, actual, 0.0, "half " + Integer.toHexString(bits));
      assertEquals(bits >>> 15, Float.floatToRawIntBits(actual) >>> 31, "sign");
    }
  }

  @Test
  void bfloatToFloat_allPatterns_haveTheValueOfTheFormat() {
    for (int bits = 0; bits < 0x10000; bits++) {
      float actual = HalfFloat.bfloatToFloat((short) bits);
      double expected = value(bits, 8, 7);
      assertEquals(expected, actual, 0.0, "bfloat16 " + Integer.toHexString(bits));
      assertEquals(bits >>> 15, Float.floatToRawIntBits(actual) >>> 31, "sign");
    }
  }

  @Test
  void fromFloat_allHalves_comeBack() {
    for (int bits = 0; bits < 0x10000; bits++) {
      boolean nan = (bits & 0x7FFF) > 0x7C00;
      short back = HalfFloat.fromFloat(HalfFloat.toFloat((short) bits));
      assertEquals((short) (nan ? bits | 0x200 : bits), back, Integer.toHexString(bits));
    }
  }

  @Test
  void bfloatFromFloat_allPatterns_comeBack() {
    for (int bits = 0; bits < 0x10000; bits++) {
      boolean nan = (bits & 0x7FFF) > 0x7F80;
      short back = HalfFloat.bfloatFromFloat(HalfFloat.bfloatToFloat((short) bits));
      assertEquals((short) (nan ? bits | 0x40 : bits), back, Integer.toHexString(bits));
    }
  }

  @Test
  void fromFloat_everyBorderBetweenHalves_roundsToNearestTiesToEven() {
    for (int low = 0; low < 0x7C00; low++) {
      double above = low == 0x7BFF ? 65536.0 : value(low + 1, 5, 10);
      float middle = (float) ((value(low, 5, 10) + above) / 2); // one bit more: exact
      int even = low % 2 == 0 ? low : low + 1;
      for (int sign = 0; sign <= 0x8000; sign += 0x8000) {
        float s = sign == 0 ? 1 : -1;
        assertEquals((short) (sign | even), HalfFloat.fromFloat(s * middle));
        assertEquals((short) (sign | low), HalfFloat.fromFloat(s * Math.nextDown(middle)));
        assertEquals((short) (sign | low + 1), HalfFloat.fromFloat(s * Math.nextUp(middle)));
      }
    }
  }

  @Test
  void bfloatFromFloat_everyBorder_roundsToNearestTiesToEven() {
    for (int low = 0; low < 0x7F80; low++) {
      float middle = Float.intBitsToFloat(low << 16 | 0x8000);
      int even = low % 2 == 0 ? low : low + 1;
      for (int sign = 0; sign <= 0x8000; sign += 0x8000) {
        float s = sign == 0 ? 1 : -1;
        assertEquals((short) (sign | even), HalfFloat.bfloatFromFloat(s * middle));
        assertEquals((short) (sign | low), HalfFloat.bfloatFromFloat(s * Math.nextDown(middle)));
        assertEquals((short) (sign | low + 1), HalfFloat.bfloatFromFloat(s * Math.nextUp(middle)));
      }
    }
  }

  @Test
  void fromFloat_farOutsideHalves_isZeroInfinityOrNan() {
    assertEquals((short) 0x7C00, HalfFloat.fromFloat(Float.MAX_VALUE));
    assertEquals((short) 0xFC00, HalfFloat.fromFloat(Float.NEGATIVE_INFINITY));
    assertEquals((short) 0x0000, HalfFloat.fromFloat(Float.MIN_VALUE));
    assertEquals((short) 0x8000, HalfFloat.fromFloat(-Float.MIN_NORMAL));
    assertEquals(HalfFloat.MAX_VALUE, HalfFloat.toFloat((short) 0x7BFF));
    // A NaN whose payload lies in the lower bits alone must not turn into an infinity.
    float lowNan = Float.intBitsToFloat(0x7F800001);
    assertTrue(Float.isNaN(HalfFloat.toFloat(HalfFloat.fromFloat(lowNan))));
    assertTrue(Float.isNaN(HalfFloat.bfloatToFloat(HalfFloat.bfloatFromFloat(lowNan))));
  }

  /** IEEE 754's own reading of a pattern: sign, exponent with bias, fraction. */
  private static double value(int bits, int exponentBits, int fractionBits) {
    int bias = (1 << exponentBits - 1) - 1;
    int exponent = bits >>> fractionBits & (1 << exponentBits) - 1;
    int fraction = bits & (1 << fractionBits) - 1;
    double sign = bits >>> 15 == 0 ? 1.0 : -1.0;
    if (exponent == (1 << exponentBits) - 1) {
      return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    double significand = exponent == 0 ? fraction : fraction + (1 << fractionBits);
    return sign * Math.scalb(significand, Math.max(exponent, 1) - bias - fractionBits);
  }
}
