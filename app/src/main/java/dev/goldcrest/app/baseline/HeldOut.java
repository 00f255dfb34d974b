package dev.goldcrest.app.baseline;

import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.LabelSet;
import java.util.ArrayList;
import java.util.List;

/**
 * What a linear model thinks of training examples that it has not seen: the examples are dealt into
 * parts, and each part is judged by a model fitted to the others (cross-fitting). Where the
 * examples are few, such a judgement is a milder aim for a network than certainty: it says which
 * labels surprise the evidence of words.
 */
public final class HeldOut {
  private static final int PARTS = 5;
  private static final double LEAST_SCALE = 0.1;
  private static final double MOST_SCALE = 100;
  private static final double STEP = 1.05;

  private HeldOut() {}

  /**
   * Probabilities by example and by the index of the label in {@code LabelSet.of(train)}.
   *
   * @param like the model whose features are used
   */
  public static float[][] probabilities(Dataset train, LinearBaseline like, long seed) {
    LabelSet labels = LabelSet.of(train);
    double[][] margins = new double[train.size()][];
    for (int part = 0; part < PARTS; part++) {
      List<Example> others = new ArrayList<>();
      for (int i = 0; i < train.size(); i++) {
        if (i % PARTS != part) {
          others.add(train.examples().get(i));
        }
      }
      LinearModel model = like.again(new Dataset(train.name(), others), seed);
      LinearModel.Predictor predictor = model.predictor();
      for (int i = part; i < train.size(); i += PARTS) {
        margins[i] = aligned(predictor.margins(train.examples().get(i).text()), model, labels);
      }
    }
    int[] gold = train.examples().stream().mapToInt(e -> labels.indexOf(e.label())).toArray();
    double scale = scale(margins, gold);
    float[][] probabilities = new float[margins.length][];
    for (int i = 0; i < margins.length; i++) {
      probabilities[i] = softmax(margins[i], scale);
    }
    return probabilities;
  }

  /**
   * Margins by the index in {@code labels}; a label the model has not met is out of the question.
   */
  private static double[] aligned(double[] margins, LinearModel model, LabelSet labels) {
    double[] aligned = new double[labels.size()];
    java.util.Arrays.fill(aligned, -1e3);
    for (int k = 0; k < margins.length; k++) {
      aligned[labels.indexOf(model.labels().get(k))] = margins[k];
    }
    return aligned;
  }

  /** What margins must be multiplied with for their softmax to fit the labels best. */
  private static double scale(double[][] margins, int[] gold) {
    double best = 1;
    double least = Double.POSITIVE_INFINITY;
    for (double scale = LEAST_SCALE; scale < MOST_SCALE; scale *= STEP) {
      double loss = 0;
      for (int i = 0; i < gold.length; i++) {
        loss -= Math.log(Math.max(1e-9, softmax(margins[i], scale)[gold[i]]));
      }
      if (loss < least) {
        least = loss;
        best = scale;
      }
    }
    return best;
  }

  private static float[] softmax(double[] margins, double scale) {
    double top = Double.NEGATIVE_INFINITY;
    for (double margin : margins) {
      top = Math.max(top, margin);
    }
    float[] result = new float[margins.length];
    double sum = 0;
    for (double margin : margins) {
      sum += Math.exp(scale * (margin - top));
    }
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) (Math.exp(scale * (margins[i] - top)) / sum);
    }
    return result;
  }
}
