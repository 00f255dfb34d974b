package dev.goldcrest.torch;

import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Running text for a language model, cut into blocks of {@code context} tokens; an example is the
 * position of a block's first target. Each epoch starts the first block elsewhere, so that tokens
 * do not always stand at the same place in it. Before the first token stands an eos.
 */
final class StreamData extends SequenceData {
  private final int[] tokens;
  private final int context;
  private final int rows;

  StreamData(int[] tokens, int context, int budget) {
    if (tokens.length == 0 || context < 1) {
      throw new IllegalArgumentException(
          tokens.length + " tokens in blocks of " + context + ": nothing to learn");
    }
    this.tokens = tokens.clone();
    this.context = Math.min(context, tokens.length);
    this.rows = Math.max(1, budget / this.context);
  }

  /** Whole blocks of an epoch, wherever the first one starts. */
  private int blocks() {
    return tokens.length / context;
  }

  @Override
  public int batches() {
    return (blocks() + rows - 1) / rows;
  }

  @Override
  public long targets() {
    return tokens.length;
  }

  @Override
  public long tokens() {
    return tokens.length;
  }

  @Override
  List<int[]> order(SplittableRandom random) {
    int first = random.nextInt(context);
    int[] starts = new int[blocks()];
    for (int i = 0; i < starts.length; i++) {
      int j = random.nextInt(i + 1);
      starts[i] = starts[j];
      starts[j] = Math.min(first + i * context, tokens.length - context);
    }
    List<int[]> batches = cut(starts, rows);
    shuffle(batches, random);
    return batches;
  }

  @Override
  List<int[]> inOrder() {
    int count = (tokens.length + context - 1) / context;
    int[] starts = new int[count];
    Arrays.setAll(starts, i -> i * context);
    if (tokens.length % context == 0) {
      return cut(starts, rows);
    }
    // The last block is shorter and stands alone.
    List<int[]> batches = cut(Arrays.copyOf(starts, count - 1), rows);
    batches.add(new int[] {starts[count - 1]});
    return batches;
  }

  private static List<int[]> cut(int[] starts, int rows) {
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < starts.length; from += rows) {
      batches.add(Arrays.copyOfRange(starts, from, Math.min(from + rows, starts.length)));
    }
    return batches;
  }

  private int length(int start) {
    return Math.min(context, tokens.length - start);
  }

  @Override
  int targets(int[] examples) {
    return Arrays.stream(examples).map(this::length).sum();
  }

  @Override
  int tokens(int[] examples) {
    return targets(examples);
  }

  @Override
  SequenceBatch batch(int[] examples) {
    int time = length(examples[0]);
    int[] ids = new int[examples.length * time];
    int[] targets = new int[ids.length];
    for (int row = 0; row < examples.length; row++) {
      int start = examples[row];
      ids[row * time] = start == 0 ? Tokenizer.EOS : tokens[start - 1];
      System.arraycopy(tokens, start, ids, row * time + 1, time - 1);
      System.arraycopy(tokens, start, targets, row * time, time);
    }
    return new SequenceBatch(new Sizes(examples.length, time, 1), null, null, ids, targets);
  }

  @Override
  long fingerprint() {
    return Noise.mix(Noise.mix(Arrays.hashCode(tokens) * 31L + context) + rows);
  }
}
