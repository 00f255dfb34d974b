package dev.goldcrest.torch;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.decode.BeamSearch;
import dev.goldcrest.runtime.decode.DecodingOptions;
import dev.goldcrest.runtime.decode.Hypothesis;
import dev.goldcrest.runtime.decode.SessionStepper;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import java.util.Arrays;
import java.util.List;

/**
 * How long the search for one sentence takes on one thread, in the runtime and eagerly on libtorch,
 * sentence by sentence in turns; the same search and the same weights.
 *
 * @param kernels the runtime's
 * @param sentences measured
 * @param different sentences for which the runtime's kernels, its plain loops and libtorch do not
 *     all find the same best target, score ties within 1e-4 aside; 0 when all is well
 * @param millis the runtime's median
 * @param torchMillis libtorch's median
 */
public record DecodingSpeed(
    String kernels, int sentences, int different, double millis, double torchMillis) {
  private static final double TIE = 1e-4;

  /** How many times as long libtorch takes. */
  public double ratio() {
    return torchMillis / millis;
  }

  /**
   * Measures an encoder-decoder.
   *
   * @param sources token ids of sentences, each with its end token
   * @param warmSeconds given to both before the clock starts; the results are compared meanwhile
   * @param seconds of measuring at most, after one pass over the sentences at least
   */
  public static DecodingSpeed of(
      Architecture architecture,
      Weights weights,
      Kernels kernels,
      List<int[]> sources,
      DecodingOptions options,
      double warmSeconds,
      double seconds) {
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("there is no sentence to measure");
    }
    BeamSearch search = new BeamSearch(kernels);
    try (SessionStepper ours = new SessionStepper(architecture, weights, kernels);
        SessionStepper plain = new SessionStepper(architecture, weights, new ScalarKernels());
        TorchStepper theirs = new TorchStepper(architecture, weights)) {
      int different = 0;
      long end = end(warmSeconds);
      for (int i = 0; i < sources.size() || System.nanoTime() < end; i++) {
        int[] source = sources.get(i % sources.size());
        Hypothesis own = search.search(ours, source, options).get(0);
        Hypothesis other = search.search(theirs, source, options).get(0);
        if (i < sources.size()
            && !(agree(own, other) && agree(own, search.search(plain, source, options).get(0)))) {
          different++;
        }
      }
      Samples own = new Samples();
      Samples other = new Samples();
      end = end(seconds);
      for (int i = 0; i < sources.size() || System.nanoTime() < end; i++) {
        int[] source = sources.get(i % sources.size());
        long start = System.nanoTime();
        search.search(ours, source, options);
        long middle = System.nanoTime();
        search.search(theirs, source, options);
        own.add(middle - start);
        other.add(System.nanoTime() - middle);
      }
      return new DecodingSpeed(
          kernels.name(), sources.size(), different, own.median(), other.median());
    }
  }

  private static boolean agree(Hypothesis a, Hypothesis b) {
    return Arrays.equals(a.tokens(), b.tokens()) || Math.abs(a.score() - b.score()) <= TIE;
  }

  private static long end(double seconds) {
    return System.nanoTime() + (long) (seconds * 1e9);
  }

  /** Times in nanoseconds. */
  private static final class Samples {
    private long[] nanos = new long[64];
    private int count;

    void add(long time) {
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = time;
    }

    double median() {
      Arrays.sort(nanos, 0, count);
      return (nanos[(count - 1) / 2] + nanos[count / 2]) / 2e6;
    }
  }
}
