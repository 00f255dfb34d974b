package dev.goldcrest.compress;

/**
 * A weight as whole numbers from -127 to 127, each row (output channel) with its own scale:
 * symmetric, so that zero stays zero.
 *
 * @param codes row-major
 * @param scales of each row; 0 for a row of zeros
 */
public record Int8(byte[] codes, float[] scales) {
  private static final int LARGEST = 127;

  /**
   * Quantises a weight of {@code rows} rows to the nearest codes.
   *
   * @throws IllegalArgumentException if an element is not finite
   */
  public static Int8 of(float[] weight, int rows) {
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
    return new Int8(codes, scales);
  }

  /** What a reader gets back: code times scale. */
  public float[] values() {
    float[] values = new float[codes.length];
    int columns = codes.length / scales.length;
    for (int i = 0; i < values.length; i++) {
      values[i] = codes[i] * scales[i / columns];
    }
    return values;
  }
}
