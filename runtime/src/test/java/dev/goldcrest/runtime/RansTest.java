package dev.goldcrest.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RansTest {
  private static byte[] drawn(int count, int symbols, double sameness, long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (random.nextDouble() < sameness ? 0 : random.nextInt(symbols));
    }
    return bytes;
  }

  @Test
  void decode_whatWasEncoded_comesBack() {
    for (int count : new int[] {1, 2, 3, 7, 64, 1000, 50_000}) {
      for (int symbols : new int[] {1, 2, 3, 16, 255, 256}) {
        for (double sameness : new double[] {0, 0.5, 0.95}) {
          byte[] all = drawn(count, symbols, sameness, count + symbols);
          byte[] packed = Rans.encode(all);
          if (packed != null) {
            assertThat(Rans.decode(packed, count)).isEqualTo(all);
          } else {
            assertThat(count).as("what is refused is tiny").isGreaterThan(64);
          }
        }
      }
    }
  }

  @Test
  void encode_skewedSymbols_comesWithinOnePercentOfTheEntropy() {
    int count = 100_000;
    byte[] all = drawn(count, 16, 0.8, 3);
    int[] counts = new int[16];
    for (byte symbol : all) {
      counts[symbol]++;
    }
    double bits = 0;
    for (int each : counts) {
      bits -= each * Math.log((double) each / count) / Math.log(2);
    }
    assertThat((double) Rans.encode(all).length).isLessThan(1.01 * bits / 8 + 40);
  }

  @Test
  void encode_moreSymbolsThanAByteMayHold_isLeftToOthers() {
    assertThat(Rans.encode(new byte[10_000])).isNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Rans.decode(new byte[10], 2_000_000_000))
        .withMessageContaining("10 bytes are too few for 2000000000 codes");
  }

  @Test
  void decode_damagedBytes_areRefusedOrOtherSymbols() {
    byte[] all = drawn(500, 16, 0.7, 5);
    byte[] packed = Rans.encode(all);
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] damaged = Arrays.copyOf(packed, packed.length - (i % 5 == 0 ? random.nextInt(20) : 0));
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(Rans.decode(damaged, 500)).hasSize(500);
      } catch (IllegalArgumentException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(4500);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Rans.decode(Arrays.copyOf(packed, packed.length + 1), 500));
    assertThatIllegalArgumentException().isThrownBy(() -> Rans.decode(packed, 499));
  }

  /** Runs its seeds as tests; with the environment variable JAZZER_FUZZ=1 it looks for new ones. */
  @FuzzTest
  void decode_anything_givesSymbolsOrRefuses(byte[] bytes) {
    for (int count : new int[] {1, 100, 64 * bytes.length}) {
      try {
        byte[] symbols = Rans.decode(bytes, count);
        byte[] again = Rans.encode(symbols);
        assertThat(again == null || Arrays.equals(Rans.decode(again, count), symbols)).isTrue();
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining("packed codes are damaged");
      }
    }
  }
}
