package dev.goldcrest.app.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * chrF2 (Popovic, WMT 2015 and 2016) with sacreBLEU's defaults: n-grams of 1 to 6 characters, white
 * space left out, recall counting twice as much as precision; case counts. A corpus is scored by
 * its sums, not by the mean of its sentences.
 */
public final class Chrf {
  private static final int ORDERS = 6;
  private static final double RECALL_WEIGHT = 2 * 2;

  private Chrf() {}

  /** chrF of a corpus with one reference a sentence, 0-100. */
  public static double of(List<String> hypotheses, List<String> references) {
    if (hypotheses.size() != references.size() || hypotheses.isEmpty()) {
      throw new IllegalArgumentException(
          "chrF: %d sentences and references for %d"
              .formatted(hypotheses.size(), references.size()));
    }
    long[] corpus = new long[3 * ORDERS];
    for (int i = 0; i < hypotheses.size(); i++) {
      long[] counts = counts(characters(hypotheses.get(i)), characters(references.get(i)));
      for (int k = 0; k < corpus.length; k++) {
        corpus[k] += counts[k];
      }
    }
    return score(corpus);
  }

  private static int[] characters(String text) {
    return BleuStyle.BLANKS.matcher(text).replaceAll("").codePoints().toArray();
  }

  /** Written, expected and matched n-grams of each order. */
  private static long[] counts(int[] hypothesis, int[] reference) {
    long[] counts = new long[3 * ORDERS];
    for (int order = 1; order <= ORDERS; order++) {
      Map<String, Integer> written = ngrams(order, hypothesis);
      Map<String, Integer> expected = ngrams(order, reference);
      int at = 3 * (order - 1);
      // Where the reference has none, writing some is no fault.
      counts[at] = expected.isEmpty() ? 0 : Math.max(0, hypothesis.length - order + 1);
      counts[at + 1] = Math.max(0, reference.length - order + 1);
      for (Map.Entry<String, Integer> ngram : written.entrySet()) {
        counts[at + 2] += Math.min(ngram.getValue(), expected.getOrDefault(ngram.getKey(), 0));
      }
    }
    return counts;
  }

  private static Map<String, Integer> ngrams(int order, int[] text) {
    Map<String, Integer> ngrams = new HashMap<>();
    for (int i = 0; i + order <= text.length; i++) {
      ngrams.merge(new String(text, i, order), 1, Integer::sum);
    }
    return ngrams;
  }

  private static double score(long[] counts) {
    double precision = 0;
    double recall = 0;
    int orders = 0;
    for (int at = 0; at < counts.length; at += 3) {
      if (counts[at] > 0 && counts[at + 1] > 0) {
        precision += (double) counts[at + 2] / counts[at];
        recall += (double) counts[at + 2] / counts[at + 1];
        orders++;
      }
    }
    if (precision + recall == 0) {
      return 0;
    }
    precision /= orders;
    recall /= orders;
    return 100 * (1 + RECALL_WEIGHT) * precision * recall / (RECALL_WEIGHT * precision + recall);
  }
}
