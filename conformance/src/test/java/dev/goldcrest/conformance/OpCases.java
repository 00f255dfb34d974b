package dev.goldcrest.conformance;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All cases. A new operation needs at least one here, or {@link CoverageTest} fails; a first one
 * with numbers worked by hand, then awkward sizes: 1, odd, one past a multiple of every vector
 * width.
 */
final class OpCases {
  private OpCases() {}

  /** The one to copy. */
  private static OpCase example() {
    return OpCase.of(
            // A name that says what is special about it.
            "linear-worked",
            // The shape of the output as the graph prints it: (2,3), or (B=2,3) where an axis is
            // named.
            "(2,3)",
            // Multiply-adds: rows x outputs x inputs.
            2 * 3 * 2,
            // An element of the output is a sum of two products.
            2,
            // The graph. Inputs and parameters get their arrays by name and path.
            scope ->
                scope.apply(
                    new Op.Linear(),
                    input(scope, "x", 2, 2),
                    scope.parameter("weight", Init.ONES, 3, 2),
                    scope.parameter("bias", Init.ZEROS, 3)))
        // What is not fed is drawn from the case's name. Floats in row-major order.
        .feed("x", Feed.of(1, 2, -3, 4))
        .feed("weight", Feed.of(1, 0, 0, 1, 2, -1))
        .feed("bias", Feed.of(0.5, 0, -1))
        // Worked by hand: row (1,2) gives 1+0.5, 2+0, 2-2-1; row (-3,4) gives -3+0.5, 4+0, -6-4-1.
        .expect(1.5, 2, -1, -2.5, 4, -11);
  }

  /** Every case of every group. */
  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    cases.add(example());
    cases.addAll(ContractionCases.linears());
    cases.addAll(ContractionCases.convolutions());
    cases.addAll(ContractionCases.lightConvolutions());
    cases.addAll(AttentionCases.all());
    cases.addAll(AttentionCases.dynamicMasks());
    cases.addAll(ElementwiseCases.all());
    cases.addAll(ReduceCases.all());
    cases.addAll(MoveCases.all());
    cases.addAll(ModelCases.all());
    cases.addAll(LinformerCases.all());
    return cases;
  }

  /** An F32 input of unnamed axes. */
  static Value input(Scope scope, String name, int... sizes) {
    return scope.input(name, DType.F32, dims(sizes));
  }

  /** An I32 input of unnamed axes. */
  static Value indices(Scope scope, String name, int... sizes) {
    return scope.input(name, DType.I32, dims(sizes));
  }

  static Dim[] dims(int... sizes) {
    return Arrays.stream(sizes).mapToObj(Dim::of).toArray(Dim[]::new);
  }
}
