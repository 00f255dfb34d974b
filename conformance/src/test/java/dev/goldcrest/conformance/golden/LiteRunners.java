package dev.goldcrest.conformance.golden;

import dev.goldcrest.conformance.Interpreter;
import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.LiteTransformer;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.nn.Layers;
import dev.goldcrest.core.nn.Memory;
import dev.goldcrest.core.nn.NearConvolution;
import dev.goldcrest.core.nn.Past;
import dev.goldcrest.core.nn.Transformer;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The parts of Lite Transformer. The authors' tensors are time first: (T, B, C). */
final class LiteRunners {
  static final String LEAK = "but their clean twins, since the original's padding leaks";
  private static final double EPSILON = 1e-5;

  private LiteRunners() {}

  /** A convolution as a decoder sees it, or to both sides where {@code past} is null. */
  private interface Near {
    Value of(Scope scope, Value x, Past past);
  }

  /** (T, B, C) as (B, T, C), and back. */
  static Value turn(Value x) {
    return x.permute(1, 0, 2);
  }

  /** The nearest operand of {@code value}, or itself, that is wanted; null when none is. */
  static Value find(Value value, Predicate<Value> wanted) {
    if (wanted.test(value)) {
      return value;
    }
    for (Value operand : value.inputs()) {
      Value found = find(operand, wanted);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** The attention whose projections stand at {@code path}. */
  static Value attentionAt(Value value, String path) {
    return find(value, v -> v.op() instanceof Op.Attention && v.path().equals(path));
  }

  /** The weights of an attention averaged over its heads: (B, T, S). */
  static Value meanWeights(Scope scope, Value attention, Feeds feeds) {
    return VanillaRunners.weights(
            scope,
            (Op.Attention) attention.op(),
            attention.input(0),
            attention.input(1),
            Op.Attention.mask(attention),
            Op.Attention.bias(attention),
            feeds)
        .reduce(Op.Reduce.Kind.MEAN, 1);
  }

  static void lightConvolution(GoldenCase golden) throws IOException {
    boolean linear = golden.flag("with_linear");
    boolean softmax = golden.flag("weight_softmax");
    NearConvolution near = near(golden, false);
    convolution(
        golden,
        (scope, x, past) -> {
          if (linear) {
            return past == null ? near.around(scope, x, null) : near.causal(scope, x, past);
          }
          Value taps = scope.parameter("taps", Init.ONES, near.heads(), near.kernel());
          return convolve(scope, near, x, softmax ? taps.softmax() : taps, past);
        });
  }

  static void dynamicConvolution(GoldenCase golden) throws IOException {
    NearConvolution near = near(golden, true);
    boolean bias = golden.flag("bias");
    boolean edges = golden.flag("renorm_padding");
    convolution(
        golden,
        (scope, x, past) -> {
          if (bias || edges) {
            return spelledOut(scope, near, x, bias, edges ? inside(scope, near, x) : null);
          }
          return past == null ? near.around(scope, x, null) : near.causal(scope, x, past);
        });
  }

  private static NearConvolution near(GoldenCase golden, boolean dynamic) throws IOException {
    int heads = golden.integer("num_heads");
    return new NearConvolution(
        heads, golden.integer("kernel_size"), dynamic, golden.flag("glu"), 0);
  }

  private static Value convolve(Scope scope, NearConvolution near, Value x, Value taps, Past past) {
    int kernel = near.kernel();
    if (past == null) {
      int side = kernel / 2;
      return scope.apply(new Op.LightConvolution(near.heads(), side, side), x, taps);
    }
    Op op = new Op.LightConvolution(near.heads(), past.left(kernel - 1), 0);
    return scope.apply(op, past.extend(scope, x, kernel - 1), taps);
  }

  /** The options that no model of the paper uses: biases, and taps that sum to 1 at the edges. */
  private static Value spelledOut(
      Scope scope, NearConvolution near, Value x, boolean bias, Value inside) {
    int channels = x.shape().at(2);
    Value z = Layers.glu(Layers.linear(scope.in("in"), x, 2 * channels));
    int width = near.heads() * near.kernel();
    Value flat =
        bias
            ? Layers.linear(scope.in("taps"), z, width)
            : Layers.bare(scope.in("taps"), z, width, Init.ONES);
    Value logits =
        flat.reshape(
            z.shape().dim(0), z.shape().dim(1), Dim.of(near.heads()), Dim.of(near.kernel()));
    Value taps = (inside == null ? logits : logits.plus(inside)).softmax();
    Value y = convolve(scope, near, z, taps, null);
    Value shifted = bias ? y.plus(scope.parameter("bias", Init.ZEROS, channels)) : y;
    return Layers.linear(scope.in("out"), shifted, channels);
  }

  /** (T, 1, K): 0 for taps that find a step, a number below every logit for others. */
  private static Value inside(Scope scope, NearConvolution near, Value x) {
    return scope.input("inside", DType.F32, x.shape().dim(1), Dim.of(1), Dim.of(near.kernel()));
  }

  private static double[] inside(int time, int kernel) {
    double[] inside = new double[time * kernel];
    for (int i = 0; i < inside.length; i++) {
      int source = i / kernel + i % kernel - kernel / 2;
      inside[i] = source >= 0 && source < time ? 0 : -1e9;
    }
    return inside;
  }

  private static void convolution(GoldenCase golden, Near near) throws IOException {
    boolean causal = golden.flag("causal");
    Names names = Names.of(Names.NEAR_CONVOLUTION);
    Feeds feeds = new Feeds(golden);
    boolean cut = golden.integer("kernel_size") > golden.integer("T") && causal;
    if (cut && golden.kind().equals("lite.dynconv")) {
      golden.forget(
          "since this path of the original cuts the kernel before its softmax", "out.y_unfold");
    }
    boolean unfold = golden.has("out.y_unfold") && !(cut && golden.kind().equals("lite.dynconv"));
    Graph graph =
        Graph.trace(
            scope -> {
              Value x = turn(feeds.input(scope, "x"));
              Value y = turn(near.of(scope, x, causal ? Past.none() : null));
              return unfold ? Map.of("y", y, "y_unfold", y) : Map.of("y", y);
            });
    if (graph.inputs().containsKey("inside")) {
      feeds.inputs().put("inside", inside(golden.integer("T"), golden.integer("kernel_size")));
    }
    new GoldenGraph(graph, names, feeds.inputs()).check(golden);
    if (golden.has("out.y_incremental")) {
      requireSteps(golden, names, "y_incremental", near::of);
    }
  }

  /** A layer of a decoder in one step. */
  interface Layer {
    Value of(Scope scope, Value x, Past past);
  }

  /** An output whose steps were computed one a call. */
  static void requireSteps(GoldenCase golden, Names names, String output, Layer layer)
      throws IOException {
    int time = golden.size("in.x", 0);
    int batch = golden.size("in.x", 1);
    int channels = golden.size("in.x", 2);
    Graph graph =
        Graph.trace(
            scope -> {
              Value x =
                  scope.input("x", DType.F32, Dim.batch(batch), Dim.time(1), Dim.of(channels));
              Past past = Past.step(scope, batch, time);
              Map<String, Value> outputs = new LinkedHashMap<>();
              outputs.put("y", layer.of(scope, x, past));
              outputs.putAll(past.next());
              return outputs;
            });
    Map<String, double[]> fixed = new LinkedHashMap<>();
    if (graph.inputs().containsKey("encoder_out")) {
      fixed.put("encoder_out", golden.array("in.encoder_out"));
      fixed.put("encoder_padding_mask", golden.kept("in.encoder_padding_mask"));
    }
    GoldenSteps steps = new GoldenSteps(graph, names.parameters(graph, golden), fixed);
    double[] x = golden.array("in.x");
    int size = batch * channels;
    for (Interpreter interpreter : GoldenGraph.available()) {
      double[] y =
          steps.run(
              interpreter,
              "y",
              time,
              t -> Map.of("x", Arrays.copyOfRange(x, t * size, (t + 1) * size)));
      golden.requireOutput(output, y, interpreter.name() + " step by step");
    }
  }

  /** The model whose layer a case is. */
  private static LiteTransformer model(GoldenCase golden, String side) throws IOException {
    Map<String, Object> config = golden.config();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("dim", config.get(side + "_embed_dim").toString());
    settings.put("ffn", config.get(side + "_ffn_embed_dim").toString());
    settings.put("layers", config.get(side + "_layers").toString());
    settings.put("heads", "4");
    settings.put("crossHeads", config.get(side + "_attention_heads").toString());
    settings.put("normFirst", config.getOrDefault(side + "_normalize_before", false).toString());
    settings.put("glu", config.get(side + "_glu").toString());
    settings.put("kernels", text((List<?>) config.get(side + "_kernel_size_list")));
    boolean dynamic = text((List<?>) config.get(side + "_branch_type")).contains("dynamic");
    settings.put("convolution", dynamic ? "dynamic" : "lightweight");
    return LiteTransformer.from(new Settings(settings));
  }

  static String text(List<?> values) {
    return values == null
        ? ""
        : values.stream().map(Object::toString).collect(Collectors.joining(","));
  }

  static void encoderLayer(GoldenCase golden) throws IOException {
    int index = golden.integer("index");
    boolean attentionOnly = golden.config().get("encoder_branch_type") == null;
    LiteTransformer lite = model(golden, "encoder");
    boolean normFirst = lite.sequence().normFirst();
    boolean leaks = golden.has("out.y_clean") && !attentionOnly;
    if (leaks) {
      golden.forget(LEAK, "out.y", "out.lsra", "grad.*");
    }
    Feeds feeds = new Feeds(golden);
    Transformer.Config config =
        new Transformer.Config(4, lite.ffn(), lite.activation(), normFirst, 0, 0, EPSILON);
    Graph graph =
        Graph.trace(
            scope -> {
              Value x = turn(feeds.input(scope, "x"));
              Value mask = feeds.mask(scope, "padding_mask");
              Value y =
                  attentionOnly
                      ? Transformer.encoderLayer(scope, x, mask, config)
                      : lite.encode(scope, index, x, mask);
              Map<String, Value> outputs = new LinkedHashMap<>();
              if (golden.has("out.y_clean")) {
                outputs.put("y_clean", turn(Layers.hide(y, mask)));
              }
              if (!leaks) {
                Value in = normFirst ? Layers.layerNorm(scope.in("norm1"), x, EPSILON) : x;
                Value inner =
                    attentionOnly
                        ? Transformer.selfAttention(scope.in("attention"), in, mask, config)
                        : lite.lsra(scope.in("lsra"), index, in, mask);
                outputs.put("lsra", turn(inner));
                outputs.put("y", turn(y));
              }
              return outputs;
            });
    Names names = Names.of(attentionOnly ? Names.FAIRSEQ_LAYER : Names.LITE_LAYER);
    new GoldenGraph(graph, names, feeds.inputs()).check(golden);
  }

  static void decoderLayer(GoldenCase golden) throws IOException {
    int index = golden.integer("index");
    LiteTransformer lite = model(golden, "decoder");
    boolean crosses = golden.has("in.encoder_out");
    Feeds feeds = new Feeds(golden);
    Graph graph =
        Graph.trace(
            scope -> {
              Value x = turn(feeds.input(scope, "x"));
              Memory memory = crosses ? memory(scope, feeds) : null;
              Value y = lite.decode(scope, index, x, memory, Past.none());
              Value in =
                  lite.sequence().normFirst() ? Layers.layerNorm(scope.in("norm1"), x, EPSILON) : x;
              Map<String, Value> outputs = new LinkedHashMap<>();
              outputs.put("y", turn(y));
              outputs.put("lsra", turn(lite.causalLsra(scope.in("lsra"), index, in, Past.none())));
              if (crosses) {
                outputs.put("cross_attn_mean", meanWeights(scope, attentionAt(y, "cross"), feeds));
              }
              return outputs;
            });
    Names names = Names.of(crosses ? Names.LITE_DECODER_LAYER : Names.LITE_LAYER);
    new GoldenGraph(graph, names, feeds.inputs()).check(golden);
    requireSteps(
        golden,
        names,
        "y_incremental",
        (scope, x, past) ->
            lite.decode(scope, index, x, crosses ? memory(scope, new Feeds(golden)) : null, past));
  }

  static Memory memory(Scope scope, Feeds feeds) {
    Value encoded = turn(feeds.input(scope, "encoder_out"));
    return Memory.of(encoded, feeds.mask(scope, "encoder_padding_mask"));
  }

  /** Positions begin at 2, since pads have 1, and are counted over what is no pad. */
  static void positions(GoldenCase golden) throws IOException {
    int dim = golden.integer("dim");
    int rows = golden.size("out.table", 0);
    int pad = golden.integer("padding_idx");
    double[] tokens = golden.array("in.tokens");
    int time = golden.size("in.tokens", 1);
    double[] position = new double[tokens.length];
    int next = 0;
    for (int i = 0; i < tokens.length; i++) {
      next = i % time == 0 ? pad + 1 : next;
      position[i] = tokens[i] == pad ? pad : next++;
    }
    double[] kept = new double[rows];
    Arrays.fill(kept, 1);
    kept[pad] = 0;
    Feeds feeds = new Feeds(golden);
    Graph graph =
        Graph.trace(
            scope -> {
              Value all = scope.apply(new Op.Sinusoids(Dim.of(rows), dim, 0));
              Value table = all.times(feeds.feed(scope, "kept", kept, rows, 1));
              Value ids =
                  scope.input("position", DType.I32, Dim.of(tokens.length / time), Dim.of(time));
              return Map.of("table", table, "y", scope.apply(new Op.Gather(), table, ids));
            });
    feeds.inputs().put("position", position);
    new GoldenGraph(graph, Names.of(), feeds.inputs()).check(golden);
  }
}
