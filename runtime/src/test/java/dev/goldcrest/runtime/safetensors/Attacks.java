package dev.goldcrest.runtime.safetensors;

import dev.goldcrest.runtime.safetensors.FormatException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Hostile and broken files made by hand, each with the reason it must be refused for. */
final class Attacks {
  /** Whole headers in which every claim but one is right. */
  private static final String GOOD = "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]";

  private Attacks() {}

  record Attack(String name, Reason reason, byte[] file) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Attack> all() {
    return Arrays.asList(
        bytes("an empty file", Reason.TRUNCATED_HEADER, new byte[0]),
        bytes("seven bytes", Reason.TRUNCATED_HEADER, new byte[7]),
        bytes("a header longer than the file", Reason.TRUNCATED_HEADER, length(100, "{}")),
        bytes("a header of 100 MB not there", Reason.TRUNCATED_HEADER, length(100_000_000, "{}")),
        bytes("a header over the limit", Reason.HEADER_TOO_LARGE, length(100_000_001, "{}")),
        bytes("a header of 8 GB", Reason.HEADER_TOO_LARGE, length(8L << 30, " ".repeat(1000))),
        bytes("a header of 2^63 bytes", Reason.HEADER_TOO_LARGE, length(Long.MIN_VALUE, "{}")),
        bytes("a header of 2^64-1 bytes", Reason.HEADER_TOO_LARGE, length(-1, "{}")),
        bytes(
            "an archive instead",
            Reason.HEADER_TOO_LARGE,
            "PK\3\4\24\0\0\0\10\0\0\0".getBytes(StandardCharsets.ISO_8859_1)),
        json("no header", Reason.BAD_HEADER_START, "", 0),
        json("a space first", Reason.BAD_HEADER_START, " {}", 0),
        json("a byte order mark", Reason.BAD_HEADER_START, "\uFEFF{}", 0),
        json("a list", Reason.BAD_HEADER_START, "[]", 0),
        json("a header cut short", Reason.BAD_JSON, "{\"w\":{" + GOOD, 8),
        json("zeros after the header", Reason.BAD_JSON, "{\"w\":{" + GOOD + "}}\0\0", 8),
        json("text after the header", Reason.BAD_JSON, "{\"w\":{" + GOOD + "}}{}", 8),
        json("a trailing comma", Reason.BAD_JSON, "{\"w\":{" + GOOD + "},}", 8),
        json("deep nesting", Reason.BAD_JSON, "{\"w\":" + "[".repeat(10_000), 0),
        json("a half surrogate", Reason.BAD_JSON, "{\"\\ud800\":{" + GOOD + "}}", 8),
        json("a size of 2^64", Reason.BAD_JSON, entry("F32", "[18446744073709551616]", "[0,8]"), 8),
        bytes("a header not UTF-8", Reason.BAD_JSON, length(7, "{\"\u00ff\":1}")),
        json(
            "a tensor twice",
            Reason.DUPLICATE_NAME,
            "{\"w\":{" + GOOD + "},\"\\u0077\":{" + GOOD + "}}",
            8),
        json(
            "metadata twice",
            Reason.DUPLICATE_NAME,
            "{\"__metadata__\":{},\"__metadata__\":{}}",
            0),
        json(
            "a metadata key twice",
            Reason.DUPLICATE_NAME,
            "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}",
            0),
        json("a dtype twice", Reason.DUPLICATE_NAME, "{\"w\":{\"dtype\":\"I32\"," + GOOD + "}}", 8),
        json("metadata as text", Reason.BAD_METADATA, "{\"__metadata__\":\"x\"}", 0),
        json("metadata null", Reason.BAD_METADATA, "{\"__metadata__\":null}", 0),
        json("metadata with a number", Reason.BAD_METADATA, "{\"__metadata__\":{\"a\":1}}", 0),
        json("metadata with an object", Reason.BAD_METADATA, "{\"__metadata__\":{\"a\":{}}}", 0),
        json("a tensor as number", Reason.BAD_TENSOR_ENTRY, "{\"w\":1}", 0),
        json("a tensor as null", Reason.BAD_TENSOR_ENTRY, "{\"w\":null}", 0),
        json(
            "no dtype",
            Reason.BAD_TENSOR_ENTRY,
            "{\"w\":{\"shape\":[2],\"data_offsets\":[0,8]}}",
            8),
        json(
            "no shape",
            Reason.BAD_TENSOR_ENTRY,
            "{\"w\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}",
            8),
        json("no offsets", Reason.BAD_TENSOR_ENTRY, "{\"w\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8),
        json("a field too many", Reason.BAD_TENSOR_ENTRY, "{\"w\":{" + GOOD + ",\"x\":1}}", 8),
        json(
            "a dtype that is no text",
            Reason.BAD_TENSOR_ENTRY,
            "{\"w\":{\"dtype\":32,\"shape\":[2],\"data_offsets\":[0,8]}}",
            8),
        json("a dtype of nobody", Reason.UNKNOWN_DTYPE, entry("F33", "[2]", "[0,8]"), 8),
        json("a dtype in lower case", Reason.UNKNOWN_DTYPE, entry("f32", "[2]", "[0,8]"), 8),
        json("a dtype beyond ours", Reason.UNKNOWN_DTYPE, entry("F8_E4M3", "[8]", "[0,8]"), 8),
        json("a shape that is a number", Reason.BAD_SHAPE, entry("F32", "2", "[0,8]"), 8),
        json("a negative size", Reason.BAD_SHAPE, entry("F32", "[-2]", "[0,8]"), 8),
        json("two negative sizes", Reason.BAD_SHAPE, entry("F32", "[-1,-2]", "[0,8]"), 8),
        json("a size as text", Reason.BAD_SHAPE, entry("F32", "[\"2\"]", "[0,8]"), 8),
        json("a size as a double", Reason.BAD_SHAPE, entry("F32", "[2.0]", "[0,8]"), 8),
        json("a size of minus zero", Reason.BAD_SHAPE, entry("F32", "[-0]", "[0,0]"), 0),
        json(
            "a shape of 2^64 elements",
            Reason.SHAPE_OVERFLOW,
            entry("F32", "[4294967296,4294967296]", "[0,0]"),
            0),
        json(
            "a shape whose product wraps to 2",
            Reason.SHAPE_OVERFLOW,
            entry("I8", "[9223372036854775807,2,9223372036854775807]", "[0,2]"),
            2),
        json(
            "elements that fit, bytes that do not",
            Reason.SHAPE_OVERFLOW,
            entry("F32", "[4611686018427387904]", "[0,0]"),
            0),
        json(
            "an overflow before a zero",
            Reason.SHAPE_OVERFLOW,
            entry("F32", "[9223372036854775807,2,0]", "[0,0]"),
            0),
        json(
            "an overflow behind a zero",
            Reason.SHAPE_OVERFLOW,
            entry("F32", "[0,9223372036854775807,2]", "[0,0]"),
            0),
        json("one offset", Reason.BAD_OFFSETS, entry("F32", "[2]", "[8]"), 8),
        json("three offsets", Reason.BAD_OFFSETS, entry("F32", "[2]", "[0,8,8]"), 8),
        json("negative offsets", Reason.BAD_OFFSETS, entry("F32", "[2]", "[-8,0]"), 8),
        json("offsets as text", Reason.BAD_OFFSETS, entry("F32", "[2]", "\"0,8\""), 8),
        json("offsets as doubles", Reason.BAD_OFFSETS, entry("F32", "[2]", "[0,8e0]"), 8),
        json(
            "offsets the wrong way round",
            Reason.OFFSETS_OUT_OF_ORDER,
            entry("F32", "[2]", "[8,0]"),
            8),
        json(
            "fewer bytes than the shape needs",
            Reason.DATA_SIZE_MISMATCH,
            entry("F32", "[2]", "[0,7]"),
            7),
        json(
            "more bytes than the shape needs",
            Reason.DATA_SIZE_MISMATCH,
            entry("F32", "[2]", "[0,9]"),
            9),
        json(
            "a tensor of 8 GB in no bytes",
            Reason.DATA_SIZE_MISMATCH,
            entry("F32", "[2147483648]", "[0,0]"),
            0),
        json(
            "bytes for an empty tensor",
            Reason.DATA_SIZE_MISMATCH,
            entry("F32", "[0]", "[0,8]"),
            8),
        json("two tensors on the same bytes", Reason.OVERLAP, two("[0,8]", "[0,8]"), 8),
        json("two tensors that share four bytes", Reason.OVERLAP, two("[0,8]", "[4,12]"), 12),
        json(
            "an overlap later in the file, first in the header",
            Reason.OVERLAP,
            two("[4,12]", "[0,8]"),
            12),
        json("a hole between tensors", Reason.HOLE, two("[0,8]", "[12,20]"), 20),
        json("a hole before the first", Reason.HOLE, two("[4,12]", "[12,20]"), 20),
        json(
            "a hole of 2^63-1",
            Reason.HOLE,
            entry("U8", "[1]", "[9223372036854775806,9223372036854775807]"),
            8),
        json(
            "a tensor of 8 GB not there",
            Reason.TRUNCATED_DATA,
            entry("F32", "[2147483648]", "[0,8589934592]") + " ".repeat(900),
            8),
        json(
            "a tensor of 2^63-1 bytes",
            Reason.TRUNCATED_DATA,
            entry("U8", "[9223372036854775807]", "[0,9223372036854775807]"),
            8),
        json("the last byte missing", Reason.TRUNCATED_DATA, two("[0,8]", "[8,16]"), 15),
        json("a byte too many", Reason.TRAILING_BYTES, two("[0,8]", "[8,16]"), 17),
        json("bytes without any tensor", Reason.TRAILING_BYTES, "{}", 1));
  }

  private static Attack bytes(String name, Reason reason, byte[] file) {
    return new Attack(name, reason, file);
  }

  private static Attack json(String name, Reason reason, String header, int dataBytes) {
    return new Attack(name, reason, Bytes.file(header, dataBytes));
  }

  private static byte[] length(long length, String header) {
    return Bytes.file(length, header.getBytes(StandardCharsets.ISO_8859_1), new byte[0]);
  }

  private static String entry(String dtype, String shape, String offsets) {
    return "{\"w\":" + tensor(dtype, shape, offsets) + "}";
  }

  private static String two(String first, String second) {
    return "{\"v\":" + tensor("F32", "[2]", first) + ",\"w\":" + tensor("F32", "[2]", second) + "}";
  }

  private static String tensor(String dtype, String shape, String offsets) {
    return "{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
  }
}
