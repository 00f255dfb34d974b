package dev.goldcrest.conformance;

import static dev.goldcrest.conformance.OpCases.indices;
import static dev.goldcrest.conformance.OpCases.input;

import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import java.util.ArrayList;
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
        selfSharing(),
        // The bias favours the first key three to one.
        worked("attention-bias-worked", new Op.Attention(1, false, 0), false)
            .feed("q", Feed.of(0, 0, 0, 0))
            .feed("bias", Feed.of(Math.log(3), 0, 0, Math.log(3)))
            .expect(0.75, 0.25, 0.25, 0.75),
        worked("attention-causal-bias-worked", new Op.Attention(1, true, 0), false)
            .feed("q", Feed.of(0, 0, 0, 0))
            .feed("bias", Feed.of(1, 2, 0, Math.log(3)))
            .expect(1, 0, 0.25, 0.75),
        worked("attention-mask-bias-worked", new Op.Attention(1, false, 0), true)
            .feed("bias", Feed.of(1, 2, 3, 4))
            .feed("mask", Feed.mask(0, 1))
            .expect(0, 1, 0, 1),
        attention("attention-bias", new Op.Attention(2, false, 0), 2, 3, 5, 6, 8, false, true),
        attention("attention-bias-wide", new Op.Attention(2, false, 0), 2, 5, 37, 4, 6, true, true),
        attention("attention-causal-bias", new Op.Attention(3, true, 0), 2, 7, 7, 6, 9, true, true)
            .feed("mask", Feed.mask(0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1)),
        attention(
            "attention-bias-step", new Op.Attention(2, false, 0.5), 3, 1, 9, 8, 8, true, true));
  }

  /** Dynamic masks of Mask Attention Networks: their logits, and attention under them. */
  static List<OpCase> dynamicMasks() {
    return List.of(
        // P of distances 2, 1, 0, -1, -2 is 20, 10, 0, 3, 4.
        dynamicMask("dynamicMask-future-worked", 1, 2, 3, 2, true)
            .feed("token", Feed.of(100, 200, 300))
            .feed("head", Feed.of(0.25, 0.5))
            .feed("past", Feed.of(20, 10))
            .feed("future", Feed.of(3, 4))
            .expect(
                100.25, 103.25, 104.25, 210.25, 200.25, 203.25, 320.25, 310.25, 300.25, 100.5,
                103.5, 104.5, 210.5, 200.5, 203.5, 320.5, 310.5, 300.5),
        // Distances beyond 1 count as 1; keys after the query have none.
        dynamicMask("dynamicMask-worked", 1, 1, 3, 1, false)
            .feed("token", Feed.of(1, 2, 3))
            .feed("head", Feed.of(0.5))
            .feed("past", Feed.of(10))
            .expect(1.5, 1.5, 1.5, 12.5, 2.5, 2.5, 13.5, 13.5, 3.5),
        step("dynamicMask-step-worked", 2, 1, 4, 2)
            .feed("token", Feed.of(1, 2))
            .feed("head", Feed.of(0.5))
            .feed("past", Feed.of(20, 10))
            .feed("distances", Feed.mask(3, 2, 1, 0))
            .expect(21.5, 21.5, 11.5, 1.5, 22.5, 22.5, 12.5, 2.5),
        dynamicMask("dynamicMask-future", 3, 4, 11, 16, true),
        dynamicMask("dynamicMask-far", 2, 3, 13, 5, true),
        dynamicMask("dynamicMask-past", 2, 3, 13, 5, false),
        dynamicMask("dynamicMask-one", 2, 1, 1, 1, true),
        step("dynamicMask-step", 3, 2, 17, 9)
            .feed("distances", Feed.mask(9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 12)));
  }

  private static OpCase dynamicMask(
      String name, int batch, int heads, int time, int range, boolean future) {
    return OpCase.of(
        name,
        "(" + batch + "," + heads + "," + time + "," + time + ")",
        0,
        3,
        scope -> {
          Value token = input(scope, "token", batch, time, 1);
          Value head = scope.parameter("head", Init.ONES, heads);
          Value past = scope.parameter("past", Init.ONES, range);
          return future
              ? scope.apply(
                  new Op.DynamicMask(),
                  token,
                  head,
                  past,
                  scope.parameter("future", Init.ONES, range))
              : scope.apply(new Op.DynamicMask(), token, head, past);
        });
  }

  private static OpCase step(String name, int batch, int heads, int keys, int range) {
    return OpCase.of(
        name,
        "(" + batch + "," + heads + ",1," + keys + ")",
        0,
        3,
        scope ->
            scope.apply(
                new Op.DynamicMask(),
                input(scope, "token", batch, 1, 1),
                scope.parameter("head", Init.ONES, heads),
                scope.parameter("past", Init.ONES, range),
                indices(scope, "distances", keys)));
  }

  private static OpCase worked(String name, Op.Attention op, boolean mask) {
    Feed unit = Feed.of(1, 0, 0, 1);
    return attention(name, op, 1, 2, 2, 2, 2, mask, true).feed("k", unit).feed("v", unit);
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
    return attention(name, op, batch, steps, keys, channels, values, mask, false);
  }

  private static OpCase attention(
      String name,
      Op.Attention op,
      int batch,
      int steps,
      int keys,
      int channels,
      int values,
      boolean mask,
      boolean bias) {
    return OpCase.of(
            name,
            "(" + batch + "," + steps + "," + values + ")",
            (long) batch * steps * keys * (channels + values),
            channels / op.heads() + keys,
            scope -> {
              List<Value> operands = new ArrayList<>();
              operands.add(input(scope, "q", batch, steps, channels));
              operands.add(input(scope, "k", batch, keys, channels));
              operands.add(input(scope, "v", batch, keys, values));
              if (mask) {
                operands.add(input(scope, "mask", batch, keys));
              }
              if (bias) {
                operands.add(input(scope, "bias", batch, op.heads(), steps, keys));
              }
              return scope.apply(op, operands.toArray(new Value[0]));
            })
        .feed("mask", Feed.mask(ones(batch * keys)));
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
