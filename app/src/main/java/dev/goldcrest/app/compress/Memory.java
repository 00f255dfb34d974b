package dev.goldcrest.app.compress;

import dev.goldcrest.app.evaluate.Heap;
import dev.goldcrest.runtime.ModelFile;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Bytes of the heap at the peak of a prediction: what weights and sessions hold, and the most that
 * one prediction allocates besides. A model is read anew, so that it shares nothing with those at
 * hand, and a small one several times at once: what else comes and goes on the heap of a program is
 * megabytes, and is divided by the number of copies.
 *
 * @param bytes at the peak, -1 where it cannot be told from what else is on the heap
 * @param spread between repeated measurements of the same, in bytes
 */
record Memory(long bytes, long spread) {
  /** Not measured. */
  static final Memory NONE = new Memory(-1, 0);

  /** Predictions, each of another input, so that sessions for several lengths are there. */
  private static final int INPUTS = 20;

  /** Odd: a thread that ends meanwhile frees what it held, and the median does not mind. */
  private static final int TIMES = 3;

  /** Copies of a model take at least so many bytes together... */
  private static final long ENOUGH = 64_000_000;

  /** ...but there are no more of them than this. */
  private static final int MOST_COPIES = 32;

  /** Where a model comes from. */
  interface Source {
    ModelFile read() throws IOException;
  }

  /**
   * Measures.
   *
   * @param size bytes that a copy will take at least, such as those of its file
   */
  static Memory peak(Subject subject, Source source, long size) throws IOException {
    int copies = (int) Math.max(1, Math.min(MOST_COPIES, ENOUGH / Math.max(1, size)));
    long[] held = new long[TIMES];
    long passing = 0;
    warm(subject, source); // what a cold program asks for is not the model's
    for (int i = 0; i < TIMES; i++) {
      long[] running = running(subject, source, copies);
      held[i] = (running[0] - Heap.used()) / copies;
      passing = running[1];
    }
    Arrays.sort(held);
    long middle = held[TIMES / 2];
    return new Memory(middle <= 0 ? -1 : middle + passing, held[TIMES - 1] - held[0]);
  }

  private static void warm(Subject subject, Source source) throws IOException {
    try (Subject.Runner runner = subject.runner(source.read())) {
      for (int i = 0; i < INPUTS; i++) {
        runner.run(i);
      }
    }
  }

  /**
   * The heap with copies of a model that have run, and what a prediction allocates. A method of its
   * own: what a frame has held may count as held until the frame is gone.
   */
  private static long[] running(Subject subject, Source source, int copies) throws IOException {
    List<Subject.Runner> runners = new ArrayList<>();
    try {
      for (int copy = 0; copy < copies; copy++) {
        Subject.Runner runner = subject.runner(source.read());
        runners.add(runner);
        for (int i = 0; i < INPUTS; i++) {
          runner.run(i);
        }
      }
      long used = Heap.used();
      long passing = 0;
      for (int i = 0; i < INPUTS; i++) {
        long allocated = Heap.allocated();
        runners.get(0).run(i);
        passing = Math.max(passing, Heap.allocated() - allocated);
      }
      Reference.reachabilityFence(runners);
      return new long[] {used, passing};
    } finally {
      runners.forEach(Subject.Runner::close);
    }
  }
}
