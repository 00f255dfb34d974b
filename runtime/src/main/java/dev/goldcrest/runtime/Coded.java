package dev.goldcrest.runtime;

/**
 * The values of a weight in fewer bits than floats, in row-major order. Arrays are not copied and
 * never to be written to.
 */
public sealed interface Coded {
  /** Values. */
  int size();

  /** The values, as everybody computes with them. */
  float[] floats();

  /**
   * Value i of row r is {@code values[i] * scales[r]}.
   *
   * @param values -127 to 127
   * @param scales one for each row: for each output channel of a linear or a convolution, for each
   *     row of a table, one alone of a vector
   */
  record Int8(byte[] values, float[] scales) implements Coded {
    public Int8 {
      if (scales.length == 0 || values.length % scales.length != 0) {
        throw new IllegalArgumentException(
            values.length + " values do not fall into " + scales.length + " rows");
      }
    }

    /** Values of a row. */
    public int width() {
      return values.length / scales.length;
    }

    @Override
    public int size() {
      return values.length;
    }

    @Override
    public float[] floats() {
      float[] floats = new float[values.length];
      for (int row = 0, i = 0; row < scales.length; row++) {
        for (int end = i + width(); i < end; i++) {
          floats[i] = values[i] * scales[row];
        }
      }
      return floats;
    }
  }

  /**
   * Value i is {@code values[codes[i] & 0xFF]}.
   *
   * @param codes one a value
   * @param values what they stand for, at most 256; a pruned weight's first is 0
   */
  record Codebook(byte[] codes, float[] values) implements Coded {
    public Codebook {
      for (byte code : codes) {
        if ((code & 0xFF) >= values.length) {
          throw new IllegalArgumentException(
              "code " + (code & 0xFF) + " stands for none of " + values.length + " values");
        }
      }
    }

    @Override
    public int size() {
      return codes.length;
    }

    @Override
    public float[] floats() {
      float[] floats = new float[codes.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = values[codes[i] & 0xFF];
      }
      return floats;
    }
  }
}
