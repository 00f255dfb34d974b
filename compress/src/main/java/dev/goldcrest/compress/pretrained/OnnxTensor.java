package dev.goldcrest.compress.pretrained;

import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.safetensors.HalfFloat;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A TensorProto whose numbers stay in the file until they are asked for.
 *
 * @param dims lengths of the axes
 * @param type number of ONNX's data type
 * @param raw little-endian elements, or null
 * @param list packed elements of the field that belongs to the type, or null
 */
record OnnxTensor(String name, long[] dims, int type, ByteBuffer raw, ByteBuffer list) {
  private static final int FLOAT = 1;
  private static final int INT32 = 6;
  private static final int INT64 = 7;
  private static final int FLOAT16 = 10;
  private static final int DOUBLE = 11;
  private static final int BFLOAT16 = 16;
  private static final int MAX_AXES = 8;

  // Field numbers of TensorProto.
  private static final int DIMS = 1;
  private static final int DATA_TYPE = 2;
  private static final int FLOAT_DATA = 4;
  private static final int INT32_DATA = 5;
  private static final int INT64_DATA = 7;
  private static final int NAME = 8;
  private static final int RAW_DATA = 9;
  private static final int DOUBLE_DATA = 10;
  private static final int DATA_LOCATION = 14;

  static OnnxTensor read(ProtoReader message, String file) throws FormatException {
    String name = "";
    long[] dims = new long[0];
    int type = 0;
    ByteBuffer raw = null;
    ByteBuffer list = null;
    while (message.next()) {
      switch (message.field()) {
        case DIMS -> {
          if (message.isPacked()) {
            ByteBuffer packed = message.bytes();
            while (packed.hasRemaining()) {
              dims = with(dims, ProtoReader.packed(packed, file), file);
            }
          } else {
            dims = with(dims, message.varint(), file);
          }
        }
        case DATA_TYPE -> type = (int) message.varint();
        case NAME -> name = message.text();
        case RAW_DATA -> raw = message.bytes();
        case FLOAT_DATA, INT32_DATA, INT64_DATA, DOUBLE_DATA -> {
          if (!message.isPacked() || list != null) {
            throw OnnxFile.unusable(file, "holds the numbers of a tensor in pieces");
          }
          list = message.bytes();
        }
        case DATA_LOCATION -> {
          if (message.varint() != 0) {
            throw OnnxFile.unusable(
                file, "keeps weights in another file, which is not supported; save them inside");
          }
        }
        default -> {}
      }
    }
    return new OnnxTensor(name, dims, type, raw, list);
  }

  private static long[] with(long[] dims, long more, String file) throws FormatException {
    if (dims.length == MAX_AXES) {
      throw OnnxFile.unusable(file, "has a tensor of more than " + MAX_AXES + " axes");
    }
    long[] longer = Arrays.copyOf(dims, dims.length + 1);
    longer[dims.length] = more;
    return longer;
  }

  boolean isFloating() {
    return type == FLOAT || type == FLOAT16 || type == DOUBLE || type == BFLOAT16;
  }

  boolean isWhole() {
    return type == INT64 || type == INT32;
  }

  /** The elements, row-major. */
  float[] floats(String file) throws FormatException {
    int count = count(file);
    if (raw == null && (type == FLOAT16 || type == BFLOAT16)) {
      ByteBuffer bits = listed().duplicate();
      float[] values = new float[checked(count, bits.remaining(), 1, file)];
      for (int i = 0; i < count; i++) {
        values[i] = half((short) ProtoReader.packed(bits, file));
      }
      return values;
    }
    ByteBuffer data = raw != null ? raw : listed();
    int size = type == DOUBLE ? 8 : type == FLOAT ? 4 : 2;
    if (!isFloating() || data.remaining() != (long) count * size) {
      throw OnnxFile.unusable(
          file,
          "holds "
              + name
              + " of shape "
              + Arrays.toString(dims)
              + " and data type "
              + type
              + " in "
              + data.remaining()
              + " bytes");
    }
    float[] values = new float[count];
    int at = data.position();
    for (int i = 0; i < count; i++) {
      values[i] =
          switch (size) {
            case 8 -> (float) data.getDouble(at + 8 * i);
            case 4 -> data.getFloat(at + 4 * i);
            default -> half(data.getShort(at + 2 * i));
          };
    }
    return values;
  }

  /** The elements of a small whole-number tensor, such as a shape. */
  long[] longs(String file) throws FormatException {
    int count = count(file);
    int size = type == INT64 ? 8 : 4;
    long[] values;
    if (raw != null) {
      values = new long[checked(count, raw.remaining(), size, file)];
      for (int i = 0; i < count; i++) {
        int at = raw.position() + size * i;
        values[i] = size == 8 ? raw.getLong(at) : raw.getInt(at);
      }
    } else {
      ByteBuffer packed = listed().duplicate();
      values = new long[checked(count, packed.remaining(), 1, file)];
      for (int i = 0; i < count; i++) {
        values[i] = ProtoReader.packed(packed, file);
      }
    }
    return values;
  }

  private ByteBuffer listed() {
    return list == null ? ByteBuffer.allocate(0) : list;
  }

  private float half(short bits) {
    return type == FLOAT16 ? HalfFloat.toFloat(bits) : Float.intBitsToFloat(bits << 16);
  }

  private int count(String file) throws FormatException {
    long count = 1;
    for (long dim : dims) {
      if (dim < 0 || dim > Integer.MAX_VALUE || count * dim > Integer.MAX_VALUE) {
        throw OnnxFile.unusable(
            file, "has the tensor " + name + " of impossible shape " + Arrays.toString(dims));
      }
      count *= dim;
    }
    return (int) count;
  }

  /** {@code count}, if so many elements of at least {@code size} bytes can be in {@code bytes}. */
  private int checked(int count, int bytes, int size, String file) throws FormatException {
    if ((long) count * size > bytes) {
      throw OnnxFile.unusable(
          file, "holds " + count + " elements of " + name + " in " + bytes + " bytes");
    }
    return count;
  }
}
