package dev.goldcrest.runtime.safetensors;

import java.nio.ByteBuffer;

/**
 * A tensor to be written: how it is stored, its shape and its values in row-by-row order.
 *
 * <p>The arrays given are not copied, and are encoded chunk by chunk while they are written: they
 * must not change before that, and a checkpoint needs no second copy of its weights.
 */
public final class TensorData {
  /** Appends elements from..to-1 to a little-endian buffer. */
  interface Encoder {
    void put(ByteBuffer out, int from, int to);
  }

  private final StoredType type;
  private final long[] shape;
  private final int elements;
  private final Encoder encoder;

  private TensorData(StoredType type, long[] shape, int elements, Encoder encoder) {
    this.type = type;
    this.shape = shape.clone();
    this.elements = elements;
    this.encoder = encoder;
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException(
            "the shape " + Shapes.text(shape) + " has a size below 0");
      }
    }
    long wanted;
    try {
      wanted = Shapes.elements(shape, type);
    } catch (ArithmeticException e) {
      wanted = -1; // more than any array has
    }
    if (wanted != elements) {
      throw new IllegalArgumentException(
          "the shape " + Shapes.text(shape) + " does not hold the " + elements + " elements given");
    }
  }

  /** Stored as F32. */
  public static TensorData ofFloats(float[] values, long... shape) {
    return new TensorData(
        StoredType.F32,
        shape,
        values.length,
        (out, from, to) -> {
          for (int i = from; i < to; i++) {
            out.putFloat(values[i]);
          }
        });
  }

  /** Stored as F64. */
  public static TensorData ofDoubles(double[] values, long... shape) {
    return new TensorData(
        StoredType.F64,
        shape,
        values.length,
        (out, from, to) -> {
          for (int i = from; i < to; i++) {
            out.putDouble(values[i]);
          }
        });
  }

  /**
   * Stored as F16: each value rounded to the nearest half, ties to even.
   *
   * @throws IllegalArgumentException if a finite value would become an infinity
   */
  public static TensorData ofHalf(float[] values, long... shape) {
    for (int i = 0; i < values.length; i++) {
      checkRange(values[i], i, HalfFloat.toFloat(HalfFloat.fromFloat(values[i])), "half");
    }
    return new TensorData(
        StoredType.F16,
        shape,
        values.length,
        (out, from, to) -> {
          for (int i = from; i < to; i++) {
            out.putShort(HalfFloat.fromFloat(values[i]));
          }
        });
  }

  /**
   * Stored as BF16: each value rounded to the nearest bfloat16, ties to even.
   *
   * @throws IllegalArgumentException if a finite value would become an infinity
   */
  public static TensorData ofBfloat(float[] values, long... shape) {
    for (int i = 0; i < values.length; i++) {
      float rounded = HalfFloat.bfloatToFloat(HalfFloat.bfloatFromFloat(values[i]));
      checkRange(values[i], i, rounded, "bfloat16");
    }
    return new TensorData(
        StoredType.BF16,
        shape,
        values.length,
        (out, from, to) -> {
          for (int i = from; i < to; i++) {
            out.putShort(HalfFloat.bfloatFromFloat(values[i]));
          }
        });
  }

  private static void checkRange(float value, int i, float rounded, String type) {
    if (Float.isInfinite(rounded) && !Float.isInfinite(value)) {
      throw new IllegalArgumentException(
          "element " + i + " is " + value + ", which is beyond the largest " + type);
    }
  }

  /** Stored as I64. */
  public static TensorData ofLongs(long[] values, long... shape) {
    return new TensorData(
        StoredType.I64,
        shape,
        values.length,
        (out, from, to) -> {
          for (int i = from; i < to; i++) {
            out.putLong(values[i]);
          }
        });
  }

  /** Stored as I32. */
  public static TensorData ofInts(int[] values, long... shape) {
    return new TensorData(
        StoredType.I32,
        shape,
        values.length,
        (out, from, to) -> {
          for (int i = from; i < to; i++) {
            out.putInt(values[i]);
          }
        });
  }

  /** Stored as I16. */
  public static TensorData ofShorts(short[] values, long... shape) {
    return new TensorData(
        StoredType.I16,
        shape,
        values.length,
        (out, from, to) -> {
          for (int i = from; i < to; i++) {
            out.putShort(values[i]);
          }
        });
  }

  /** Stored as I8. */
  public static TensorData ofBytes(byte[] values, long... shape) {
    return ofStored(StoredType.I8, values, shape);
  }

  /** Stored as U8: the bytes taken without their sign; for packed bits and codes. */
  public static TensorData ofUnsignedBytes(byte[] values, long... shape) {
    return ofStored(StoredType.U8, values, shape);
  }

  /** Stored as BOOL. */
  public static TensorData ofBooleans(boolean[] values, long... shape) {
    return new TensorData(
        StoredType.BOOL,
        shape,
        values.length,
        (out, from, to) -> {
          for (int i = from; i < to; i++) {
            out.put((byte) (values[i] ? 1 : 0));
          }
        });
  }

  /**
   * Bytes that are already as the file needs them, little-endian, of any type.
   *
   * @param bytes as many as type and shape need
   */
  public static TensorData ofStored(StoredType type, byte[] bytes, long... shape) {
    int size = type.bytes();
    if (bytes.length % size != 0) {
      throw new IllegalArgumentException(
          bytes.length + " bytes are no whole number of elements of " + type);
    }
    return new TensorData(
        type,
        shape,
        bytes.length / size,
        (out, from, to) -> out.put(bytes, from * size, (to - from) * size));
  }

  /** How the elements are stored. */
  public StoredType type() {
    return type;
  }

  /** The sizes, outermost first; the caller's own copy. */
  public long[] shape() {
    return shape.clone();
  }

  /** The product of the sizes. */
  public int elements() {
    return elements;
  }

  /** Bytes in the file. */
  public long byteLength() {
    return (long) elements * type.bytes();
  }

  Encoder encoder() {
    return encoder;
  }
}
