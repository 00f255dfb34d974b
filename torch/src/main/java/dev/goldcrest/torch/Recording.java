package dev.goldcrest.torch;

import java.util.Arrays;

/**
 * One recording as a detector learns from it.
 *
 * @param frames T
 * @param values normalised features (T, F), row by row; no NaN
 * @param targets 1 where a label holds, else 0 (T, classes), row by row
 */
public record Recording(int frames, float[] values, float[] targets) {
  public Recording {
    if (frames < 1 || values.length % frames != 0 || targets.length % frames != 0) {
      throw new IllegalArgumentException(
          frames + " frames with " + values.length + " values and " + targets.length + " targets");
    }
  }

  /** F. */
  int features() {
    return values.length / frames;
  }

  int classes() {
    return targets.length / frames;
  }

  int fingerprint() {
    return 31 * Arrays.hashCode(values) + Arrays.hashCode(targets);
  }
}
