package dev.goldcrest.runtime.safetensors;

import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.json.JsonException;
import dev.goldcrest.runtime.json.Printable;
import dev.goldcrest.runtime.safetensors.FormatException.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A header whose claims have all been checked against each other; only the file's length is left to
 * compare. Nothing here is allocated by the size of a claim, only by the length of the header.
 */
final class Header {
  static final String METADATA = "__metadata__";
  static final int LENGTH_BYTES = 8;
  static final int MAX_BYTES = Json.MAX_BYTES;

  /**
   * One tensor.
   *
   * @param elements product of the shape
   * @param begin first byte, counted from the start of the data
   * @param end byte after the last
   */
  record Entry(String name, StoredType type, long[] shape, long elements, long begin, long end) {}

  final String file;
  final Map<String, Entry> entries = new LinkedHashMap<>();
  final Map<String, String> metadata;
  private long dataBytes;

  private Header(String file, Map<String, String> metadata) {
    this.file = file;
    this.metadata = metadata;
  }

  /** Bytes of data the tensors cover, from the first to the last without a gap. */
  long dataBytes() {
    return dataBytes;
  }

  /**
   * The length in a file's first eight bytes, checked against the limit of the format.
   *
   * @param length the eight bytes as a signed number
   */
  static int checkedLength(long length, String file) throws FormatException {
    if (length < 0 || length > MAX_BYTES) {
      throw new FormatException(
          Reason.HEADER_TOO_LARGE,
          file,
          "the header is said to have "
              + Long.toUnsignedString(length)
              + " bytes, more than the format's limit of "
              + MAX_BYTES
              + "; this is probably no safetensors file");
    }
    return (int) length;
  }

  static Header parse(byte[] json, String file) throws FormatException {
    if (json.length == 0 || json[0] != '{') {
      throw new FormatException(
          Reason.BAD_HEADER_START, file, "the header does not begin with '{'");
    }
    Map<String, Object> root;
    try {
      root = Json.object(Json.parse(json), "the header");
    } catch (JsonException e) {
      boolean twice = e.reason() == JsonException.Reason.DUPLICATE_KEY;
      throw new FormatException(
          twice ? Reason.DUPLICATE_NAME : Reason.BAD_JSON, file, "the header, " + e.getMessage());
    }
    Header header = new Header(file, metadata(root, file));
    for (Map.Entry<String, Object> member : root.entrySet()) {
      if (!member.getKey().equals(METADATA)) {
        Entry entry = header.entry(member.getKey(), member.getValue());
        header.entries.put(entry.name(), entry);
      }
    }
    header.checkCoverage();
    return header;
  }

  private static Map<String, String> metadata(Map<String, Object> root, String file)
      throws FormatException {
    Map<String, String> texts = new LinkedHashMap<>();
    if (root.containsKey(METADATA)) {
      if (!(root.get(METADATA) instanceof Map<?, ?> members)) {
        throw new FormatException(Reason.BAD_METADATA, file, METADATA + " is not a JSON object");
      }
      for (Map.Entry<?, ?> member : members.entrySet()) {
        String key = (String) member.getKey();
        if (!(member.getValue() instanceof String text)) {
          throw new FormatException(
              Reason.BAD_METADATA,
              file,
              METADATA + " holds " + Printable.quote(key) + ", whose value is not a string");
        }
        texts.put(key, text);
      }
    }
    return Collections.unmodifiableMap(texts);
  }

  private Entry entry(String name, Object json) throws FormatException {
    if (!(json instanceof Map<?, ?> fields)
        || fields.size() != 3
        || !(fields.get("dtype") instanceof String dtype)
        || !fields.containsKey("shape")
        || !fields.containsKey("data_offsets")) {
      throw fault(Reason.BAD_TENSOR_ENTRY, name, "its entry is not {dtype, shape, data_offsets}");
    }
    StoredType type = StoredType.named(dtype);
    if (type == null) {
      throw fault(
          Reason.UNKNOWN_DTYPE, name, "its dtype " + Printable.quote(dtype) + " is not known");
    }
    long[] shape = naturals(fields.get("shape"));
    if (shape == null) {
      throw fault(Reason.BAD_SHAPE, name, "its shape is not a list of integers of 0 or more");
    }
    long elements = elements(shape, type);
    if (elements < 0) {
      throw fault(
          Reason.SHAPE_OVERFLOW,
          name,
          "its shape " + Shapes.text(shape) + " of " + type + " has more bytes than 63 bits count");
    }
    long[] offsets = naturals(fields.get("data_offsets"));
    if (offsets == null || offsets.length != 2) {
      throw fault(Reason.BAD_OFFSETS, name, "its data_offsets are not two integers of 0 or more");
    }
    Entry entry = new Entry(name, type, shape, elements, offsets[0], offsets[1]);
    if (entry.end() < entry.begin()) {
      throw fault(Reason.OFFSETS_OUT_OF_ORDER, name, "it ends before it begins" + where(entry));
    }
    if (entry.end() - entry.begin() != elements * type.bytes()) {
      throw fault(
          Reason.DATA_SIZE_MISMATCH,
          name,
          "its shape "
              + Shapes.text(shape)
              + " of "
              + type
              + " needs "
              + elements * type.bytes()
              + " bytes, but it has "
              + (entry.end() - entry.begin())
              + where(entry));
    }
    return entry;
  }

  private static long[] naturals(Object json) {
    if (!(json instanceof List<?> list)) {
      return null;
    }
    long[] values = new long[list.size()];
    int i = 0;
    for (Object element : list) {
      if (!(element instanceof Long value) || value < 0) {
        return null;
      }
      values[i++] = value;
    }
    return values;
  }

  /** The product of the shape, or -1 where it or its bytes overflow, a 0 among the sizes or not. */
  private static long elements(long[] shape, StoredType type) {
    try {
      return Shapes.elements(shape, type);
    } catch (ArithmeticException e) {
      return -1;
    }
  }

  /** In order of their places, each tensor must begin where the one before it ends. */
  private void checkCoverage() throws FormatException {
    List<Entry> placed = new ArrayList<>(entries.values());
    Collections.sort(
        placed,
        (a, b) -> {
          int byBegin = Long.compare(a.begin(), b.begin());
          return byBegin != 0 ? byBegin : Long.compare(a.end(), b.end());
        });
    long end = 0;
    String before = null;
    for (Entry entry : placed) {
      if (entry.begin() < end) {
        throw fault(
            Reason.OVERLAP,
            entry.name(),
            "it shares bytes with tensor "
                + Printable.quote(before)
                + ", which ends at "
                + end
                + where(entry));
      }
      if (entry.begin() > end) {
        throw fault(
            Reason.HOLE,
            entry.name(),
            "the " + (entry.begin() - end) + " bytes before it belong to no tensor" + where(entry));
      }
      end = entry.end();
      before = entry.name();
    }
    dataBytes = end;
  }

  private static String where(Entry entry) {
    return " (data_offsets [" + entry.begin() + ", " + entry.end() + "])";
  }

  FormatException fault(Reason reason, String tensor, String what) {
    return new FormatException(reason, file, "tensor " + Printable.quote(tensor) + ": " + what);
  }
}
