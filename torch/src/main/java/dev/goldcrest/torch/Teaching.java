package dev.goldcrest.torch;

/**
 * How a classifier learns from what another one thinks ({@link LabelledText#taught}): the loss is
 * (1 - share) times the cross-entropy against the labels plus share times temperature squared times
 * the cross-entropy against the teacher, both of whose sides have their logits divided by the
 * temperature (Hinton et al., 2015, arXiv 1503.02531). An example without a label has the second
 * part only; one that the teacher has not read has the cross-entropy against its label, whole.
 *
 * @param share of the teacher, above 0 and at most 1
 * @param temperature above 0
 */
public record Teaching(double share, double temperature) {
  public Teaching {
    if (!(share > 0 && share <= 1) || !(temperature > 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "a teacher needs a share above 0, at most 1, and a temperature above 0, got "
              + share
              + " and "
              + temperature);
    }
  }

  /**
   * What training aims at for a text of which the teacher thinks {@code logits}: their softmax at
   * the temperature.
   */
  public SoftLabel aim(float[] logits) {
    float top = logits[Calibrator.argMax(logits)];
    double[] raised = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      raised[i] = Math.exp((logits[i] - top) / temperature);
      sum += raised[i];
    }
    float[] probabilities = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = (float) (raised[i] / sum);
    }
    return new SoftLabel(probabilities);
  }
}
