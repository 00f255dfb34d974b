package dev.goldcrest.app.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Counts of gold against predicted labels. The labels are those that occur in either, sorted, which
 * is also the set the macro average runs over (scikit-learn's convention): a label that was only
 * predicted counts with F1 = 0, a label of the model that occurs nowhere does not count.
 */
public final class ConfusionMatrix {
  private final List<String> labels;
  private final long[][] counts; // [gold][predicted]
  private final long total;

  private ConfusionMatrix(List<String> labels, long[][] counts, long total) {
    this.labels = labels;
    this.counts = counts;
    this.total = total;
  }

  /**
   * @param gold the true labels, at least one
   * @param predicted as many, in the same order
   */
  public static ConfusionMatrix of(List<String> gold, List<String> predicted) {
    if (gold.size() != predicted.size() || gold.isEmpty()) {
      throw new IllegalArgumentException(
          "confusion matrix: "
              + gold.size()
              + " gold and "
              + predicted.size()
              + " predicted labels");
    }
    TreeSet<String> sorted = new TreeSet<>(gold);
    sorted.addAll(predicted);
    List<String> labels = List.copyOf(sorted);
    Map<String, Integer> index = new HashMap<>();
    labels.forEach(label -> index.put(label, index.size()));
    long[][] counts = new long[labels.size()][labels.size()];
    for (int i = 0; i < gold.size(); i++) {
      counts[index.get(gold.get(i))][index.get(predicted.get(i))]++;
    }
    return new ConfusionMatrix(labels, counts, gold.size());
  }

  /** The labels in the order of rows and columns. */
  public List<String> labels() {
    return labels;
  }

  /** How often gold label {@code gold} was predicted as {@code predicted}; both are indices. */
  public long count(int gold, int predicted) {
    return counts[gold][predicted];
  }

  /** A copy of all counts, (gold, predicted). */
  public long[][] counts() {
    long[][] copy = new long[counts.length][];
    for (int i = 0; i < counts.length; i++) {
      copy[i] = counts[i].clone();
    }
    return copy;
  }

  public long total() {
    return total;
  }

  /** Share of examples on the diagonal, 0-1. */
  public double accuracy() {
    long right = 0;
    for (int i = 0; i < counts.length; i++) {
      right += counts[i][i];
    }
    return (double) right / total;
  }

  /** Unweighted mean of the F1 of all {@link #labels}, 0-1. */
  public double macroF1() {
    return perLabel().stream().mapToDouble(LabelScore::f1).average().orElse(0);
  }

  /** Precision, recall and F1 of each label, in the order of {@link #labels}. */
  public List<LabelScore> perLabel() {
    List<LabelScore> scores = new ArrayList<>(labels.size());
    for (int k = 0; k < labels.size(); k++) {
      long gold = 0;
      long predicted = 0;
      for (int other = 0; other < labels.size(); other++) {
        gold += counts[k][other];
        predicted += counts[other][k];
      }
      scores.add(LabelScore.of(labels.get(k), counts[k][k], gold, predicted));
    }
    return scores;
  }
}
