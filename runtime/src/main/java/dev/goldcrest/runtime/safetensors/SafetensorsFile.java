package dev.goldcrest.runtime.safetensors;

import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.json.JsonException;
import dev.goldcrest.runtime.json.Printable;
import dev.goldcrest.runtime.safetensors.FormatException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file open for reading. Opening checks the whole header and the file's length;
 * tensors are read when asked for, each into a new array in row-by-row order.
 *
 * <p>The file is taken for hostile: every size is compared with the bytes that are really there
 * before anything is allocated for it, so a small file that claims gigabytes costs nothing.
 * Whatever is wrong with the content is a {@link FormatException}; any other {@link IOException} is
 * the disk's or the stream's.
 *
 * <p>Threads may share one instance. Interrupting a thread while it reads closes the file under the
 * others, as with any {@link FileChannel}.
 */
public final class SafetensorsFile implements Closeable {
  private static final int CHUNK_BYTES = 1 << 16;
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private final Header header;
  private final DataSource data;

  private SafetensorsFile(Header header, DataSource data) {
    this.header = header;
    this.data = data;
  }

  /**
   * Opens a file on a disk and keeps it open; its tensors stay there until they are asked for.
   *
   * @throws FormatException if the content is not a safetensors file in every respect
   * @throws IOException if there is no such file, or the disk fails
   */
  public static SafetensorsFile open(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      String what = Files.exists(path) ? "it is not a regular file" : "there is no such file";
      throw new IOException("cannot open " + path + ": " + what);
    }
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return open(channel, path.toString());
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  private static SafetensorsFile open(FileChannel channel, String file) throws IOException {
    long size = channel.size();
    DataSource whole = DataSource.of(channel, 0);
    ByteBuffer length = littleEndian(Header.LENGTH_BYTES);
    if (!whole.read(0, length)) {
      throw truncatedHeader(file, Header.LENGTH_BYTES, size);
    }
    int headerBytes = Header.checkedLength(length.getLong(0), file);
    long afterLength = size - Header.LENGTH_BYTES;
    if (headerBytes > afterLength) {
      throw truncatedHeader(file, headerBytes, afterLength);
    }
    byte[] json = new byte[headerBytes];
    if (!whole.read(Header.LENGTH_BYTES, ByteBuffer.wrap(json))) {
      throw truncatedHeader(file, headerBytes, channel.size() - Header.LENGTH_BYTES);
    }
    Header header = Header.parse(json, file);
    checkDataBytes(header, afterLength - headerBytes);
    return new SafetensorsFile(
        header, DataSource.of(channel, Header.LENGTH_BYTES + (long) headerBytes));
  }

  /** As {@link #read(InputStream, String)}; errors say "the stream" for the file's name. */
  public static SafetensorsFile read(InputStream in) throws IOException {
    return read(in, "the stream");
  }

  /**
   * Reads a whole file into memory, from a jar's resource or an app's assets. Takes the stream to
   * its end, which must be the end of the file, and leaves closing it to the caller.
   *
   * @param name what errors call the file
   * @throws FormatException if the content is not a safetensors file in every respect
   * @throws IOException if the stream fails
   */
  public static SafetensorsFile read(InputStream in, String name) throws IOException {
    DataSource.Pages start = DataSource.Pages.read(in, Header.LENGTH_BYTES);
    if (start.size() < Header.LENGTH_BYTES) {
      throw truncatedHeader(name, Header.LENGTH_BYTES, start.size());
    }
    ByteBuffer length = ByteBuffer.wrap(start.toArray()).order(ByteOrder.LITTLE_ENDIAN);
    int headerBytes = Header.checkedLength(length.getLong(0), name);
    DataSource.Pages json = DataSource.Pages.read(in, headerBytes);
    if (json.size() < headerBytes) {
      throw truncatedHeader(name, headerBytes, json.size());
    }
    Header header = Header.parse(json.toArray(), name);
    DataSource.Pages data = DataSource.Pages.read(in, header.dataBytes());
    boolean more = data.size() == header.dataBytes() && in.read() >= 0;
    checkDataBytes(header, more ? data.size() + 1 : data.size());
    return new SafetensorsFile(header, data);
  }

  private static FormatException truncatedHeader(String file, long wanted, long found) {
    String part = wanted == Header.LENGTH_BYTES ? "the header's length" : "the header";
    return new FormatException(
        Reason.TRUNCATED_HEADER,
        file,
        part + " needs " + wanted + " bytes, but the file has only " + found + " there");
  }

  private static void checkDataBytes(Header header, long found) throws FormatException {
    long wanted = header.dataBytes();
    if (found < wanted) {
      throw new FormatException(
          Reason.TRUNCATED_DATA,
          header.file,
          "the tensors need " + wanted + " bytes, but only " + found + " follow the header");
    }
    if (found > wanted) {
      throw new FormatException(
          Reason.TRAILING_BYTES,
          header.file,
          "the file goes on after its last tensor, which ends at byte " + wanted + " of the data");
    }
  }

  /** The tensors' names in the order of the header; unmodifiable. */
  public List<String> names() {
    return Collections.unmodifiableList(new ArrayList<>(header.entries.keySet()));
  }

  /** Whether there is a tensor of this name. */
  public boolean contains(String name) {
    return header.entries.containsKey(name);
  }

  /** The strings under {@code __metadata__} in their order; empty without them; unmodifiable. */
  public Map<String, String> metadata() {
    return header.metadata;
  }

  /**
   * One of the strings under {@code __metadata__}, for a reader that cannot do without it.
   *
   * @throws FormatException if it is not there
   */
  public String metadata(String key) throws FormatException {
    String text = header.metadata.get(key);
    if (text == null) {
      throw unusable(key, "is missing");
    }
    return text;
  }

  /**
   * One of the strings under {@code __metadata__} as the JSON it holds; the types are those of
   * {@link Json}.
   *
   * @throws FormatException if it is not there or not JSON
   */
  public Object metadataJson(String key) throws FormatException {
    String text = metadata(key);
    try {
      return Json.parse(text);
    } catch (JsonException e) {
      throw unusable(key, "is not JSON: " + e.getMessage());
    }
  }

  private FormatException unusable(String key, String what) {
    return new FormatException(
        Reason.UNUSABLE_METADATA, header.file, "metadata " + Printable.quote(key) + " " + what);
  }

  /** What errors call this file. */
  public String name() {
    return header.file;
  }

  /** Bytes of all tensors together. */
  public long dataBytes() {
    return header.dataBytes();
  }

  /** How a tensor's elements are stored. */
  public StoredType type(String name) throws FormatException {
    return entry(name).type();
  }

  /** A tensor's sizes, outermost first; empty for a single number; the caller's own copy. */
  public long[] shape(String name) throws FormatException {
    return entry(name).shape().clone();
  }

  /** The product of a tensor's sizes. */
  public long elements(String name) throws FormatException {
    return entry(name).elements();
  }

  /** A tensor of F32, F16, BF16 or F64 as floats; F64 is rounded to the nearest float. */
  public float[] floats(String name) throws IOException {
    Header.Entry entry = entry(name);
    float[] out = new float[count(entry)];
    Decoder decoder =
        switch (entry.type()) {
          case F32 -> (in, from, to) -> in.asFloatBuffer().get(out, from, to - from);
          case F64 -> each((in, i) -> out[i] = (float) in.getDouble());
          case F16 -> each((in, i) -> out[i] = HalfFloat.toFloat(in.getShort()));
          case BF16 -> each((in, i) -> out[i] = HalfFloat.bfloatToFloat(in.getShort()));
          case I64, I32, I16, I8, U8, BOOL -> throw wrongType(entry, "floats");
        };
    decode(entry, decoder);
    return out;
  }

  /** A tensor of F64, F32, F16 or BF16 as doubles; exact. */
  public double[] doubles(String name) throws IOException {
    Header.Entry entry = entry(name);
    double[] out = new double[count(entry)];
    Decoder decoder =
        switch (entry.type()) {
          case F64 -> (in, from, to) -> in.asDoubleBuffer().get(out, from, to - from);
          case F32 -> each((in, i) -> out[i] = in.getFloat());
          case F16 -> each((in, i) -> out[i] = HalfFloat.toFloat(in.getShort()));
          case BF16 -> each((in, i) -> out[i] = HalfFloat.bfloatToFloat(in.getShort()));
          case I64, I32, I16, I8, U8, BOOL -> throw wrongType(entry, "doubles");
        };
    decode(entry, decoder);
    return out;
  }

  /** A tensor of I32, I16, I8, U8, BOOL (0 and 1) or I64, whose values must fit, as ints. */
  public int[] ints(String name) throws IOException {
    Header.Entry entry = entry(name);
    int[] out = new int[count(entry)];
    Decoder decoder =
        switch (entry.type()) {
          case I32 -> (in, from, to) -> in.asIntBuffer().get(out, from, to - from);
          case I64 -> each((in, i) -> out[i] = fitting(entry, i, in.getLong()));
          case I16 -> each((in, i) -> out[i] = in.getShort());
          case I8 -> each((in, i) -> out[i] = in.get());
          case U8 -> each((in, i) -> out[i] = in.get() & 0xFF);
          case BOOL -> each((in, i) -> out[i] = bit(entry, i, in.get()));
          case F64, F32, F16, BF16 -> throw wrongType(entry, "ints");
        };
    decode(entry, decoder);
    return out;
  }

  /** A tensor of I64, I32, I16, I8, U8 or BOOL (0 and 1) as longs. */
  public long[] longs(String name) throws IOException {
    Header.Entry entry = entry(name);
    if (entry.type() != StoredType.I64) {
      int[] narrow = ints(name);
      long[] out = new long[narrow.length];
      for (int i = 0; i < out.length; i++) {
        out[i] = narrow[i];
      }
      return out;
    }
    long[] out = new long[count(entry)];
    decode(entry, (in, from, to) -> in.asLongBuffer().get(out, from, to - from));
    return out;
  }

  /** A tensor of BOOL. */
  public boolean[] booleans(String name) throws IOException {
    Header.Entry entry = entry(name);
    if (entry.type() != StoredType.BOOL) {
      throw wrongType(entry, "booleans");
    }
    boolean[] out = new boolean[count(entry)];
    decode(entry, each((in, i) -> out[i] = bit(entry, i, in.get()) == 1));
    return out;
  }

  /** A tensor's bytes as they are in the file, whatever its type; I8 and U8 are read this way. */
  public byte[] bytes(String name) throws IOException {
    Header.Entry entry = entry(name);
    long length = entry.end() - entry.begin();
    if (length > MAX_ARRAY) {
      throw tooLarge(entry, length + " bytes");
    }
    byte[] out = new byte[(int) length];
    if (!data.read(entry.begin(), ByteBuffer.wrap(out))) {
      throw shrunk(entry);
    }
    return out;
  }

  /** A tensor as {@link SafetensorsWriter} takes it, unchanged to the bit. */
  public TensorData tensor(String name) throws IOException {
    Header.Entry entry = entry(name);
    return TensorData.ofStored(entry.type(), bytes(name), entry.shape());
  }

  /** Closes the file; its tensors cannot be read afterwards, arrays already read stay valid. */
  @Override
  public void close() throws IOException {
    data.close();
  }

  private Header.Entry entry(String name) throws FormatException {
    Header.Entry entry = header.entries.get(name);
    if (entry == null) {
      throw new FormatException(
          Reason.NO_SUCH_TENSOR, header.file, "the file has no tensor " + Printable.quote(name));
    }
    return entry;
  }

  /** Takes elements from..to-1 of a tensor out of a buffer that begins with them. */
  private interface Decoder {
    void take(ByteBuffer in, int from, int to) throws FormatException;
  }

  /** Takes element i out of a buffer, moving its position. */
  private interface ElementDecoder {
    void take(ByteBuffer in, int i) throws FormatException;
  }

  private static Decoder each(ElementDecoder element) {
    return (in, from, to) -> {
      for (int i = from; i < to; i++) {
        element.take(in, i);
      }
    };
  }

  /** Chunk by chunk, so that a tensor is in memory once and not also as bytes. */
  private void decode(Header.Entry entry, Decoder decoder) throws IOException {
    int size = entry.type().bytes();
    int count = count(entry);
    ByteBuffer chunk = littleEndian((int) Math.min(CHUNK_BYTES, (long) count * size));
    Buffer window = chunk; // its position and limit; ByteBuffer has its own only since Java 9
    int perChunk = CHUNK_BYTES / size;
    for (int from = 0; from < count; ) {
      int n = Math.min(perChunk, count - from);
      window.clear();
      window.limit(n * size);
      if (!data.read(entry.begin() + (long) from * size, chunk)) {
        throw shrunk(entry);
      }
      window.flip();
      decoder.take(chunk, from, from + n);
      from += n;
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private int count(Header.Entry entry) throws FormatException {
    if (entry.elements() > MAX_ARRAY) {
      throw tooLarge(entry, entry.elements() + " elements");
    }
    return (int) entry.elements();
  }

  private int fitting(Header.Entry entry, int i, long value) throws FormatException {
    if (value != (int) value) {
      throw header.fault(
          Reason.VALUE_OUT_OF_RANGE,
          entry.name(),
          "its element " + i + " is " + value + ", which is no 32-bit integer");
    }
    return (int) value;
  }

  private int bit(Header.Entry entry, int i, byte value) throws FormatException {
    if (value != 0 && value != 1) {
      throw header.fault(
          Reason.VALUE_OUT_OF_RANGE,
          entry.name(),
          "its element " + i + " is " + value + ", but a BOOL is 0 or 1");
    }
    return value;
  }

  private FormatException wrongType(Header.Entry entry, String wanted) {
    return header.fault(
        Reason.WRONG_TYPE, entry.name(), entry.type() + " cannot be read as " + wanted);
  }

  private FormatException tooLarge(Header.Entry entry, String what) {
    return header.fault(
        Reason.TENSOR_TOO_LARGE, entry.name(), what + " are more than an array can hold");
  }

  private FormatException shrunk(Header.Entry entry) {
    return header.fault(
        Reason.TRUNCATED_DATA,
        entry.name(),
        "the file was cut short or closed after it was opened");
  }
}
