package dev.goldcrest.torch;

import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Pairs of sentences. Those of like length on both sides share a batch, so that little of it is
 * padding: lengths are rounded up to {@link #STEP}, batches are cut from the pairs in the order of
 * these, and chance decides which of the alike pairs meet and in which order the batches come. The
 * sequence of rounded lengths is the same in each epoch, so the number of batches is too.
 */
final class PairData extends SequenceData {
  /** Lengths within a step count as alike: more of them meet, and more is padded. */
  private static final int STEP = 4;

  private final List<int[]> sources;
  private final List<int[]> targets;
  private final int budget;
  private final int batches;

  PairData(List<int[]> sources, List<int[]> targets, int budget) {
    if (sources.size() != targets.size()) {
      throw new IllegalArgumentException(
          sources.size() + " source sentences, " + targets.size() + " target sentences");
    }
    this.sources = List.copyOf(sources);
    this.targets = List.copyOf(targets);
    this.budget = budget;
    this.batches = inOrder().size();
  }

  private int source(int example) {
    return sources.get(example).length + 1;
  }

  private int target(int example) {
    return targets.get(example).length + 1;
  }

  private static int rounded(int length) {
    return (length + STEP - 1) / STEP * STEP;
  }

  @Override
  public int batches() {
    return batches;
  }

  @Override
  public long targets() {
    return targets.stream().mapToLong(target -> target.length + 1).sum();
  }

  @Override
  public long tokens() {
    return targets() + sources.stream().mapToLong(source -> source.length + 1).sum();
  }

  @Override
  List<int[]> order(SplittableRandom random) {
    Integer[] examples = new Integer[sources.size()];
    for (int i = 0; i < examples.length; i++) {
      int j = random.nextInt(i + 1);
      examples[i] = examples[j];
      examples[j] = i;
    }
    List<int[]> batches = cut(examples);
    shuffle(batches, random);
    return batches;
  }

  @Override
  List<int[]> inOrder() {
    Integer[] examples = new Integer[sources.size()];
    Arrays.setAll(examples, i -> i);
    return cut(examples);
  }

  /** Sorts by length, short targets first and last in turns, and cuts at the budget. */
  private List<int[]> cut(Integer[] examples) {
    Comparator<Integer> bySource = Comparator.comparingInt(i -> rounded(source(i)));
    Comparator<Integer> byTarget =
        Comparator.comparingInt(
            i -> (rounded(source(i)) / STEP % 2 == 0 ? 1 : -1) * rounded(target(i)));
    Arrays.sort(examples, bySource.thenComparing(byTarget)); // stable: chance orders the alike
    List<int[]> batches = new ArrayList<>();
    List<Integer> batch = new ArrayList<>();
    int source = 0;
    int target = 0;
    for (int example : examples) {
      source = Math.max(source, rounded(source(example)));
      target = Math.max(target, rounded(target(example)));
      if (!batch.isEmpty() && (long) (batch.size() + 1) * (source + target) > budget) {
        batches.add(array(batch));
        batch.clear();
        source = rounded(source(example));
        target = rounded(target(example));
      }
      batch.add(example);
    }
    if (!batch.isEmpty()) {
      batches.add(array(batch));
    }
    return batches;
  }

  @Override
  int targets(int[] examples) {
    return Arrays.stream(examples).map(this::target).sum();
  }

  @Override
  int tokens(int[] examples) {
    return targets(examples) + Arrays.stream(examples).map(this::source).sum();
  }

  @Override
  SequenceBatch batch(int[] examples) {
    int longestSource = Arrays.stream(examples).map(this::source).max().orElse(1);
    int longestTarget = Arrays.stream(examples).map(this::target).max().orElse(1);
    int[] source = new int[examples.length * longestSource];
    float[] mask = new float[source.length];
    int[] ids = new int[examples.length * longestTarget];
    int[] target = new int[ids.length];
    for (int row = 0; row < examples.length; row++) {
      int[] from = sources.get(examples[row]);
      int at = row * longestSource;
      System.arraycopy(from, 0, source, at, from.length);
      source[at + from.length] = Tokenizer.EOS;
      Arrays.fill(mask, at, at + from.length + 1, 1);
      int[] to = targets.get(examples[row]);
      at = row * longestTarget;
      ids[at] = Tokenizer.EOS;
      System.arraycopy(to, 0, ids, at + 1, to.length);
      System.arraycopy(to, 0, target, at, to.length);
      target[at + to.length] = Tokenizer.EOS;
    }
    Sizes sizes = new Sizes(examples.length, longestTarget, 1, longestSource);
    return new SequenceBatch(sizes, source, mask, ids, target);
  }

  @Override
  long fingerprint() {
    long hash = 0;
    for (int i = 0; i < sources.size(); i++) {
      hash = Noise.mix(hash * 31 + Arrays.hashCode(sources.get(i)));
      hash = Noise.mix(hash * 31 + Arrays.hashCode(targets.get(i)));
    }
    return Noise.mix(hash + budget);
  }
}
