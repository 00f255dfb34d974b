package dev.goldcrest.conformance.golden;

import dev.goldcrest.conformance.Compare;
import dev.goldcrest.conformance.Interpreter;
import dev.goldcrest.conformance.LstrByEntries;
import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Lstr;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** LSTR as its authors' code computes it, window by window and frame by frame. */
final class LstrRunners {
  private static final String HEADS =
      """
      longHead.weight = feature_head_long.input_linear.0.weight
      longHead.bias = feature_head_long.input_linear.0.bias
      shortHead.weight = feature_head_work.input_linear.0.weight
      shortHead.bias = feature_head_work.input_linear.0.bias
      stage.0.queries = enc_queries.0.weight
      stage.1.queries = enc_queries.1.weight
      stage.0.norm.weight = enc_modules.0.norm.weight
      stage.0.norm.bias = enc_modules.0.norm.bias
      stage.1.norm.weight = enc_modules.1.norm.weight
      stage.1.norm.bias = enc_modules.1.norm.bias
      decoder.norm.weight = dec_modules.norm.weight
      decoder.norm.bias = dec_modules.norm.bias
      head.weight = classifier.weight
      head.bias = classifier.bias
      """;

  private LstrRunners() {}

  private static Names names() {
    List<String> tables = new ArrayList<>(List.of(HEADS));
    for (int layer = 0; layer < 2; layer++) {
      unit(tables, "decoder.layer." + layer, "dec_modules.layers." + layer);
      for (int stage = 0; stage < 2; stage++) {
        unit(
            tables,
            "stage." + stage + ".layer." + layer,
            "enc_modules." + stage + ".layers." + layer);
      }
    }
    return Names.of(tables.toArray(new String[0]));
  }

  private static void unit(List<String> tables, String ours, String theirs) {
    tables.add(Names.attention(ours + ".attention.", theirs + ".self_attn."));
    tables.add(Names.attention(ours + ".cross.", theirs + ".multihead_attn."));
    tables.add(
        Names.FEED_FORWARD_AND_NORMS
            .replaceAll("(?m)^(?=.)", ours + ".")
            .replace(" = ", " = " + theirs + "."));
  }

  private static int at(Object triple, int index) throws IOException {
    return Math.toIntExact((Long) Json.array(triple, "module").get(index));
  }

  private static Lstr model(GoldenCase golden) throws IOException {
    List<?> stages = Json.array(golden.config().get("enc_module"), "enc_module");
    List<?> decoder = Json.array(golden.config().get("dec_module"), "dec_module");
    boolean second = stages.size() > 1;
    return new Lstr(
        golden.integer("visual") + (golden.has("in.motion") ? golden.integer("motion") : 0),
        golden.integer("d_model"),
        golden.integer("heads"),
        golden.integer("dim_feedforward"),
        golden.integer("long_samples"),
        golden.integer("long_rate"),
        golden.integer("work"),
        stages.isEmpty() ? 1 : Math.max(0, at(stages.get(0), 0)),
        stages.isEmpty() ? 1 : at(stages.get(0), 1),
        second ? at(stages.get(1), 0) : 1,
        second ? at(stages.get(1), 1) : 0,
        Math.toIntExact((Long) decoder.get(1)),
        (Boolean) decoder.get(2),
        0,
        golden.integer("classes"));
  }

  static void forward(GoldenCase golden) throws IOException {
    Lstr model = model(golden);
    int batch = golden.size("in.visual", 0);
    Map<String, double[]> inputs = new LinkedHashMap<>();
    inputs.put("visual", golden.array("in.visual"));
    if (golden.has("in.motion")) {
      inputs.put("motion", golden.array("in.motion"));
    }
    if (model.remembers()) {
      inputs.put("mask", mask(golden, batch * model.longSamples()));
    }
    Graph graph = Graph.trace(scope -> outputs(scope, model, inputs, batch));
    new GoldenGraph(graph, names(), inputs).check(golden);
  }

  /** Theirs is added to the scores: 0 keeps. */
  private static double[] mask(GoldenCase golden, int size) throws IOException {
    double[] kept = new double[size];
    if (!golden.has("in.memory_key_padding_mask")) {
      Arrays.fill(kept, 1);
      return kept;
    }
    double[] added = golden.array("in.memory_key_padding_mask");
    for (int i = 0; i < size; i++) {
      kept[i] = added[i] == 0 ? 1 : 0;
    }
    return kept;
  }

  private static Map<String, Value> outputs(
      Scope scope, Lstr model, Map<String, double[]> inputs, int batch) {
    Value frames = frames(scope, "visual", inputs, batch, model.maxLength());
    if (inputs.containsKey("motion")) {
      frames = frames.concat(2, frames(scope, "motion", inputs, batch, model.maxLength()));
    }
    Value recent = frames.slice(1, model.longSamples(), model.shortFrames());
    Map<String, Value> outputs = new LinkedHashMap<>();
    if (!model.remembers()) {
      outputs.put("scores", model.window(scope, null, null, recent).get("logits"));
      return outputs;
    }
    Value mask = scope.input("mask", DType.F32, Dim.batch(batch), Dim.time(model.longSamples()));
    Value past = frames.slice(1, 0, model.longSamples());
    Map<String, Value> window = model.window(scope, past, mask, recent);
    outputs.put("scores", window.get("logits"));
    outputs.put("long_tokens", window.get("longTokens").permute(1, 0, 2));
    outputs.put("encoder_stage1", window.get("stage1").permute(1, 0, 2));
    outputs.put("encoder_out", window.get("memory").permute(1, 0, 2));
    return outputs;
  }

  private static Value frames(
      Scope scope, String name, Map<String, double[]> inputs, int batch, int time) {
    int width = inputs.get(name).length / batch / time;
    return scope.input(name, DType.F32, Dim.batch(batch), Dim.time(time), Dim.of(width));
  }

  /**
   * Their stream mode, which samples at absolute multiples of the rate as we do. Their batch mode
   * counts from where the long memory begins and leaves that grid once a recording is longer than
   * the long memory (related.md 5.6); we are right to differ there.
   */
  static void stream(GoldenCase golden) throws IOException {
    Lstr model = model(golden);
    Map<String, double[]> parameters =
        names().parameters(model.trace(Architecture.WHOLE, Sizes.single(1)), golden);
    double[][] frames = recording(golden);
    for (Interpreter interpreter : GoldenGraph.INTERPRETERS) {
      if (interpreter.unavailable() == null) {
        stream(
            golden,
            new LstrByEntries(model, interpreter, parameters),
            model,
            frames,
            interpreter.name());
      }
    }
  }

  private static double[][] recording(GoldenCase golden) throws IOException {
    double[] visual = golden.array("in.visual");
    double[] motion = golden.array("in.motion");
    int time = golden.size("in.visual", 0);
    int v = visual.length / time;
    int m = motion.length / time;
    double[][] frames = new double[time][v + m];
    for (int t = 0; t < time; t++) {
      System.arraycopy(visual, t * v, frames[t], 0, v);
      System.arraycopy(motion, t * m, frames[t], v, m);
    }
    return frames;
  }

  private static void stream(
      GoldenCase golden, LstrByEntries stream, Lstr model, double[][] frames, String by)
      throws IOException {
    int work = model.shortFrames();
    int classes = model.classes();
    int windows = frames.length - work + 1;
    int common = Math.min(windows, model.longSamples() * model.longRate() + 1);
    if (common < windows && by.equals(Interpreter.REFERENCE.name())) {
      System.out.println(
          "golden case "
              + golden.name()
              + ": not compared since the original's batch mode leaves its own grid: windows "
              + common
              + " on of out.batch_logits_per_window and their out.batch_probs");
    }
    double[] batch = golden.array("out.batch_logits_per_window");
    double[] calls = new double[windows * work * classes];
    double[] probabilities = new double[frames.length * classes];
    for (int t = 0; t < frames.length; t++) {
      stream.push(frames[t]);
      softmax(stream.newest(), probabilities, t * classes);
      int call = t - work + 1;
      for (int slot = 0; slot < work && call >= 0; slot++) {
        double[] row = stream.slot(slot);
        System.arraycopy(row, 0, calls, (call * work + slot) * classes, classes);
      }
      if (call >= 0 && call < common) {
        int size = work * classes;
        double[] theirs = Arrays.copyOfRange(batch, call * size, (call + 1) * size);
        Compare.close(
            "window " + call + " on " + by, stream.window(frames, call), theirs, 1e-5, 1e-4);
      }
    }
    golden.requireOutput("stream_logits_per_call", calls, by);
    golden.requireOutput("stream_probs", probabilities, by);
    double[] truth = golden.array("in.target");
    requireMap(golden, "stream_mAP", truth, probabilities, classes, by);
    requireMap(
        golden, "batch_mAP", truth, golden.array("out.batch_probs"), classes, "their scores");
    double[] theirs = golden.array("out.batch_probs");
    int until = (common + work - 1) * classes;
    Compare.close(
        "batch_probs on " + by,
        Arrays.copyOf(probabilities, until),
        Arrays.copyOf(theirs, until),
        1e-5,
        1e-4);
  }

  private static void requireMap(
      GoldenCase golden, String output, double[] truth, double[] scores, int classes, String by)
      throws IOException {
    double map = DetectionRunners.detection(truth, scores, classes, -1).map();
    golden.requireOutput(output, new double[] {map}, by, 1e-6, 0);
  }

  private static void softmax(double[] logits, double[] into, int at) {
    double sum = Arrays.stream(logits).map(Math::exp).sum();
    for (int c = 0; c < logits.length; c++) {
      into[at + c] = Math.exp(logits[c]) / sum;
    }
  }
}
