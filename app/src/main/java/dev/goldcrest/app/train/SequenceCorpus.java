package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.text.Tokenizer;
import dev.goldcrest.torch.SequenceData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Texts as the model reads and writes them.
 *
 * @param train batches to learn from
 * @param dev batches to choose the best weights by
 * @param meanSource tokens of a source with its end, 0 without
 * @param meanTarget tokens of a target with its end; of running text the tokens of a block
 * @param cut sources of both parts that are longer than the model reads, whose ends are ignored
 * @param left pairs of both parts left out because a side is longer than the model reads or empty
 */
record SequenceCorpus(
    SequenceData train, SequenceData dev, double meanSource, double meanTarget, int cut, int left) {

  static SequenceCorpus of(SequenceTexts train, SequenceTexts dev, SequenceRecipe recipe) {
    if (train.sources() == null) {
      SequenceData text = stream(train, recipe);
      return new SequenceCorpus(text, stream(dev, recipe), 0, recipe.context(), 0, 0);
    }
    Pairs learned = Pairs.of(train, recipe);
    Pairs held = Pairs.of(dev, recipe);
    return new SequenceCorpus(
        learned.batches(recipe.batch()),
        held.batches(recipe.batch()),
        mean(learned.sources),
        mean(learned.targets),
        learned.cut + held.cut,
        learned.left + held.left);
  }

  /**
   * Refuses data of which nothing is left.
   *
   * @param most tokens of a side
   */
  void requirePairs(SequenceTexts learned, SequenceTexts held, int most) {
    requirePairs(learned, train, most);
    requirePairs(held, dev, most);
  }

  private static void requirePairs(SequenceTexts texts, SequenceData data, int most) {
    if (data.targets() == 0) {
      throw UserError.failed(
          "%s: no pair is left; each has a side that is empty or longer than %d tokens"
              + " (--set maxLength=N changes that)",
          texts.name(), most);
    }
  }

  private static double mean(List<int[]> texts) {
    return texts.stream().mapToInt(text -> text.length + 1).average().orElse(1);
  }

  /** One stream of tokens, an end after each line. */
  private static SequenceData stream(SequenceTexts texts, SequenceRecipe recipe) {
    int[] tokens = new int[1 << 16];
    int size = 0;
    for (String line : texts.targets()) {
      int[] ids = recipe.target().encode(line);
      if (size + ids.length + 1 > tokens.length) {
        tokens = Arrays.copyOf(tokens, Math.max(2 * tokens.length, size + ids.length + 1));
      }
      System.arraycopy(ids, 0, tokens, size, ids.length);
      size += ids.length;
      tokens[size++] = Tokenizer.EOS;
    }
    return SequenceData.stream(Arrays.copyOf(tokens, size), recipe.context(), recipe.batch());
  }

  /** Encoded pairs that fit into the model. */
  private static final class Pairs {
    private final List<int[]> sources = new ArrayList<>();
    private final List<int[]> targets = new ArrayList<>();
    private int cut;
    private int left;

    static Pairs of(SequenceTexts texts, SequenceRecipe recipe) {
      Pairs pairs = new Pairs();
      boolean cuts = recipe.task().equals(SequenceModel.SUMMARIZE);
      for (int i = 0; i < texts.size(); i++) {
        pairs.add(
            recipe.source().encode(texts.sources().get(i)),
            recipe.target().encode(texts.targets().get(i)),
            recipe.architecture().maxLength() - 1,
            cuts);
      }
      return pairs;
    }

    private void add(int[] source, int[] target, int most, boolean cuts) {
      int[] read = source;
      if (cuts && source.length > most) {
        read = Arrays.copyOf(source, most);
        cut++;
      }
      if (read.length == 0 || target.length == 0 || read.length > most || target.length > most) {
        left++;
        return;
      }
      sources.add(read);
      targets.add(target);
    }

    SequenceData batches(int budget) {
      return SequenceData.pairs(sources, targets, budget);
    }
  }
}
