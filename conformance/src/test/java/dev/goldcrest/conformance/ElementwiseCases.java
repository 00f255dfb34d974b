package dev.goldcrest.conformance;

import static dev.goldcrest.conformance.OpCases.input;

import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.nn.Layers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Functions of single elements, of pairs, and of the last axis. */
final class ElementwiseCases {
  private ElementwiseCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    cases.addAll(unaries());
    cases.addAll(binaries());
    cases.addAll(norms());
    cases.addAll(others());
    return cases;
  }

  private static List<OpCase> unaries() {
    double ln2 = Math.log(2);
    double ln3 = Math.log(3);
    List<OpCase> cases = new ArrayList<>();
    cases.add(worked(Op.Unary.Kind.RELU, -1, 0.5, 2).expect(0, 0.5, 2));
    // x times the normal distribution function: 0.8413... at 1, 0.9772... at 2.
    cases.add(
        worked(Op.Unary.Kind.GELU, 0, 1, -2)
            .expect(0, 0.8413447460685429, -2 * (1 - 0.9772498680518208)));
    cases.add(
        worked(Op.Unary.Kind.GELU_TANH, 0, 1, -1)
            .expect(
                0,
                0.5 * (1 + tanh(0.79788456 * 1.044715)),
                -0.5 * (1 - tanh(0.79788456 * 1.044715))));
    cases.add(worked(Op.Unary.Kind.SIGMOID, 0, ln3, -ln3).expect(0.5, 0.75, 0.25));
    cases.add(worked(Op.Unary.Kind.SILU, 0, ln3, -ln3).expect(0, 0.75 * ln3, -0.25 * ln3));
    cases.add(
        worked(Op.Unary.Kind.SOFTPLUS, 0, ln3, -ln3).expect(ln2, Math.log(4), Math.log(4) - ln3));
    cases.add(worked(Op.Unary.Kind.TANH, 0, ln2, -ln2).expect(0, 0.6, -0.6));
    for (Op.Unary.Kind kind : Op.Unary.Kind.values()) {
      cases.add(unary(kind, "", 3, 37));
      cases.add(unary(kind, "-one", 1));
      // Where exp overflows a float, and where a function is 0 or its argument to the last bit.
      cases.add(unary(kind, "-far", 8).feed("x", Feed.of(-200, -95, -30, -9, 9, 30, 95, 200)));
      // Where x³ is lost against x.
      cases.add(unary(kind, "-near-zero", 4).feed("x", Feed.of(-1e-3, -1e-4, 1e-4, 1e-3)));
    }
    return cases;
  }

  private static double tanh(double x) {
    return Math.tanh(x);
  }

  private static OpCase worked(Op.Unary.Kind kind, double... x) {
    return unary(kind, "-worked", x.length).feed("x", Feed.of(x));
  }

  private static OpCase unary(Op.Unary.Kind kind, String suffix, int... sizes) {
    String name = "unary-" + kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + suffix;
    return OpCase.of(name, text(sizes), 0, 1, scope -> input(scope, "x", sizes).unary(kind));
  }

  private static List<OpCase> binaries() {
    List<OpCase> cases = new ArrayList<>();
    for (Op.Binary.Kind kind : Op.Binary.Kind.values()) {
      cases.add(binary(kind, "", ints(3, 37), ints(3, 37)));
      cases.add(binary(kind, "-last", ints(2, 3, 5), ints(5)));
      cases.add(binary(kind, "-middle", ints(2, 3, 5), ints(3, 1)));
      cases.add(binary(kind, "-first", ints(4, 3, 5), ints(4, 1, 1)));
      cases.add(binary(kind, "-outer-and-inner", ints(2, 3, 4, 5), ints(2, 1, 4, 1)));
      cases.add(binary(kind, "-gap", ints(2, 3, 4, 5), ints(3, 1, 5)));
      cases.add(binary(kind, "-scalar", ints(7, 9), ints()));
      cases.add(binary(kind, "-one", ints(19), ints(1)));
      cases.add(
          OpCase.of(
              name(kind, "-with-itself"),
              "(33)",
              0,
              1,
              scope -> {
                Value x = input(scope, "x", 33).affine(2, 1);
                return scope.apply(new Op.Binary(kind), x, x);
              }));
      cases.add(
          OpCase.of(
              name(kind, "-second-dies"),
              "(3,5)",
              0,
              1,
              scope -> {
                Value a = input(scope, "a", 3, 5);
                return scope
                    .apply(new Op.Binary(kind), a, input(scope, "b", 3, 5).affine(2, 1))
                    .plus(a);
              }));
    }
    cases.add(
        binary(Op.Binary.Kind.ADD, "-worked", ints(2, 3), ints(2, 1))
            .feed("a", Feed.of(1, 2, 3, 4, 5, 6))
            .feed("b", Feed.of(10, -10))
            .expect(11, 12, 13, -6, -5, -4));
    cases.add(
        binary(Op.Binary.Kind.MULTIPLY, "-worked", ints(2, 3), ints(3))
            .feed("a", Feed.of(1, 2, 3, 4, 5, 6))
            .feed("b", Feed.of(2, 0.5, -1))
            .expect(2, 1, -3, 8, 2.5, -6));
    return cases;
  }

  private static int[] ints(int... sizes) {
    return sizes;
  }

  private static String name(Op.Binary.Kind kind, String suffix) {
    return "binary-" + kind.name().toLowerCase(Locale.ROOT) + suffix;
  }

  private static OpCase binary(Op.Binary.Kind kind, String suffix, int[] a, int[] b) {
    return OpCase.of(
        name(kind, suffix),
        text(a),
        0,
        1,
        scope -> scope.apply(new Op.Binary(kind), input(scope, "a", a), input(scope, "b", b)));
  }

  private static List<OpCase> norms() {
    return List.of(
        // Variance 1, epsilon 3: half the distance from the mean.
        layerNorm("layernorm-worked", 3, 1, 2)
            .feed("x", Feed.of(1, 3))
            .feed("weight", Feed.of(10, 100))
            .feed("bias", Feed.of(1, 2))
            .expect(-4, 52),
        layerNorm("layernorm-constant-row", 1e-5, 1, 3)
            .feed("x", Feed.of(7, 7, 7))
            .feed("bias", Feed.of(1, 2, 3))
            .expect(1, 2, 3),
        layerNorm("layernorm-odd", 1e-5, 5, 13),
        layerNorm("layernorm-past-vector-widths", 1e-5, 3, 65),
        layerNorm("layernorm-one-channel", 1e-5, 4, 1),
        layerNorm("layernorm-rank3", 1e-12, 2, 3, 8),
        layerNorm("layernorm-far-from-zero", 1e-5, 1, 4).feed("x", Feed.of(1001, 1002, 1003, 1007)),
        softmax("softmax-worked", false, 2).feed("x", Feed.of(0, Math.log(3))).expect(0.25, 0.75),
        softmax("logsoftmax-worked", true, 2)
            .feed("x", Feed.of(0, Math.log(3)))
            .expect(Math.log(0.25), Math.log(0.75)),
        softmax("softmax-large", false, 2, 3)
            .feed("x", Feed.of(1000, 1001, 0, -1000, -1001, -1000)),
        softmax("logsoftmax-large", true, 2, 3)
            .feed("x", Feed.of(1000, 1001, 0, -1000, -1001, -1000)),
        softmax("softmax-one", false, 3, 1),
        softmax("logsoftmax-one", true, 3, 1),
        softmax("softmax-odd", false, 2, 3, 7),
        softmax("softmax-past-vector-widths", false, 2, 65),
        softmax("logsoftmax-past-vector-widths", true, 2, 65),
        softmax("softmax-flat", false, 5));
  }

  private static OpCase layerNorm(String name, double epsilon, int... sizes) {
    int channels = sizes[sizes.length - 1];
    return OpCase.of(
        name,
        text(sizes),
        0,
        channels,
        scope ->
            scope.apply(
                new Op.LayerNorm(epsilon),
                input(scope, "x", sizes),
                scope.parameter("weight", Init.ONES, channels),
                scope.parameter("bias", Init.ZEROS, channels)));
  }

  private static OpCase softmax(String name, boolean log, int... sizes) {
    return OpCase.of(
        name,
        text(sizes),
        0,
        sizes[sizes.length - 1],
        scope -> log ? input(scope, "x", sizes).logSoftmax() : input(scope, "x", sizes).softmax());
  }

  private static List<OpCase> others() {
    return List.of(
        OpCase.of("affine-worked", "(2,2)", 0, 1, scope -> input(scope, "x", 2, 2).affine(-2, 0.5))
            .feed("x", Feed.of(0, 1, 2, -3))
            .expect(0.5, -1.5, -3.5, 6.5),
        OpCase.of("affine-odd", "(3,37)", 0, 1, scope -> input(scope, "x", 3, 37).affine(0.1, 0)),
        OpCase.of("affine-shift", "(9)", 0, 1, scope -> input(scope, "x", 9).affine(1, -3)),
        OpCase.of("affine-scalar", "()", 0, 1, scope -> input(scope, "x").affine(3, 1)),
        // Outside training noise is the identity.
        dropout("dropout-element", Op.Dropout.Kind.ELEMENT)
            .feed("x", Feed.of(1, 2, 3, 4))
            .expect(1, 2, 3, 4),
        dropout("dropout-token", Op.Dropout.Kind.TOKEN)
            .feed("x", Feed.of(1, 2, 3, 4))
            .expect(1, 2, 3, 4),
        OpCase.of("glu", "(3,5)", 0, 1, scope -> Layers.glu(input(scope, "x", 3, 10))),
        OpCase.of("elementwise-chain", "(5,7)", 0, 3, ElementwiseCases::chain),
        // f = 1 and 10000^-1: sines first, cosines after.
        OpCase.of("sinusoids-worked", "(T=2,4)", 0, 1, scope -> sinusoids(scope, 2, 4, 0))
            .expect(0, 0, 1, 1, Math.sin(1), Math.sin(1e-4), Math.cos(1), Math.cos(1e-4)),
        // f = 1 and 10000^-1/2: sine, cosine, sine, cosine.
        OpCase.of(
                "sinusoids-interleaved-worked",
                "(T=2,4)",
                0,
                1,
                scope ->
                    scope.apply(
                        new Op.Sinusoids(Dim.time(2), 4, 0, Op.Sinusoids.Layout.INTERLEAVED)))
            .expect(0, 1, 0, 1, Math.sin(1), Math.cos(1), Math.sin(0.01), Math.cos(0.01)),
        OpCase.of("sinusoids-start", "(T=5,10)", 0, 1, scope -> sinusoids(scope, 5, 10, 3)),
        OpCase.of(
            "sinusoids-added",
            "(2,7,6)",
            0,
            1,
            scope -> input(scope, "x", 2, 7, 6).plus(sinusoids(scope, 7, 6, 0))));
  }

  private static Value sinusoids(Scope scope, int time, int channels, int start) {
    return scope.apply(new Op.Sinusoids(Dim.time(time), channels, start));
  }

  private static OpCase dropout(String name, Op.Dropout.Kind kind) {
    return OpCase.of(
        name,
        "(2,2)",
        0,
        1,
        scope -> scope.apply(new Op.Dropout(kind, 0.5), input(scope, "x", 2, 2)));
  }

  /** Everything may be written over its operand, except what is still needed. */
  private static Value chain(Scope scope) {
    Value x = input(scope, "x", 5, 7);
    Value a = x.affine(2, 1).unary(Op.Unary.Kind.TANH);
    Value b = a.unary(Op.Unary.Kind.SIGMOID).times(a);
    return b.softmax().plus(b).affine(1, -1).plus(a.reshape(OpCases.dims(5, 7)));
  }

  private static String text(int... sizes) {
    StringBuilder text = new StringBuilder("(");
    for (int size : sizes) {
      text.append(text.length() > 1 ? "," : "").append(size);
    }
    return text.append(')').toString();
  }
}
