package dev.goldcrest.runtime.safetensors;

/** The element types of a file, under the names of the format. All are little-endian. */
public enum StoredType {
  /** IEEE 754 double. */
  F64(8),
  /** IEEE 754 single. */
  F32(4),
  /** IEEE 754 half; see {@link HalfFloat}. */
  F16(2),
  /** The upper half of a single; see {@link HalfFloat}. */
  BF16(2),
  /** Signed 64 bits. */
  I64(8),
  /** Signed 32 bits. */
  I32(4),
  /** Signed 16 bits. */
  I16(2),
  /** Signed 8 bits. */
  I8(1),
  /** Unsigned 8 bits. */
  U8(1),
  /** A byte that is 0 or 1. */
  BOOL(1);

  private final int bytes;

  StoredType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** The type of a name in a header, or null for a name that is not here. */
  static StoredType named(String name) {
    for (StoredType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }
}
