package dev.goldcrest.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordSegmenterTest {

  private static final WordSegmenter KEEP = new WordSegmenter(false);
  private static final WordSegmenter LOWER = new WordSegmenter(true);

  /** Columns: text, words separated by |. Escapes: see {@link #plain}. */
  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        // Latin, digits, punctuation
        "wake me at 7:30, please! => wake|me|at|7|:|30|,|please|!",
        "Don't => Don't",
        "don\\u2019t rock'n'roll n't => don't|rock'n'roll|n't",
        "'tis the dogs' bone => '|tis|the|dogs|'|bone",
        "hel1lo B2B x86_64 => hel1lo|B2B|x86|_|64",
        "e-mail a@b.de #1 5\\u20AC => e|-|mail|a|@|b|.|de|#|1|5|\\u20AC",
        "\\u00ABna\\u00EFve\\u00BB\\u2026 => \\u00AB|na\\u00EFve|\\u00BB|\\u2026",
        "\\u0434\\u043E\\u0431\\u0440\\u044B\\u0439 x =>"
            + " \\u0434\\u043E\\u0431\\u0440\\u044B\\u0439|x",
        "a\\tb\\u00A0c\\u200Bd\\u3000e => a|b|c|d|e",
        "co\\u00ADoperate \\uFEFFbom => cooperate|bom",
        // East Asia: Tokyo Tower / kana / Hangul
        "\\u6771\\u4EAC\\u30BF\\u30EF\\u30FC\\u3078 =>"
            + " \\u6771|\\u4EAC|\\u30BF\\u30EF\\u30FC|\\u3078",
        "AI\\u306F3\\u6708\\u306B\\u3002 => AI|\\u306F|3|\\u6708|\\u306B|\\u3002",
        "\\uD842\\uDFB7\\u91CE\\u5BB6 => \\uD842\\uDFB7|\\u91CE|\\u5BB6",
        "\\u845B\\uDB40\\uDD00\\u57CE => \\u845B\\uDB40\\uDD00|\\u57CE",
        "\\u30AB\\u3099\\u30E9\\u30B9 => \\u30AC\\u30E9\\u30B9",
        "\\u30E9\\u30FC\\u30E1\\u30F3\\u30FB\\u3089\\u30FC => "
            + "\\u30E9\\u30FC\\u30E1\\u30F3|\\u30FB|\\u3089\\u30FC",
        "\\uC548\\uB155 \\uC138\\uACC4 AI\\uB294 => \\uC548\\uB155|\\uC138\\uACC4|AI|\\uB294",
        "\\u1112\\u1161\\u11AB => \\uD55C",
        // Thai, Lao, Khmer, Myanmar: clusters
        "\\u0E2A\\u0E27\\u0E31\\u0E2A\\u0E14\\u0E35 => "
            + "\\u0E2A|\\u0E27\\u0E31|\\u0E2A|\\u0E14\\u0E35",
        "\\u0E40\\u0E1B\\u0E47\\u0E19\\u0E0A\\u0E32 =>"
            + " \\u0E40\\u0E1B\\u0E47|\\u0E19|\\u0E0A\\u0E32",
        "\\u0E99\\u0EB3 => \\u0E99\\u0EB3",
        "\\u1781\\u17D2\\u1798\\u17C2\\u179A => \\u1781\\u17D2\\u1798\\u17C2|\\u179A",
        "\\u1019\\u103C\\u1014\\u103A => \\u1019\\u103C|\\u1014\\u103A",
        // Emoji: family, skin tone, flags, keycaps, heart, England, one newer than Unicode 13
        "\\u1F469+\\u200D\\u1F469+\\u200D\\u1F467+\\u1F44D+\\u1F3FD+ => "
            + "\\u1F469+\\u200D\\u1F469+\\u200D\\u1F467+|\\u1F44D+\\u1F3FD+",
        "ok\\u1F600+\\u1F600+! => ok|\\u1F600+|\\u1F600+|!",
        "\\u1F1E9+\\u1F1EA+\\u1F1EB+\\u1F1F7+\\u1F1E9+ => "
            + "\\u1F1E9+\\u1F1EA+|\\u1F1EB+\\u1F1F7+|\\u1F1E9+",
        "a1\\uFE0F\\u20E32\\u20E3# => a|1\\uFE0F\\u20E3|2\\u20E3|#",
        "\\u2764\\uFE0F\\u200D\\u1F525+ x => \\u2764\\uFE0F\\u200D\\u1F525+|x",
        "\\u1F3F4+\\uE0067+\\uE0062+\\uE0065+\\uE006E+\\uE0067+\\uE007F+. => "
            + "\\u1F3F4+\\uE0067+\\uE0062+\\uE0065+\\uE006E+\\uE0067+\\uE007F+|.",
        "\\u1FAE0+\\u1F3FF+ => \\u1FAE0+\\u1F3FF+",
        "\\u26F9\\u1F3FE+\\u200D\\u2640\\uFE0F => \\u26F9\\u1F3FE+\\u200D\\u2640\\uFE0F",
        "\\u200D\\u1F600+\\u200D => \\u1F600+",
        // Marks
        "cafe\\u0301 => caf\\u00E9",
        "x\\u0301\\u0323y => x\\u0323\\u0301y",
        "!\\u0301 \\u0301a => !\\u0301|\\u0301|a",
        "\\u0915\\u094D\\u200D\\u0937 => \\u0915\\u094D\\u200D\\u0937",
        "\\u0645\\u06CC\\u200C\\u062E => \\u0645\\u06CC\\u200C\\u062E",
        // Lone surrogates
        "a\\uD83Db\\uDE00 => a|\\uFFFD|b|\\uFFFD",
      })
  void words_table_areCutAsListed(String text, String expected) {
    List<String> words = Arrays.asList(plain(expected).split("\\|"));

    assertThat(KEEP.words(plain(text))).isEqualTo(words);
  }

  @Test
  void words_lowerCase_ignoresLocaleAndFoldsSigma() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(new Locale("tr"));

      assertThat(LOWER.words("TITLE I \u0130 \u00C9 E\u0301 \u039F\u0394\u039F\u03A3 \u03BF\u03C2"))
          .containsExactly(
              "title", "i", "i", "\u00E9", "\u00E9", "\u03BF\u03B4\u03BF\u03C3", "\u03BF\u03C3");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void words_nothingVisible_areNone() {
    assertThat(KEEP.words("")).isEmpty();
    assertThat(KEEP.words(" \t\r\n\u0000\u200B\u00AD\u200D\u2060\uDB40\uDC67")).isEmpty();
  }

  @Test
  void words_limit_keepsTheFirstAndCountsAll() {
    List<String> into = new ArrayList<>(List.of("before"));

    assertThat(KEEP.words("one two three four", 2, into)).isEqualTo(4);
    assertThat(into).containsExactly("before", "one", "two");
    assertThat(KEEP.words("one two", 0, into)).isEqualTo(2);
    assertThat(into).hasSize(3);
    assertThatThrownBy(() -> KEEP.words("one", -1, into))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  @Test
  void words_manyMarks_areCappedAtThirty() {
    List<String> words = KEEP.words("q" + "\u0301".repeat(1000) + "r");

    assertThat(words).containsExactly("q" + "\u0301".repeat(WordSegmenter.MAX_MARKS) + "r");
  }

  @Test
  void words_anyString_areNonEmptyComposedWellFormedAndStable() {
    Random random = new Random(5);
    int[] pool = {
      'a', 'Z', '7', '\'', ' ', '.', '#', 0xAD, 0x301, 0x323, 0x2019, 0x200B, 0x200C, 0x200D,
      0x20E3, 0xFE0F, 0x1100, 0x1161, 0x3042, 0x30A2, 0x30FC, 0x3099, 0x6771, 0xAC00, 0xE01, 0xE40,
      0xE32, 0x1780, 0x17D2, 0xD83D, 0xDE00, 0x1F600, 0x1F3FD, 0x1F1E9, 0xE0067, 0xE007F, 0x20BB7,
      0x3A3, 0x10FFFF, 0x378, 0xE000
    };
    for (int trial = 0; trial < 20_000; trial++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i > 0; i--) {
        text.appendCodePoint(pool[random.nextInt(pool.length)]);
      }
      List<String> words = LOWER.words(text.toString());
      for (String word : words) {
        assertThat(word).isNotEmpty().doesNotContain(" ");
        assertThat(Normalizer.isNormalized(word, Normalizer.Form.NFC)).isTrue();
        word.codePoints().forEach(c -> assertThat(c < 0xD800 || c > 0xDFFF).isTrue());
      }
      assertThat(LOWER.words(text.toString(), 3, new ArrayList<>())).isEqualTo(words.size());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a, 1000000, 1",
    "a\\u0020, 500000, 500000",
    "\\u6771, 1000000, 1000000",
    "a\\u0315\\u0300, 333333, 1",
    "\\u0315\\u0300, 500000, 1",
    "\\u03A3, 1000000, 1",
    "\\u0E40, 1000000, 1",
    "\\uD83D, 1000000, 1000000",
    "\\u1F469+\\u200D, 333333, 1",
    "'\\u0027', 1000000, 1000000",
    "1\\uFE0F, 500000, 1",
    "\\u1161, 1000000, 1",
  })
  void words_millionChars_takeLinearTime(String unit, int times, int expected) {
    String text = plain(unit).repeat(times);

    int count =
        Assertions.assertTimeoutPreemptively(
            Duration.ofSeconds(10), () -> LOWER.words(text, 2_000_000, new ArrayList<>()));

    assertThat(count).isEqualTo(expected);
  }

  /** Resolves backslash-u with four digits, or with five and a plus sign after them. */
  private static String plain(String escaped) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < escaped.length(); ) {
      if (escaped.startsWith("\\u", i)) {
        boolean five = i + 7 < escaped.length() && escaped.charAt(i + 7) == '+';
        int end = i + (five ? 7 : 6);
        text.appendCodePoint(Integer.parseInt(escaped.substring(i + 2, end), 16));
        i = five ? end + 1 : end;
      } else if (escaped.startsWith("\\t", i)) {
        text.append('\t');
        i += 2;
      } else {
        text.append(escaped.charAt(i++));
      }
    }
    return text.toString();
  }
}
