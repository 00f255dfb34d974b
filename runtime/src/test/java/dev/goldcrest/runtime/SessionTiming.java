package dev.goldcrest.runtime;

import com.sun.management.ThreadMXBean;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Prints microseconds of one run of the tiny preset's entries, scalar and SIMD taken in turn,
 * medians of short samples; the fastest tenth says what the others on a shared machine cost.
 * Agreement is checked before the clock starts. Run {@code main} with the test class path and
 * {@code --add-modules jdk.incubator.vector}; an argument sets the seconds an entry is measured
 * for.
 */
final class SessionTiming {
  private static final int RUNS = 40;

  private SessionTiming() {}

  public static void main(String[] arguments) {
    double seconds = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 4;
    Kernels chosen = KernelsProvider.kernels();
    System.out.printf(
        Locale.ROOT,
        "java %s, %s%n%-14s %9s %10s %9s %9s %7s %9s%n",
        System.getProperty("java.version"),
        chosen.name(),
        "entry",
        "weights",
        "scalar us",
        "SIMD us",
        "best 10%",
        "ratio",
        "bytes/run");
    Map<String, Graph> graphs = new LinkedHashMap<>();
    graphs.put("words, 1", Samples.trace(Samples.tiny(), Architecture.WORDS, 1, 1));
    graphs.put("words, 12", Samples.trace(Samples.tiny(), Architecture.WORDS, 1, 12));
    graphs.put("sequence, 12", Samples.trace(Samples.tiny(), Architecture.SEQUENCE, 1, 12));
    graphs.put("sequence, 32", Samples.trace(Samples.tiny(), Architecture.SEQUENCE, 1, 32));
    graphs.forEach((name, graph) -> measure(name, graph, chosen, seconds));
  }

  private static void measure(String name, Graph graph, Kernels chosen, double seconds) {
    Weights weights = Weights.initial(graph, 1);
    Session scalar = new Session(graph, weights, new ScalarKernels());
    Session simd = new Session(graph, weights, chosen);
    Samples.fill(scalar, graph, 1);
    Samples.fill(simd, graph, 1);
    check(scalar, simd, graph);
    long end = System.nanoTime() + (long) (seconds * 5e8);
    while (System.nanoTime() < end) {
      sample(scalar);
      sample(simd);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    double[] slow = new double[20_000];
    double[] fast = new double[20_000];
    int samples = 0;
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    end = System.nanoTime() + (long) (seconds * 5e8);
    while (System.nanoTime() < end && samples < slow.length) {
      slow[samples] = sample(scalar);
      fast[samples] = sample(simd);
      samples++;
    }
    long bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    check(scalar, simd, graph);
    double a = quantile(slow, samples, 0.5);
    double b = quantile(fast, samples, 0.5);
    System.out.printf(
        Locale.ROOT,
        "%-14s %9d %10.1f %9.1f %9.1f %7.1f %9.1f%n",
        name,
        graph.parameterCount(),
        a,
        b,
        quantile(fast, samples, 0.1),
        a / b,
        (double) bytes / samples / RUNS);
  }

  private static double sample(Session session) {
    long start = System.nanoTime();
    for (int i = 0; i < RUNS; i++) {
      session.run();
    }
    return (System.nanoTime() - start) / 1e3 / RUNS;
  }

  private static double quantile(double[] values, int count, double share) {
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return sorted[(int) (count * share)];
  }

  private static void check(Session scalar, Session simd, Graph graph) {
    scalar.run();
    simd.run();
    Map<String, float[]> other = Samples.outputs(simd, graph);
    Samples.outputs(scalar, graph)
        .forEach(
            (output, values) -> {
              for (int i = 0; i < values.length; i++) {
                float difference = Math.abs(values[i] - other.get(output)[i]);
                if (!(difference <= 1e-4 * (1 + Math.abs(values[i])))) {
                  throw new IllegalStateException(output + "[" + i + "] differs by " + difference);
                }
              }
            });
  }
}
