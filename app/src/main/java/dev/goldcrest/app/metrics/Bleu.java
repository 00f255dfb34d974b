package dev.goldcrest.app.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * BLEU-4 (Papineni et al., ACL 2002): the geometric mean of n-gram precisions, lowered where the
 * whole output is shorter than the references.
 *
 * @param score 0-100
 * @param precisions of orders 1 to 4, 0-1, as smoothed
 * @param brevityPenalty 0-1
 * @param hypothesisLength tokens written
 * @param referenceLength tokens of the references closest in length
 */
public record Bleu(
    double score,
    List<Double> precisions,
    double brevityPenalty,
    long hypothesisLength,
    long referenceLength) {

  public Bleu {
    precisions = List.copyOf(precisions);
  }

  /**
   * Of a corpus.
   *
   * @param references of each sentence, in the order of the hypotheses; one or more each
   */
  public static Bleu of(BleuStyle style, List<String> hypotheses, List<List<String>> references) {
    return of(style, BleuCounts.sum(BleuCounts.of(style, hypotheses, references)));
  }

  /** Of a corpus with one reference a sentence, in the order of the hypotheses. */
  public static Bleu ofSingle(BleuStyle style, List<String> hypotheses, List<String> references) {
    return of(style, BleuCounts.sum(BleuCounts.ofSingle(style, hypotheses, references)));
  }

  /** Of counts added up. */
  public static Bleu of(BleuStyle style, BleuCounts counts) {
    List<Double> precisions = new ArrayList<>();
    double weight = 1;
    for (int order = 1; order <= BleuCounts.ORDERS; order++) {
      double matched = counts.matched(order);
      if (style == BleuStyle.SACREBLEU && matched == 0 && counts.matched(1) > 0) {
        weight /= 2;
        matched = weight;
      }
      precisions.add(ratio(matched, counts.written(order)));
    }
    return of(precisions, counts);
  }

  /**
   * Of one sentence, with one more match and one more n-gram in orders 2 to 4 (Lin and Och, ACL
   * 2004), so that a sentence without four right words in a row has a score. Means of these are not
   * comparable with the BLEU of a corpus.
   */
  public static Bleu ofSentence(BleuCounts counts) {
    List<Double> precisions = new ArrayList<>();
    for (int order = 1; order <= BleuCounts.ORDERS; order++) {
      int more = order > 1 ? 1 : 0;
      precisions.add(ratio((double) counts.matched(order) + more, counts.written(order) + more));
    }
    return of(precisions, counts);
  }

  private static Bleu of(List<Double> precisions, BleuCounts counts) {
    double logs = 0;
    for (double precision : precisions) {
      logs += Math.log(precision); // minus infinity for 0, and a score of 0
    }
    double hypothesis = counts.hypothesisLength();
    double reference = counts.referenceLength();
    double penalty =
        hypothesis >= reference ? 1 : hypothesis == 0 ? 0 : Math.exp(1 - reference / hypothesis);
    return new Bleu(
        100 * penalty * Math.exp(logs / precisions.size()),
        precisions,
        penalty,
        counts.hypothesisLength(),
        counts.referenceLength());
  }

  private static double ratio(double above, long below) {
    return below == 0 ? 0 : above / below;
  }

  /** Length of the output by that of the references. */
  public double lengthRatio() {
    return ratio(hypothesisLength, referenceLength);
  }
}
