package dev.goldcrest.runtime.safetensors;

import dev.goldcrest.runtime.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes safetensors files whose bytes depend on the content alone: whatever the order of the maps,
 * tensors lie by falling element size and then by name, metadata by key. That order also puts every
 * tensor at a multiple of its element size, which programs that map files into memory rely on.
 */
public final class SafetensorsWriter {
  private static final int CHUNK_BYTES = 1 << 16;
  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /**
   * Writes a file, replacing one that may be there: everything goes into a temporary file beside
   * it, is forced to the disk and then takes the name in one step. Whoever opens the name sees the
   * old file or the new one, never half of either; after a failure the old one is untouched and the
   * temporary file is gone.
   *
   * @param tensors by name; the name {@code __metadata__} is the format's own
   * @param metadata strings for {@code __metadata__}, which is left out if there are none
   * @throws IOException in one sentence, if the disk is full or the directory is not there
   * @throws IllegalArgumentException for names or metadata the format cannot hold
   */
  public static void write(Path path, Map<String, TensorData> tensors, Map<String, String> metadata)
      throws IOException {
    write(path, tensors, metadata, AtomicFile.DISK);
  }

  static void write(
      Path path,
      Map<String, TensorData> tensors,
      Map<String, String> metadata,
      AtomicFile.Disk disk)
      throws IOException {
    List<String> order = order(tensors);
    byte[] header = header(order, tensors, metadata);
    AtomicFile.write(path, disk, sink -> send(sink, header, order, tensors));
  }

  /** Writes the same bytes to a stream, which stays open. */
  public static void write(
      OutputStream out, Map<String, TensorData> tensors, Map<String, String> metadata)
      throws IOException {
    List<String> order = order(tensors);
    byte[] header = header(order, tensors, metadata);
    send(bytes -> out.write(bytes.array(), 0, bytes.limit()), header, order, tensors);
  }

  private static List<String> order(Map<String, TensorData> tensors) {
    if (tensors.containsKey(Header.METADATA)) {
      throw new IllegalArgumentException("a tensor cannot have the name " + Header.METADATA);
    }
    List<String> names = new ArrayList<>(tensors.keySet());
    Collections.sort(
        names,
        (a, b) -> {
          int bySize =
              Integer.compare(tensors.get(b).type().bytes(), tensors.get(a).type().bytes());
          return bySize != 0 ? bySize : a.compareTo(b);
        });
    return names;
  }

  /** The length and the padded JSON. */
  private static byte[] header(
      List<String> order, Map<String, TensorData> tensors, Map<String, String> metadata) {
    Map<String, Object> root = new LinkedHashMap<>();
    Map<String, String> sorted = new TreeMap<>(metadata);
    if (sorted.containsValue(null)) { // asked of a map that can answer: Map.of cannot
      throw new IllegalArgumentException("metadata are strings, but one value is null");
    }
    if (!sorted.isEmpty()) {
      root.put(Header.METADATA, sorted);
    }
    long end = 0;
    for (String name : order) {
      TensorData tensor = tensors.get(name);
      long begin = end;
      end += tensor.byteLength();
      List<Object> shape = new ArrayList<>();
      for (long size : tensor.shape()) {
        shape.add(size);
      }
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("dtype", tensor.type().name());
      entry.put("shape", shape);
      entry.put("data_offsets", Arrays.<Object>asList(begin, end));
      root.put(name, entry);
    }
    byte[] json = Json.write(root).getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (padded > Header.MAX_BYTES) {
      throw new IllegalArgumentException(
          "the header would have "
              + padded
              + " bytes, more than the format's limit of "
              + Header.MAX_BYTES);
    }
    byte[] bytes = new byte[Header.LENGTH_BYTES + padded];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(json);
    Arrays.fill(bytes, Header.LENGTH_BYTES + json.length, bytes.length, (byte) ' ');
    return bytes;
  }

  private static void send(
      AtomicFile.Sink sink, byte[] header, List<String> order, Map<String, TensorData> tensors)
      throws IOException {
    sink.write(ByteBuffer.wrap(header));
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Buffer window = chunk; // its position and limit; ByteBuffer has its own only since Java 9
    for (String name : order) {
      TensorData tensor = tensors.get(name);
      int perChunk = CHUNK_BYTES / tensor.type().bytes();
      for (int from = 0; from < tensor.elements(); ) {
        int to = from + Math.min(perChunk, tensor.elements() - from);
        window.clear();
        tensor.encoder().put(chunk, from, to);
        window.flip();
        sink.write(chunk);
        from = to;
      }
    }
  }
}
