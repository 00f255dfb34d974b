package dev.goldcrest.app.baseline;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.LabelSet;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * One fitted recipe: an L2-regularised squared-hinge SVM per label (one for two labels), C = 1,
 * over rows scaled to length 1 with 1 + ln(count) per feature. There is no bias, so the scale of a
 * text's features cannot change which label wins.
 */
final class LinearModel {
  private static final double COST = 1;
  private static final double TOLERANCE = 0.1;
  private static final byte[] MAGIC = {'G', 'C', 'L', 'N'};

  private final Recipe recipe;
  private final int featureLimit;
  private final List<String> labels;
  private final int[] labelOfScore;
  private final int problems;

  /** Column of a bucket plus one, 0 for a bucket no training text has. */
  private final int[] columns;

  private final int[] buckets;
  private final float[] idf;
  private final float[] weights; // (buckets, problems)

  private LinearModel(
      Recipe recipe, int featureLimit, List<String> labels, Vocabulary known, Model solved) {
    this.recipe = recipe;
    this.featureLimit = featureLimit;
    this.labels = labels;
    this.labelOfScore = solved.getLabels();
    this.problems = problems(labels.size());
    this.columns = known.columns;
    this.buckets = known.buckets;
    this.idf = known.idf;
    double[] solution = solved.getFeatureWeights();
    this.weights = new float[solution.length];
    for (int i = 0; i < solution.length; i++) {
      weights[i] = (float) solution[i];
    }
  }

  /** Separating planes for so many labels: two labels share one. */
  static int problems(int labels) {
    return labels == 2 ? 1 : labels;
  }

  static LinearModel fit(Dataset train, Recipe recipe, int featureLimit, long seed) {
    LabelSet labels = LabelSet.of(train);
    Ngrams ngrams = new Ngrams(recipe.characters(), featureLimit);
    Vocabulary known = Vocabulary.of(train, ngrams, recipe.idf());
    Problem problem = new Problem();
    problem.l = train.size();
    problem.n = known.buckets.length;
    problem.x = new Feature[problem.l][];
    problem.y = new double[problem.l];
    for (int i = 0; i < problem.l; i++) {
      Example example = train.examples().get(i);
      ngrams.read(example.text());
      problem.x[i] = row(ngrams, known);
      problem.y[i] = labels.indexOf(example.label());
    }
    Parameter parameter = new Parameter(SolverType.L2R_L2LOSS_SVC_DUAL, COST, TOLERANCE);
    parameter.setRandom(new Random(seed));
    Linear.disableDebugOutput();
    Model solved = Linear.train(problem, parameter);
    return new LinearModel(recipe, featureLimit, labels.labels(), known, solved);
  }

  private static Feature[] row(Ngrams ngrams, Vocabulary known) {
    int[] present = ngrams.buckets();
    FeatureNode[] row = new FeatureNode[present.length];
    int filled = 0;
    double squares = 0;
    for (int bucket : present) {
      int column = known.columns[bucket];
      double value = value(ngrams.sum(bucket), known.idf[column - 1]);
      if (value != 0) {
        row[filled++] = new FeatureNode(column, value);
        squares += value * value;
      }
    }
    double scale = squares == 0 ? 0 : 1 / Math.sqrt(squares);
    for (int i = 0; i < filled; i++) {
      row[i].setValue(row[i].getValue() * scale);
    }
    return filled == row.length ? row : Arrays.copyOf(row, filled);
  }

  private static double value(float sum, float idf) {
    return sum == 0 ? 0 : Math.copySign((1 + Math.log(Math.abs(sum))) * idf, sum);
  }

  List<String> labels() {
    return labels;
  }

  Recipe recipe() {
    return recipe;
  }

  /** Something that predicts with buffers of its own; one for each thread. */
  Predictor predictor() {
    return new Predictor();
  }

  /**
   * The model as a file, little of it beyond the weights: recipe and labels, then for each bucket
   * with a weight other than zero its number (4 bytes), its idf if there is one (4), a bit for each
   * plane and the nonzero weights as floats (4 each).
   */
  void writeTo(DataOutputStream out) throws IOException {
    out.write(MAGIC);
    out.writeByte((recipe.characters() ? 1 : 0) | (recipe.idf() ? 2 : 0));
    out.writeInt(featureLimit);
    out.writeInt(labels.size());
    for (int label : labelOfScore) {
      out.writeUTF(labels.get(label).substring(0, Math.min(20_000, labels.get(label).length())));
    }
    byte[] present = new byte[(problems + 7) / 8];
    for (int column = 0; column < buckets.length; column++) {
      Arrays.fill(present, (byte) 0);
      boolean any = false;
      for (int k = 0; k < problems; k++) {
        if (weights[column * problems + k] != 0) {
          present[k >> 3] |= (byte) (1 << (k & 7));
          any = true;
        }
      }
      if (!any) {
        continue;
      }
      out.writeInt(buckets[column]);
      if (recipe.idf()) {
        out.writeFloat(idf[column]);
      }
      out.write(present);
      for (int k = 0; k < problems; k++) {
        if (weights[column * problems + k] != 0) {
          out.writeFloat(weights[column * problems + k]);
        }
      }
    }
  }

  /** Scores texts one after the other without allocating anything that grows with the model. */
  final class Predictor {
    private final Ngrams ngrams = new Ngrams(recipe.characters(), featureLimit);
    private final double[] scores = new double[problems];

    String predict(String text) {
      score(text);
      return labels.get(labelOfScore[best()]);
    }

    /** The distance from each label's plane, by the label's index. */
    double[] margins(String text) {
      score(text);
      double[] margins = new double[labels.size()];
      if (problems == 1) {
        margins[labelOfScore[0]] = scores[0];
        margins[labelOfScore[1]] = -scores[0];
      } else {
        for (int k = 0; k < problems; k++) {
          margins[labelOfScore[k]] = scores[k];
        }
      }
      return margins;
    }

    private void score(String text) {
      ngrams.read(text);
      Arrays.fill(scores, 0);
      for (int bucket : ngrams.buckets()) {
        int column = columns[bucket] - 1;
        if (column >= 0) {
          double value = value(ngrams.sum(bucket), idf[column]);
          for (int k = 0; k < problems; k++) {
            scores[k] += value * weights[column * problems + k];
          }
        }
      }
    }

    private int best() {
      if (problems == 1) {
        return scores[0] > 0 ? 0 : 1;
      }
      int best = 0;
      for (int k = 1; k < problems; k++) {
        best = scores[k] > scores[best] ? k : best;
      }
      return best;
    }
  }

  /** The buckets that occur in training texts, numbered in ascending order, with their weights. */
  private record Vocabulary(int[] columns, int[] buckets, float[] idf) {
    static Vocabulary of(Dataset train, Ngrams ngrams, boolean weighted) {
      int[] rowsWith = new int[Ngrams.BUCKETS];
      for (Example example : train.examples()) {
        ngrams.read(example.text());
        for (int bucket : ngrams.buckets()) {
          rowsWith[bucket]++;
        }
      }
      int[] columns = new int[Ngrams.BUCKETS];
      int[] buckets = new int[Ngrams.BUCKETS];
      float[] idf = new float[Ngrams.BUCKETS];
      int count = 0;
      for (int bucket = 0; bucket < Ngrams.BUCKETS; bucket++) {
        if (rowsWith[bucket] > 0) {
          double rarity = Math.log((1.0 + train.size()) / (1.0 + rowsWith[bucket])) + 1;
          idf[count] = weighted ? (float) rarity : 1;
          buckets[count++] = bucket;
          columns[bucket] = count;
        }
      }
      return new Vocabulary(columns, Arrays.copyOf(buckets, count), Arrays.copyOf(idf, count));
    }
  }
}
