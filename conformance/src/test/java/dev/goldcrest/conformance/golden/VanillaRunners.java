package dev.goldcrest.conformance.golden;

import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.nn.Layers;
import dev.goldcrest.core.nn.Memory;
import dev.goldcrest.core.nn.Past;
import dev.goldcrest.core.nn.Transformer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/** The parts of a Transformer as PyTorch computes them. */
final class VanillaRunners {
  private static final double EPSILON = 1e-5;

  private VanillaRunners() {}

  private static void check(
      GoldenCase golden, Names names, Function<Scope, Map<String, Value>> model, Feeds feeds)
      throws IOException {
    new GoldenGraph(Graph.trace(model), names, feeds.inputs()).check(golden);
  }

  static void attention(GoldenCase golden) throws IOException {
    Op.Attention op = new Op.Attention(golden.integer("num_heads"), golden.flag("causal"), 0);
    int width = golden.integer("embed_dim");
    Feeds feeds = new Feeds(golden);
    Names names =
        golden.has("w.in_proj_weight")
            ? Names.of(Names.attention("", ""))
            : Names.of(Names.attention("", ""), Names.ATTENTION_OF_OTHER_WIDTH);
    check(
        golden,
        names,
        scope -> {
          Value q = feeds.input(scope, "q");
          Value keys = golden.has("in.kv") ? feeds.input(scope, "kv") : q;
          Value mask = feeds.mask(scope, "key_padding_mask");
          return Map.of(
              "y", Transformer.multiHead(scope, q, keys, mask, width, op),
              "weights",
                  weights(
                      scope,
                      op,
                      Layers.linear(scope.in("q"), q, width),
                      Layers.linear(scope.in("k"), keys, width),
                      mask,
                      null,
                      feeds));
        },
        feeds);
  }

  /**
   * The weights (B, H, T, S): attention with the same queries and keys whose values are, for every
   * head, the rows of an identity, so that what is mixed is the weights themselves.
   */
  static Value weights(
      Scope scope, Op.Attention op, Value q, Value k, Value mask, Value bias, Feeds feeds) {
    int batch = q.shape().at(0);
    int steps = q.shape().at(1);
    int sources = k.shape().at(1);
    int heads = op.heads();
    double[] identity = new double[batch * sources * heads * sources];
    for (int row = 0; row < batch * sources; row++) {
      for (int head = 0; head < heads; head++) {
        identity[(row * heads + head) * sources + row % sources] = 1;
      }
    }
    Value rows = feeds.feed(scope, "identity", identity, batch, sources, heads * sources);
    return scope
        .apply(op, Stream.of(q, k, rows, mask, bias).filter(Objects::nonNull).toArray(Value[]::new))
        .reshape(Dim.of(batch), Dim.of(steps), Dim.of(heads), Dim.of(sources))
        .permute(0, 2, 1, 3);
  }

  private static Transformer.Config config(GoldenCase golden) throws IOException {
    return new Transformer.Config(
        golden.integer("heads"),
        golden.integer("ff"),
        Op.Unary.Kind.valueOf(
            ((String) golden.config().get("activation")).toUpperCase(Locale.ROOT)),
        golden.flag("norm_first"),
        0,
        0,
        EPSILON);
  }

  static void encoder(GoldenCase golden) throws IOException {
    Transformer.Config config = config(golden);
    Feeds feeds = new Feeds(golden);
    check(
        golden,
        Names.of(Names.attention("attention.", "self_attn."), Names.FEED_FORWARD_AND_NORMS),
        scope -> {
          Value x = feeds.input(scope, "x");
          return Map.of(
              "y",
              Transformer.encoderLayer(
                  scope, x, feeds.mask(scope, "src_key_padding_mask"), config));
        },
        feeds);
  }

  static void decoder(GoldenCase golden) throws IOException {
    Transformer.Config config = config(golden);
    Feeds feeds = new Feeds(golden);
    check(
        golden,
        Names.of(
            Names.attention("attention.", "self_attn."),
            Names.attention("cross.", "multihead_attn."),
            Names.FEED_FORWARD_AND_NORMS),
        scope -> {
          Value x = feeds.input(scope, "tgt");
          Value memory = feeds.input(scope, "memory");
          Value mask = feeds.mask(scope, "memory_key_padding_mask");
          return Map.of(
              "y",
              Transformer.decoderLayer(scope, x, Memory.of(memory, mask), Past.none(), config));
        },
        feeds);
  }

  static void layerNorm(GoldenCase golden) throws IOException {
    Feeds feeds = new Feeds(golden);
    check(
        golden,
        Names.of("weight = ln.weight\nbias = ln.bias"),
        scope -> Map.of("y", Layers.layerNorm(scope, feeds.input(scope, "x"), EPSILON)),
        feeds);
  }

  static void activations(GoldenCase golden) throws IOException {
    Map<String, Op.Unary.Kind> kinds = new LinkedHashMap<>();
    kinds.put("gelu_erf", Op.Unary.Kind.GELU);
    for (Op.Unary.Kind kind : Op.Unary.Kind.values()) {
      if (kind != Op.Unary.Kind.GELU) {
        kinds.put(kind.name().toLowerCase(Locale.ROOT), kind);
      }
    }
    Feeds feeds = new Feeds(golden);
    check(
        golden,
        Names.of(),
        scope -> {
          Value x = feeds.input(scope, "x");
          Map<String, Value> outputs = new LinkedHashMap<>();
          kinds.forEach((output, kind) -> outputs.put(output, x.unary(kind)));
          return outputs;
        },
        feeds);
  }

  static void gluAndSoftmax(GoldenCase golden) throws IOException {
    Feeds feeds = new Feeds(golden);
    check(
        golden,
        Names.of(),
        scope -> {
          Value x = feeds.input(scope, "x");
          Value z = feeds.input(scope, "z");
          return Map.of(
              "glu", Layers.glu(x), "softmax", z.softmax(), "log_softmax", z.logSoftmax());
        },
        feeds);
  }
}
