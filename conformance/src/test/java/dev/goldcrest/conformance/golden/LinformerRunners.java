package dev.goldcrest.conformance.golden;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.nn.ProjectedAttention;
import dev.goldcrest.core.nn.ProjectedAttention.Sharing;
import dev.goldcrest.core.nn.Transformer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Linformer: its authors' attention and those of two other implementations. */
final class LinformerRunners {
  private static final String FAIRSEQ =
      Names.FAIRSEQ_ATTENTION + "e.weight = compress_k.weight\nf.weight = compress_v.weight\n";

  private static final String LUCIDRAINS =
      """
      q.weight = to_q.weight
      q.bias = to_q.bias
      k.weight = to_k.weight
      k.bias = to_k.bias
      v.weight = to_v.weight
      v.bias = to_v.bias
      out.weight = to_out.weight
      out.bias = to_out.bias
      e.weight = proj_k^T
      f.weight = proj_v^T
      """;

  private static final String LUCIDRAINS_LAYER =
      Names.under("attention.", "0.fn.", LUCIDRAINS)
          + """
          norm1.weight = 0.norm.weight
          norm1.bias = 0.norm.bias
          norm2.weight = 1.norm.weight
          norm2.bias = 1.norm.bias
          ffn.in.weight = 1.fn.w1.weight
          ffn.in.bias = 1.fn.w1.bias
          ffn.out.weight = 1.fn.w2.weight
          ffn.out.bias = 1.fn.w2.bias
          """;

  private LinformerRunners() {}

  private static Transformer.Config config(int heads, int hidden) {
    return new Transformer.Config(heads, hidden, Op.Unary.Kind.GELU, true, 0, 0, 1e-5);
  }

  /** Time first; its padding mask, which it ignores, is left out. */
  static void official(GoldenCase golden) throws IOException {
    boolean whole = golden.flag("layerwise_shared");
    boolean shared = golden.integer("shared_kv_compressed") == 1;
    ProjectedAttention attention =
        new ProjectedAttention(
            golden.integer("k"),
            golden.integer("max_seq_len"),
            whole ? Sharing.LAYERWISE : shared ? Sharing.KEY_VALUE : Sharing.HEADWISE,
            true,
            false,
            0,
            false,
            false,
            false);
    int heads = golden.integer("num_heads");
    Feeds feeds = new Feeds(golden);
    Graph graph =
        Graph.trace(
            scope -> {
              Value x = LiteRunners.turn(feeds.input(scope, "x"));
              Value y = attention.around(scope, scope, x, null, config(heads, 1));
              Value seen = LiteRunners.attentionAt(y, "");
              Value weights =
                  VanillaRunners.weights(
                      scope,
                      (Op.Attention) seen.op(),
                      seen.input(0),
                      seen.input(1),
                      null,
                      null,
                      feeds);
              return Map.of("y", LiteRunners.turn(y), "head_weights", weights.permute(1, 0, 2, 3));
            });
    new GoldenGraph(graph, Names.of(FAIRSEQ), feeds.inputs()).check(golden);
  }

  static void lucidrains(GoldenCase golden) throws IOException {
    Map<String, Object> given = golden.config();
    ProjectedAttention attention =
        new ProjectedAttention(
            golden.integer("k"),
            golden.integer("seq_len"),
            Sharing.HEADWISE,
            false,
            false,
            0,
            false,
            golden.flag("share_kv"),
            golden.flag("one_kv_head"));
    int layers = given.containsKey("depth") ? golden.integer("depth") : 0;
    int hidden = layers == 0 ? 1 : golden.integer("ff_mult") * golden.integer("dim");
    Transformer.Config config = config(golden.integer("heads"), hidden);
    Feeds feeds = new Feeds(golden);
    Graph graph =
        Graph.trace(
            scope -> {
              Value x = feeds.input(scope, "x");
              if (layers == 0) {
                return Map.of("y", attention.around(scope, scope, x, null, config));
              }
              for (int i = 0; i < layers; i++) {
                x =
                    Transformer.encoderLayer(
                        scope.in("layer", i),
                        x,
                        null,
                        config,
                        (at, in, mask, c) -> attention.around(at, scope, in, mask, c));
              }
              return Map.of("y", x);
            });
    Names names =
        layers == 0
            ? Names.of(LUCIDRAINS)
            : Names.of(
                Names.layers(layers, Names.under("layer.#.", "net.layers.#.", LUCIDRAINS_LAYER)));
    new GoldenGraph(graph, names, feeds.inputs()).check(golden);
  }

  static void tatp22(GoldenCase golden) throws IOException {
    int heads = golden.integer("nhead");
    String sharing = (String) golden.config().get("parameter_sharing");
    boolean convolution = golden.config().get("method").equals("convolution");
    int k = golden.integer("dim_k");
    int length = golden.integer("input_size");
    ProjectedAttention attention =
        new ProjectedAttention(
            k,
            length,
            sharing.equals("kv") ? Sharing.KEY_VALUE : Sharing.valueOf(sharing.toUpperCase()),
            false,
            convolution,
            convolution ? length / k : 0,
            true,
            false,
            false);
    Feeds feeds = new Feeds(golden);
    Graph graph =
        Graph.trace(
            scope -> {
              Value x = feeds.input(scope, "x");
              Value mask = null;
              if (golden.has("in.input_mask")) {
                int time = x.shape().at(1);
                mask = scope.input("input_mask", DType.F32, x.shape().dim(0), Dim.of(time));
              }
              return Map.of("y", attention.around(scope, scope, x, mask, config(heads, 1)));
            });
    Map<String, double[]> inputs = new LinkedHashMap<>(feeds.inputs());
    if (golden.has("in.input_mask")) {
      inputs.put("input_mask", golden.array("in.input_mask"));
    }
    new GoldenGraph(graph, Names.of(tatp22Names(heads)), inputs).check(golden);
  }

  private static String tatp22Names(int heads) {
    StringBuilder names = new StringBuilder("out.weight = w_o.weight\nout.bias = w_o.bias\n");
    for (String side : new String[] {"q", "k", "v"}) {
      names.append(side).append(".weight = to_").append(side).append(".0.weight");
      for (int h = 1; h < heads; h++) {
        names.append(" + to_").append(side).append('.').append(h).append(".weight");
      }
      names.append('\n').append(side).append(".bias = none\n");
    }
    String one = "@.weight = heads.#.%.weight\n@.bias = heads.#.%.bias\n";
    for (String side : new String[] {"e", "f"}) {
      String both = one.replace("%", side.toUpperCase());
      names.append(both.replace("@", side).replace("#", "0"));
      names.append(Names.layers(heads, both.replace("@", side + ".#")));
    }
    return names.toString();
  }
}
