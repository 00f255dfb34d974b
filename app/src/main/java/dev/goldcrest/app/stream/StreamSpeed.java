package dev.goldcrest.app.stream;

import com.sun.management.ThreadMXBean;
import dev.goldcrest.app.evaluate.Heap;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Lstr;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.Session;
import dev.goldcrest.runtime.StreamDetector;
import dev.goldcrest.runtime.StreamModel;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * How fast a preset answers on one thread with random weights: frame by frame, and with a whole
 * window for every answer, taken in turns.
 *
 * @param streamMillis of a frame: the mean over a cycle of R frames, in which the long memory is
 *     compressed once; median over the cycles
 * @param worstMillis of the frame that compresses it, the median
 * @param batchMillis of a window, the median
 * @param frames pushed in a row for what follows
 * @param framesPerSecond over these
 * @param allocatedBytes by all of these together
 * @param heapGrowth bytes in use after these, beyond those before; both after collection
 * @param largestDifference between a window's scores and the stream's, checked before timing
 */
public record StreamSpeed(
    double streamMillis,
    double worstMillis,
    double batchMillis,
    int frames,
    double framesPerSecond,
    long allocatedBytes,
    long heapGrowth,
    double largestDifference) {
  /** Until code is compiled, which on a busy machine takes its time. */
  private static final double WARM_SECONDS = 8;

  /** The preset with random weights. */
  public static Lstr preset(String name) {
    return Lstr.from(new Settings(Architectures.preset(Lstr.NAME, name)));
  }

  /**
   * Measures {@code lstr}.
   *
   * @param rounds a window and a cycle of frames each
   * @param frames to push in a row afterwards
   */
  public static StreamSpeed of(Lstr lstr, int rounds, int frames) {
    Weights weights =
        Weights.initial(lstr.trace(Architecture.WHOLE, Sizes.single(lstr.maxLength())), 1);
    StreamDetector detector = new StreamDetector(model(lstr, weights));
    Session batch =
        new Session(
            lstr.trace(Architecture.WHOLE, Sizes.single(lstr.maxLength())),
            weights,
            KernelsProvider.kernels());
    float[][] recording = recording(lstr);
    double difference = check(lstr, detector, batch, recording);
    // The check ends on a frame that compresses the memory, so a cycle begins after it.
    double[] windows = new double[rounds];
    double[] cycles = new double[rounds];
    double[] worst = new double[rounds];
    warm(lstr, detector, batch, recording);
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      batch.run();
      long split = System.nanoTime();
      worst[round] = cycle(lstr, detector, recording) / 1e6;
      windows[round] = (split - start) / 1e6;
      cycles[round] = (System.nanoTime() - split) / 1e6 / lstr.longRate();
    }
    return row(detector, recording, frames, cycles, worst, windows, difference);
  }

  private static void warm(Lstr lstr, StreamDetector detector, Session batch, float[][] recording) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < WARM_SECONDS / 2 * 1e9) {
      batch.run();
    }
    while (System.nanoTime() - start < WARM_SECONDS * 1e9) {
      cycle(lstr, detector, recording);
    }
  }

  /** R frames; nanoseconds of the slowest. */
  private static long cycle(Lstr lstr, StreamDetector detector, float[][] recording) {
    long longest = 0;
    for (int i = 0; i < lstr.longRate(); i++) {
      long from = System.nanoTime();
      detector.push(recording[i]);
      longest = Math.max(longest, System.nanoTime() - from);
    }
    return longest;
  }

  private static StreamSpeed row(
      StreamDetector detector,
      float[][] recording,
      int frames,
      double[] cycles,
      double[] worst,
      double[] windows,
      double difference) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long heap = Heap.used();
    long allocated = threads.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    for (int t = 0; t < frames; t++) {
      detector.push(recording[t % recording.length]);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
    return new StreamSpeed(
        median(cycles),
        median(worst),
        median(windows),
        frames,
        frames / seconds,
        allocated,
        Heap.used() - heap,
        difference);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static StreamModel model(Lstr lstr, Weights weights) {
    List<String> labels = new ArrayList<>();
    for (int c = 0; c < lstr.classes(); c++) {
      labels.add(Integer.toString(c));
    }
    StreamModel.Frames frames =
        new StreamModel.Frames(
            List.of(),
            "",
            "",
            Collections.nCopies(lstr.features(), 0.0),
            Collections.nCopies(lstr.features(), 1.0),
            false,
            0,
            Classes.BACKGROUND,
            -1);
    return new StreamModel(lstr, labels, frames, Map.of(), weights);
  }

  private static float[][] recording(Lstr lstr) {
    Random random = new Random(1);
    float[][] frames = new float[lstr.shortFrames() + 2 * lstr.longRate() + 1][lstr.features()];
    for (float[] frame : frames) {
      for (int i = 0; i < frame.length; i++) {
        frame[i] = (float) random.nextGaussian();
      }
    }
    return frames;
  }

  /** Largest difference in the scores of the last frame. */
  private static double check(
      Lstr lstr, StreamDetector detector, Session batch, float[][] recording) {
    for (float[] frame : recording) {
      detector.push(frame);
    }
    int start = recording.length - lstr.shortFrames();
    for (int slot = 0; slot < lstr.longSamples(); slot++) {
      int frame = lstr.frameInSlot(slot, start);
      batch.floats("mask")[slot] = frame >= 0 ? 1 : 0;
      System.arraycopy(
          recording[Math.max(0, frame)],
          0,
          batch.floats("long"),
          slot * lstr.features(),
          lstr.features());
    }
    for (int slot = 0; slot < lstr.shortFrames(); slot++) {
      System.arraycopy(
          recording[start + slot],
          0,
          batch.floats("short"),
          slot * lstr.features(),
          lstr.features());
    }
    batch.run();
    float[] logits = batch.output("logits");
    double largest = 0;
    for (int c = 0; c < lstr.classes(); c++) {
      double off = logits[logits.length - lstr.classes() + c] - detector.logits()[c];
      largest = Math.max(largest, Math.abs(off));
    }
    if (!(largest < 1e-3)) {
      throw new IllegalStateException("stream and batch differ by " + largest);
    }
    return largest;
  }
}
