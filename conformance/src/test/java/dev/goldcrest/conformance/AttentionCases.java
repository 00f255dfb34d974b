package dev.goldcrest.conformance;

import static dev.goldcrest.conformance.OpCases.input;

import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import java.util.Arrays;
import java.util.List;

/** Scaled dot-product attention, masks and heads of all kinds. */
final class AttentionCases {
  /**
   * What a query takes from its own key and from the other when all are unit vectors of two
   * channels.
   */
  private static final double OWN = 1 / (1 + Math.exp(-1 / Math.sqrt(2)));

  private AttentionCases() {}

  static List<OpCase> all() {
    return List.of(
        worked("attention-worked", new Op.Attention(1, false, 0))
            .expect(OWN, 1 - OWN, 1 - OWN, OWN),
        // The first query sees only itself.
        worked("attention-causal-worked", new Op.Attention(1, true, 0)).expect(1, 0, 1 - OWN, OWN),
        headsWorked(),
        maskWorked(),
        // Causal and masked: the first query's only key is hidden, so it sees none.
        attention("attention-causal-mask-worked", new Op.Attention(1, true, 0), 1, 2, 2, 2, 2, true)
            .feed("q", Feed.of(1, 0, 0, 1))
            .feed("k", Feed.of(1, 0, 0, 1))
            .feed("v", Feed.of(5, 6, 7, 8))
            .feed("mask", Feed.mask(0, 1))
            .expect(0, 0, 7, 8),
        attention("attention-one-step", new Op.Attention(1, false, 0), 1, 1, 1, 1, 1, false),
        attention("attention-self", new Op.Attention(2, false, 0), 2, 7, 7, 8, 8, false),
        attention("attention-cross", new Op.Attention(4, false, 0), 2, 3, 9, 12, 12, false),
        attention("attention-odd-heads", new Op.Attention(3, false, 0), 2, 5, 7, 15, 6, false),
        attention(
            "attention-head-each-channel", new Op.Attention(5, false, 0), 1, 4, 3, 5, 5, false),
        attention("attention-wide-values", new Op.Attention(2, false, 0), 1, 3, 17, 6, 34, false),
        attention("attention-causal", new Op.Attention(2, true, 0), 2, 13, 13, 8, 8, false),
        attention(
            "attention-past-vector-widths", new Op.Attention(2, false, 0), 1, 5, 33, 34, 34, false),
        attention("attention-many-queries", new Op.Attention(1, false, 0), 1, 65, 4, 9, 9, false),
        attention(
            "attention-dropout-elsewhere-off",
            new Op.Attention(2, false, 0.5),
            1,
            3,
            4,
            4,
            4,
            false),
        attention("attention-mask", new Op.Attention(2, false, 0), 3, 4, 5, 8, 8, true)
            .feed("mask", Feed.mask(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 1, 0)),
        attention(
                "attention-mask-hides-whole-sequence",
                new Op.Attention(4, false, 0),
                2,
                3,
                4,
                8,
                12,
                true)
            .feed("mask", Feed.mask(0, 0, 0, 0, 1, 1, 1, 0)),
        attention("attention-causal-mask", new Op.Attention(3, true, 0), 2, 6, 6, 9, 9, true)
            .feed("mask", Feed.mask(0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 0)),
        // Scores far apart: exp must not overflow, and what is hidden must not set the maximum.
        attention("attention-large-scores", new Op.Attention(1, false, 0), 1, 2, 4, 2, 3, true)
            .feed("q", Feed.of(300, 0, 0, -300))
            .feed("k", Feed.of(1, 0, 0.5, 0, 2, -2, 9, 9))
            .feed("mask", Feed.mask(1, 1, 1, 0)),
        selfSharing());
  }

  private static OpCase worked(String name, Op.Attention op) {
    OpCase raw = attention(name, op, 1, 2, 2, 2, 2, false);
    Feed unit = Feed.of(1, 0, 0, 1);
    return raw.feed("q", unit).feed("k", unit).feed("v", unit);
  }

  /** One channel a head: head 0 takes a quarter and three quarters, head 1 the other way round. */
  private static OpCase headsWorked() {
    return attention("attention-heads-worked", new Op.Attention(2, false, 0), 1, 1, 2, 2, 4, false)
        .feed("q", Feed.of(1, 1))
        .feed("k", Feed.of(0, Math.log(3), Math.log(3), 0))
        .feed("v", Feed.of(1, 10, 100, 1000, 2, 20, 200, 2000))
        .expect(1.75, 17.5, 125, 1250);
  }

  /** The second key of the first sequence is hidden, both of the second sequence are. */
  private static OpCase maskWorked() {
    return attention("attention-mask-worked", new Op.Attention(1, false, 0), 2, 1, 2, 2, 3, true)
        .feed("v", Feed.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12))
        .feed("mask", Feed.mask(1, 0, 0, 0))
        .expect(1, 2, 3, 0, 0, 0);
  }

  /** One value is query, key and value, and lives on afterwards. */
  private static OpCase selfSharing() {
    return OpCase.of(
        "attention-of-itself-and-residual",
        "(2,5,6)",
        2 * 5 * 5 * 12,
        11,
        scope -> {
          Value x = input(scope, "x", 2, 5, 6).affine(0.5, 0.25);
          return x.plus(scope.apply(new Op.Attention(2, false, 0), x, x, x));
        });
  }

  private static OpCase attention(
      String name,
      Op.Attention op,
      int batch,
      int steps,
      int keys,
      int channels,
      int values,
      boolean mask) {
    return OpCase.of(
            name,
            "(" + batch + "," + steps + "," + values + ")",
            (long) batch * steps * keys * (channels + values),
            channels / op.heads() + keys,
            scope -> {
              Value q = input(scope, "q", batch, steps, channels);
              Value k = input(scope, "k", batch, keys, channels);
              Value v = input(scope, "v", batch, keys, values);
              return mask
                  ? scope.apply(op, q, k, v, input(scope, "mask", batch, keys))
                  : scope.apply(op, q, k, v);
            })
        .feed("mask", Feed.mask(ones(batch * keys)));
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
