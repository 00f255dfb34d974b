package dev.goldcrest.app.compress;

import dev.goldcrest.app.evaluate.Heap;
import dev.goldcrest.runtime.ModelFile;
import java.io.IOException;
import java.lang.ref.Reference;

/**
 * Measures what a device needs to run a model: it is read anew, so that it shares nothing with
 * those at hand, and the heap is looked at before and after.
 */
final class Memory {
  /** Predictions, each of another input, so that sessions for several lengths are there. */
  private static final int INPUTS = 20;

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
    warm(subject, source);
    long before = Heap.used();
    try (Subject.Runner runner = subject.runner(source.read())) {
      run(runner);
      long held = Heap.used() - before;
      long passing = 0;
      for (int i = 0; i < INPUTS; i++) {
        long allocated = Heap.allocated();
        runner.run(i);
        passing = Math.max(passing, Heap.allocated() - allocated);
      }
      Reference.reachabilityFence(runner);
      return Math.max(0, held) + passing;
    }
  }

  /**
   * Makes what the program makes once, for whatever model. A method of its own: what a frame has
   * held may count as held until the frame is gone.
   */
  private static void warm(Subject subject, Source source) throws IOException {
    try (Subject.Runner first = subject.runner(source.read())) {
      run(first);
    }
  }

  private static void run(Subject.Runner runner) {
    for (int i = 0; i < INPUTS; i++) {
      runner.run(i);
    }
  }
}
