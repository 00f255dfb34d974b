package dev.goldcrest.compress.pretrained;

import dev.goldcrest.runtime.safetensors.FormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Walks over one protobuf message: {@link #next}, then one of the readers that fit the field, or
 * the next {@code next}, which skips it. Never copies more than a name.
 */
final class ProtoReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private final ByteBuffer bytes;
  private final String file;
  private int field;
  private int wire;
  private boolean pending;

  ProtoReader(ByteBuffer bytes, String file) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.file = file;
  }

  /** Goes to the next field; false at the end of the message. */
  boolean next() throws FormatException {
    if (pending) {
      skip();
    }
    if (!bytes.hasRemaining()) {
      return false;
    }
    long tag = rawVarint();
    field = (int) (tag >>> 3);
    wire = (int) (tag & 7);
    if (tag < 0 || tag >>> 3 == 0 || tag >>> 3 > 0x1FFFFFFF) {
      throw broken("a field number of " + (tag >>> 3));
    }
    pending = true;
    return true;
  }

  /** Number of the field that {@link #next} found. */
  int field() {
    return field;
  }

  boolean isPacked() {
    return wire == BYTES;
  }

  long varint() throws FormatException {
    require(VARINT);
    return rawVarint();
  }

  float float32() throws FormatException {
    require(FIXED32);
    need(4);
    return bytes.getFloat();
  }

  /** The field's bytes, which stay where they are. */
  ByteBuffer bytes() throws FormatException {
    require(BYTES);
    long length = rawVarint();
    if (length < 0 || length > bytes.remaining()) {
      throw broken("a field of " + length + " bytes where " + bytes.remaining() + " are left");
    }
    ByteBuffer found = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    found.limit((int) length);
    bytes.position(bytes.position() + (int) length);
    return found;
  }

  ProtoReader message() throws FormatException {
    return new ProtoReader(bytes(), file);
  }

  String text() throws FormatException {
    return StandardCharsets.UTF_8.decode(bytes()).toString();
  }

  /** A varint that is not behind a tag: one of a packed list. */
  static long packed(ByteBuffer from, String file) throws FormatException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (!from.hasRemaining()) {
        throw broken(file, "an end within a number");
      }
      byte part = from.get();
      value |= (long) (part & 0x7F) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw broken(file, "a number of more than ten bytes");
  }

  private void require(int wanted) throws FormatException {
    if (wire != wanted) {
      throw broken("field " + field + " with wire type " + wire + " instead of " + wanted);
    }
    pending = false;
  }

  private void skip() throws FormatException {
    switch (wire) {
      case VARINT -> rawVarint();
      case FIXED64 -> advance(8);
      case BYTES -> bytes();
      case FIXED32 -> advance(4);
      default -> throw broken("wire type " + wire);
    }
    pending = false;
  }

  private void advance(int count) throws FormatException {
    need(count);
    bytes.position(bytes.position() + count);
  }

  private void need(int count) throws FormatException {
    if (bytes.remaining() < count) {
      throw broken("an end within a number");
    }
  }

  private long rawVarint() throws FormatException {
    return packed(bytes, file);
  }

  private FormatException broken(String what) {
    return broken(file, what);
  }

  private static FormatException broken(String file, String what) {
    return new FormatException(
        FormatException.Reason.TRUNCATED_DATA, file, "is no ONNX file or damaged: it has " + what);
  }
}
