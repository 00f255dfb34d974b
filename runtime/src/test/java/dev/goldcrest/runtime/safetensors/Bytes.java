package dev.goldcrest.runtime.safetensors;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Files as byte arrays, for tests. */
final class Bytes {
  private Bytes() {}

  /** A file of any header and data, right or wrong. */
  static byte[] file(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return file(json.length, json, new byte[dataBytes]);
  }

  /** A file whose length field says what it likes. */
  static byte[] file(long headerLength, byte[] header, byte[] data) {
    return ByteBuffer.allocate(8 + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(headerLength)
        .put(header)
        .put(data)
        .array();
  }

  /** A valid file with a tensor of every type and metadata. */
  static byte[] everyType() throws IOException {
    float[] floats = {0f, -1.5f, 65504f, 1e-7f, Float.NaN, Float.NEGATIVE_INFINITY};
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("f64", TensorData.ofDoubles(new double[] {Math.PI, -0.0, 1e300}, 3));
    tensors.put("f32", TensorData.ofFloats(floats, 2, 3));
    tensors.put("f16", TensorData.ofHalf(floats, 3, 2));
    tensors.put("bf16", TensorData.ofBfloat(floats, 6, 1));
    tensors.put("i64", TensorData.ofLongs(new long[] {Long.MIN_VALUE, 7}, 1, 2));
    tensors.put("i32", TensorData.ofInts(new int[] {Integer.MIN_VALUE, 7, -7}, 3));
    tensors.put("i16", TensorData.ofShorts(new short[] {-32768, 7, 32767}, 3));
    tensors.put("i8", TensorData.ofBytes(new byte[] {-128, 7, 127}, 3));
    tensors.put("u8", TensorData.ofUnsignedBytes(new byte[] {-128, 7, -1}, 3));
    tensors.put("bool", TensorData.ofBooleans(new boolean[] {true, false, true}, 3));
    tensors.put("scalar", TensorData.ofFloats(new float[] {42f}));
    tensors.put("empty", TensorData.ofFloats(new float[0], 3, 0, 2));
    tensors.put("", TensorData.ofInts(new int[] {1}, 1));
    tensors.put("a \"quoted\" name/é😀\n", TensorData.ofInts(new int[] {2}, 1));
    return written(tensors, Map.of("format", "test", "labels", "[\"yes\",\"no\"]", "é", "\u0000"));
  }

  static byte[] written(Map<String, TensorData> tensors, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsWriter.write(out, tensors, metadata);
    return out.toByteArray();
  }

  static SafetensorsFile read(byte[] file) throws IOException {
    return SafetensorsFile.read(new ByteArrayInputStream(file), "test");
  }

  /** Every tensor through the accessors of its type, and unchanged for writing. */
  static Map<String, TensorData> readAll(SafetensorsFile file) throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (String name : file.names()) {
      switch (file.type(name)) {
        case F64, F32, F16, BF16 -> {
          file.floats(name);
          file.doubles(name);
        }
        case I64 -> file.longs(name);
        case I32, I16, I8, U8 -> file.ints(name);
        case BOOL -> file.booleans(name);
      }
      tensors.put(name, file.tensor(name));
    }
    return tensors;
  }
}
