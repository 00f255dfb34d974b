package dev.goldcrest.runtime.decode;

import java.util.Arrays;
import java.util.Random;

/**
 * A model whose scores are a fixed random function of source and prefix; it refuses rows that do
 * not exist.
 */
final class TableStepper implements Stepper {
  private final int vocabulary;
  private final int maxSteps;
  private final long seed;
  private final double levels;
  private int[] source = {};
  private int[][] prefixes = {};
  private boolean started;

  /**
   * @param levels scores are rounded to multiples of 1 / levels, so that a few give many ties; 0
   *     for no rounding
   */
  TableStepper(int vocabulary, int maxSteps, long seed, double levels) {
    this.vocabulary = vocabulary;
    this.maxSteps = maxSteps;
    this.seed = seed;
    this.levels = levels;
  }

  @Override
  public int vocabulary() {
    return vocabulary;
  }

  @Override
  public int maxSteps() {
    return maxSteps;
  }

  @Override
  public void start(int[] source) {
    this.source = source.clone();
    prefixes = new int[][] {{}};
    started = true;
  }

  @Override
  public float[] step(int rows, int[] tokens, int[] parents) {
    if (!started || prefixes[0].length >= maxSteps) {
      throw new IllegalStateException("step " + prefixes[0].length + " of " + maxSteps);
    }
    int[][] next = new int[rows][];
    float[] scores = new float[rows * vocabulary];
    for (int row = 0; row < rows; row++) {
      int[] parent = prefixes[parents[row]];
      next[row] = Arrays.copyOf(parent, parent.length + 1);
      next[row][parent.length] = tokens[row];
      System.arraycopy(scores(next[row]), 0, scores, row * vocabulary, vocabulary);
    }
    prefixes = next;
    return scores;
  }

  /** Scores after {@code prefix}, which begins with the end token. */
  float[] scores(int[] prefix) {
    Random random =
        new Random(seed * 1_000_003 + Arrays.hashCode(prefix) * 31L + Arrays.hashCode(source));
    random.nextInt();
    float[] scores = new float[vocabulary];
    for (int i = 0; i < vocabulary; i++) {
      double score = 2 * random.nextGaussian();
      scores[i] = (float) (levels == 0 ? score : Math.rint(score * levels) / levels);
    }
    return scores;
  }

  /** Log probabilities in double. */
  double[] logProbabilities(int[] prefix) {
    float[] scores = scores(prefix);
    double total = 0;
    for (float score : scores) {
      total += Math.exp(score);
    }
    double[] logs = new double[vocabulary];
    for (int i = 0; i < vocabulary; i++) {
      logs[i] = scores[i] - Math.log(total);
    }
    return logs;
  }

  @Override
  public void close() {
    started = false;
  }
}
