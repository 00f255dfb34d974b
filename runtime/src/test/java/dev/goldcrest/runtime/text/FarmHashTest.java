package dev.goldcrest.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers come from another implementation of the same fingerprint, Guava's. */
class FarmHashTest {

  @ParameterizedTest
  @CsvSource({
    "0, 9ae16a3b2f90404f",
    "3, 24d88e92dda019c2",
    "7, 2c8c6ba2b5666e6a",
    "16, cf4f05ca3727aabf",
    "17, 723cb360e7399338",
    "32, 7aa427d28da73dbf",
    "33, e5deb1f5378704f",
    "64, 77402047be04ca08",
    "65, 4803250d356b0742",
    "128, 12c0bb8807da5223",
    "129, 57f4807d89e7fcf8",
    "400, d7f893f659d98268",
  })
  void fingerprint64_lengthsAtTheSeams_areKnown(int length, String expected) {
    assertThat(FarmHash.fingerprint64(bytes(), 0, length))
        .isEqualTo(Long.parseUnsignedLong(expected, 16));
  }

  @Test
  void fingerprint64_allLengthsUpTo400_foldToTheKnownNumber() {
    long fold = 0;
    for (int n = 0; n <= 400; n++) {
      fold = fold * 31 + FarmHash.fingerprint64(bytes(), 0, n);
    }

    assertThat(fold).isEqualTo(0xFC15A00647C0F213L);
  }

  @Test
  void fingerprint64_anyPlace_dependsOnTheBytesAlone() {
    byte[] shifted = new byte[450];
    System.arraycopy(bytes(), 0, shifted, 33, 400);
    for (int n = 0; n <= 400; n++) {
      assertThat(FarmHash.fingerprint64(shifted, 33, n))
          .isEqualTo(FarmHash.fingerprint64(bytes(), 0, n));
    }
  }

  @Test
  void fingerprint64_beyondTheArray_isRefused() {
    assertThatThrownBy(() -> FarmHash.fingerprint64(new byte[8], 4, 5))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("5 bytes from 4 of 8");
  }

  private static byte[] bytes() {
    byte[] bytes = new byte[400];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * i * 31 + i * 7 + 3);
    }
    return bytes;
  }
}
