package dev.goldcrest.conformance.golden;

import static dev.goldcrest.conformance.golden.LiteRunners.attentionAt;
import static dev.goldcrest.conformance.golden.LiteRunners.turn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.conformance.Arguments;
import dev.goldcrest.conformance.Compare;
import dev.goldcrest.conformance.Interpreter;
import dev.goldcrest.conformance.golden.LiteModelRunners.Translation;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.MaskAttention;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.nn.DynamicMask;
import dev.goldcrest.core.nn.Memory;
import dev.goldcrest.core.nn.Past;
import dev.goldcrest.core.nn.Transformer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Mask Attention Networks. The authors' tensors are time first: (T, B, C). */
final class MaskRunners {
  private static final String FUTURE = "pre_self_attn.backward_position_x";

  private static final String FINAL_NORMS =
      """
      encoder.norm.weight = encoder.layer_norm.weight
      encoder.norm.bias = encoder.layer_norm.bias
      decoder.norm.weight = decoder.layer_norm.weight
      decoder.norm.bias = decoder.layer_norm.bias
      """;

  private MaskRunners() {}

  private static Transformer.Config config(GoldenCase golden) throws IOException {
    boolean gelu = golden.config().containsKey("activation");
    Op.Unary.Kind inner = gelu ? Op.Unary.Kind.GELU : Op.Unary.Kind.RELU;
    Init init = new Init.Xavier(1);
    return new Transformer.Config(
        golden.integer("num_heads"), 1, inner, false, 0, 0, 0, inner, init, 1e-5);
  }

  /** One attention, under a dynamic mask or not. */
  static void attention(GoldenCase golden) throws IOException {
    Transformer.Config config = config(golden);
    DynamicMask dynamic = new DynamicMask(golden.integer("max_len"));
    boolean causal = golden.flag("causal");
    boolean masked = golden.has("w.head_x");
    Feeds feeds = new Feeds(golden);
    Names names = Names.of(Names.attention("", ""), Names.DYNAMIC_MASK);
    Graph graph =
        Graph.trace(
            scope -> {
              Value x = turn(feeds.input(scope, "x"));
              Value mask = causal ? null : feeds.mask(scope, "padding_mask");
              Value y =
                  causal
                      ? dynamic.causal(scope, x, Past.none(), config)
                      : masked
                          ? dynamic.around(scope, x, mask, config)
                          : Transformer.selfAttention(scope, x, mask, config);
              Map<String, Value> outputs = new LinkedHashMap<>();
              outputs.put("y", turn(y));
              Value mean = LiteRunners.meanWeights(scope, attentionAt(y, ""), feeds);
              outputs.put("attn_mean", mean);
              if (golden.has("out.log_mask")) {
                outputs.put("log_mask", dynamic.logMask(scope, x, config.heads(), null));
              }
              return outputs;
            });
    new GoldenGraph(graph, names, feeds.inputs()).check(golden);
    if (causal) {
      requireNoGradient(golden, "backward_position_x");
      LiteRunners.requireSteps(
          golden,
          names,
          "y_incremental_nopad",
          (scope, x, past) -> dynamic.causal(scope, x, past, config));
    }
  }

  /** What a decoder does not have here: the weights of later keys. */
  private static void requireNoGradient(GoldenCase golden, String weight) throws IOException {
    assertThat(golden.array("grad.w." + weight)).containsOnly(0);
  }

  /** As many sequences as steps, where the original takes one for the other. */
  static void layout(GoldenCase golden) throws IOException {
    golden.forget(
        "since the original takes time for batch where both are as long",
        "out.y_batch_equals_length");
    Transformer.Config config = config(golden);
    DynamicMask dynamic = new DynamicMask(golden.integer("max_len"));
    Feeds feeds = new Feeds(golden);
    Graph graph =
        Graph.trace(
            scope -> {
              Value x = turn(feeds.input(scope, "x"));
              return Map.of("y_correct", turn(dynamic.around(scope, x, null, config)));
            });
    Names names = Names.of(Names.attention("", ""), Names.DYNAMIC_MASK);
    new GoldenGraph(graph, names, feeds.inputs()).check(golden);
  }

  private static MaskAttention model(GoldenCase golden) throws IOException {
    Map<String, Object> config = golden.config();
    boolean whole = config.containsKey("vocab");
    boolean mix = whole || golden.flag("mix");
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("task", "translate");
    settings.put("dim", config.get("encoder_embed_dim").toString());
    settings.put("ffn", config.get("encoder_ffn_embed_dim").toString());
    settings.put("heads", config.get("encoder_attention_heads").toString());
    settings.put("layers", config.get("encoder_layers").toString());
    settings.put("normFirst", config.get("encoder_normalize_before").toString());
    settings.put("range", config.get("max_source_positions").toString());
    settings.put("first", mix ? "dynamic" : "ffn");
    boolean none = golden.flag(whole ? "no_man_decoder" : "no_man");
    settings.put("decoderFirst", none ? "none" : "dynamic");
    if (whole) {
      settings.put("vocabulary", config.get("vocab").toString());
    }
    Settings given = new Settings(settings);
    MaskAttention model = MaskAttention.from(given);
    given.requireAllKnown();
    return model;
  }

  static void encoderLayer(GoldenCase golden) throws IOException {
    MaskAttention model = model(golden);
    Feeds feeds = new Feeds(golden);
    Graph graph =
        Graph.trace(
            scope -> {
              Value x = turn(feeds.input(scope, "x"));
              Value mask = feeds.mask(scope, "padding_mask");
              return Map.of("y", turn(model.encode(scope, 0, x, mask)));
            });
    new GoldenGraph(graph, Names.of(Names.MASK_LAYER), feeds.inputs()).check(golden);
  }

  static void decoderLayer(GoldenCase golden) throws IOException {
    MaskAttention model = model(golden);
    Feeds feeds = new Feeds(golden);
    Graph graph =
        Graph.trace(
            scope -> {
              Value x = turn(feeds.input(scope, "x"));
              Memory memory = LiteRunners.memory(scope, feeds);
              Value y = model.decode(scope, 0, x, memory, Past.none());
              Value cross = LiteRunners.meanWeights(scope, attentionAt(y, "cross"), feeds);
              return Map.of("y", turn(y), "cross_attn_mean", cross);
            });
    Names names = Names.of(Names.MASK_DECODER_LAYER);
    new GoldenGraph(graph, names, feeds.inputs()).check(golden);
    if (golden.has("w." + FUTURE)) {
      requireNoGradient(golden, FUTURE);
    }
    LiteRunners.requireSteps(
        golden,
        names,
        "y_incremental",
        (scope, x, past) ->
            model.decode(scope, 0, x, LiteRunners.memory(scope, new Feeds(golden)), past));
  }

  static void translator(GoldenCase golden) throws IOException {
    MaskAttention model = model(golden);
    int layers = model.sequence().layers();
    Translation translation =
        LiteModelRunners.translation(
            golden,
            model,
            model.sequence(),
            Names.layers(
                    layers, Names.under("encoder.layer.#.", "encoder.layers.#.", Names.MASK_LAYER))
                + Names.layers(
                    layers,
                    Names.under("decoder.layer.#.", "decoder.layers.#.", Names.MASK_DECODER_LAYER))
                + FINAL_NORMS);
    for (Interpreter interpreter : GoldenGraph.available()) {
      String by = interpreter.name();
      Map<String, double[]> outputs = interpreter.run(translation.graph(), translation.arguments());
      double[] encoded = LiteModelRunners.asTheirs(translation, outputs.get("encoder_out"));
      requireReal(golden, "encoder_out", encoded, realSource(golden), by);
      double[] logits = outputs.get("logits");
      requireLogits(golden, "logits", logits, by);
      double[] stepped = LiteModelRunners.stepped(translation, interpreter);
      requireLogits(golden, "logits_incremental", stepped, by + " step by step");
      golden.requireOutput("nll_sum", new double[] {likelihood(golden, logits, null)}, by);
    }
    if (Interpreter.TORCH.unavailable() == null) {
      double[] logits =
          Interpreter.REFERENCE.run(translation.graph(), translation.arguments()).get("logits");
      double[] cotangent = new double[logits.length];
      likelihood(golden, logits, cotangent);
      GoldenGraph.requireGradients(
          golden,
          translation.graph(),
          translation.names(),
          translation.arguments(),
          Map.of("logits", Arguments.floats(cotangent)));
    } else {
      golden.forgetGradients();
    }
  }

  /** Compares what is 0 in {@code actual} where nothing is real, as the original's is not. */
  private static void requireReal(
      GoldenCase golden, String output, double[] actual, double[] expected, String by) {
    double absolute = Double.parseDouble(golden.text("atol"));
    double relative = Double.parseDouble(golden.text("rtol"));
    Compare.close(output + " on " + by, actual, expected, absolute, relative);
  }

  private static void requireLogits(GoldenCase golden, String output, double[] logits, String by)
      throws IOException {
    double[] expected = LiteModelRunners.realTargets(golden, golden.array("out." + output));
    requireReal(golden, output, LiteModelRunners.realTargets(golden, logits), expected, by);
  }

  /** (S, B, C), the original's with zeros at its pads. */
  private static double[] realSource(GoldenCase golden) throws IOException {
    double[] tokens = golden.array("in.src_tokens"); // (B, S)
    int batch = golden.size("in.src_tokens", 0);
    int source = golden.size("in.src_tokens", 1);
    double[] encoded = golden.array("out.encoder_out").clone();
    int width = encoded.length / tokens.length;
    for (int i = 0; i < encoded.length; i++) {
      int row = i / width; // s B + b
      boolean pad = tokens[row % batch * source + row / batch] == LiteModelRunners.PAD;
      encoded[i] = pad ? 0 : encoded[i];
    }
    return encoded;
  }

  /** The loss without smoothing over targets that are no pads, and its gradient if asked for. */
  private static double likelihood(GoldenCase golden, double[] logits, double[] cotangent)
      throws IOException {
    double[] target = golden.array("in.target");
    double scale = golden.array("cot.nll_sum")[0];
    int width = logits.length / target.length;
    double sum = 0;
    for (int i = 0; i < target.length; i++) {
      if (target[i] == LiteModelRunners.PAD) {
        continue;
      }
      double[] log = LiteModelRunners.logSoftmax(logits, i * width, width);
      sum -= log[(int) target[i]];
      for (int v = 0; cotangent != null && v < width; v++) {
        cotangent[i * width + v] = scale * (Math.exp(log[v]) - (v == (int) target[i] ? 1 : 0));
      }
    }
    return sum;
  }
}
