package dev.goldcrest.torch;

import java.util.Arrays;

/** A probability for each class, to learn from instead of one certain class. */
public final class SoftLabel {
  private final float[] probabilities;

  /**
   * @param probabilities by class index; they are copied
   * @throws IllegalArgumentException unless all are from 0 to 1
   */
  public SoftLabel(float... probabilities) {
    this.probabilities = probabilities.clone();
    for (float probability : probabilities) {
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException("a probability must be from 0 to 1, got " + probability);
      }
    }
  }

  /**
   * The certain class mixed with what a teacher thinks.
   *
   * @param label the certain class
   * @param teacher its probabilities by class index
   * @param share of the teacher, 0 to 1
   */
  public static SoftLabel mixed(int label, float[] teacher, double share) {
    float[] mixed = new float[teacher.length];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = (float) (share * teacher[i] + (i == label ? 1 - share : 0));
    }
    return new SoftLabel(mixed);
  }

  /** Number of classes. */
  int size() {
    return probabilities.length;
  }

  void copyTo(float[] into, int at) {
    System.arraycopy(probabilities, 0, into, at, probabilities.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SoftLabel soft && Arrays.equals(probabilities, soft.probabilities);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(probabilities);
  }
}
