package dev.goldcrest.app.stream;

import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.data.FrameRecording;
import dev.goldcrest.app.data.FrameSet;
import dev.goldcrest.runtime.StreamDetector;
import dev.goldcrest.torch.Recording;
import java.util.ArrayList;
import java.util.List;

/**
 * Mean 0 and deviation 1 for every feature over the training frames; missing values become the
 * mean. A feature that never changes counts for nothing.
 */
record Scaling(List<Double> means, List<Double> scales) {
  /** Deviations below this share of the mean are rounding. */
  private static final double CONSTANT = 1e-6;

  static Scaling of(FrameSet data) {
    int features = data.features();
    double[] sums = new double[features];
    double[] squares = new double[features];
    long[] counts = new long[features];
    for (FrameRecording recording : data.recordings()) {
      for (float[] frame : recording.values()) {
        for (int i = 0; i < features; i++) {
          if (!Float.isNaN(frame[i])) {
            sums[i] += frame[i];
            counts[i]++;
          }
        }
      }
    }
    List<Double> means = new ArrayList<>();
    for (int i = 0; i < features; i++) {
      means.add((double) (float) (counts[i] == 0 ? 0 : sums[i] / counts[i]));
    }
    for (FrameRecording recording : data.recordings()) {
      for (float[] frame : recording.values()) {
        for (int i = 0; i < features; i++) {
          double off = Float.isNaN(frame[i]) ? 0 : frame[i] - means.get(i);
          squares[i] += off * off;
        }
      }
    }
    List<Double> scales = new ArrayList<>();
    for (int i = 0; i < features; i++) {
      double deviation = counts[i] == 0 ? 0 : Math.sqrt(squares[i] / counts[i]);
      boolean constant = deviation <= CONSTANT * Math.abs(means.get(i));
      scales.add((double) (float) (constant ? 0 : 1 / deviation));
    }
    return new Scaling(means, scales);
  }

  /** What a trainer reads, with the arithmetic of the device. */
  Recording apply(FrameRecording recording, boolean[][] truth) {
    int features = means.size();
    int classes = truth[0].length;
    float[] values = new float[Math.multiplyExact(recording.frames(), features)];
    float[] targets = new float[recording.frames() * classes];
    for (int t = 0; t < recording.frames(); t++) {
      float[] frame = recording.values().get(t);
      for (int i = 0; i < features; i++) {
        float mean = means.get(i).floatValue();
        float scale = scales.get(i).floatValue();
        float value = Float.isNaN(frame[i]) ? 0 : (frame[i] - mean) * scale;
        if (!(Math.abs(value) <= StreamDetector.LIMIT)) {
          throw UserError.failed(
              "feature %d of frame %d of recording %s is %s, beyond all measure where training has"
                  + " %s on average",
              i + 1, t, recording.id(), frame[i], mean);
        }
        values[t * features + i] = value;
      }
      for (int c = 0; c < classes; c++) {
        targets[t * classes + c] = truth[t][c] ? 1 : 0;
      }
    }
    return new Recording(recording.frames(), values, targets);
  }
}
