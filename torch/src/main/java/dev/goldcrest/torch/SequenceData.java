package dev.goldcrest.torch;

import dev.goldcrest.runtime.text.Tokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Token sequences and how they are cut into batches of about so many tokens. An example is a
 * number; what it means is the subclass's affair. Reserved ids are those of {@link Tokenizer}.
 */
public abstract sealed class SequenceData permits PairData, StreamData {
  /**
   * Sentences with their translations.
   *
   * @param budget tokens of source and target in a batch, padding included
   */
  public static SequenceData pairs(List<int[]> sources, List<int[]> targets, int budget) {
    return new PairData(sources, targets, budget);
  }

  /**
   * Running text, cut into blocks that know nothing of each other.
   *
   * @param context tokens of a block
   * @param budget tokens in a batch
   */
  public static SequenceData stream(int[] tokens, int context, int budget) {
    return new StreamData(tokens, context, budget);
  }

  /** Batches of an epoch: the same number in each. */
  public abstract int batches();

  /** Tokens to be foretold in all. */
  public abstract long targets();

  /** Tokens that are read in all, source and target. */
  public abstract long tokens();

  /** The examples of every batch of an epoch, in an order drawn from {@code random}. */
  abstract List<int[]> order(SplittableRandom random);

  /** The examples of every batch, in the order of the data. */
  abstract List<int[]> inOrder();

  /** Tokens to be foretold in these examples. */
  abstract int targets(int[] examples);

  /** Tokens that are read in these examples, source and target. */
  abstract int tokens(int[] examples);

  /** Lays examples out. */
  abstract SequenceBatch batch(int[] examples);

  /** A hash of everything. */
  abstract long fingerprint();

  static void shuffle(List<int[]> batches, SplittableRandom random) {
    Collections.shuffle(batches, new java.util.Random(random.nextLong()));
  }

  static int[] array(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Every {@code count}-th example from {@code first} on: one worker's part. */
  static int[] part(int[] examples, int first, int count) {
    List<Integer> part = new ArrayList<>();
    for (int i = first; i < examples.length; i += count) {
      part.add(examples[i]);
    }
    return array(part);
  }
}
