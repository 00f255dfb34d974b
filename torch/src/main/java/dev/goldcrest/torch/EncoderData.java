package dev.goldcrest.torch;

import java.util.List;

/**
 * Texts and the vectors that another encoder gives them.
 *
 * @param texts segmented, cut to the model's limit, each with at least one word
 * @param vectors of the texts, of length 1
 */
public record EncoderData(List<List<String>> texts, Vectors vectors) {
  /** Rows of numbers that need not be arrays of floats where they are kept. */
  public interface Vectors {
    /** Values of a row. */
    int dimension();

    /** Writes a row; called by several threads at once. */
    void copyTo(int row, float[] into, int at);
  }

  public EncoderData {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("an encoder needs texts");
    }
  }

  /** (rows, dimension) of some texts, row after row. */
  float[] vectors(int[] rows) {
    int dimension = vectors.dimension();
    float[] all = new float[rows.length * dimension];
    for (int i = 0; i < rows.length; i++) {
      vectors.copyTo(rows[i], all, i * dimension);
    }
    return all;
  }

  /** Differs, most likely, from that of other data. */
  long fingerprint() {
    long data = vectors.dimension();
    float[] vector = new float[vectors.dimension()];
    for (int row = 0; row < texts.size(); row++) {
      vectors.copyTo(row, vector, 0);
      int own = 31 * texts.get(row).hashCode() + java.util.Arrays.hashCode(vector);
      data = Noise.mix(data * 31 + own);
    }
    return data;
  }
}
