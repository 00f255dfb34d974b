package dev.goldcrest.core.graph;

import java.util.List;

/**
 * The two parameters behind a weight of low rank, and what they make of its uses.
 *
 * @param path of the weight
 * @param first (r, in), or (r, in, K) of a convolution
 * @param second (out, r)
 */
record Factors(String path, Value first, Value second) {
  /** Whether an operation's operand may be a weight of low rank. */
  static boolean fits(Op op, int operand) {
    return operand == 1 && op instanceof Op.Linear
        || operand == 1 && op instanceof Op.Convolution convolution && convolution.groups() == 1
        || operand == 0 && op instanceof Op.Gather;
  }

  /** The first factor as it is declared: it starts as the weight would. */
  static Op.Parameter first(Op.Parameter weight, int rank) {
    Shape shape = weight.of();
    int most = shape.rank() < 2 ? 0 : Math.min(shape.at(0), shape.size(1, shape.rank()));
    ShapeRules.check(
        rank <= most, "rank " + rank + " of a weight " + shape + ", it has " + most + " at most");
    return new Op.Parameter(
        WeightForms.first(weight.path()),
        shape.with(0, Dim.of(rank)),
        weight.init().ofShape(shape));
  }

  /** The second, with a variance of 1 / r, so that the product varies as the weight would. */
  static Op.Parameter second(Op.Parameter weight, int rank) {
    return new Op.Parameter(
        WeightForms.second(weight.path()),
        Shape.of(weight.of().at(0), rank),
        new Init.Uniform(Math.sqrt(3.0 / rank)));
  }

  /** The operation with these in place of operand {@code at}, which they {@link #fits fit}. */
  Value apply(GraphBuilder builder, String scope, Op op, List<Value> in) {
    if (op instanceof Op.Gather) {
      Value rows = builder.append(scope, op, List.of(second, in.get(1)));
      Value turned = builder.append(scope, new Op.Permute(List.of(1, 0)), List.of(first));
      return builder.append(scope, new Op.Linear(), List.of(rows, turned));
    }
    Value narrow = builder.append(scope, op, List.of(in.get(0), first));
    List<Value> wide =
        in.size() == 3 ? List.of(narrow, second, in.get(2)) : List.of(narrow, second);
    return builder.append(scope, new Op.Linear(), wide);
  }
}
