package dev.goldcrest.torch;

import dev.goldcrest.runtime.ClassifierModel;
import java.util.Arrays;
import java.util.List;

/** Scores logits against labels and learns what makes their softmax honest. */
public final class Calibrator {
  private static final double LEAST_LOG_TEMPERATURE = -3;
  private static final double MOST_LOG_TEMPERATURE = 3;
  private static final int SEARCH_STEPS = 40;

  /** Share of right answers on held-out data that the threshold may reject. */
  private static final double REJECTED_RIGHT = 0.05;

  /** Share of the other labels' examples that favouring a label may lose. */
  private static final double FAVOUR_COST = 0.01;

  private Calibrator() {}

  static double accuracy(float[][] logits, List<LabelledText> texts) {
    int right = 0;
    for (int i = 0; i < logits.length; i++) {
      if (argMax(logits[i]) == texts.get(i).label()) {
        right++;
      }
    }
    return (double) right / logits.length;
  }

  /** Mean over the examples whose label is known; 0 if none is. */
  static double negativeLogLikelihood(
      float[][] logits, List<LabelledText> texts, double temperature) {
    return negativeLogLikelihood(logits, labels(texts), temperature);
  }

  private static double negativeLogLikelihood(float[][] logits, int[] labels, double temperature) {
    double sum = 0;
    int known = 0;
    for (int i = 0; i < logits.length; i++) {
      if (labels[i] >= 0) {
        sum -= logProbability(logits[i], labels[i], temperature);
        known++;
      }
    }
    return known == 0 ? 0 : sum / known;
  }

  private static int[] labels(List<LabelledText> texts) {
    return texts.stream().mapToInt(LabelledText::label).toArray();
  }

  /**
   * How much can be added to one label's logit before the accuracy over the examples of the other
   * labels falls by more than a hundredth.
   */
  static double favour(float[][] logits, List<LabelledText> texts, int label) {
    double[] margins = new double[logits.length];
    int others = 0;
    int right = 0;
    for (int i = 0; i < logits.length; i++) {
      if (texts.get(i).label() == label) {
        continue;
      }
      others++;
      if (argMax(logits[i]) == texts.get(i).label()) {
        margins[right++] = logits[i][texts.get(i).label()] - logits[i][label];
      }
    }
    int spared = (int) (FAVOUR_COST * others);
    if (right <= spared) {
      return 0;
    }
    Arrays.sort(margins, 0, right);
    return margins[spared];
  }

  /**
   * What to add to the logit of a label that is perhaps favoured already, perhaps less than
   * nothing, for it to cost the examples of the other labels a hundredth of them in all.
   */
  static double favourInAll(float[][] logits, List<LabelledText> texts, int label) {
    double[] margins = new double[logits.length];
    int others = 0;
    int right = 0;
    for (int i = 0; i < logits.length; i++) {
      int gold = texts.get(i).label();
      if (gold == label) {
        continue;
      }
      others++;
      float[] without = logits[i].clone();
      without[label] = Float.NEGATIVE_INFINITY;
      if (argMax(without) == gold) {
        margins[right++] = logits[i][gold] - logits[i][label];
      }
    }
    int spared = (int) (FAVOUR_COST * others);
    if (right <= spared) {
      return 0;
    }
    Arrays.sort(margins, 0, right);
    return spared == 0 ? margins[0] : (margins[spared - 1] + margins[spared]) / 2;
  }

  static ClassifierModel.Calibration fit(float[][] logits, List<LabelledText> texts) {
    return fit(logits, labels(texts));
  }

  /**
   * The temperature of least loss by golden-section search, and the threshold that goes with it.
   *
   * @param logits of held-out examples, by class
   * @param labels their classes; below 0 for one that is unknown
   */
  public static ClassifierModel.Calibration fit(float[][] logits, int[] labels) {
    double golden = (Math.sqrt(5) - 1) / 2;
    double low = LEAST_LOG_TEMPERATURE;
    double high = MOST_LOG_TEMPERATURE;
    for (int i = 0; i < SEARCH_STEPS; i++) {
      double left = high - golden * (high - low);
      double right = low + golden * (high - low);
      if (negativeLogLikelihood(logits, labels, Math.exp(left))
          < negativeLogLikelihood(logits, labels, Math.exp(right))) {
        high = right;
      } else {
        low = left;
      }
    }
    double temperature = Math.exp((low + high) / 2);
    return new ClassifierModel.Calibration(temperature, threshold(logits, labels, temperature));
  }

  private static double threshold(float[][] logits, int[] labels, double temperature) {
    double[] probabilities = new double[logits.length];
    int right = 0;
    for (int i = 0; i < logits.length; i++) {
      int label = argMax(logits[i]);
      if (label == labels[i]) {
        probabilities[right++] = Math.exp(logProbability(logits[i], label, temperature));
      }
    }
    if (right == 0) {
      return 0;
    }
    Arrays.sort(probabilities, 0, right);
    return Math.min(1, probabilities[(int) (REJECTED_RIGHT * right)]);
  }

  private static double logProbability(float[] logits, int label, double temperature) {
    float max = logits[argMax(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp((logit - max) / temperature);
    }
    return (logits[label] - max) / temperature - Math.log(sum);
  }

  static int argMax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }
}
