package dev.goldcrest.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Numbers of the authors' own test where said so; more in {@link GoldenProjectionTest}. */
class SgnnTest {

  @Test
  void project_hello_isAsInTheAuthorsTest() {
    SgnnText sgnn = new SgnnText(new long[] {3, 5, 7}, 2);

    assertClose(sgnn.project("hello"), 0.268503f, 0.448691f, -0.238499f);
    assertClose(sgnn.project(" Hello\t"), 0.268503f, 0.448691f, -0.238499f);
    assertClose(sgnn.project("hi"), 0.0931434f, -0.0375612f, 0.0807476f);
  }

  @Test
  void project_severalTokens_shareOneMean() {
    long[] seeds = {11, 23, 37, 41, 59, 61, 73, 89, 97, 101, 103, 107};
    float[] values = new SgnnText(seeds, 3).project("hello world");

    assertThat(values).hasSize(12);
    float[] swapped = new SgnnText(seeds, 3).project("world hello");
    assertThat(values).isEqualTo(swapped);
    assertThat(values[0]).isCloseTo(-0.256452f, within(1e-6f));
    assertThat(values[11]).isCloseTo(-0.252561f, within(1e-6f));
  }

  @Test
  void project_noToken_isZero() {
    assertThat(new SgnnText(new long[] {3, 5, 7}, 2).project(" \n")).containsOnly(0f);
  }

  @Test
  void fingerprint_words_areFarmHash() {
    assertThat(FarmHash.fingerprint64("hello".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(-5436999610281751320L);
    assertThat(FarmHash.fingerprint64("hi".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(7664334617921458936L);
  }

  @Test
  void remainder_anyLong_isTheFloorRemainder() {
    Random random = new Random(1);
    BigInteger buckets = BigInteger.valueOf(SgnnHash.BUCKETS);
    long[] seams = {
      0,
      1,
      SgnnHash.BUCKETS - 1,
      SgnnHash.BUCKETS,
      SgnnHash.BUCKETS + 1,
      2 * SgnnHash.BUCKETS,
      SgnnHash.BUCKETS * SgnnHash.BUCKETS,
      Long.MAX_VALUE,
      Long.MIN_VALUE
    };
    for (int i = 0; i < 10_000; i++) {
      long value = i < seams.length ? seams[i] : random.nextLong() >> random.nextInt(64);

      assertThat(SgnnHash.remainder(value))
          .as("%s", value)
          .isEqualTo(BigInteger.valueOf(value).mod(buckets).longValue());
    }
  }

  @Test
  void project_perWord_isTheTextProjectionOfThatWordAlone() {
    int bits = 40;
    ProjectionConfig config =
        new ProjectionConfig(ProjectionConfig.Kind.SGNN, bits, 3, 1, 0, false, 77);
    long[] seeds = new long[bits];
    for (int i = 0; i < bits; i++) {
      long drawn = LshFeatures.mix(77 + (i + 1) * LshFeatures.GAMMA);
      seeds[i] = 1 + Long.remainderUnsigned(drawn, 0x7FFFFFFEL);
    }
    SgnnText text = new SgnnText(seeds, 3);
    WordProjection words = config.create();
    for (String word : Arrays.asList("a", "hello", "\u6771", "\uD83D\uDE00x", "na\u00EFve")) {
      float[] out = new float[bits];
      words.project(Collections.singletonList(word), 0, out, 0);

      assertThat(out).as(word).isEqualTo(text.project(word));
    }
  }

  @Test
  void project_hugeWord_readsOnlyItsStart() {
    WordProjection words =
        new ProjectionConfig(ProjectionConfig.Kind.SGNN, 40, 3, 1, 0, false, 77).create();
    float[] huge = new float[40];
    float[] cut = new float[40];
    words.project(Collections.singletonList("\uD83D\uDE00".repeat(100_000)), 0, huge, 0);
    words.project(Collections.singletonList("\uD83D\uDE00".repeat(128)), 0, cut, 0);

    assertThat(huge).isEqualTo(cut);
  }

  @Test
  void new_tooFewSeeds_areRefused() {
    assertThatThrownBy(() -> new SgnnText(new long[5], 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 6 seeds, has 5");
    assertThatThrownBy(() -> new SgnnText(new long[5], 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is 0");
  }

  private static void assertClose(float[] actual, float... expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-6f));
    }
  }
}
