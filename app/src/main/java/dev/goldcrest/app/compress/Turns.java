package dev.goldcrest.app.compress;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;

/**
 * Times models in turns, so that whatever else the machine does meets all of them, by what the
 * thread has of a processor: on an idle machine that is the time that passes.
 */
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
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    long start = clock.getCurrentThreadCpuTime();
    int call = 0;
    while (call < MOST
        && (call < LEAST || clock.getCurrentThreadCpuTime() - start < nanos * runners.size())) {
      for (int i = 0; i < runners.size(); i++) {
        long before = clock.getCurrentThreadCpuTime();
        runners.get(i).run(call);
        if (micros != null) {
          micros[i][call] = (clock.getCurrentThreadCpuTime() - before) / 1e3;
        }
      }
      call++;
    }
    return call;
  }
}
