package dev.goldcrest.app.cli;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.core.models.Task;
import dev.goldcrest.cost.Cost;

/**
 * What one architecture costs for one sequence, or for one pair of them.
 *
 * @param length N that was costed, a multiple of what the architecture wants; of a translator the
 *     decoder's
 * @param source tokens that an encoder reads for a decoder, or 0
 * @param all every multiply-add and weight
 * @param paper those that its paper's rule counts
 * @param embeddingBytes what turns a word into numbers: a table as it is stored, or the T bits of
 *     one projected word
 * @param embeddingFloatBytes the same with each bit as a float
 * @param attentionScoreMacs multiply-adds of scores, query times key; of a classifier its encoder's
 */
record CostSheet(
    int length,
    int source,
    Cost all,
    Cost paper,
    double embeddingBytes,
    double embeddingFloatBytes,
    long attentionScoreMacs) {
  private static final int FLOAT_BYTES = 4;

  /** The same with a source as long as the target, where there is one. */
  static CostSheet of(Architecture model, int length) {
    return of(model, length, model.task() == Task.TRANSLATE ? length : 0);
  }

  /**
   * Traces {@code model} for one sequence of {@code length} words in which every word differs.
   *
   * @param source tokens of a translator's source; 0 for other models
   */
  static CostSheet of(Architecture model, int length, int source) {
    int multiple = model.lengthMultiple();
    int padded = Math.toIntExact((length + multiple - 1L) / multiple * multiple);
    Graph graph = model.trace(Architecture.WHOLE, new Sizes(1, padded, padded, source));
    double table = 0;
    double stored = 0;
    for (Value parameter : graph.parameters().values()) {
      if (parameter.path().contains("embedding.")) {
        table += (double) parameter.shape().size() * FLOAT_BYTES;
        stored += graph.forms().stored(parameter.path()).bytes(parameter.shape());
      }
    }
    Value features = graph.inputs().get("features");
    double bits = features == null ? 0 : features.shape().at(-1);
    return new CostSheet(
        padded,
        source,
        Cost.of(graph),
        Cost.of(graph, model::paperCounts),
        stored + bits / Byte.SIZE,
        table + bits * FLOAT_BYTES,
        scores(graph, model.task() == Task.CLASSIFY ? "encoder" : ""));
  }

  /**
   * What a frame of a stream costs on average; weights are those of the whole model, and the
   * paper's count is of its own code's step where that differs.
   */
  static CostSheet ofFrame(Architecture model) {
    Cost all = Cost.ofFrame(model);
    Cost paper = all;
    if (model.publishedFrame() != null) {
      Graph frame = model.trace(model.publishedFrame(), model.smallest());
      Cost step = Cost.of(frame, model::paperCounts);
      paper =
          new Cost(
              step.macs(),
              all.parameters(),
              all.weightBytes(),
              step.peakActivationBytes(),
              step.layers());
    }
    return new CostSheet(1, 0, all, paper, 0, 0, 0);
  }

  private static long scores(Graph graph, String within) {
    long macs = 0;
    for (Value value : graph.values()) {
      if (value.op() instanceof Op.Attention && value.path().startsWith(within)) {
        Shape query = value.input(0).shape();
        macs += (long) query.size() * value.input(1).shape().at(1);
      }
    }
    return macs;
  }
}
