package dev.goldcrest.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The authors' numbers, from the shared folder. */
class GoldenProjectionTest {

  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

  @ParameterizedTest
  @CsvSource({
    "prado-words, 64, false",
    "prado-words, 64, true",
    "prado-words, 128, false",
    "prado-words, 128, true",
    "prado-words, 512, false",
    "prado-words, 512, true",
    "prado-words-odd-sizes, 16, false",
    "prado-words-odd-sizes, 100, false",
    "prado-words-odd-sizes, 33, false",
  })
  void prado_words_areExact(String name, int size, boolean unsignedBytes) throws IOException {
    GoldenFile golden = GoldenFile.open("projection/" + name);
    String prefix = "out.f" + size + (unsignedBytes ? ".unsigned_char" : "");
    List<String> words = golden.strings("words");
    long[] codes = golden.longs(prefix + ".codes");
    float[] ternary = golden.bytes(prefix + ".ternary");
    PradoHash hash = new PradoHash(size, unsignedBytes);
    float[] actual = new float[ternary.length];
    for (int i = 0; i < words.size(); i++) {
      int width = codes.length / words.size();
      hash.ternary(words.get(i), actual, i * size);

      assertThat(hash.codes(words.get(i)))
          .as(words.get(i))
          .isEqualTo(Arrays.copyOfRange(codes, i * width, (i + 1) * width));
    }
    assertThat(actual).isEqualTo(ternary);
  }

  @Test
  void prado_texts_areExact() throws IOException {
    GoldenFile golden = GoldenFile.open("projection/prado-op-texts");

    assertTexts(golden, "eos", "texts", new PradoText(16, LETTERS, false, true, 0, 0, false));
    assertTexts(golden, "bos-eos", "texts", new PradoText(16, LETTERS, true, true, 0, 0, false));
    assertTexts(golden, "none", "texts", new PradoText(16, LETTERS, false, false, 0, 0, false));
    assertTexts(
        golden, "novelty3", "texts_novelty", new PradoText(16, LETTERS, false, true, 3, 0, false));
    assertTexts(
        golden, "docsize4", "texts_docsize", new PradoText(16, LETTERS, false, true, 0, 4, false));
    assertTexts(
        golden, "novocab.eos", "texts_novocab", new PradoText(64, "", false, true, 0, 0, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgnn-hello", "sgnn-texts"})
  void sgnn_texts_areClose(String name) throws IOException {
    GoldenFile golden = GoldenFile.open("projection/" + name);
    SgnnText sgnn = new SgnnText(golden.longs("in.hash_seed"), name.equals("sgnn-hello") ? 2 : 3);
    float[] expected = golden.floats("out.projection");
    int at = 0;
    for (String text : golden.strings("texts")) {
      for (float value : sgnn.project(text)) {
        assertThat(value).as(text).isCloseTo(expected[at++], within(1e-6f));
      }
    }
    assertThat(at).isEqualTo(expected.length);
    long[] fingerprints = golden.longs("out.word_fingerprints");
    List<String> words = golden.strings("words");
    assertThat(words).hasSize(fingerprints.length);
    for (int i = 0; i < fingerprints.length; i++) {
      assertThat(FarmHash.fingerprint64(words.get(i).getBytes(StandardCharsets.UTF_8)))
          .as(words.get(i))
          .isEqualTo(fingerprints[i]);
    }
  }

  private static void assertTexts(GoldenFile golden, String output, String texts, PradoText op) {
    float[] expected = golden.floats("out." + output + ".projection");
    int[] shape = golden.shape("out." + output + ".projection"); // (B, T, C)
    List<String> inputs = golden.strings(texts);
    float[] actual = new float[expected.length];
    for (int b = 0; b < inputs.size(); b++) {
      float[][] rows = op.project(inputs.get(b));
      for (int t = 0; t < rows.length; t++) {
        System.arraycopy(rows[t], 0, actual, (b * shape[1] + t) * shape[2], shape[2]);
      }
      if (output.equals("eos") || output.equals("bos-eos") || output.equals("none")) {
        assertThat((float) rows.length)
            .isEqualTo(golden.floats("out." + output + ".sequence_length")[b]);
      }
    }
    assertThat(inputs).hasSize(shape[0]);
    assertThat(actual).as(output).isEqualTo(expected);
  }
}
