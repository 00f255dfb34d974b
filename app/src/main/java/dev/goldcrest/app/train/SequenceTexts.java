package dev.goldcrest.app.train;

import dev.goldcrest.app.data.ParallelDataset;
import dev.goldcrest.app.data.TextCorpus;
import java.util.List;

/**
 * Texts to learn writing from.
 *
 * @param name what messages call them
 * @param sources to read, or null for a language model
 * @param targets to write; of a language model the lines of its text
 */
public record SequenceTexts(String name, List<String> sources, List<String> targets) {
  /** Pairs; a target that has several references is learned by its first. */
  public static SequenceTexts of(ParallelDataset data) {
    return new SequenceTexts(data.name(), data.sources(), data.references());
  }

  /** Lines of running text. */
  public static SequenceTexts of(TextCorpus text) {
    return new SequenceTexts(text.name(), null, text.lines());
  }

  int size() {
    return targets.size();
  }
}
