package dev.goldcrest.core.models;

import static dev.goldcrest.core.nn.Layers.drop;
import static dev.goldcrest.core.nn.Layers.embedding;
import static dev.goldcrest.core.nn.Layers.layerNorm;
import static dev.goldcrest.core.nn.Layers.linear;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.nn.Adaptive;
import dev.goldcrest.core.nn.Layers;
import dev.goldcrest.core.nn.Memory;
import dev.goldcrest.core.nn.Past;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything around the layers of an architecture over tokens: embeddings scaled by sqrt(d),
 * sinusoidal positions, the stacks, the output, and the entry points of each task. An architecture
 * gives its layers; it then classifies, translates and models language, at once or step by step.
 *
 * <p>There is no mask on the decoder's side: everything there is causal and pads stand at the end.
 */
final class SequenceGraph {
  /** What projections of queries, keys and values start from: as if the three were one matrix. */
  static final Init PROJECTION = new Init.Xavier(Math.sqrt(0.5));

  static final double EPSILON = 1e-5;

  /** fairseq numbers positions from the pad's id on, which is 1 there. */
  private static final int FIRST_POSITION = 2;

  /** The layers of an architecture, in scopes of their own. */
  interface Cells {
    /** An encoder layer: x (B, S, d), mask (B, S) -> (B, S, d). */
    Value encode(Scope scope, int layer, Value x, Value mask);

    /**
     * A decoder layer: x (B, T, d) -> (B, T, d).
     *
     * @param memory what an encoder read; null for a language model
     */
    Value decode(Scope scope, int layer, Value x, Memory memory, Past past);

    /** Projects the memory for each cross-attention of a decoder layer in {@code scope}. */
    void project(Scope scope, Memory memory);
  }

  private final SequenceConfig config;
  private final Cells cells;
  private final Scope root;
  private final Sizes sizes;

  private SequenceGraph(SequenceConfig config, Cells cells, Scope root, Sizes sizes) {
    this.config = config;
    this.cells = cells;
    this.root = root;
    this.sizes = sizes;
  }

  /** Appends one entry point of the architecture {@code name} and returns its outputs. */
  static Map<String, Value> build(
      String name, SequenceConfig config, Cells cells, Scope root, String entry, Sizes sizes) {
    SequenceGraph graph = new SequenceGraph(config, cells, root, sizes);
    Task task = config.task();
    if (entry.equals(Architecture.WHOLE)) {
      Value logits =
          task == Task.CLASSIFY
              ? graph.classify()
              : task == Task.TRANSLATE
                  ? graph.translate()
                  : graph.output(graph.decoder(graph.ids(), null, Past.none()));
      return Map.of("logits", logits);
    }
    if (entry.equals(Architecture.ENCODE) && task == Task.TRANSLATE) {
      return graph.encode();
    }
    if (entry.equals(Architecture.DECODE) && task != Task.CLASSIFY) {
      return graph.step();
    }
    if (entry.equals(Architecture.ADAPTIVE) && !config.cutoffs().isEmpty()) {
      return graph.adaptive();
    }
    throw new IllegalArgumentException(name + " has no entry " + entry);
  }

  private Value ids() {
    return Layers.idsInput(root, sizes.batch(), sizes.time());
  }

  /** (B, classes): the mean over the real steps, then a linear. */
  private Value classify() {
    Value ids = ids();
    Value mask = Layers.maskInput(root, sizes.batch(), sizes.time());
    Value x = encoder(embed(root.in("embedding"), ids, config.vocabulary()), mask);
    Value mean = x.reduce(Op.Reduce.Kind.MEAN, 1, mask);
    return linear(root.in("head"), drop(root, mean, config.dropout()), config.classes());
  }

  private Value translate() {
    Value source = source();
    Value mask = sourceMask();
    Value ids = ids();
    return output(decoder(ids, Memory.of(encodeSource(source, mask), mask), Past.none()));
  }

  private Map<String, Value> encode() {
    Value source = source();
    Value mask = sourceMask();
    Memory memory = Memory.of(encodeSource(source, mask), mask);
    for (int i = 0; i < config.decoderLayers(); i++) {
      cells.project(root.in("decoder").in("layer", i), memory);
    }
    return memory.projected();
  }

  private Map<String, Value> step() {
    int batch = sizes.batch();
    Value ids = Layers.idsInput(root, batch, 1);
    Past past = Past.step(root, batch, sizes.time());
    Memory memory =
        config.task() == Task.LM
            ? null
            : Memory.fed(Dim.batch(batch), Dim.source(sizes.source()), sourceMask());
    Value x = decoder(ids, memory, past).reshape(Dim.batch(batch), Dim.of(config.dim()));
    Map<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("logits", output(x));
    outputs.putAll(past.next());
    return outputs;
  }

  private Map<String, Value> adaptive() {
    int rows = Math.multiplyExact(sizes.batch(), sizes.time());
    Value x = decoder(ids(), null, Past.none()).reshape(Dim.of(rows), Dim.of(config.dim()));
    Adaptive adaptive = config.adaptive();
    Scope embedding = root.in("embedding");
    Map<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("head", adaptive.head(embedding, root.in("output"), x));
    for (int i = 0; i < adaptive.tails(); i++) {
      Value at = root.input("tail." + i + ".rows", DType.I32, Dim.of(sizes.tails().get(i)));
      Value some = root.apply(new Op.Gather(), x, at);
      outputs.put("tail." + i, adaptive.tail(embedding, root.in("output"), i, some));
    }
    return outputs;
  }

  private Value source() {
    return root.input("source", DType.I32, Dim.batch(sizes.batch()), Dim.source(sizes.source()));
  }

  private Value sourceMask() {
    return root.input(
        "sourceMask", DType.F32, Dim.batch(sizes.batch()), Dim.source(sizes.source()));
  }

  private Value encodeSource(Value source, Value mask) {
    boolean own = config.sourceVocabulary() > 0;
    Scope table = own ? root.in("source").in("embedding") : root.in("embedding");
    int rows = own ? config.sourceVocabulary() : config.vocabulary();
    return encoder(embed(table, source, rows), mask);
  }

  /** (...) -> (..., d), scaled by sqrt(d). */
  private Value embed(Scope scope, Value ids, int rows) {
    Adaptive adaptive = config.adaptive();
    int dim = config.dim();
    Value x =
        adaptive == null
            ? embedding(scope, ids, rows, dim, Math.pow(dim, -0.5))
            : adaptive.embed(scope, ids);
    return x.affine(Math.sqrt(dim), 0);
  }

  private Value encoder(Value embedded, Value mask) {
    Scope scope = root.in("encoder");
    Value x = drop(scope, positioned(scope, embedded, Past.none()), config.dropout());
    for (int i = 0; i < config.layers(); i++) {
      x = cells.encode(scope.in("layer", i), i, x, mask);
    }
    return ended(scope, x);
  }

  private Value decoder(Value ids, Memory memory, Past past) {
    Scope scope = root.in("decoder");
    Value embedded = embed(root.in("embedding"), ids, config.vocabulary());
    Value x = drop(scope, positioned(scope, embedded, past), config.dropout());
    for (int i = 0; i < config.decoderLayers(); i++) {
      x = cells.decode(scope.in("layer", i), i, x, memory, past);
    }
    return ended(scope, x);
  }

  private Value positioned(Scope scope, Value x, Past past) {
    return past.addPositions(
        scope, x, rows -> scope.apply(new Op.Sinusoids(rows, config.dim(), FIRST_POSITION)));
  }

  private Value ended(Scope scope, Value x) {
    return config.normFirst() && config.finalNorm() ? layerNorm(scope.in("norm"), x, EPSILON) : x;
  }

  /** (..., d) -> (..., V); logarithms of probabilities where the softmax is adaptive. */
  private Value output(Value x) {
    Scope embedding = root.in("embedding");
    Scope output = root.in("output");
    Adaptive adaptive = config.adaptive();
    if (adaptive != null) {
      return adaptive.logProbabilities(embedding, output, x);
    }
    Init init = new Init.Normal(Math.pow(config.dim(), -0.5));
    if (!config.tied()) {
      return Layers.bare(output, x, config.vocabulary(), init);
    }
    Value table = embedding.parameter("weight", init, config.vocabulary(), config.dim());
    return output.apply(new Op.Linear(), x, table);
  }
}
