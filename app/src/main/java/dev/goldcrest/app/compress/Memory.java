package dev.goldcrest.app.compress;

import dev.goldcrest.app.evaluate.Heap;
import dev.goldcrest.runtime.ModelFile;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.Arrays;

/**
 * Measures what a device needs to run a model: it is read anew, so that it shares nothing with
 * those at hand, and the heap is looked at while it is there and when it is gone.
 */
final class Memory {
  /** Predictions, each of another input, so that sessions for several lengths are there. */
  private static final int INPUTS = 20;

  /** Odd: a thread that ends meanwhile frees what it held, and the median does not mind. */
  private static final int TIMES = 3;

  private Memory() {}

  /** Where a model comes from. */
  interface Source {
    ModelFile read() throws IOException;
  }

  /**
   * Bytes at the peak of a prediction: what weights and sessions hold after {@link #INPUTS} of
   * them, and the most that one of them, asked for again, allocates besides.
   */
  static long peak(Subject subject, Source source) throws IOException {
    long[] held = new long[TIMES];
    long passing = 0;
    running(subject, source); // what a cold program asks for is not the model's
    for (int i = 0; i < TIMES; i++) {
      long[] running = running(subject, source);
      held[i] = running[0] - Heap.used();
      passing = running[1];
    }
    Arrays.sort(held);
    return Math.max(0, held[TIMES / 2]) + passing;
  }

  /**
   * The heap with a model that has run, and what it allocates. A method of its own: what a frame
   * has held may count as held until the frame is gone.
   */
  private static long[] running(Subject subject, Source source) throws IOException {
    try (Subject.Runner runner = subject.runner(source.read())) {
      for (int i = 0; i < INPUTS; i++) {
        runner.run(i);
      }
      long used = Heap.used();
      long passing = 0;
      for (int i = 0; i < INPUTS; i++) {
        long allocated = Heap.allocated();
        runner.run(i);
        passing = Math.max(passing, Heap.allocated() - allocated);
      }
      Reference.reachabilityFence(runner);
      return new long[] {used, passing};
    }
  }
}
