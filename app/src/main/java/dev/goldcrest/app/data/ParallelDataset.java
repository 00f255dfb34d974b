package dev.goldcrest.app.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Pairs of texts in file order.
 *
 * @param name what to call it in messages: the path, or both paths
 * @param pairs unmodifiable, in file order
 * @param skippedBadLines lines left out because {@link ParallelOptions#skipBadLines()} was set
 */
public record ParallelDataset(String name, List<SentencePair> pairs, int skippedBadLines) {
  private static final String BETWEEN_REFERENCES = " ||| ";

  public ParallelDataset {
    pairs = List.copyOf(pairs);
  }

  /** Every pair, and every tenth of them apart. */
  public record Split(ParallelDataset train, ParallelDataset dev) {}

  public int size() {
    return pairs.size();
  }

  /** The texts to read, in order. */
  public List<String> sources() {
    return pairs.stream().map(SentencePair::source).toList();
  }

  /** The texts to write, in order. */
  public List<String> targets() {
    return pairs.stream().map(SentencePair::target).toList();
  }

  /**
   * The references of a target that joins several by {@code ||| }, at least one. Where only one can
   * be used, it is the first.
   */
  public static List<String> references(String target) {
    List<String> references = new ArrayList<>();
    int from = 0;
    for (int at = 0; at >= 0; from = at + BETWEEN_REFERENCES.length()) {
      at = target.indexOf(BETWEEN_REFERENCES, from);
      String reference = target.substring(from, at < 0 ? target.length() : at);
      if (!reference.isBlank()) {
        references.add(reference);
      }
    }
    return references.isEmpty() ? List.of(target) : references;
  }

  /**
   * Holds out the pairs whose 0-based number mod 10 is 9; see {@link dev.goldcrest.app.data.Split}.
   *
   * @throws DataException if there are fewer than ten pairs
   */
  public Split holdOut() throws DataException {
    HoldOut<SentencePair> parts = HoldOut.of(name, "pairs", pairs);
    return new Split(
        new ParallelDataset(name, parts.train(), skippedBadLines),
        new ParallelDataset(parts.devName(), parts.dev(), 0));
  }
}
