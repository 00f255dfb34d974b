package dev.goldcrest.compress;

import dev.goldcrest.core.graph.WeightForms.Stored;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.ModelFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Finds a plan whose file is small enough. The plans are tried from the gentlest to the harshest:
 * fewer bits cost a trained model less than fewer weights, and what is left out can be learned
 * around.
 */
public final class Planner {
  /** {rank or empty, part pruned or empty, stored}, gentle ones first. */
  private static final String[][] STEPS = {
    {"", "", "INT8"},
    {"", "", "KMEANS4"},
    {"", "0.3", "KMEANS4"},
    {"", "0.5", "KMEANS4"},
    {"0.5", "", "INT8"},
    {"0.5", "", "KMEANS4"},
    {"0.5", "0.3", "KMEANS4"},
    {"0.5", "0.5", "KMEANS4"},
    {"0.25", "0.5", "KMEANS4"},
    {"0.25", "0.7", "KMEANS4"},
    {"0.1", "0.7", "KMEANS4"},
    {"0.05", "0.9", "KMEANS4"},
  };

  /**
   * A plan and the bytes of the file it gives.
   *
   * @param fits whether these are few enough
   */
  public record Found(Compression plan, long bytes, boolean fits) {}

  private Planner() {}

  /**
   * The gentlest plan that fits, or the smallest of all. None that would make a model of few bits
   * larger than it is: what is stored in 4 bits does not go back to 8.
   *
   * @param half whether floats that are left are stored in 16 bits
   * @param most bytes of the file
   */
  public static Found find(ModelFile model, boolean half, long most) {
    Found smallest = null;
    boolean floats = model.architecture().forms().stored().isEmpty();
    long largest = floats ? most : Math.min(most, bytes(Compression.encoded(model), half));
    for (Compression plan : plans(hasTables(model.architecture()))) {
      long bytes = bytes(plan.apply(model).model(), half);
      if (bytes <= largest) {
        return new Found(plan, bytes, true);
      }
      if (smallest == null || bytes < smallest.bytes()) {
        smallest = new Found(plan, bytes, false);
      }
    }
    return smallest;
  }

  /** The plans that need no trained weights, the gentlest first. */
  public static List<Compression> designable(Architecture architecture) {
    return plans(hasTables(architecture)).stream()
        .map(plan -> plan.withPrune(null))
        .distinct()
        .collect(Collectors.toUnmodifiableList());
  }

  /** Letters of the longest options of all plans. */
  public static int longestOptions() {
    return plans(true).stream().mapToInt(plan -> plan.options().length()).max().orElse(0);
  }

  /** Whether there are tables of vectors, which have a rank of their own. */
  private static boolean hasTables(Architecture architecture) {
    return !Compression.NONE.withTableRank(new Rank.Absolute(1)).designing(architecture).isEmpty();
  }

  private static List<Compression> plans(boolean tables) {
    List<Compression> plans = new ArrayList<>();
    for (String[] step : STEPS) {
      Rank rank = step[0].isEmpty() ? null : Rank.parse(step[0]);
      Pruning prune = step[1].isEmpty() ? null : Pruning.parse(step[1]);
      plans.add(
          Compression.NONE
              .withRank(rank)
              .withTableRank(tables ? rank : null)
              .withPrune(prune)
              .withStored(Stored.valueOf(step[2])));
    }
    return plans;
  }

  /** The bytes that a model takes as a file. */
  public static long bytes(ModelFile model, boolean half) {
    Counter counter = new Counter();
    try {
      model.write(counter, half);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a counter does no input or output
    }
    return counter.bytes;
  }

  private static final class Counter extends OutputStream {
    private long bytes;

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      bytes += length;
    }
  }
}
