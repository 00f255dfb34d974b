package dev.goldcrest.compress;

import dev.goldcrest.runtime.Coded;

/**
 * Weights as whole numbers from -127 to 127, each row (output channel) with its own scale:
 * symmetric, so that zero stays zero.
 */
public final class Int8 {
  private static final int LARGEST = 127;

  private Int8() {}

  /**
   * Quantises a weight of {@code rows} rows to the nearest codes; a row of zeros has scale 0.
   *
   * @throws IllegalArgumentException if an element is not finite
   */
  public static Coded.Int8 of(float[] weight, int rows) {
    if (rows < 1 || weight.length % rows != 0) {
      throw new IllegalArgumentException(
          weight.length + " elements are not " + rows + " rows of one length");
    }
    int columns = weight.length / rows;
    byte[] codes = new byte[weight.length];
    float[] scales = new float[rows];
    for (int row = 0; row < rows; row++) {
      float largest = 0;
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        if (!(Math.abs(weight[i]) <= Float.MAX_VALUE)) {
          throw new IllegalArgumentException("a weight of " + weight[i] + " cannot be quantised");
        }
        largest = Math.max(largest, Math.abs(weight[i]));
      }
      float scale = largest / LARGEST;
      scales[row] = scale;
      for (int i = row * columns; i < (row + 1) * columns && scale > 0; i++) {
        int code = Math.round(weight[i] / scale);
        codes[i] = (byte) Math.max(-LARGEST, Math.min(LARGEST, code));
      }
    }
    return new Coded.Int8(codes, scales);
  }
}
