package dev.goldcrest.runtime.decode;

import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Beam search as fairseq's sequence generator defines it (Ott et al., 2019), whose numbers the
 * papers' authors report: of the 2 beam best continuations those that end among the first beam are
 * finished, the first beam others go on, and the search stops with beam finished hypotheses or at
 * the maximum length, where every hypothesis ends. Equal scores go to the earlier row, then to the
 * smaller token.
 *
 * <p>Its arrays are kept between searches; one thread at a time.
 */
public final class BeamSearch {
  private final Kernels kernels;
  private final Best best = new Best();
  private final List<Hypothesis> finished = new ArrayList<>();
  private DecodingOptions options;
  private Paths paths;
  private Paths next;
  private int[] last = new int[0];
  private int[] parents = new int[0];
  private float[] probabilities = new float[0];
  private double[] bases = new double[0];

  public BeamSearch(Kernels kernels) {
    this.kernels = kernels;
  }

  /** The hypotheses of a beam: tokens and log probabilities of each row, and their sum. */
  private static final class Paths {
    private final int[][] tokens;
    private final float[][] logProbabilities;
    private final double[] sums;

    Paths(int beam) {
      tokens = new int[beam][16];
      logProbabilities = new float[beam][16];
      sums = new double[beam];
    }

    /** Row {@code row} becomes a row of {@code from} and one token more. */
    void extend(int row, Paths from, int parent, int length, int token, double sum) {
      if (tokens[row].length <= length) {
        tokens[row] = new int[2 * length];
        logProbabilities[row] = new float[2 * length];
      }
      System.arraycopy(from.tokens[parent], 0, tokens[row], 0, length);
      System.arraycopy(from.logProbabilities[parent], 0, logProbabilities[row], 0, length);
      tokens[row][length] = token;
      logProbabilities[row][length] = (float) (sum - from.sums[parent]);
      sums[row] = sum;
    }
  }

  /**
   * Finished hypotheses, the best first; at least one.
   *
   * @param source tokens ending with {@link Tokenizer#EOS}; empty for a language model
   * @throws IllegalStateException if the model gives numbers that are none
   */
  public List<Hypothesis> search(Stepper stepper, int[] source, DecodingOptions wanted) {
    prepare(wanted);
    int vocabulary = stepper.vocabulary();
    int limit = Math.min(options.maxLength(source.length), stepper.maxSteps() - 1);
    if (probabilities.length < vocabulary) {
      probabilities = new float[vocabulary];
    }
    int rows = 1;
    last[0] = Tokenizer.EOS;
    stepper.start(source);
    for (int length = 0; rows > 0; length++) {
      float[] scores = stepper.step(rows, last, parents);
      choose(rows, length, vocabulary, scores, length >= limit);
      rows = length >= limit ? end(length) : goOn(length);
    }
    finished.sort(Comparator.comparingDouble(Hypothesis::score).reversed());
    return new ArrayList<>(finished);
  }

  private void prepare(DecodingOptions wanted) {
    if (options == null || options.beam() != wanted.beam()) {
      paths = new Paths(wanted.beam());
      next = new Paths(wanted.beam());
      last = new int[wanted.beam()];
      parents = new int[wanted.beam()];
      bases = new double[wanted.beam()];
    }
    options = wanted;
    finished.clear();
    paths.sums[0] = 0;
    parents[0] = 0;
  }

  /** Finds the best continuations of all rows. */
  private void choose(int rows, int length, int vocabulary, float[] scores, boolean mustEnd) {
    best.reset(mustEnd ? rows : 2 * options.beam());
    for (int row = 0; row < rows; row++) {
      int from = row * vocabulary;
      bases[row] =
          paths.sums[row] - Scores.logTotal(kernels, scores, from, vocabulary, probabilities);
      if (!mustEnd) {
        float end = scores[from + Tokenizer.EOS];
        Scores.forbid(scores, from, options.unknown());
        if (length < options.minLength()) {
          scores[from + Tokenizer.EOS] = Float.NEGATIVE_INFINITY;
        }
        forbidRepeats(paths.tokens[row], length, scores, from);
        best.scan(row, bases[row], scores, from, vocabulary);
        scores[from + Tokenizer.EOS] = end;
      }
    }
    if (best.size() == 0) { // all that is left is to end, be it below the minimum length
      for (int row = 0; row < rows; row++) {
        best.add(row, Tokenizer.EOS, bases[row] + scores[row * vocabulary + Tokenizer.EOS]);
      }
    }
    best.sort();
  }

  /** Forbids what would complete an n-gram that the row has already. */
  private void forbidRepeats(int[] tokens, int length, float[] scores, int from) {
    int known = options.noRepeatNgram() - 1;
    for (int start = 0; known >= 0 && start + known < length; start++) {
      int same = 0;
      while (same < known && tokens[start + same] == tokens[length - known + same]) {
        same++;
      }
      if (same == known) {
        scores[from + tokens[start + known]] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** Ends every row, the best first, as far as the beam reaches. */
  private int end(int length) {
    for (int rank = 0; rank < best.size(); rank++) {
      finish(rank, length);
    }
    return 0;
  }

  /** Sorts the continuations into finished and going on; gives the number of the latter. */
  private int goOn(int length) {
    int rows = 0;
    for (int rank = 0; rank < best.size() && rows < options.beam(); rank++) {
      if (best.token(rank) != Tokenizer.EOS) {
        last[rows] = best.token(rank);
        parents[rows] = best.row(rank);
        next.extend(rows, paths, best.row(rank), length, best.token(rank), best.score(rank));
        rows++;
      } else if (rank < options.beam()) {
        finish(rank, length);
      }
    }
    Paths old = paths;
    paths = next;
    next = old;
    return finished.size() < options.beam() ? rows : 0;
  }

  private void finish(int rank, int length) {
    if (finished.size() < options.beam()) {
      int row = best.row(rank);
      float[] each = Arrays.copyOf(paths.logProbabilities[row], length + 1);
      each[length] = (float) (best.score(rank) - paths.sums[row]);
      finished.add(
          new Hypothesis(
              Arrays.copyOf(paths.tokens[row], length),
              each,
              best.score(rank) / Math.pow(length + 1, options.lengthPenalty())));
    }
  }
}
