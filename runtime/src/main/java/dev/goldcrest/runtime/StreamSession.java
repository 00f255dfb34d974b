package dev.goldcrest.runtime;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Lstr;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.kernels.Kernels;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Runs {@link Lstr} frame by frame. The inputs {@code past.*} of its entries are the ring buffers:
 * each holds the latest rows in slot order, and a new one moves the others up. The long memory is
 * compressed anew only when a sample joins it, every R-th frame; a frame costs the same however
 * long the recording is. A push allocates nothing.
 */
final class StreamSession {
  private static final Sizes ONE = Sizes.single(1);
  private static final String PAST = "past.";
  private static final String NEXT = "next.";
  private static final String SHORT = "short";

  private final Architecture architecture;
  private final Lstr model;
  private final Weights weights;
  private final Kernels kernels;
  private final Map<String, float[]> fixed;
  private final Session frame;
  private final Session step;
  private final Session sample;
  private final Session memory;
  private final String[] sampled;
  private final float[][] sampleRows;
  private final float[][] samples;
  private final float[] shortRow;
  private final float[] slots;
  private final float[] seen;
  private final float[] mask;
  private final float[] maskOfStep;
  private final float[] delayed;
  private long frames;

  /** A stream at its beginning. */
  StreamSession(Architecture architecture, Weights weights, Kernels kernels) {
    this(architecture, weights, kernels, fixed(architecture, weights, kernels));
  }

  private StreamSession(
      Architecture architecture, Weights weights, Kernels kernels, Map<String, float[]> fixed) {
    this.architecture = architecture;
    this.model = (Lstr) architecture.dense();
    this.weights = weights;
    this.kernels = kernels;
    this.fixed = fixed;
    frame = session(Lstr.FRAME);
    step = session(Lstr.STEP);
    shortRow = new float[model.dim()];
    slots = step.floats(PAST + SHORT);
    seen = step.floats("seen");
    boolean masked = architecture.trace(Lstr.STEP, ONE).inputs().containsKey("mask");
    maskOfStep = masked ? step.floats("mask") : new float[0];
    delayed = new float[Math.multiplyExact(model.shortFrames() + 1, model.features())];
    if (model.remembers()) {
      Graph rows = architecture.trace(Lstr.SAMPLE, ONE);
      sample = new Session(rows, weights, kernels);
      memory = session(Lstr.MEMORY);
      sampled = rows.outputs().keySet().toArray(new String[0]);
      sampleRows = new float[sampled.length][];
      samples = new float[sampled.length][];
      for (int i = 0; i < sampled.length; i++) {
        sampleRows[i] = new float[rows.output(sampled[i]).shape().size()];
        samples[i] = memory.floats(PAST + sampled[i].substring(NEXT.length()));
      }
      mask = memory.floats("mask");
      feed(sample, rows);
      feed(memory, architecture.trace(Lstr.MEMORY, ONE));
    } else {
      sample = null;
      memory = null;
      sampled = new String[0];
      sampleRows = new float[0][];
      samples = sampleRows;
      mask = new float[0];
    }
  }

  private Session session(String entry) {
    return new Session(architecture.trace(entry, ONE), weights, kernels);
  }

  /** What depends on weights alone; streams share it. */
  private static Map<String, float[]> fixed(Architecture model, Weights weights, Kernels kernels) {
    Map<String, float[]> values = new LinkedHashMap<>();
    if (((Lstr) model.dense()).split()) {
      Graph graph = model.trace(Lstr.FIXED, ONE);
      Session session = new Session(graph, weights, kernels);
      session.run();
      for (String name : graph.outputs().keySet()) {
        values.put(name, session.output(name));
      }
    }
    return values;
  }

  private void feed(Session session, Graph graph) {
    for (String name : graph.inputs().keySet()) {
      if (fixed.containsKey(name)) {
        session.feed(name, fixed.get(name));
      }
    }
  }

  /** The same model at the beginning of another stream. */
  StreamSession another() {
    return new StreamSession(architecture, weights, kernels, fixed);
  }

  long frames() {
    return frames;
  }

  void reset() {
    frames = 0;
    Arrays.fill(slots, 0);
    Arrays.fill(seen, 0);
    Arrays.fill(mask, 0);
    for (float[] rows : samples) {
      Arrays.fill(rows, 0);
    }
  }

  /**
   * Takes in a frame and gives its scores.
   *
   * @param features normalised, F numbers
   * @param logits filled, by class
   */
  void push(float[] features, float[] logits) {
    int width = model.shortFrames();
    int places = width + 1;
    System.arraycopy(
        features, 0, delayed, (int) (frames % places) * features.length, features.length);
    frame.feed("frame", features);
    frame.run();
    frame.read(NEXT + SHORT, shortRow);
    int slot = (int) Math.min(frames, width - 1);
    if (frames < width) {
      System.arraycopy(shortRow, 0, slots, slot * shortRow.length, shortRow.length);
      seen[slot] = 1;
    } else {
      append(slots, shortRow);
    }
    // The frame that leaves the short memory joins the long one; the first stands in at once.
    long leaving = frames - width;
    if (memory != null && (frames == 0 || leaving > 0 && leaving % model.longRate() == 0)) {
      remember((int) (Math.max(0, leaving) % places));
    }
    step.indices("at")[0] = slot;
    step.run();
    step.read("logits", logits);
    frames++;
  }

  private void remember(int place) {
    float[] input = sample.floats("frame");
    System.arraycopy(delayed, place * input.length, input, 0, input.length);
    sample.run();
    for (int i = 0; i < sampled.length; i++) {
      sample.read(sampled[i], sampleRows[i]);
      append(samples[i], sampleRows[i]);
    }
    System.arraycopy(mask, 1, mask, 0, mask.length - 1);
    mask[mask.length - 1] = 1;
    memory.run();
    memory.read("memory", step.floats("memory"));
    System.arraycopy(mask, 0, maskOfStep, 0, maskOfStep.length);
  }

  private static void append(float[] rows, float[] row) {
    System.arraycopy(rows, row.length, rows, 0, rows.length - row.length);
    System.arraycopy(row, 0, rows, rows.length - row.length, row.length);
  }
}
