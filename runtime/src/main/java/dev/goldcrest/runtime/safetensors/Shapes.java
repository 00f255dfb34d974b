package dev.goldcrest.runtime.safetensors;

/** Arithmetic and words for shapes. */
final class Shapes {
  private static final int LONGEST = 8;

  private Shapes() {}

  /**
   * The number of elements; 1 for the empty shape of a single number.
   *
   * @throws ArithmeticException if the bytes overflow 63 bits; sizes of 0 are left out of that
   *     account, so that it does not depend on their place
   */
  static long elements(long[] shape, StoredType type) {
    long bytes = type.bytes();
    boolean empty = false;
    for (long size : shape) {
      if (size == 0) {
        empty = true;
      } else {
        bytes = Math.multiplyExact(bytes, size);
      }
    }
    return empty ? 0 : bytes / type.bytes();
  }

  /** The shape as (2, 3), cut after eight sizes. */
  static String text(long[] shape) {
    StringBuilder out = new StringBuilder("(");
    for (int i = 0; i < shape.length; i++) {
      if (i == LONGEST) {
        out.append(", ...");
        break;
      }
      out.append(i == 0 ? "" : ", ").append(shape[i]);
    }
    return out.append(')').toString();
  }
}
