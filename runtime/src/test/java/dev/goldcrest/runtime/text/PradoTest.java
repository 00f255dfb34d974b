package dev.goldcrest.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import org.junit.jupiter.api.Test;

/** Numbers of the authors' own hash, compiled; more of them in {@link GoldenProjectionTest}. */
class PradoTest {

  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

  @Test
  void codes_words_areTheAuthors() {
    PradoHash hash = new PradoHash(128, false);

    assertCodes(
        hash,
        "hello",
        0x1E68D17C457BF117L,
        0x1AEC33D7DD3E8013L,
        0xADFBDBEE6B76D0F0L,
        0xECFF177C7FFC23C0L);
    assertCodes(
        hash,
        "abcdefgh",
        0xAFDB0257FF41AA98L,
        0xD9AD87054D722C5FL,
        0x491EB7B8587D183CL,
        0x78E3BB2334836001L);
    assertCodes(
        hash,
        "internationalization",
        0x99A2CD7F94CD7FB4L,
        0x94A10B69F60E8E68L,
        0xE807838936F2778CL,
        0x1FBD393708B11E3FL);
    assertCodes(
        hash,
        "",
        0x4CEB8215F2F24D4FL,
        0x9AA1CDF144676538L,
        0xA914CE7E9E03BCF9L,
        0xCB3F95FF02ED8207L);
  }

  @Test
  void codes_beyondAscii_dependOnTheSignOfBytes() {
    assertCodes(
        new PradoHash(128, false),
        "na\u00EFve",
        0xF35CE012CDE59CEEL,
        0xD51B86E250BBB64FL,
        0x5D11D8C9FA2CFAFBL,
        0xBB46D850975A152EL);
    assertCodes(
        new PradoHash(128, true),
        "na\u00EFve",
        0x669089559C4BAB52L,
        0x9928DA6C493729D3L,
        0x97DBD874E210DD29L,
        0x4F5F1A171D04D551L);
    assertCodes(
        new PradoHash(128, false),
        "\u6771\u4EAC",
        0x9C8D8358C58F12D1L,
        0xF8B396BA4F0284A3L,
        0x6965B39DDFA43D91L,
        0x2D37FC19EF840CFDL);
  }

  @Test
  void project_text_hasBosEosNoveltyAndSize() {
    float[][] plain = new PradoText(16, LETTERS, true, true, 0, 0, false).project("dog Hello 147");
    float[] eos = {0, 1, 0, 0, 0, 0, 0, 0, 1, -1, 1, -1, 0, -1, 0, -1};
    float[] dog = {-1, 0, 0, -1, -1, 0, 0, -1, 0, 0, 0, 0, 0, 1, -1, 1};
    float[] hello = {0, 1, 1, 0, 1, 0, 0, 0, 0, -1, 0, 1, 1, 1, 0, 1};
    float[] nothingLeft = {0, 0, 0, 1, 1, 0, 0, 1, -1, 0, 0, 0, -1, 0, 0, 0};
    assertThat(plain).hasDimensions(5, 16);
    assertThat(plain[0]).containsExactly(0, -1, 0, 0, 0, 1, -1, 1, -1, 0, 1, -1, 1, -1, -1, 0);
    assertThat(plain[1]).isEqualTo(dog);
    assertThat(plain[2]).isEqualTo(hello);
    assertThat(plain[3]).isEqualTo(nothingLeft);
    assertThat(plain[4]).isEqualTo(eos);

    float[][] full = new PradoText(16, LETTERS, false, true, 3, 4, false).project("dog dog");
    assertThat(full).hasDimensions(3, 16);
    assertThat(full[0][15]).isEqualTo(-1f);
    assertThat(full[1][15]).isEqualTo(-0.75f);
    assertThat(full[2][15]).isEqualTo(-1f);
    assertThat(full[1][14]).isEqualTo(-0.5f);
  }

  @Test
  void project_emptyText_hasOnlyItsTags() {
    assertThat(new PradoText(8, "", false, false, 2, 2, false).project("  ")).isEmpty();
    float[][] rows = new PradoText(8, "", true, true, 0, 2, false).project("");
    assertThat(rows).hasDimensions(2, 8);
    assertThat(rows[0][6]).isEqualTo(-1f);
  }

  @Test
  void project_perWord_isTheHashOfTheWord() {
    WordProjection prado =
        new ProjectionConfig(ProjectionConfig.Kind.PRADO, 100, 5, 1, 0, false, 1).create();
    float[] expected = new float[100];
    float[] actual = new float[100];
    new PradoHash(100, false).ternary("hello", expected, 0);
    prado.project(Collections.singletonList("hello"), 0, actual, 0);

    assertThat(actual).isEqualTo(expected).contains(-1f, 0f, 1f);
  }

  @Test
  void new_badSizes_areRefused() {
    assertRefused(() -> new PradoHash(0, false), "is 0");
    assertRefused(() -> new PradoText(1, "", false, false, 0, 0, false), "is 1");
    assertRefused(() -> new PradoText(8, "", false, false, 8, 0, false), "is 8");
    assertRefused(() -> new PradoText(8, "", false, false, 0, 17, false), "is 17");
  }

  private static void assertRefused(Runnable construction, String message) {
    assertThatThrownBy(construction::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static void assertCodes(PradoHash hash, String word, long... expected) {
    assertThat(hash.codes(word)).as(word).containsExactly(expected);
  }
}
