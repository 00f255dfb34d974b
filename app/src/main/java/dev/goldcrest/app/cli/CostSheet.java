package dev.goldcrest.app.cli;

import dev.goldcrest.core.cost.Cost;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;

/**
 * What one architecture costs for one sequence.
 *
 * @param length N that was costed, a multiple of what the architecture wants
 * @param all every multiply-add and weight
 * @param paper those that its paper's rule counts
 * @param embeddingBytes what turns a word into numbers: a table of floats, or the T bits of one
 *     projected word
 * @param embeddingFloatBytes the same with each bit as a float
 * @param attentionScoreMacs multiply-adds of the encoder's scores, query times key
 */
record CostSheet(
    int length,
    Cost all,
    Cost paper,
    double embeddingBytes,
    double embeddingFloatBytes,
    long attentionScoreMacs) {
  private static final int FLOAT_BYTES = 4;

  /** Traces {@code model} for one sequence of {@code length} words in which every word differs. */
  static CostSheet of(Architecture model, int length) {
    int multiple = model.lengthMultiple();
    int padded = Math.toIntExact((length + multiple - 1L) / multiple * multiple);
    Graph graph = model.trace(Architecture.WHOLE, Sizes.single(padded));
    double table = 0;
    for (Value parameter : graph.parameters().values()) {
      boolean embedding = parameter.path().endsWith("embedding.weight");
      table += embedding ? (double) parameter.shape().size() * FLOAT_BYTES : 0;
    }
    Value features = graph.inputs().get("features");
    double bits = features == null ? 0 : features.shape().at(-1);
    return new CostSheet(
        padded,
        Cost.of(graph),
        Cost.of(graph, model::paperCounts),
        table + bits / Byte.SIZE,
        table + bits * FLOAT_BYTES,
        scores(graph));
  }

  private static long scores(Graph graph) {
    long macs = 0;
    for (Value value : graph.values()) {
      if (value.op() instanceof Op.Attention && value.path().startsWith("encoder")) {
        Shape query = value.input(0).shape();
        macs += (long) query.size() * value.input(1).shape().at(1);
      }
    }
    return macs;
  }
}
