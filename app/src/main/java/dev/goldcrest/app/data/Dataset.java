package dev.goldcrest.app.data;

import java.util.List;

/**
 * Labelled examples in file order.
 *
 * @param name what to call it in messages: the path or pseudo-path it came from
 * @param examples unmodifiable, in file order
 * @param skippedBadLines lines left out because {@link ReadOptions#skipBadLines()} was set
 * @param rowsWithIgnoredColumns rows that had columns beyond label and text, which are never read
 */
public record Dataset(
    String name, List<Example> examples, int skippedBadLines, int rowsWithIgnoredColumns) {

  public Dataset {
    examples = List.copyOf(examples);
  }

  public Dataset(String name, List<Example> examples) {
    this(name, examples, 0, 0);
  }

  public int size() {
    return examples.size();
  }

  /**
   * Refuses data that cannot be trained on because all of it carries one label.
   *
   * @throws DataException naming the file and the only label
   */
  public void requireTwoLabels() throws DataException {
    if (examples.isEmpty()) {
      throw new DataException(name + " holds no examples; give it at least two labels' worth");
    }
    String first = examples.get(0).label();
    if (examples.stream().allMatch(example -> example.label().equals(first))) {
      throw new DataException(
          name
              + " has only one label, \""
              + Quoting.shorten(first)
              + "\", in all "
              + size()
              + " examples to learn from; a classifier needs at least two (is the label in the first column?)");
    }
  }
}
