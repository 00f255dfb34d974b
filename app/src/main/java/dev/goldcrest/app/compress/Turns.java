package dev.goldcrest.app.compress;

import java.util.Arrays;
import java.util.List;

/** Times models in turns, so that whatever else the machine does meets all of them. */
public final class Turns {
  private static final int LEAST = 40;
  private static final int MOST = 4_000;
  private static final long WARM_NANOS = 300_000_000L;
  private static final long TIMED_NANOS = 1_000_000_000L;

  private Turns() {}

  /** Median microseconds of each. */
  public static double[] p50Micros(List<Subject.Runner> runners) {
    run(runners, WARM_NANOS, null);
    double[][] micros = new double[runners.size()][MOST];
    int calls = run(runners, TIMED_NANOS, micros);
    double[] medians = new double[runners.size()];
    for (int i = 0; i < medians.length; i++) {
      double[] sorted = Arrays.copyOf(micros[i], calls);
      Arrays.sort(sorted);
      medians[i] = (sorted[(calls - 1) / 2] + sorted[calls / 2]) / 2;
    }
    return medians;
  }

  private static int run(List<Subject.Runner> runners, long nanos, double[][] micros) {
    long start = System.nanoTime();
    int call = 0;
    while (call < MOST && (call < LEAST || System.nanoTime() - start < nanos * runners.size())) {
      for (int i = 0; i < runners.size(); i++) {
        long before = System.nanoTime();
        runners.get(i).run(call);
        if (micros != null) {
          micros[i][call] = (System.nanoTime() - before) / 1e3;
        }
      }
      call++;
    }
    return call;
  }
}
