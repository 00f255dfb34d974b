package dev.goldcrest.core.graph;

import java.util.List;

/** The checks that shape rules share. */
final class ShapeRules {
  private ShapeRules() {}

  static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new ShapeException(otherwise);
    }
  }

  static void operands(List<Value> in, int least, int most) {
    check(
        in.size() >= least && in.size() <= most,
        "takes " + (least == most ? "" : least + " to ") + most + " operands, got " + in.size());
  }

  static Shape float32(List<Value> in, int index) {
    Value value = in.get(index);
    check(value.type() == DType.F32, "operand " + index + " must be F32, got " + value.type());
    return value.shape();
  }

  static Shape rank(List<Value> in, int index, int rank) {
    Shape shape = float32(in, index);
    check(shape.rank() == rank, "operand " + index + " must have " + rank + " axes, got " + shape);
    return shape;
  }

  static void same(String what, Shape expected, List<Value> in, int index) {
    Shape actual = float32(in, index);
    check(expected.sameSizes(actual), what + " must be " + expected + ", got " + actual);
  }

  static void probability(double p) {
    check(p >= 0 && p < 1, "probability must be at least 0 and below 1, got " + p);
  }
}
