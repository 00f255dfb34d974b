package dev.goldcrest.conformance;

import static dev.goldcrest.conformance.OpCases.dims;
import static dev.goldcrest.conformance.OpCases.indices;
import static dev.goldcrest.conformance.OpCases.input;

import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import java.util.List;
import java.util.function.Function;

/** What moves elements without changing them, and graphs whose output is a leaf. */
final class MoveCases {
  private MoveCases() {}

  static List<OpCase> all() {
    return List.of(
        OpCase.of(
                "reshape-worked",
                "(3,2)",
                0,
                1,
                scope -> input(scope, "x", 2, 3).reshape(dims(3, 2)))
            .feed("x", Feed.of(1, 2, 3, 4, 5, 6))
            .expect(1, 2, 3, 4, 5, 6),
        OpCase.of(
            "reshape-to-scalar",
            "()",
            0,
            1,
            scope -> input(scope, "x", 1, 1).affine(2, 0).reshape(dims())),
        OpCase.of(
            "reshape-outlives-its-operand",
            "(35)",
            0,
            1,
            scope -> {
              Value x = input(scope, "x", 5, 7).affine(2, 0);
              return x.reshape(dims(35)).plus(x.unary(Op.Unary.Kind.TANH).reshape(dims(35)));
            }),
        OpCase.of("permute-worked", "(3,2)", 0, 1, scope -> input(scope, "x", 2, 3).permute(1, 0))
            .feed("x", Feed.of(1, 2, 3, 4, 5, 6))
            .expect(1, 4, 2, 5, 3, 6),
        OpCase.of(
            "permute-rank3", "(5,2,3)", 0, 1, scope -> input(scope, "x", 2, 3, 5).permute(2, 0, 1)),
        OpCase.of(
            "permute-rank4",
            "(3,7,2,5)",
            0,
            1,
            scope -> input(scope, "x", 2, 3, 5, 7).permute(1, 3, 0, 2)),
        OpCase.of(
            "permute-inner",
            "(2,19,3)",
            0,
            1,
            scope -> input(scope, "x", 2, 3, 19).permute(0, 2, 1)),
        OpCase.of(
            "permute-parameter",
            "(4,3)",
            4 * 3 * 5,
            5,
            scope -> {
              Value weight = scope.parameter("weight", Init.ONES, 5, 3).permute(1, 0);
              Value y = scope.apply(new Op.Linear(), input(scope, "x", 4, 5), weight);
              return y.plus(weight.slice(0, 1, 1).slice(1, 2, 3));
            }),
        OpCase.of("permute-nothing", "(2,3)", 0, 1, scope -> input(scope, "x", 2, 3).permute(0, 1)),
        OpCase.of("permute-one-axis", "(9)", 0, 1, scope -> input(scope, "x", 9).permute(0)),
        OpCase.of("slice-worked", "(2,2)", 0, 1, scope -> input(scope, "x", 2, 4).slice(1, 1, 2))
            .feed("x", Feed.of(1, 2, 3, 4, 5, 6, 7, 8))
            .expect(2, 3, 6, 7),
        OpCase.of(
            "slice-first-axis", "(2,5)", 0, 1, scope -> input(scope, "x", 4, 5).slice(0, 2, 2)),
        OpCase.of(
            "slice-middle-axis",
            "(2,1,5)",
            0,
            1,
            scope -> input(scope, "x", 2, 3, 5).slice(1, 2, 1)),
        OpCase.of(
            "slice-last-axis",
            "(2,3,17)",
            0,
            1,
            scope -> input(scope, "x", 2, 3, 37).slice(-1, 20, 17)),
        OpCase.of("slice-everything", "(6)", 0, 1, scope -> input(scope, "x", 6).slice(0, 0, 6)),
        OpCase.of(
                "concat-worked",
                "(2,3)",
                0,
                1,
                scope -> input(scope, "a", 2, 1).concat(1, input(scope, "b", 2, 2)))
            .feed("a", Feed.of(1, 2))
            .feed("b", Feed.of(3, 4, 5, 6))
            .expect(1, 3, 4, 2, 5, 6),
        OpCase.of(
            "concat-first-axis",
            "(5,3)",
            0,
            1,
            scope -> input(scope, "a", 2, 3).concat(0, input(scope, "b", 3, 3))),
        OpCase.of(
            "concat-middle-axis",
            "(2,7,3)",
            0,
            1,
            scope -> input(scope, "a", 2, 3, 3).concat(1, input(scope, "b", 2, 4, 3))),
        OpCase.of(
            "concat-last-axis",
            "(3,50)",
            0,
            1,
            scope -> input(scope, "a", 3, 13).concat(-1, input(scope, "b", 3, 37))),
        OpCase.of(
            "concat-with-itself",
            "(4,3)",
            0,
            1,
            scope -> {
              Value x = input(scope, "x", 2, 3).affine(2, 0);
              return x.concat(0, x);
            }),
        append("append-worked", 1, 3, 2, 1, scope -> input(scope, "cache", 1, 3, 2), 1)
            .feed("cache", Feed.of(1, 2, 3, 4, 5, 6))
            .feed("x", Feed.of(7, 8))
            .expect(1, 2, 7, 8, 5, 6),
        append("append-batch", 2, 5, 3, 2, scope -> input(scope, "cache", 2, 5, 3), 3),
        append("append-everything", 2, 3, 5, 3, scope -> input(scope, "cache", 2, 3, 5), 0),
        append(
            "append-to-computed",
            2,
            4,
            3,
            1,
            scope -> input(scope, "cache", 2, 4, 3).affine(2, 0),
            2),
        append(
            "append-to-parameter",
            1,
            4,
            3,
            1,
            scope -> scope.parameter("w", Init.ONES, 1, 4, 3),
            0),
        OpCase.of(
                "append-to-cache-read-elsewhere",
                "(2,4,3)",
                0,
                1,
                scope -> {
                  Value cache = input(scope, "cache", 2, 4, 3);
                  Value x = input(scope, "x", 2, 1, 3);
                  Value next =
                      scope.apply(new Op.Append(), cache, x, indices(scope, "position", 1));
                  return next.plus(cache);
                })
            .feed("position", Feed.mask(2)),
        OpCase.of(
                "append-then-read",
                "(2,4,3)",
                0,
                2,
                scope -> {
                  Value cache = input(scope, "cache", 2, 4, 3);
                  Value x = input(scope, "x", 2, 1, 3);
                  Value next =
                      scope.apply(new Op.Append(), cache, x, indices(scope, "position", 1));
                  return next.affine(2, 1).plus(next.unary(Op.Unary.Kind.TANH));
                })
            .feed("position", Feed.mask(3)),
        OpCase.of("output-is-an-input", "(2,3)", 0, 1, scope -> input(scope, "x", 2, 3))
            .feed("x", Feed.of(1, 2, 3, 4, 5, 6))
            .expect(1, 2, 3, 4, 5, 6),
        OpCase.of(
            "output-is-a-reshaped-input",
            "(3,2)",
            0,
            1,
            scope -> input(scope, "x", 6).reshape(dims(3, 2))),
        OpCase.of(
                "output-is-a-parameter",
                "(2,3)",
                0,
                1,
                scope -> scope.parameter("weight", Init.ONES, 2, 3))
            .feed("weight", Feed.of(1, 2, 3, 4, 5, 6))
            .expect(1, 2, 3, 4, 5, 6),
        OpCase.of(
            "parameter-as-operand",
            "(4,3)",
            0,
            1,
            scope -> scope.parameter("weight", Init.ONES, 4, 3).unary(Op.Unary.Kind.TANH)));
  }

  /** {@code rows} rows of a cache (batch, cap, channels) replaced from {@code position} on. */
  private static OpCase append(
      String name,
      int batch,
      int cap,
      int channels,
      int rows,
      Function<Scope, Value> cache,
      int position) {
    return OpCase.of(
            name,
            "(" + batch + "," + cap + "," + channels + ")",
            0,
            1,
            scope ->
                scope.apply(
                    new Op.Append(),
                    cache.apply(scope),
                    input(scope, "x", batch, rows, channels),
                    indices(scope, "position", 1)))
        .feed("position", Feed.mask(position));
  }
}
