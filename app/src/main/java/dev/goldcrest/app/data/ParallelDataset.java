package dev.goldcrest.app.data;

import java.util.List;
import java.util.regex.Pattern;

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

  /** What the written texts are scored against and learned from, in order. */
  public List<String> references() {
    return pairs.stream().map(pair -> reference(pair.target())).toList();
  }

  /** Whether a target joins several references. */
  public boolean several() {
    return pairs.stream().anyMatch(pair -> pair.target().contains(BETWEEN_REFERENCES));
  }

  /** The first of the references that a target joins by {@code ||| }, or the whole of it. */
  static String reference(String target) {
    for (String each : target.split(Pattern.quote(BETWEEN_REFERENCES))) {
      if (!each.isBlank()) {
        return each;
      }
    }
    return target;
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
