package dev.goldcrest.runtime;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.graph.WeightForms.Stored;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Graphs and numbers that several tests use. */
final class Samples {
  private Samples() {}

  static Architecture tiny() {
    Map<String, String> settings = Architectures.preset("proformer", "tiny");
    settings.put("classes", "7");
    return Architectures.of("proformer", new Settings(settings));
  }

  static Architecture grouped() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("features", "60");
    settings.put("dim", "48");
    settings.put("groupFactor", "4");
    settings.put("heads", "3");
    settings.put("ffn", "80");
    settings.put("positions", "sinusoidal");
    settings.put("readout", "mean");
    settings.put("classes", "5");
    return Architectures.of("proformer", new Settings(settings));
  }

  static Graph trace(Architecture architecture, String entry, int batch, int time) {
    return architecture.trace(entry, new Sizes(batch, time, time));
  }

  /** Uses every operation at least once, with operands in place and out of place. */
  static Graph everything() {
    return Graph.trace(true, Samples::everything);
  }

  private static Map<String, Value> everything(Scope scope) {
    Value table = scope.parameter("table", new Init.Normal(1), 11, 24);
    Value ids = scope.input("ids", DType.I32, Dim.batch(2), Dim.time(6));
    Value mask = scope.input("mask", DType.F32, Dim.batch(2), Dim.time(6));
    Value x = scope.apply(new Op.Gather(), table, ids); // (2, 6, 24)
    x = x.plus(scope.apply(new Op.Sinusoids(Dim.time(6), 24, 3)));
    x = x.plus(table.slice(0, 2, 6)).times(mask.reshape(Dim.batch(2), Dim.time(6), Dim.of(1)));
    x = scope.apply(new Op.Dropout(Op.Dropout.Kind.ELEMENT, 0.5), x);
    Value q = linear(scope.in("q"), x, 16).unary(Op.Unary.Kind.GELU);
    Value k = linear(scope.in("k"), x, 16).unary(Op.Unary.Kind.TANH);
    Value v = linear(scope.in("v"), x, 24).unary(Op.Unary.Kind.SILU);
    Value far = scope.apply(new Op.Attention(2, false, 0), q, k, v, mask);
    Value causal = scope.apply(new Op.Attention(4, true, 0), q, k, v);
    Value near =
        scope.apply(
            new Op.Convolution(3, 2, 1),
            x,
            scope.parameter("near", new Init.Normal(0.3), 12, 8, 4),
            scope.parameter("nearBias", new Init.Normal(0.3), 12));
    Value each =
        scope.apply(
            new Op.Convolution(24, 2, 0),
            x,
            scope.parameter("each", new Init.Normal(0.3), 24, 1, 3));
    Value taps = scope.parameter("taps", new Init.Normal(0.3), 2, 3).softmax();
    Value light = scope.apply(new Op.LightConvolution(2, 1, 1), x, taps);
    Value own = linear(scope.in("own"), light, 9).reshape(dims(2, 6, 3, 3));
    Value dynamic = scope.apply(new Op.LightConvolution(3, 2, 0), light, own); // (2, 6, 24)
    Value cache = scope.input("cache", DType.F32, Dim.batch(2), Dim.time(7), Dim.of(24));
    Value position = scope.input("position", DType.I32, Dim.of(1));
    Value appended = scope.apply(new Op.Append(), cache, x.slice(1, 2, 1), position);
    Value again = scope.apply(new Op.Append(), appended.affine(2, 1), x.slice(1, 3, 2), position);
    Value band = scope.apply(new Op.Gather(1, true), table.slice(0, 0, 2), ids);
    Value y =
        far.plus(causal)
            .plus(each)
            .plus(dynamic)
            .plus(band)
            .unary(Op.Unary.Kind.SOFTPLUS); // (2, 6, 24)
    y = y.concat(2, near.unary(Op.Unary.Kind.GELU_TANH)).affine(0.5, -0.25); // (2, 6, 36)
    y =
        scope.apply(
            new Op.LayerNorm(1e-5),
            y,
            scope.parameter("norm", new Init.Uniform(1), 36),
            scope.parameter("normBias", Init.ONES, 36));
    Value computed =
        scope
            .parameter("left", new Init.Xavier(1), 9, 4)
            .times(scope.parameter("scale", new Init.FanIn(), 4));
    Value low = scope.apply(new Op.Linear(), y.slice(2, 5, 4), computed); // (2, 6, 9)
    Value top = y.permute(2, 0, 1).reduce(Op.Reduce.Kind.MAX, 0).times(mask); // (2, 6)
    Map<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("appended", appended);
    outputs.put("again", again);
    outputs.put("max", low.reduce(Op.Reduce.Kind.MAX, 1, mask).softmax());
    outputs.put("mean", low.reduce(Op.Reduce.Kind.MEAN, 1, mask).logSoftmax());
    outputs.put("sum", y.reduce(Op.Reduce.Kind.SUM, 1).unary(Op.Unary.Kind.SIGMOID));
    outputs.put("top", top.unary(Op.Unary.Kind.RELU));
    outputs.put("far", far.reshape(Dim.of(2 * 6 * 24)));
    return outputs;
  }

  private static Dim[] dims(int... sizes) {
    return java.util.Arrays.stream(sizes).mapToObj(Dim::of).toArray(Dim[]::new);
  }

  private static Value linear(Scope scope, Value x, int out) {
    Value weight = scope.parameter("weight", new Init.Xavier(1), out, x.shape().at(-1));
    return scope.apply(
        new Op.Linear(), x, weight, scope.parameter("bias", new Init.Uniform(1), out));
  }

  /**
   * Fills every input with numbers drawn from {@code seed}; every third step of a mask is hidden.
   */
  static void fill(Session session, Graph graph, long seed) {
    Random random = new Random(seed);
    for (Map.Entry<String, Value> input : graph.inputs().entrySet()) {
      String name = input.getKey();
      if (input.getValue().type() == DType.I32) {
        int[] ids = session.indices(name);
        for (int i = 0; i < ids.length; i++) {
          ids[i] = random.nextInt(5);
        }
      } else {
        float[] values = session.floats(name);
        for (int i = 0; i < values.length; i++) {
          values[i] = name.equals("mask") ? (i % 3 == 2 ? 0 : 1) : (float) random.nextGaussian();
        }
      }
    }
  }

  /** First weights as bytes with a scale a row, or as indices into 200 values. */
  static Weights coded(Graph graph, long seed, boolean codebooks) {
    Map<String, Coded> coded = new LinkedHashMap<>();
    Initializer.initial(graph, seed)
        .forEach(
            (path, values) -> {
              int rows = Stored.rows(graph.parameters().get(path).shape());
              coded.put(path, codebooks ? codebook(values) : int8(values, rows));
            });
    return Weights.of(Map.of(), coded);
  }

  private static Coded int8(float[] values, int rows) {
    byte[] bytes = new byte[values.length];
    float[] scales = new float[rows];
    int width = values.length / rows;
    for (int row = 0; row < rows; row++) {
      for (int i = row * width; i < (row + 1) * width; i++) {
        scales[row] = Math.max(scales[row], Math.abs(values[i]) / 127);
      }
      for (int i = row * width; i < (row + 1) * width; i++) {
        bytes[i] = (byte) (scales[row] == 0 ? 0 : Math.round(values[i] / scales[row]));
      }
    }
    return new Coded.Int8(bytes, scales);
  }

  private static Coded codebook(float[] values) {
    float[] book = new float[200];
    for (int i = 0; i < book.length; i++) {
      book[i] = (i - 100) / 40f;
    }
    byte[] codes = new byte[values.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) Math.max(0, Math.min(199, Math.round(values[i] * 40) + 100));
    }
    return new Coded.Codebook(codes, book);
  }

  static Map<String, float[]> outputs(Session session, Graph graph) {
    Map<String, float[]> outputs = new LinkedHashMap<>();
    for (String name : graph.outputs().keySet()) {
      outputs.put(name, session.output(name));
    }
    return outputs;
  }
}
