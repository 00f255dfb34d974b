package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.app.energy.World;
import dev.goldcrest.app.evaluate.Heap;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.Session;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Models that run in turns on one thread of our runtime, so that whatever else the machine does
 * meets all of them. Their weights are random.
 */
final class Contest {
  private static final int LEAST_ROUNDS = 5;
  private static final int MOST_ROUNDS = 200;
  private static final int SMALL = 8;

  /**
   * What a model took.
   *
   * @param millis of a pass, the median: what its thread has of a processor, which on an idle
   *     machine is the time that passes
   * @param wallMillis that passed meanwhile, the median
   * @param wattHours of a pass, the mean
   * @param measured whether by a counter
   * @param rounds that were timed
   * @param weightBytes on the heap: weights, most of them packed for the kernels
   * @param sessionBytes on the heap besides: activations and scratch
   */
  record Result(
      double millis,
      double wallMillis,
      double wattHours,
      boolean measured,
      int rounds,
      long weightBytes,
      long sessionBytes) {}

  private static final class Runner {
    private final Session session;
    private final String output;
    private final long weightBytes;
    private final long sessionBytes;
    private final List<Long> nanos = new ArrayList<>();
    private final List<Long> wallNanos = new ArrayList<>();
    private double wattHours;

    Runner(Architecture model, int length) {
      long before = Heap.used();
      Weights weights = Weights.initial(model.whole(), 1);
      // What kernels read is packed by the first session and stays.
      session(model.trace(Architecture.WHOLE, Sizes.single(SMALL)), weights).run();
      long packed = Heap.used();
      Graph graph = model.trace(Architecture.WHOLE, Sizes.single(length));
      output = graph.outputs().keySet().iterator().next();
      session = session(graph, weights);
      weightBytes = packed - before;
      sessionBytes = Heap.used() - packed;
    }
  }

  private Contest() {}

  /**
   * Runs all, the first warm-up included, for about so long.
   *
   * @param length tokens of the one text of a pass
   * @throws IllegalStateException if an output is not a number
   */
  static Map<String, Result> of(
      Map<String, Architecture> models, int length, double seconds, World world) {
    Map<String, Runner> runners = new LinkedHashMap<>();
    models.forEach((name, model) -> runners.put(name, new Runner(model, length)));
    Energy energy = Energy.start(world);
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (Map.Entry<String, Runner> runner : runners.entrySet()) {
      warm(runner.getKey(), runner.getValue(), seconds / 4 / runners.size());
    }
    long start = System.nanoTime();
    int rounds = 0;
    while (rounds < MOST_ROUNDS
        && (rounds < LEAST_ROUNDS || System.nanoTime() - start < seconds * 1e9)) {
      for (Runner runner : runners.values()) {
        double before = energy.read().wattHours();
        long from = threads.getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        runner.session.run();
        runner.wallNanos.add(System.nanoTime() - wall);
        runner.nanos.add(threads.getCurrentThreadCpuTime() - from);
        runner.wattHours += energy.read().wattHours() - before;
      }
      rounds++;
    }
    Map<String, Result> results = new LinkedHashMap<>();
    boolean measured = energy.read().measured();
    for (Map.Entry<String, Runner> entry : runners.entrySet()) {
      Runner runner = entry.getValue();
      results.put(
          entry.getKey(),
          new Result(
              median(runner.nanos) / 1e6,
              median(runner.wallNanos) / 1e6,
              runner.wattHours / rounds,
              measured,
              rounds,
              runner.weightBytes,
              runner.sessionBytes));
    }
    return results;
  }

  private static Session session(Graph graph, Weights weights) {
    Session session = new Session(graph, weights, KernelsProvider.kernels());
    int[] ids = session.indices("ids");
    for (int t = 0; t < ids.length; t++) {
      ids[t] = 1 + t % 997;
    }
    Arrays.fill(session.floats("mask"), 1);
    return session;
  }

  private static void warm(String name, Runner runner, double seconds) {
    long start = System.nanoTime();
    int runs = 0;
    while (runs < 3 || System.nanoTime() - start < seconds * 1e9) {
      runner.session.run();
      runs++;
    }
    for (float value : runner.session.output(runner.output)) {
      if (!Float.isFinite(value)) {
        throw new IllegalStateException(name + " gives " + value);
      }
    }
  }

  static double median(List<Long> values) {
    long[] sorted = values.stream().mapToLong(Long::longValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
  }
}
