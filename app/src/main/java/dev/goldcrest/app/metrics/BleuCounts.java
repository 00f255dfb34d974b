package dev.goldcrest.app.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What BLEU needs to know of one sentence, or of several added up: matched and written n-grams of
 * orders 1 to 4, length and reference length in tokens. Sums of these, not means of scores, make
 * the BLEU of a corpus.
 */
public final class BleuCounts {
  static final int ORDERS = 4;
  private static final int HYPOTHESIS = 2 * ORDERS;
  private static final int REFERENCE = HYPOTHESIS + 1;

  private final long[] counts;

  private BleuCounts(long[] counts) {
    this.counts = counts;
  }

  /** Of a sentence and its references, of which there is at least one. */
  public static BleuCounts of(BleuStyle style, String hypothesis, List<String> references) {
    if (references.isEmpty()) {
      throw new IllegalArgumentException("BLEU needs a reference for \"" + hypothesis + "\"");
    }
    List<String> tokens = style.tokens(hypothesis);
    List<List<String>> expected = new ArrayList<>();
    for (String reference : style == BleuStyle.FAIRSEQ ? references.subList(0, 1) : references) {
      expected.add(style.referenceTokens(reference));
    }
    long[] counts = new long[REFERENCE + 1];
    counts[HYPOTHESIS] = tokens.size();
    counts[REFERENCE] = closestLength(tokens.size(), expected);
    for (int order = 1; order <= ORDERS; order++) {
      counts[order - 1] = matches(order, tokens, expected);
      counts[ORDERS + order - 1] = Math.max(0, tokens.size() - order + 1);
    }
    return new BleuCounts(counts);
  }

  /** Of sentences, in their order. */
  public static List<BleuCounts> of(
      BleuStyle style, List<String> hypotheses, List<List<String>> references) {
    if (hypotheses.size() != references.size() || hypotheses.isEmpty()) {
      throw new IllegalArgumentException(
          "BLEU: %d sentences and references for %d"
              .formatted(hypotheses.size(), references.size()));
    }
    List<BleuCounts> all = new ArrayList<>();
    for (int i = 0; i < hypotheses.size(); i++) {
      all.add(of(style, hypotheses.get(i), references.get(i)));
    }
    return all;
  }

  /** The sum, which belongs to the whole corpus. */
  public static BleuCounts sum(Iterable<BleuCounts> parts) {
    BleuCounts sum = new BleuCounts(new long[REFERENCE + 1]);
    for (BleuCounts part : parts) {
      sum.add(part);
    }
    return sum;
  }

  static BleuCounts none() {
    return sum(List.of());
  }

  /** Changes this sum, which must be the caller's own. */
  void add(BleuCounts other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  private static int closestLength(int length, List<List<String>> references) {
    int closest = references.get(0).size();
    for (List<String> reference : references) {
      int nearer = Math.abs(closest - length) - Math.abs(reference.size() - length);
      if (nearer > 0 || nearer == 0 && reference.size() < closest) {
        closest = reference.size();
      }
    }
    return closest;
  }

  /** How many n-grams are in a reference too, each as often at most as in the one with most. */
  private static long matches(int order, List<String> tokens, List<List<String>> references) {
    Map<List<String>, Integer> most = new HashMap<>();
    for (List<String> reference : references) {
      ngrams(order, reference).forEach((ngram, count) -> most.merge(ngram, count, Math::max));
    }
    long matches = 0;
    for (Map.Entry<List<String>, Integer> ngram : ngrams(order, tokens).entrySet()) {
      matches += Math.min(ngram.getValue(), most.getOrDefault(ngram.getKey(), 0));
    }
    return matches;
  }

  static Map<List<String>, Integer> ngrams(int order, List<String> tokens) {
    Map<List<String>, Integer> ngrams = new HashMap<>();
    for (int i = 0; i + order <= tokens.size(); i++) {
      ngrams.merge(tokens.subList(i, i + order), 1, Integer::sum);
    }
    return ngrams;
  }

  /** Matched n-grams of an order from 1 to 4. */
  public long matched(int order) {
    return counts[order - 1];
  }

  /** All n-grams of an order from 1 to 4 in the hypotheses. */
  public long written(int order) {
    return counts[ORDERS + order - 1];
  }

  /** Tokens of the hypotheses. */
  public long hypothesisLength() {
    return counts[HYPOTHESIS];
  }

  /** Tokens of the references, of each sentence the one closest in length. */
  public long referenceLength() {
    return counts[REFERENCE];
  }
}
