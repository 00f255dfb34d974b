package dev.goldcrest.core.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every shape rule refuses what breaks it, while building, with the scope's path, the operation and
 * what disagrees.
 */
class ShapeRefusalTest {
  /** An operand of the given axes. */
  private record Operand(DType type, int... sizes) {}

  /**
   * One broken rule.
   *
   * @param message everything after the path
   */
  private record Refusal(Op op, String message, Operand... operands) {
    @Override
    public String toString() {
      return message;
    }
  }

  private static Operand f32(int... sizes) {
    return new Operand(DType.F32, sizes);
  }

  private static Operand i32(int... sizes) {
    return new Operand(DType.I32, sizes);
  }

  private static Refusal refuse(Op op, String message, Operand... operands) {
    return new Refusal(op, message, operands);
  }

  static Stream<Refusal> refusals() {
    return Stream.of(
            linears(),
            attentions(),
            dynamicMasks(),
            convolutions(),
            lightConvolutions(),
            normsAndElementwise(),
            reductions(),
            moves(),
            appends())
        .flatMap(List::stream);
  }

  private static List<Refusal> lightConvolutions() {
    Op op = new Op.LightConvolution(2, 1, 1);
    Operand x = f32(2, 5, 4);
    return List.of(
        refuse(op, "lightConvolution: takes 2 operands, got 1", x),
        refuse(op, "lightConvolution: operand 0 must have 3 axes, got (5,4)", f32(5, 4), f32(2, 3)),
        refuse(
            op, "lightConvolution: 3 channels do not split into 2 heads", f32(2, 5, 3), f32(2, 3)),
        refuse(
            new Op.LightConvolution(2, -1, 1),
            "lightConvolution: padding must not be negative: -1, 1",
            x,
            f32(2, 3)),
        refuse(op, "lightConvolution: taps must have 2 or 4 axes, got (3)", x, f32(3)),
        refuse(op, "lightConvolution: taps must be (2,3), got (4,3)", x, f32(4, 3)),
        refuse(op, "lightConvolution: taps must be (2,5,2,3), got (2,4,2,3)", x, f32(2, 4, 2, 3)),
        refuse(
            op,
            "lightConvolution: kernel 8 is longer than the padded input of (2,5,4)",
            x,
            f32(2, 8)),
        refuse(
            new Op.LightConvolution(2, 1 << 30, 1 << 30),
            "lightConvolution: padding 1073741824, 1073741824 is too long for (2,5,4)",
            x,
            f32(2, 3)));
  }

  private static List<Refusal> appends() {
    Op op = new Op.Append();
    Operand cache = f32(2, 5, 4);
    return List.of(
        refuse(op, "append: takes 3 operands, got 2", cache, f32(2, 1, 4)),
        refuse(op, "append: (3,1,4) does not fit into (2,5,4)", cache, f32(3, 1, 4), i32(1)),
        refuse(op, "append: (2,6,4) does not fit into (2,5,4)", cache, f32(2, 6, 4), i32(1)),
        refuse(op, "append: (2,1,3) does not fit into (2,5,4)", cache, f32(2, 1, 3), i32(1)),
        refuse(op, "append: position must be I32 (1), got F32 (1)", cache, f32(2, 1, 4), f32(1)),
        refuse(op, "append: position must be I32 (1), got I32 (2)", cache, f32(2, 1, 4), i32(2)));
  }

  private static List<Refusal> linears() {
    Op op = new Op.Linear();
    return List.of(
        refuse(op, "linear: takes 2 to 3 operands, got 1", f32(2, 3)),
        refuse(op, "linear: takes 2 to 3 operands, got 4", f32(2, 3), f32(4, 3), f32(4), f32(4)),
        refuse(
            op,
            "linear: inner dimensions differ: (1,64,128) x (128,96)",
            f32(1, 64, 128),
            f32(128, 96)),
        refuse(op, "linear: operand 1 must have 2 axes, got (3)", f32(2, 3), f32(3)),
        refuse(op, "linear: x must have an axis, got ()", f32(), f32(4, 3)),
        refuse(op, "linear: bias must be (4), got (3)", f32(2, 3), f32(4, 3), f32(3)),
        refuse(op, "linear: operand 0 must be F32, got I32", i32(2, 3), f32(4, 3)),
        refuse(op, "linear: operand 2 must be F32, got I32", f32(2, 3), f32(4, 3), i32(4)));
  }

  private static List<Refusal> attentions() {
    Op one = new Op.Attention(1, false, 0);
    Op two = new Op.Attention(2, false, 0);
    Op causal = new Op.Attention(1, true, 0);
    Operand q = f32(2, 3, 4);
    Operand k = f32(2, 5, 4);
    return List.of(
        refuse(one, "attention: takes 3 to 5 operands, got 2", q, k),
        refuse(one, "attention: operand 0 must have 3 axes, got (3,4)", f32(3, 4), k, k),
        refuse(one, "attention: operand 1 must have 3 axes, got (5,4)", q, f32(5, 4), k),
        refuse(one, "attention: operand 2 must have 3 axes, got (5,4)", q, k, f32(5, 4)),
        refuse(
            two, "attention: 5 channels do not split into 2 heads", f32(2, 3, 5), f32(2, 5, 5), k),
        refuse(
            new Op.Attention(0, false, 0),
            "attention: 4 channels do not split into 0 heads",
            q,
            k,
            k),
        refuse(two, "attention: 3 value channels do not split into 2 heads", q, k, f32(2, 5, 3)),
        refuse(one, "attention: queries and keys differ: (2,3,4) and (1,5,4)", q, f32(1, 5, 4), k),
        refuse(one, "attention: queries and keys differ: (2,3,4) and (2,5,6)", q, f32(2, 5, 6), k),
        refuse(one, "attention: keys and values differ: (2,5,4) and (2,6,4)", q, k, f32(2, 6, 4)),
        refuse(
            causal,
            "attention: causal attention needs as many keys as queries: (2,3,4) and (2,5,4)",
            q,
            k,
            k),
        refuse(one, "attention: mask must be (2,5), got (2,3)", q, k, k, f32(2, 3)),
        refuse(two, "attention: bias must be (2,2,3,5), got (2,1,3,5)", q, k, k, f32(2, 1, 3, 5)),
        refuse(
            two,
            "attention: mask must be (2,5), got (2,2,3,5)",
            q,
            k,
            k,
            f32(2, 2, 3, 5),
            f32(2, 2, 3, 5)),
        refuse(two, "attention: bias must be (2,2,3,5), got (2,5)", q, k, k, f32(2, 5), f32(2, 5)),
        refuse(one, "attention: operand 3 must be F32, got I32", q, k, k, i32(2, 5)),
        refuse(
            new Op.Attention(1, false, 1),
            "attention: probability must be at least 0 and below 1, got 1.0",
            q,
            k,
            k));
  }

  private static List<Refusal> dynamicMasks() {
    Op op = new Op.DynamicMask();
    Operand token = f32(2, 5, 1);
    return List.of(
        refuse(op, "dynamicMask: takes 3 to 4 operands, got 2", token, f32(3)),
        refuse(
            op,
            "dynamicMask: token must have one channel, got (2,5,2)",
            f32(2, 5, 2),
            f32(3),
            f32(9)),
        refuse(op, "dynamicMask: operand 1 must have 1 axes, got (3,1)", token, f32(3, 1), f32(9)),
        refuse(op, "dynamicMask: operand 2 must have 1 axes, got (9,1)", token, f32(3), f32(9, 1)),
        refuse(op, "dynamicMask: future must be (9), got (8)", token, f32(3), f32(9), f32(8)),
        refuse(
            op,
            "dynamicMask: distances must have 1 axis and belong to one step, got (5) for (2,5,1)",
            token,
            f32(3),
            f32(9),
            i32(5)));
  }

  private static List<Refusal> convolutions() {
    Op plain = new Op.Convolution(1, 0, 0);
    Operand x = f32(2, 5, 4);
    return List.of(
        refuse(plain, "convolution: takes 2 to 3 operands, got 1", x),
        refuse(
            plain, "convolution: operand 0 must have 3 axes, got (5,4)", f32(5, 4), f32(6, 4, 3)),
        refuse(plain, "convolution: operand 1 must have 3 axes, got (6,4)", x, f32(6, 4)),
        refuse(plain, "convolution: channels differ: (2,5,4) and weight (6,3,3)", x, f32(6, 3, 3)),
        refuse(
            plain,
            "convolution: kernel 6 is longer than the padded input of (2,5,4)",
            x,
            f32(6, 4, 6)),
        refuse(plain, "convolution: bias must be (6), got (4)", x, f32(6, 4, 3), f32(4)),
        refuse(
            new Op.Convolution(3, 0, 0),
            "convolution: 4 to 6 channels do not split into 3 groups",
            x,
            f32(6, 4, 3)),
        refuse(
            new Op.Convolution(2, 0, 0),
            "convolution: 4 to 7 channels do not split into 2 groups",
            x,
            f32(7, 2, 3)),
        refuse(
            new Op.Convolution(0, 0, 0),
            "convolution: 4 to 6 channels do not split into 0 groups",
            x,
            f32(6, 4, 3)),
        refuse(
            new Op.Convolution(1, -1, 0),
            "convolution: padding must not be negative: -1, 0",
            x,
            f32(6, 4, 3)),
        refuse(
            new Op.Convolution(1, Integer.MAX_VALUE, Integer.MAX_VALUE),
            "convolution: padding 2147483647, 2147483647 is too long for (2,5,4)",
            x,
            f32(6, 4, 3)));
  }

  private static List<Refusal> normsAndElementwise() {
    Op norm = new Op.LayerNorm(1e-5);
    Op add = new Op.Binary(Op.Binary.Kind.ADD);
    Op gelu = new Op.Unary(Op.Unary.Kind.GELU);
    Op affine = new Op.Affine(1, 0);
    return List.of(
        refuse(norm, "layerNorm: takes 3 operands, got 2", f32(2, 3), f32(3)),
        refuse(norm, "layerNorm: x must have an axis, got ()", f32(), f32(3), f32(3)),
        refuse(norm, "layerNorm: weight must be (3), got (2)", f32(2, 3), f32(2), f32(3)),
        refuse(norm, "layerNorm: bias must be (3), got (3,1)", f32(2, 3), f32(3), f32(3, 1)),
        refuse(norm, "layerNorm: operand 1 must be F32, got I32", f32(2, 3), i32(3), f32(3)),
        refuse(new Op.Softmax(false), "softmax: x must have an axis, got ()", f32()),
        refuse(new Op.Softmax(true), "logSoftmax: takes 1 operands, got 2", f32(3), f32(3)),
        refuse(gelu, "gelu: operand 0 must be F32, got I32", i32(3)),
        refuse(gelu, "gelu: takes 1 operands, got 0"),
        refuse(add, "add: (3,2) does not broadcast to (2,3)", f32(2, 3), f32(3, 2)),
        refuse(add, "add: (1,3) does not broadcast to (3)", f32(3), f32(1, 3)),
        refuse(
            new Op.Binary(Op.Binary.Kind.MULTIPLY),
            "multiply: operand 1 must be F32, got I32",
            f32(3),
            i32(3)),
        refuse(affine, "affine: takes 1 operands, got 2", f32(3), f32(3)),
        refuse(new Op.Affine(Double.NaN, 0), "affine: needs finite numbers: NaN, 0.0", f32(3)),
        refuse(
            new Op.Affine(1, Double.NEGATIVE_INFINITY),
            "affine: needs finite numbers: 1.0, -Infinity",
            f32(3)),
        refuse(
            new Op.Dropout(Op.Dropout.Kind.ELEMENT, -0.1),
            "dropout: probability must be at least 0 and below 1, got -0.1",
            f32(3)),
        refuse(
            new Op.Dropout(Op.Dropout.Kind.TOKEN, Double.NaN),
            "dropout: probability must be at least 0 and below 1, got NaN",
            f32(3)));
  }

  private static List<Refusal> reductions() {
    Op mean = new Op.Reduce(Op.Reduce.Kind.MEAN, 1);
    return List.of(
        refuse(mean, "reduceMEAN: takes 1 to 2 operands, got 3", f32(2, 3), f32(2, 3), f32(2, 3)),
        refuse(mean, "reduceMEAN: axis 1 does not exist in (3)", f32(3)),
        refuse(mean, "reduceMEAN: mask must be (2,3), got (3,2)", f32(2, 3, 4), f32(3, 2)),
        refuse(mean, "reduceMEAN: mask must be (2,3), got (2,3,4)", f32(2, 3, 4), f32(2, 3, 4)),
        refuse(mean, "reduceMEAN: operand 1 must be F32, got I32", f32(2, 3, 4), i32(2, 3)),
        refuse(new Op.Gather(), "gather: operand 0 must have 2 axes, got (5)", f32(5), i32(2)),
        refuse(new Op.Gather(), "gather: indices must be I32, got F32", f32(5, 2), f32(2)),
        refuse(new Op.Gather(), "gather: takes 2 operands, got 1", f32(5, 2)));
  }

  private static List<Refusal> moves() {
    Op concat = new Op.Concat(1);
    int big = 1 << 30;
    return List.of(
        refuse(
            new Op.Reshape(Shape.of(3, 3)),
            "reshape: (2,3) has 6 elements, (3,3) has 9",
            f32(2, 3)),
        refuse(new Op.Reshape(Shape.of(6)), "reshape: operand 0 must be F32, got I32", i32(2, 3)),
        refuse(new Op.Permute(List.of(1, 1)), "permute: [1, 1] is no order of axes", f32(2, 3)),
        refuse(new Op.Permute(List.of(0, 2)), "permute: [0, 2] is no order of axes", f32(2, 3)),
        refuse(new Op.Permute(List.of(0, 1)), "permute: [0, 1] does not fit (2,3,4)", f32(2, 3, 4)),
        refuse(
            new Op.Slice(1, 2, 2),
            "slice: positions 2 to 4 are outside axis 1 of (2,3)",
            f32(2, 3)),
        refuse(
            new Op.Slice(1, -1, 2),
            "slice: positions -1 to 1 are outside axis 1 of (2,3)",
            f32(2, 3)),
        refuse(
            new Op.Slice(1, 0, 0),
            "slice: positions 0 to 0 are outside axis 1 of (2,3)",
            f32(2, 3)),
        refuse(
            new Op.Slice(1, 1, Integer.MAX_VALUE),
            "slice: positions 1 to 2147483648 are outside axis 1 of (2,3)",
            f32(2, 3)),
        refuse(new Op.Slice(2, 0, 1), "slice: axis 2 does not exist in (2,3)", f32(2, 3)),
        refuse(concat, "concat: (2,3) and (3,3) differ beside axis 1", f32(2, 3), f32(3, 3)),
        refuse(concat, "concat: (2,3) and (2,3,1) differ beside axis 1", f32(2, 3), f32(2, 3, 1)),
        refuse(
            concat,
            "concat: (1,1073741824) and (1,1073741824) are too long together",
            f32(1, big),
            f32(1, big)),
        refuse(
            new Op.Sinusoids(Dim.time(3), 5, 0),
            "sinusoids: channels must be even and above 2, got 5"),
        refuse(
            new Op.Sinusoids(Dim.time(3), 2, 0),
            "sinusoids: channels must be even and above 2, got 2"),
        refuse(new Op.Sinusoids(Dim.time(3), 4, 0), "sinusoids: takes 0 operands, got 1", f32(3)));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void apply_brokenRule_namesPathOperationAndBothSides(Refusal refusal) {
    assertThatThrownBy(() -> build(refusal))
        .isInstanceOf(ShapeException.class)
        .hasMessage("layer.3.far: " + refusal.message());
  }

  private static void build(Refusal refusal) {
    Graph.trace(
        scope -> {
          List<Value> operands = new ArrayList<>();
          for (Operand operand : refusal.operands()) {
            Dim[] dims = Arrays.stream(operand.sizes()).mapToObj(Dim::of).toArray(Dim[]::new);
            operands.add(scope.input("in" + operands.size(), operand.type(), dims));
          }
          return Map.of(
              "y",
              scope.in("layer", 3).in("far").apply(refusal.op(), operands.toArray(new Value[0])));
        });
  }

  @Test
  void refusals_together_coverEveryOperationWithARule() {
    List<Class<?>> covered = new ArrayList<>();
    refusals().forEach(refusal -> covered.add(refusal.op().getClass()));
    for (Class<?> op : Op.class.getPermittedSubclasses()) {
      if (op != Op.Input.class && op != Op.Parameter.class) {
        assertThat(covered).as("a refusal of " + op.getSimpleName()).contains(op);
      }
    }
  }

  @Test
  void fluent_missingAxis_isLocatedToo() {
    assertThatThrownBy(() -> fluent(x -> x.slice(2, 0, 1)))
        .hasMessage("far: slice: axis 2 does not exist in (2,3)");
    assertThatThrownBy(() -> fluent(x -> x.concat(-3, x)))
        .hasMessage("far: concat: axis -3 does not exist in (2,3)");
    assertThatThrownBy(() -> fluent(x -> x.reduce(Op.Reduce.Kind.SUM, 5)))
        .hasMessage("far: reduceSUM: axis 5 does not exist in (2,3)");
  }

  private static void fluent(java.util.function.UnaryOperator<Value> use) {
    Graph.trace(
        scope -> {
          Value x = scope.input("x", DType.F32, Dim.of(2), Dim.of(3));
          Value inside = scope.in("far").apply(new Op.Unary(Op.Unary.Kind.RELU), x);
          return Map.of("y", use.apply(inside));
        });
  }
}
