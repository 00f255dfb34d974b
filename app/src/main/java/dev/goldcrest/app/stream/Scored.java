package dev.goldcrest.app.stream;

import dev.goldcrest.app.metrics.Detection;
import dev.goldcrest.app.metrics.DetectionDelay;
import java.util.List;

/** Recordings laid end to end with their truth and scores. */
final class Scored {
  private final boolean[][] truth;
  private final double[][] scores;
  private final boolean[] starts;
  private final int ignored;

  private Scored(boolean[][] truth, double[][] scores, boolean[] starts, int ignored) {
    this.truth = truth;
    this.scores = scores;
    this.starts = starts;
    this.ignored = ignored;
  }

  /**
   * @param logits (T, classes) of each recording
   * @param ignored class, or -1
   */
  static Scored of(List<boolean[][]> truth, List<float[]> logits, int ignored) {
    int frames = truth.stream().mapToInt(recording -> recording.length).sum();
    boolean[][] all = new boolean[frames][];
    double[][] scores = new double[frames][];
    boolean[] starts = new boolean[frames];
    int at = 0;
    for (int r = 0; r < truth.size(); r++) {
      starts[at] = true;
      for (int t = 0; t < truth.get(r).length; t++) {
        all[at] = truth.get(r)[t];
        scores[at] = softmax(logits.get(r), t * all[at].length, all[at].length);
        at++;
      }
    }
    return new Scored(all, scores, starts, ignored);
  }

  /** Scores of a frame are compared with those of others, so logits alone will not do. */
  static double[] softmax(float[] logits, int from, int classes) {
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      max = Math.max(max, logits[from + c]);
    }
    double[] scores = new double[classes];
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      scores[c] = Math.exp(logits[from + c] - max);
      sum += scores[c];
    }
    for (int c = 0; c < classes; c++) {
      scores[c] /= sum;
    }
    return scores;
  }

  Detection detection() {
    return Detection.of(truth, scores, starts, Classes.BACKGROUND, ignored);
  }

  DetectionDelay delay() {
    return DetectionDelay.of(truth, scores, starts, Classes.BACKGROUND, ignored);
  }

  /** Share of the judged frames whose best class holds. */
  double accuracy() {
    int right = 0;
    int judged = 0;
    for (int t = 0; t < truth.length; t++) {
      if (ignored < 0 || !truth[t][ignored]) {
        int best = 0;
        for (int c = 1; c < scores[t].length; c++) {
          best = scores[t][c] > scores[t][best] ? c : best;
        }
        judged++;
        right += truth[t][best] ? 1 : 0;
      }
    }
    return (double) right / judged;
  }
}
