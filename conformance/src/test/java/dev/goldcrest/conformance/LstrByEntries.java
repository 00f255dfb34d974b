package dev.goldcrest.conformance;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Lstr;
import dev.goldcrest.core.models.Sizes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * LSTR over a recording on any interpreter: in batch mode, one window a frame, and in stream mode,
 * one entry after the other with caches kept by hand.
 */
public final class LstrByEntries {
  private static final Sizes ONE = Sizes.single(1);

  private final Lstr model;
  private final Interpreter interpreter;
  private final Map<String, double[]> parameters;
  private final Map<String, double[]> fixed;
  private final Map<String, double[]> caches = new LinkedHashMap<>();
  private final Map<String, Graph> graphs = new LinkedHashMap<>();
  private final List<double[]> frames = new ArrayList<>();
  private double[] mask;
  private double[] memory;

  public LstrByEntries(Lstr model, Interpreter interpreter, Map<String, double[]> parameters) {
    this.model = model;
    this.interpreter = interpreter;
    this.parameters = parameters;
    this.fixed = model.split() ? run(Lstr.FIXED, Map.of()) : Map.of();
    this.mask = new double[model.longSamples()];
  }

  private Map<String, double[]> run(String entry, Map<String, double[]> inputs) {
    return interpreter.run(graph(entry), new Arguments(parameters, inputs));
  }

  private Graph graph(String entry) {
    return graphs.computeIfAbsent(entry, name -> model.trace(name, ONE));
  }

  /** Logits (W, classes) of the window that begins at frame {@code start} of {@code recording}. */
  public double[] window(double[][] recording, int start) {
    Map<String, double[]> inputs = new LinkedHashMap<>();
    inputs.put("short", rows(recording, start, model.shortFrames()));
    if (model.remembers()) {
      double[] past = new double[model.longSamples() * model.features()];
      double[] seen = new double[model.longSamples()];
      for (int slot = 0; slot < seen.length; slot++) {
        int frame = model.frameInSlot(slot, start);
        if (frame >= 0) {
          seen[slot] = 1;
          System.arraycopy(recording[frame], 0, past, slot * model.features(), model.features());
        }
      }
      inputs.put("long", past);
      inputs.put("mask", seen);
    }
    return run(Architecture.WHOLE, inputs).get("logits");
  }

  private static double[] rows(double[][] recording, int from, int count) {
    int width = recording[0].length;
    double[] rows = new double[count * width];
    for (int i = 0; i < count && from + i < recording.length; i++) {
      System.arraycopy(recording[from + i], 0, rows, i * width, width);
    }
    return rows;
  }

  /** Takes the next frame in; afterwards {@link #slot} can be asked. */
  public void push(double[] frame) {
    int t = frames.size();
    frames.add(frame);
    double[] row = run(Lstr.FRAME, Map.of("frame", frame)).get("next.short");
    double[] slots =
        caches.computeIfAbsent("past.short", name -> new double[model.shortFrames() * row.length]);
    if (t < model.shortFrames()) {
      System.arraycopy(row, 0, slots, t * row.length, row.length);
    } else {
      append(slots, row);
    }
    int sample = t - model.shortFrames();
    boolean due = t == 0 || sample > 0 && sample % model.longRate() == 0;
    if (model.remembers() && due) {
      remember(frames.get(Math.max(0, sample)));
    }
  }

  private void remember(double[] frame) {
    Map<String, double[]> inputs = new LinkedHashMap<>();
    inputs.put("frame", frame);
    if (model.split()) {
      inputs.put("fixed.probe", fixed.get("fixed.probe"));
    }
    run(Lstr.SAMPLE, inputs)
        .forEach(
            (name, row) ->
                append(
                    caches.computeIfAbsent(
                        name.replace("next", "past"),
                        absent -> new double[model.longSamples() * row.length]),
                    row));
    append(mask, new double[] {1});
    Map<String, double[]> all = new LinkedHashMap<>(caches);
    all.putAll(fixed);
    all.put("mask", mask);
    all.keySet().removeIf(name -> !graph(Lstr.MEMORY).inputs().containsKey(name));
    memory = run(Lstr.MEMORY, all).get("memory");
  }

  private static void append(double[] cache, double[] row) {
    System.arraycopy(cache, row.length, cache, 0, cache.length - row.length);
    System.arraycopy(row, 0, cache, cache.length - row.length, row.length);
  }

  /** Logits of the frame in {@code slot} of the short memory. */
  public double[] slot(int slot) {
    Map<String, double[]> inputs = new LinkedHashMap<>();
    inputs.put("past.short", caches.get("past.short"));
    inputs.put("at", new double[] {slot});
    double[] seen = new double[model.shortFrames()];
    Arrays.fill(seen, 0, slot + 1, 1);
    inputs.put("seen", seen);
    if (model.remembers()) {
      inputs.put("memory", memory);
      inputs.put("mask", mask);
    }
    inputs.keySet().removeIf(name -> !graph(Lstr.STEP).inputs().containsKey(name));
    return run(Lstr.STEP, inputs).get("logits");
  }

  /** Logits of the newest frame. */
  public double[] newest() {
    return slot(Math.min(frames.size(), model.shortFrames()) - 1);
  }
}
