package dev.goldcrest.conformance.golden;

import dev.goldcrest.core.graph.DType;
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
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The parts of a Transformer as PyTorch computes them. */
final class VanillaRunners {
  private static final double EPSILON = 1e-5;

  private VanillaRunners() {}

  /** The arrays of a case that is being traced; an input is declared and filled in one go. */
  private static final class Feeds {
    private final GoldenCase golden;
    private final Map<String, double[]> inputs = new LinkedHashMap<>();

    Feeds(GoldenCase golden) {
      this.golden = golden;
    }

    /** The input {@code name} with the elements of {@code in.<name>}. */
    Value input(Scope scope, String name) {
      try {
        return feed(scope, name, golden.array("in." + name), golden.shape("in." + name));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** The mask (B, T) of {@code in.<name>}, 1 for what is kept; null when the case has none. */
    Value mask(Scope scope, String name) {
      try {
        return golden.has("in." + name)
            ? feed(scope, name, golden.kept("in." + name), golden.shape("in." + name))
            : null;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Value feed(Scope scope, String name, double[] values, int... shape) {
      Dim[] dims = new Dim[shape.length];
      for (int axis = 0; axis < dims.length; axis++) {
        dims[axis] = Dim.of(shape[axis]);
      }
      inputs.put(name, values);
      return scope.input(name, DType.F32, dims);
    }
  }

  private static void check(
      GoldenCase golden, Names names, Function<Scope, Map<String, Value>> model, Feeds feeds)
      throws IOException {
    new GoldenGraph(Graph.trace(model), names, feeds.inputs).check(golden);
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
              "weights", weights(scope, q, keys, mask, width, op, feeds));
        },
        feeds);
  }

  /**
   * The weights (B, H, T, S): attention with the same queries and keys whose values are, for every
   * head, the rows of an identity, so that what is mixed is the weights themselves.
   */
  private static Value weights(
      Scope scope, Value q, Value keys, Value mask, int width, Op.Attention op, Feeds feeds) {
    int batch = q.shape().at(0);
    int steps = q.shape().at(1);
    int sources = keys.shape().at(1);
    int heads = op.heads();
    double[] identity = new double[batch * sources * heads * sources];
    for (int row = 0; row < batch * sources; row++) {
      for (int head = 0; head < heads; head++) {
        identity[(row * heads + head) * sources + row % sources] = 1;
      }
    }
    List<Value> operands =
        new ArrayList<>(
            List.of(
                Layers.linear(scope.in("q"), q, width),
                Layers.linear(scope.in("k"), keys, width),
                feeds.feed(scope, "identity", identity, batch, sources, heads * sources)));
    if (mask != null) {
      operands.add(mask);
    }
    return scope
        .apply(op, operands.toArray(new Value[0])) // (B, T, H S)
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
