package dev.goldcrest.app.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The labels of a training set with their numbers: sorted, so that row order does not matter. */
public final class LabelSet {
  private final List<String> labels;
  private final Map<String, Integer> indices = new HashMap<>();

  private LabelSet(List<String> labels) {
    this.labels = labels;
    for (int i = 0; i < labels.size(); i++) {
      indices.put(labels.get(i), i);
    }
  }

  public static LabelSet of(Dataset dataset) {
    return new LabelSet(
        dataset.examples().stream().map(Example::label).distinct().sorted().toList());
  }

  public int size() {
    return labels.size();
  }

  /** All labels; the place in the list is the label's number. */
  public List<String> labels() {
    return labels;
  }

  public String label(int index) {
    return labels.get(index);
  }

  /** The label's number, or -1 for one that is not in the set. */
  public int indexOf(String label) {
    return indices.getOrDefault(label, -1);
  }

  /** How many examples of {@code other} carry each label that is not in this set. */
  public SortedMap<String, Integer> unseen(Dataset other) {
    SortedMap<String, Integer> counts = new TreeMap<>();
    for (Example example : other.examples()) {
      if (indexOf(example.label()) < 0) {
        counts.merge(example.label(), 1, Integer::sum);
      }
    }
    return counts;
  }
}
