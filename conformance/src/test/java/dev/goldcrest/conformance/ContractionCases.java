package dev.goldcrest.conformance;

import static dev.goldcrest.conformance.OpCases.input;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.nn.Layers;
import java.util.List;

/** Linears and convolutions. */
final class ContractionCases {
  private ContractionCases() {}

  static List<OpCase> linears() {
    return List.of(
        OpCase.of(
            "linear-1x1", "(1)", 1, 1, scope -> Layers.linear(scope, input(scope, "x", 1), 1)),
        OpCase.of(
            "linear-rank1",
            "(5)",
            17 * 5,
            17,
            scope -> Layers.linear(scope, input(scope, "x", 17), 5)),
        OpCase.of(
            "linear-13to7",
            "(5,7)",
            5 * 13 * 7,
            13,
            scope -> Layers.linear(scope, input(scope, "x", 5, 13), 7)),
        OpCase.of(
            "linear-named-axes",
            "(B=2,T=3,9)",
            2 * 3 * 9 * 8,
            8,
            scope ->
                Layers.linear(
                    scope.in("layer", 1),
                    scope.input("x", DType.F32, Dim.batch(2), Dim.time(3), Dim.of(8)),
                    9)),
        OpCase.of(
            "linear-rank4",
            "(2,3,1,65)",
            6 * 33 * 65,
            33,
            scope -> Layers.linear(scope, input(scope, "x", 2, 3, 1, 33), 65)),
        OpCase.of(
            "linear-wide",
            "(3,4)",
            3 * 257 * 4,
            257,
            scope -> Layers.linear(scope, input(scope, "x", 3, 257), 4)),
        OpCase.of(
            "linear-many-rows",
            "(67,2)",
            67 * 2 * 3,
            3,
            scope -> Layers.linear(scope, input(scope, "x", 67, 3), 2)),
        OpCase.of(
            "linear-nobias",
            "(4,6)",
            4 * 6 * 19,
            19,
            scope -> bare(scope, input(scope, "x", 4, 19), 6)),
        OpCase.of(
            "linear-tied",
            "(3,5)",
            2 * 3 * 5 * 5,
            25,
            scope -> bare(scope.in("same"), bare(scope.in("same"), input(scope, "x", 3, 5), 5), 5)),
        // Both operands are activations, as in a product with a computed matrix.
        OpCase.of(
            "linear-computed-weight",
            "(3,4)",
            3 * 4 * 5,
            5,
            scope ->
                scope.apply(
                    new Op.Linear(),
                    input(scope, "x", 3, 5).affine(2, 0),
                    input(scope, "w", 4, 5).affine(0.5, 1))));
  }

  private static Value bare(Scope scope, Value x, int out) {
    return scope.apply(
        new Op.Linear(), x, scope.parameter("weight", Init.ONES, out, x.shape().at(-1)));
  }

  static List<OpCase> convolutions() {
    return List.of(
        // y[t] = x[t-1] + 10 x[t] + 100 x[t+1] + 0.5, zeros outside.
        convolution("convolution-worked", new Op.Convolution(1, 1, 1), 1, 3, 1, 1, 3, true)
            .feed("x", Feed.of(1, 2, 3))
            .feed("weight", Feed.of(1, 10, 100))
            .feed("bias", Feed.of(0.5))
            .expect(210.5, 321.5, 32.5),
        // Depthwise and causal: channel c of step t sees steps t-1 and t.
        convolution(
                "convolution-depthwise-worked", new Op.Convolution(2, 1, 0), 1, 3, 2, 2, 2, false)
            .feed("x", Feed.of(1, 10, 2, 20, 3, 30))
            .feed("weight", Feed.of(1, 2, 3, 4))
            .expect(2, 40, 5, 110, 8, 180),
        convolution("convolution-k1", new Op.Convolution(1, 0, 0), 2, 5, 7, 3, 1, true),
        convolution("convolution-same-k3", new Op.Convolution(1, 1, 1), 2, 7, 5, 6, 3, true),
        convolution("convolution-same-wide", new Op.Convolution(1, 1, 1), 2, 9, 33, 17, 3, true),
        convolution("convolution-valid-k4", new Op.Convolution(1, 0, 0), 2, 6, 3, 4, 4, false),
        convolution("convolution-onestep", new Op.Convolution(1, 2, 2), 1, 1, 4, 4, 5, true),
        convolution(
            "convolution-kernel-past-length", new Op.Convolution(1, 15, 15), 2, 7, 4, 4, 31, true),
        convolution("convolution-right-only", new Op.Convolution(1, 0, 3), 1, 5, 2, 3, 3, true),
        convolution(
            "convolution-padding-past-kernel", new Op.Convolution(1, 4, 5), 1, 2, 3, 2, 3, true),
        convolution("convolution-groups", new Op.Convolution(2, 1, 1), 2, 5, 6, 4, 3, true),
        convolution(
            "convolution-depthwise-causal", new Op.Convolution(19, 4, 0), 2, 9, 19, 19, 5, true),
        convolution(
            "convolution-depthwise-multiplier", new Op.Convolution(3, 1, 1), 1, 5, 3, 6, 3, false));
  }

  static List<OpCase> lightConvolutions() {
    return List.of(
        // Two heads of one channel: y[t] = taps[0] x[t-1] + taps[1] x[t].
        light("lightConvolution-worked", new Op.LightConvolution(2, 1, 0), 1, 3, 2, 2, false)
            .feed("x", Feed.of(1, 10, 2, 20, 3, 30))
            .feed("taps", Feed.of(1, 2, 3, 4))
            .expect(2, 40, 5, 110, 8, 180),
        // One head of two channels, whose taps are 1 and t + 1: y[t] = x[t-1] + (t + 1) x[t].
        light("lightConvolution-dynamic-worked", new Op.LightConvolution(1, 1, 0), 1, 3, 2, 2, true)
            .feed("x", Feed.of(1, 10, 2, 20, 3, 30))
            .feed("taps", Feed.of(1, 1, 1, 2, 1, 3))
            .expect(1, 10, 5, 50, 11, 110),
        light("lightConvolution-k1", new Op.LightConvolution(2, 0, 0), 2, 5, 6, 1, false),
        light("lightConvolution-k3", new Op.LightConvolution(2, 1, 1), 2, 7, 6, 3, false),
        light("lightConvolution-wide", new Op.LightConvolution(2, 2, 2), 2, 9, 74, 5, false),
        light(
            "lightConvolution-past-length", new Op.LightConvolution(3, 15, 15), 2, 7, 9, 31, false),
        light("lightConvolution-one-step", new Op.LightConvolution(2, 0, 0), 3, 7, 10, 7, false),
        light("lightConvolution-only-padding", new Op.LightConvolution(1, 5, 0), 1, 2, 3, 2, false),
        light(
            "lightConvolution-dynamic-causal", new Op.LightConvolution(4, 4, 0), 2, 9, 8, 5, true),
        light("lightConvolution-dynamic-wide", new Op.LightConvolution(1, 3, 3), 1, 4, 33, 7, true),
        light(
            "lightConvolution-dynamic-one-step",
            new Op.LightConvolution(2, 0, 0),
            3,
            4,
            6,
            4,
            true),
        light("lightConvolution-right-only", new Op.LightConvolution(2, 0, 3), 1, 5, 4, 3, true),
        light("lightConvolution-long", new Op.LightConvolution(1, 2, 0), 1, 300, 1, 3, true),
        light(
            "lightConvolution-long-shared", new Op.LightConvolution(1, 1, 1), 1, 300, 1, 3, false));
  }

  private static OpCase light(
      String name,
      Op.LightConvolution op,
      int batch,
      int time,
      int channels,
      int kernel,
      boolean dynamic) {
    int steps = time + op.left() + op.right() - kernel + 1;
    return OpCase.of(
        name,
        "(" + batch + "," + steps + "," + channels + ")",
        (long) batch * steps * channels * kernel,
        kernel,
        scope ->
            scope.apply(
                op,
                input(scope, "x", batch, time, channels),
                dynamic
                    ? input(scope, "taps", batch, steps, op.heads(), kernel)
                    : scope.parameter("taps", Init.ONES, op.heads(), kernel)));
  }

  /** x (batch, time, in) -> (batch, time + pads - kernel + 1, out). */
  private static OpCase convolution(
      String name,
      Op.Convolution op,
      int batch,
      int time,
      int in,
      int out,
      int kernel,
      boolean bias) {
    int steps = time + op.left() + op.right() - kernel + 1;
    int taps = in / op.groups() * kernel;
    return OpCase.of(
        name,
        "(" + batch + "," + steps + "," + out + ")",
        (long) batch * steps * out * taps,
        taps,
        scope -> {
          Value x = input(scope, "x", batch, time, in);
          Value weight = scope.parameter("weight", Init.ONES, out, in / op.groups(), kernel);
          return bias
              ? scope.apply(op, x, weight, scope.parameter("bias", Init.ZEROS, out))
              : scope.apply(op, x, weight);
        });
  }
}
