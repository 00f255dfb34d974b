package dev.goldcrest.runtime.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.runtime.json.JsonException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void parse_everyKindOfValue_givesPlainJava() throws JsonException {
    Map<String, Object> value =
        Json.parseObject(
            "\t{ \"a\" : [1, -2, 2.5, 1e3, true, false, null, \"x\", {}, []] ,\r\n"
                + "\"b\":{\"c\":0}} ");

    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put(
        "a",
        Arrays.asList(
            1L, -2L, 2.5, 1000.0, true, false, null, "x", new LinkedHashMap<>(), List.of()));
    expected.put("b", Map.of("c", 0L));
    assertThat(value).isEqualTo(expected);
    assertThat(value.keySet()).containsExactly("a", "b");
  }

  @Test
  void parse_escapesAndUnicode_decodes() throws JsonException {
    assertThat(Json.parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude00é😀\\u0000\""))
        .isEqualTo("\"\\/\b\f\n\r\té😀é😀\0");
  }

  @Test
  void parse_extremeNumbers_keepsTheirValue() throws JsonException {
    assertThat(Json.parse("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
    assertThat(Json.parse("-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
    assertThat(Json.parse("-0")).isEqualTo(-0.0);
    assertThat(Json.parse("0")).isEqualTo(0L);
    assertThat(Json.parse("1E-400")).isEqualTo(0.0);
    assertThat(Json.parse("5e-324")).isEqualTo(Double.MIN_VALUE);
    assertThat(Json.parse("1.7976931348623157E+308")).isEqualTo(Double.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "{\"a\":1 \"b\":2}",
        "[1}",
        "{\"a\":1]",
        "1 2",
        "{}x",
        "[]]",
        "nul",
        "nulls",
        "True",
        "NaN",
        "Infinity",
        "-Infinity",
        "+1",
        "01",
        "-01",
        "-",
        "-a",
        ".5",
        "1.",
        "1.e3",
        "1e",
        "1e+",
        "1.5.5",
        "0x10",
        "1_000",
        "\"",
        "\"a",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u",
        "\"\\",
        "\"\t\"",
        "\"\n\"",
        "\"\u0000\"",
        "//c\n1",
        "/*c*/1",
        "1//c",
        "\uFEFF1",
        "\u00A01",
        "1\f",
        "[1,\u000B2]",
        "é"
      })
  void parse_brokenGrammar_isRefused(String text) {
    assertReason(text, Reason.SYNTAX);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\\uD800\"",
        "\"\\uDC00\"",
        "\"\\uD800\\n\"",
        "\"\\uD800\\uD800\"",
        "\"\\uD800x\"",
        "\"\\uDE00\\uD83D\"",
        "\"\\uD83D",
        "\"\uD800\""
      })
  void parse_halfSurrogatePair_isRefused(String text) {
    assertReason(text, Reason.BAD_UNICODE);
  }

  @Test
  void parse_bytesThatAreNoUtf8_areRefused() {
    int[][] wrong = {
      {0x80},
      {0xC3},
      {0xC0, 0x80},
      {0xE2, 0x82},
      {0xED, 0xA0, 0x80},
      {0xF4, 0x90, 0x80, 0x80},
      {0xFF}
    };
    for (int[] sequence : wrong) {
      byte[] text = new byte[sequence.length + 2];
      text[0] = '"';
      for (int i = 0; i < sequence.length; i++) {
        text[i + 1] = (byte) sequence[i];
      }
      text[text.length - 1] = '"';
      assertThatThrownBy(() -> Json.parse(text))
          .isInstanceOf(JsonException.class)
          .extracting(e -> ((JsonException) e).reason())
          .isEqualTo(Reason.BAD_UNICODE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "-9223372036854775809",
        "1e309",
        "-1e999",
        "123456789012345678901234567890"
      })
  void parse_numberThatDoesNotFit_isRefused(String text) {
    assertReason(text, Reason.NUMBER_RANGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":[],\"\\u0061\":2}", "[{\"\":0,\"\":0}]"})
  void parse_sameKeyTwice_isRefused(String text) {
    assertReason(text, Reason.DUPLICATE_KEY);
  }

  @Test
  void parse_depth_isLimited() throws JsonException {
    String deepest = nested(Json.MAX_DEPTH);
    assertThat(Json.write(Json.parse(deepest))).isEqualTo(deepest);
    assertReason(nested(Json.MAX_DEPTH + 1), Reason.TOO_DEEP);
    assertReason(nested(1_000_000), Reason.TOO_DEEP);
    assertReason("{\"a\":".repeat(1_000_000), Reason.TOO_DEEP);
    assertThat(Json.parse("[" + deepest.substring(2, deepest.length() - 2) + ",[],[]]"))
        .as("brothers are not depth")
        .isNotNull();
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  @Test
  void parse_numberOfValues_isLimited() throws JsonException {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < Json.MAX_VALUES - 2; i++) {
      text.append("1,");
    }
    assertThat(Json.parse(text + "1]"))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .hasSize(Json.MAX_VALUES - 1);
    assertReason(text + "1,1]", Reason.TOO_MANY_VALUES);
  }

  @Test
  void parse_lengthBeyondLimit_isRefusedUnread() {
    byte[] text = new byte[Json.MAX_BYTES + 1];
    assertThatThrownBy(() -> Json.parse(text))
        .isInstanceOf(JsonException.class)
        .extracting(e -> ((JsonException) e).reason())
        .isEqualTo(Reason.TOO_LONG);
  }

  @Test
  void parse_error_tellsLineColumnAndFinding() {
    assertThatThrownBy(() -> Json.parse("{\n \"é😀\": tru }"))
        .hasMessage("line 2, column 11: expected the word true, but found byte 0x20");
    assertThatThrownBy(() -> Json.parse("[1,2;3]"))
        .hasMessage("line 1, column 5: expected ',' or ']', but found ';'");
    assertThatThrownBy(() -> Json.parse("[1"))
        .hasMessage("line 1, column 3: expected ',' or ']', but the text ends");
  }

  @Test
  void parseError_hostileKey_isShortenedAndEscaped() {
    String key = "\\u001b[31m\\u202e" + "x".repeat(10_000);
    assertThatThrownBy(() -> Json.parse("{\"" + key + "\":1,\"" + key + "\":2}"))
        .hasMessageContaining("'\\u001b[31m\\u202exxx")
        .hasMessageContaining("x...' stands here twice")
        .extracting(e -> e.getMessage().length())
        .matches(length -> length < 200);
  }

  @Test
  void objectAndArray_otherType_sayWhatIsThere() throws JsonException {
    assertThat(Json.object(Json.parse("{}"), "config")).isEmpty();
    assertThat(Json.array(Json.parse("[]"), "labels")).isEmpty();
    assertThatThrownBy(() -> Json.object(Json.parse("[]"), "config"))
        .hasMessage("config must be an object, but is an array");
    assertThatThrownBy(() -> Json.array(1L, "labels"))
        .hasMessage("labels must be an array, but is a number");
    assertThatThrownBy(() -> Json.parseObject("null"))
        .hasMessage("the text must be an object, but is null");
  }

  @Test
  void write_everyKindOfValue_isCompactAndInOrder() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("z", 1);
    map.put("a", Arrays.asList(1L, (short) 2, (byte) 3, 0.5, 0.25f, true, null, "x"));
    map.put("empty", Arrays.asList(new ArrayList<>(), Collections.emptyMap()));
    assertThat(Json.write(map))
        .isEqualTo("{\"z\":1,\"a\":[1,2,3,0.5,0.25,true,null,\"x\"],\"empty\":[[],{}]}");
  }

  @Test
  void write_strings_escapeWhatMustBe() {
    assertThat(Json.write("\"\\/\b\f\n\r\t\u0000\u001f\u007fé😀"))
        .isEqualTo("\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u007fé😀\"");
  }

  @Test
  void write_doubles_useFewestDigits() {
    assertThat(Json.write(0.1)).isEqualTo("0.1");
    assertThat(Json.write(100.0)).isEqualTo("100.0");
    assertThat(Json.write(-0.0)).isEqualTo("-0.0");
    assertThat(Json.write(2e-3)).isEqualTo("0.002");
    assertThat(Json.write(1e23)).isEqualTo("1.0e23");
    assertThat(Json.write(2e23)).isEqualTo("2.0e23");
    assertThat(Json.write(-1.5e-7)).isEqualTo("-1.5e-7");
    assertThat(Json.write(Double.MIN_VALUE)).isEqualTo("5.0e-324");
    assertThat(Json.write(Double.MAX_VALUE)).isEqualTo("1.7976931348623157e308");
    assertThat(Json.write(9007199254740992.0)).isEqualTo("9007199254740992.0");
    assertThat(Json.write(0.1 + 0.2)).isEqualTo("0.30000000000000004");
    assertThat(Json.write(0x1p-44)).isEqualTo("5.684341886080802e-14");
  }

  @Test
  void write_anyDouble_readsBackTheSame() throws JsonException {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (!Double.isNaN(value) && !Double.isInfinite(value)) {
        assertRoundTrip(value);
      }
    }
    for (int exponent = -1074; exponent <= 1023; exponent++) {
      double power = Math.scalb(1.0, exponent);
      assertRoundTrip(power);
      assertRoundTrip(-Math.nextUp(power));
      assertRoundTrip(Math.nextDown(power));
    }
  }

  private static void assertRoundTrip(double value) throws JsonException {
    String text = Json.write(value);
    assertThat(Json.parse(text)).isEqualTo(value);
    String platform = Double.toString(Math.abs(value));
    assertThat(digits(text))
        .as("%s against %s", text, platform)
        .isLessThanOrEqualTo(digits(platform));
  }

  /** Significant digits of a decimal. */
  private static int digits(String decimal) {
    return new java.math.BigDecimal(decimal).stripTrailingZeros().precision();
  }

  @Test
  void write_longs_areExact() throws JsonException {
    for (long value : new long[] {0, -1, (1L << 53) + 1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThat(Json.write(value)).isEqualTo(Long.toString(value));
      assertThat(Json.parse(Json.write(value))).isEqualTo(value);
    }
  }

  @Test
  void write_whatJsonCannotHold_isRefused() {
    for (double value : new double[] {Double.NaN, 1 / 0.0, -1 / 0.0}) {
      assertThatThrownBy(() -> Json.write(Map.of("loss", value)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "cannot write as JSON: "
                  + value
                  + " has no form in JSON (at or after the key 'loss')");
    }
    List<Object> refused =
        Arrays.asList(
            Float.NaN, "\uD800", "\uDC00x", 'c', new int[0], Map.of(1, 2), Map.of("\uDFFF", 1));
    for (Object value : refused) {
      assertThatThrownBy(() -> Json.write(value)).isInstanceOf(IllegalArgumentException.class);
    }
    List<Object> itself = new ArrayList<>();
    itself.add(itself);
    assertThatThrownBy(() -> Json.write(itself)).hasMessageContaining("nested deeper than 64");
  }

  @Test
  void writeThenParse_randomTrees_areEqual() throws JsonException {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      Object tree = tree(random, 5);
      String text = Json.write(tree);
      assertThat(Json.parse(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(tree);
      assertThat(Json.write(Json.parse(text))).isEqualTo(text);
    }
  }

  private static Object tree(Random random, int depth) {
    switch (random.nextInt(depth == 0 ? 5 : 7)) {
      case 0:
        return null;
      case 1:
        return random.nextBoolean();
      case 2:
        return random.nextLong() >> random.nextInt(64);
      case 3:
        return random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
      case 4:
        return text(random);
      case 5:
        List<Object> list = new ArrayList<>();
        for (int n = random.nextInt(5); n > 0; n--) {
          list.add(tree(random, depth - 1));
        }
        return list;
      default:
        Map<String, Object> map = new LinkedHashMap<>();
        for (int n = random.nextInt(5); n > 0; n--) {
          map.put(text(random), tree(random, depth - 1));
        }
        return map;
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(8); n > 0; n--) {
      int c = random.nextInt(4) == 0 ? random.nextInt(0x110000) : random.nextInt(0x80);
      text.appendCodePoint(c >= 0xD800 && c <= 0xDFFF ? '?' : c);
    }
    return text.toString();
  }

  private static void assertReason(String text, Reason reason) {
    assertThatThrownBy(() -> Json.parse(text))
        .isInstanceOf(JsonException.class)
        .extracting(e -> ((JsonException) e).reason())
        .isEqualTo(reason);
  }
}
