package dev.goldcrest.app.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a detector's scores are worth, frame by frame, as LSTR's authors measure it: each class by
 * itself over all frames of all recordings, background and ignored class left out, frames of the
 * ignored class too.
 *
 * @param map mean average precision over the classes that occur
 * @param calibratedMap the same, calibrated
 * @param precisions average precision by class; NaN where left out
 * @param calibrated by class, the same
 * @param stages mean average precision in each tenth of an instance, first to last
 * @param calibratedStages the same, calibrated
 * @param frames that were judged
 */
public record Detection(
    double map,
    double calibratedMap,
    double[] precisions,
    double[] calibrated,
    double[] stages,
    double[] calibratedStages,
    int frames) {
  private static final int STAGES = 10;

  /**
   * Measures one long run of frames.
   *
   * @param truth by frame and class, several may hold
   * @param scores by frame and class
   * @param starts for each frame whether a recording begins with it
   * @param background class to leave out, or -1
   * @param ignored class to leave out with its frames, or -1
   */
  public static Detection of(
      boolean[][] truth, double[][] scores, boolean[] starts, int background, int ignored) {
    int classes = scores.length == 0 ? 0 : scores[0].length;
    int[] judged =
        java.util.stream.IntStream.range(0, truth.length)
            .filter(t -> ignored < 0 || !truth[t][ignored])
            .toArray();
    double[] precisions = new double[classes];
    double[] calibrated = new double[classes];
    double[][] stages = new double[STAGES][classes];
    double[][] calibratedStages = new double[STAGES][classes];
    for (double[] values : all(precisions, calibrated, stages, calibratedStages)) {
      Arrays.fill(values, Double.NaN);
    }
    for (int c = 0; c < classes; c++) {
      if (c == background || c == ignored) {
        continue;
      }
      boolean[] positive = new boolean[judged.length];
      double[] score = new double[judged.length];
      boolean[] first = new boolean[judged.length];
      for (int i = 0; i < judged.length; i++) {
        positive[i] = truth[judged[i]][c];
        score[i] = scores[judged[i]][c];
        first[i] = i == 0 || begins(starts, judged[i - 1] + 1, judged[i]);
      }
      precisions[c] = AveragePrecision.of(positive, score);
      calibrated[c] = AveragePrecision.calibrated(positive, score);
      for (int stage = 0; stage < STAGES; stage++) {
        int[] kept = stage(positive, first, stage);
        boolean[] truthOfStage = new boolean[kept.length];
        double[] scoreOfStage = new double[kept.length];
        for (int i = 0; i < kept.length; i++) {
          truthOfStage[i] = positive[kept[i]];
          scoreOfStage[i] = score[kept[i]];
        }
        stages[stage][c] = AveragePrecision.of(truthOfStage, scoreOfStage);
        calibratedStages[stage][c] = AveragePrecision.calibrated(truthOfStage, scoreOfStage);
      }
    }
    return new Detection(
        mean(precisions),
        mean(calibrated),
        precisions,
        calibrated,
        Arrays.stream(stages).mapToDouble(Detection::mean).toArray(),
        Arrays.stream(calibratedStages).mapToDouble(Detection::mean).toArray(),
        judged.length);
  }

  /** Whether a recording begins between two frames, both counted. */
  private static boolean begins(boolean[] starts, int from, int to) {
    for (int t = from; t <= to; t++) {
      if (starts[t]) {
        return true;
      }
    }
    return false;
  }

  private static List<double[]> all(double[] a, double[] b, double[][] c, double[][] d) {
    List<double[]> all = new ArrayList<>(List.of(a, b));
    all.addAll(List.of(c));
    all.addAll(List.of(d));
    return all;
  }

  /**
   * Frames without the class, and of each instance those of one tenth. As in the authors' code an
   * instance reaches to its last frame, which is thereby not scored unless it is the only one.
   */
  private static int[] stage(boolean[] positive, boolean[] first, int stage) {
    List<Integer> kept = new ArrayList<>();
    for (int t = 0; t < positive.length; t++) {
      if (!positive[t]) {
        kept.add(t);
      }
    }
    for (int[] instance : instances(positive, first)) {
      int length = instance[1] - instance[0];
      int from = instance[0] + (int) (length * (stage / (double) STAGES));
      int to = instance[0] + (int) (length * ((stage + 1) / (double) STAGES));
      for (int t = from; t < Math.max(from + 1, to); t++) {
        kept.add(t);
      }
    }
    return kept.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Runs of the class: first and last frame. A recording's start parts two. */
  static List<int[]> instances(boolean[] positive, boolean[] first) {
    List<int[]> instances = new ArrayList<>();
    for (int t = 0; t < positive.length; t++) {
      if (positive[t] && (t == 0 || first[t] || !positive[t - 1])) {
        instances.add(new int[] {t, t});
      } else if (positive[t]) {
        instances.get(instances.size() - 1)[1] = t;
      }
    }
    return instances;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).filter(value -> !Double.isNaN(value)).average().orElse(Double.NaN);
  }
}
