package dev.goldcrest.runtime;

import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.graph.WeightForms.Stored;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.safetensors.FormatException.Reason;
import dev.goldcrest.runtime.safetensors.SafetensorsFile;
import dev.goldcrest.runtime.safetensors.StoredType;
import dev.goldcrest.runtime.safetensors.TensorData;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the weights of a model lie in its file, each in the smallest of these ways, which the file
 * names. A weight P is the tensor P; beside it stands what it needs:
 *
 * <ul>
 *   <li>{@code f32}, {@code f16}: the floats;
 *   <li>{@code f32-sparse}, {@code f16-sparse}: those that are not 0, and as {@code P.mask} a bit a
 *       value, the lowest of a byte first, that says which;
 *   <li>{@code int8}: I8, and a scale a row as {@code P.scale};
 *   <li>{@code kmeans8}, {@code kmeans4}: U8 codes, of 4 bits two a byte, the first in the lower
 *       half, and what they stand for as {@code P.codebook};
 *   <li>{@code int8-packed}, {@code kmeans8-packed}, {@code kmeans4-packed}: the bytes or codes
 *       through {@link Rans}.
 * </ul>
 */
final class StoredWeights {
  private static final String SPARSE = "-sparse";
  private static final String PACKED = "-packed";
  private static final String MASK = ".mask";
  private static final String SCALE = ".scale";
  private static final String CODEBOOK = ".codebook";

  /** Bytes that another tensor's entry in the header takes, and some that it should save. */
  private static final int ENTRY = 128;

  /** Times that a mask has the weight's path written besides: its entry, and the way's. */
  private static final int NAMED = 3;

  final Map<String, TensorData> tensors = new LinkedHashMap<>();

  /** The way of each weight that is not plain floats. */
  final Map<String, Object> ways = new TreeMap<>();

  /** Adds a weight; {@code half} makes 16-bit floats of 32-bit ones. */
  void put(Value parameter, Stored how, Weights weights, boolean half) {
    String path = parameter.path();
    String name = how.name().toLowerCase(Locale.ROOT);
    if (how == Stored.F32 || how == Stored.F16) {
      boolean sparse = putFloats(parameter, weights.floats(path), half || how == Stored.F16);
      if (sparse || how == Stored.F16) {
        ways.put(path, name + (sparse ? SPARSE : ""));
      }
      return;
    }
    byte[] codes;
    if (how == Stored.INT8
        && weights.coded(path) instanceof Coded.Int8 int8
        && int8.scales().length == Stored.rows(parameter.shape())) {
      codes = int8.values();
      tensors.put(path + SCALE, TensorData.ofFloats(int8.scales(), int8.scales().length));
    } else if (how.codes() > 0
        && weights.coded(path) instanceof Coded.Codebook book
        && book.values().length <= how.codes()) {
      codes = book.codes();
      tensors.put(path + CODEBOOK, TensorData.ofFloats(book.values(), book.values().length));
    } else {
      throw new IllegalArgumentException(
          path + " is to be stored as " + name + ", its values are not; quantise them first");
    }
    requireSize(parameter, codes.length);
    byte[] plain = how == Stored.KMEANS4 ? halves(codes) : codes;
    byte[] packed = Rans.encode(codes);
    boolean smaller = packed != null && packed.length + ENTRY / 2 < plain.length;
    ways.put(path, name + (smaller ? PACKED : ""));
    if (smaller || how == Stored.KMEANS4) {
      byte[] bytes = smaller ? packed : plain;
      tensors.put(path, TensorData.ofUnsignedBytes(bytes, bytes.length));
    } else {
      StoredType type = how == Stored.INT8 ? StoredType.I8 : StoredType.U8;
      tensors.put(path, TensorData.ofStored(type, plain, sizes(parameter.shape())));
    }
  }

  private static void requireSize(Value parameter, int size) {
    if (size != parameter.shape().size()) {
      throw new IllegalArgumentException(
          parameter.path() + " has " + size + " values, its shape is " + parameter.shape());
    }
  }

  private static byte[] halves(byte[] codes) {
    byte[] bytes = new byte[(codes.length + 1) / 2];
    for (int i = 0; i < codes.length; i++) {
      bytes[i / 2] |= (byte) (codes[i] << 4 * (i % 2));
    }
    return bytes;
  }

  /** Whether they are sparse; vectors never are. */
  private boolean putFloats(Value parameter, float[] values, boolean half) {
    requireSize(parameter, values.length);
    int kept = 0;
    byte[] mask = new byte[(values.length + 7) / 8];
    for (int i = 0; i < values.length; i++) {
      if (Float.floatToRawIntBits(values[i]) != 0) {
        mask[i / 8] |= (byte) (1 << i % 8);
        kept++;
      }
    }
    int named = ENTRY + NAMED * parameter.path().length();
    long saved = (values.length - kept) * (half ? 2L : 4L) - mask.length - named;
    boolean sparse = parameter.shape().rank() > 1 && saved > 0;
    float[] stored = values;
    long[] shape = sizes(parameter.shape());
    if (sparse) {
      stored = new float[kept];
      shape = new long[] {kept};
      for (int i = 0, to = 0; i < values.length; i++) {
        if ((mask[i / 8] >> i % 8 & 1) != 0) {
          stored[to++] = values[i];
        }
      }
      tensors.put(parameter.path() + MASK, TensorData.ofUnsignedBytes(mask, mask.length));
    }
    tensors.put(
        parameter.path(),
        half ? TensorData.ofHalf(stored, shape) : TensorData.ofFloats(stored, shape));
    return sparse;
  }

  /** The form that a way belongs to, or null for none that is known. */
  static Stored form(String way) {
    int dash = way.indexOf('-');
    String name = dash < 0 ? way : way.substring(0, dash);
    String end = dash < 0 ? "" : way.substring(dash);
    for (Stored each : Stored.values()) {
      boolean floats = each == Stored.F32 || each == Stored.F16;
      if (each.name().toLowerCase(Locale.ROOT).equals(name)
          && (end.isEmpty() || end.equals(floats ? SPARSE : PACKED))) {
        return each;
      }
    }
    return null;
  }

  /**
   * Reads a weight into one of the maps.
   *
   * @param way as {@link #ways} has it; null for plain floats
   */
  static void read(
      SafetensorsFile file,
      Value parameter,
      String way,
      Map<String, float[]> floats,
      Map<String, Coded> coded)
      throws IOException {
    String path = parameter.path();
    Shape shape = parameter.shape();
    Stored how = way == null ? Stored.F32 : form(way);
    boolean packed = way != null && way.endsWith(PACKED);
    if (way != null && way.endsWith(SPARSE)) {
      floats.put(path, sparse(file, path, shape.size()));
    } else if (how == Stored.F32 || how == Stored.F16) {
      requireShape(file, path, null, sizes(shape));
      floats.put(path, file.floats(path));
    } else {
      byte[] codes;
      if (packed) {
        codes = unpacked(file, path, shape.size());
      } else if (how == Stored.KMEANS4) {
        codes = quarters(bytes(file, path, (shape.size() + 1L) / 2), shape.size());
      } else {
        StoredType type = how == Stored.INT8 ? StoredType.I8 : StoredType.U8;
        requireShape(file, path, type, sizes(shape));
        codes = file.bytes(path);
      }
      coded.put(
          path,
          how == Stored.INT8
              ? new Coded.Int8(codes, scales(file, path + SCALE, Stored.rows(shape)))
              : codebook(file, path, codes, how.codes()));
    }
  }

  private static byte[] unpacked(SafetensorsFile file, String path, int count) throws IOException {
    requireType(file, path, StoredType.U8);
    try {
      return Rans.decode(file.bytes(path), count);
    } catch (IllegalArgumentException e) {
      throw bad(file, path, e.getMessage());
    }
  }

  private static byte[] bytes(SafetensorsFile file, String path, long count) throws IOException {
    requireShape(file, path, StoredType.U8, count);
    return file.bytes(path);
  }

  private static float[] scales(SafetensorsFile file, String path, int count) throws IOException {
    requireShape(file, path, StoredType.F32, count);
    return file.floats(path);
  }

  private static Coded codebook(SafetensorsFile file, String path, byte[] codes, int most)
      throws IOException {
    requireType(file, path + CODEBOOK, StoredType.F32);
    if (file.elements(path + CODEBOOK) > most) {
      throw bad(file, path + CODEBOOK, "has more than " + most + " values");
    }
    try {
      return new Coded.Codebook(codes, file.floats(path + CODEBOOK));
    } catch (IllegalArgumentException e) {
      throw bad(file, path, e.getMessage());
    }
  }

  private static byte[] quarters(byte[] bytes, int count) {
    byte[] codes = new byte[count];
    for (int i = 0; i < count; i++) {
      codes[i] = (byte) (bytes[i / 2] >> 4 * (i % 2) & 0xF);
    }
    return codes;
  }

  private static float[] sparse(SafetensorsFile file, String path, int count) throws IOException {
    byte[] mask = bytes(file, path + MASK, (count + 7L) / 8);
    int kept = 0;
    for (byte bits : mask) {
      kept += Integer.bitCount(bits & 0xFF);
    }
    requireShape(file, path, null, kept);
    if (count % 8 != 0 && (mask[mask.length - 1] & 0xFF) >> count % 8 != 0) {
      throw bad(file, path + MASK, "it keeps values after the last");
    }
    float[] stored = file.floats(path);
    float[] values = new float[count];
    for (int i = 0, from = 0; i < count; i++) {
      if ((mask[i / 8] >> i % 8 & 1) != 0) {
        values[i] = stored[from++];
      }
    }
    return values;
  }

  private static void requireShape(
      SafetensorsFile file, String path, StoredType type, long... expected) throws IOException {
    if (!file.contains(path)) {
      throw ModelFile.unusable(
          file.name(), "has no weight " + path + ", which its architecture needs");
    }
    if (type != null) {
      requireType(file, path, type);
    }
    long[] found = file.shape(path);
    if (!Arrays.equals(expected, found)) {
      throw ModelFile.unusable(
          file.name(),
          "holds "
              + path
              + " with shape "
              + Arrays.toString(found)
              + ", its architecture needs "
              + Arrays.toString(expected));
    }
  }

  private static void requireType(SafetensorsFile file, String path, StoredType type)
      throws FormatException {
    if (file.type(path) != type) {
      throw bad(file, path, "is " + file.type(path) + ", its form needs " + type);
    }
  }

  private static FormatException bad(SafetensorsFile file, String path, String sentence) {
    return new FormatException(Reason.BAD_CODES, file.name(), "weight " + path + ": " + sentence);
  }

  private static long[] sizes(Shape shape) {
    long[] sizes = new long[shape.rank()];
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = shape.at(axis);
    }
    return sizes;
  }
}
