package dev.goldcrest.conformance;

import static dev.goldcrest.conformance.OpCases.indices;
import static dev.goldcrest.conformance.OpCases.input;

import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.nn.Layers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Reductions, with and without a mask, and lookups. */
final class ReduceCases {
  private ReduceCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (Op.Reduce.Kind kind : Op.Reduce.Kind.values()) {
      cases.addAll(plain(kind));
      cases.addAll(masked(kind));
    }
    cases.addAll(worked());
    cases.addAll(gathers());
    return cases;
  }

  private static List<OpCase> plain(Op.Reduce.Kind kind) {
    return List.of(
        reduce(name(kind, "-to-scalar"), kind, 0, false, 33),
        reduce(name(kind, "-first"), kind, 0, false, 5, 7),
        reduce(name(kind, "-middle"), kind, 1, false, 2, 5, 9),
        reduce(name(kind, "-last"), kind, 2, false, 2, 3, 37),
        reduce(name(kind, "-one"), kind, 1, false, 3, 1, 4),
        reduce(name(kind, "-rank4"), kind, 2, false, 2, 3, 4, 5));
  }

  private static List<OpCase> masked(Op.Reduce.Kind kind) {
    return List.of(
        reduce(name(kind, "-masked"), kind, 1, true, 3, 5, 7).feed("mask", random(15)),
        // The first sequence keeps nothing.
        reduce(name(kind, "-masked-all-hidden"), kind, 1, true, 2, 3, 19)
            .feed("mask", Feed.mask(0, 0, 0, 0, 1, 1)),
        reduce(name(kind, "-masked-first-axis"), kind, 0, true, 4, 5)
            .feed("mask", Feed.mask(1, 0, 0, 1)),
        reduce(name(kind, "-masked-last-axis"), kind, 2, true, 2, 3, 4).feed("mask", random(24)),
        reduce(name(kind, "-masked-to-scalar"), kind, 0, true, 6)
            .feed("mask", Feed.mask(0, 1, 0, 0, 1, 1)),
        reduce(name(kind, "-masked-one"), kind, 1, true, 2, 1, 3).feed("mask", Feed.mask(0, 1)));
  }

  /** Bits drawn once, the same in every run. */
  private static Feed random(int size) {
    return Feed.mask(new Random(size).ints(size, 0, 2).asDoubleStream().toArray());
  }

  private static List<OpCase> worked() {
    List<OpCase> cases = new ArrayList<>();
    Feed x = Feed.of(-1, 2, -3, 4, -5, -6);
    cases.add(
        reduce("reduce-max-worked", Op.Reduce.Kind.MAX, 0, false, 3, 2).feed("x", x).expect(-1, 4));
    cases.add(
        reduce("reduce-mean-worked", Op.Reduce.Kind.MEAN, 1, false, 2, 3)
            .feed("x", x)
            .expect(-2 / 3.0, -7 / 3.0));
    cases.add(
        reduce("reduce-sum-worked", Op.Reduce.Kind.SUM, 0, false, 3, 2).feed("x", x).expect(-9, 0));
    // Of three rows the first and third count; of the last sequence none, which gives 0 even where
    // all are below it.
    Feed y = Feed.of(-1, -2, 30, 40, -5, -6, -7, -8, -9, -10, -11, -12);
    Feed mask = Feed.mask(1, 0, 1, 0, 0, 0);
    cases.add(
        reduce("reduce-max-masked-worked", Op.Reduce.Kind.MAX, 1, true, 2, 3, 2)
            .feed("x", y)
            .feed("mask", mask)
            .expect(-1, -2, 0, 0));
    cases.add(
        reduce("reduce-mean-masked-worked", Op.Reduce.Kind.MEAN, 1, true, 2, 3, 2)
            .feed("x", y)
            .feed("mask", mask)
            .expect(-3, -4, 0, 0));
    cases.add(
        reduce("reduce-sum-masked-worked", Op.Reduce.Kind.SUM, 1, true, 2, 3, 2)
            .feed("x", y)
            .feed("mask", mask)
            .expect(-6, -8, 0, 0));
    return cases;
  }

  private static String name(Op.Reduce.Kind kind, String suffix) {
    return "reduce-" + kind.name().toLowerCase(Locale.ROOT) + suffix;
  }

  private static OpCase reduce(
      String name, Op.Reduce.Kind kind, int axis, boolean mask, int... sizes) {
    return OpCase.of(
        name,
        Shape.of(sizes).without(axis).toString(),
        0,
        sizes[axis],
        scope -> {
          Value x = input(scope, "x", sizes);
          return mask
              ? x.reduce(kind, axis, input(scope, "mask", Arrays.copyOf(sizes, axis + 1)))
              : x.reduce(kind, axis);
        });
  }

  private static List<OpCase> gathers() {
    return List.of(
        gather("gather-worked", 3, 2, 4)
            .feed("table", Feed.of(1, 2, 3, 4, 5, 6))
            .feed("ids", Feed.mask(2, 0, 0, 1))
            .expect(5, 6, 1, 2, 1, 2, 3, 4),
        gather("gather-one-row", 1, 5, 3),
        gather("gather-batch", 11, 19, 2, 7),
        gather("gather-repeated", 2, 3, 33),
        gather("gather-scalar-index", 4, 6),
        // The table is rows 3 and 4 of a longer one.
        band("gather-partial-worked", new Op.Gather(3, true), 2, 2, 4)
            .feed("table", Feed.of(1, 2, 3, 4))
            .feed("ids", Feed.mask(4, 0, 5, 3))
            .expect(3, 4, 0, 0, 0, 0, 1, 2),
        band("gather-partial-first", new Op.Gather(0, true), 5, 7, 13),
        band("gather-partial-last", new Op.Gather(6, true), 5, 1, 13),
        OpCase.of(
                "gather-computed-rows",
                "(B=2,T=5,6)",
                7 * 6 * 4,
                4,
                scope -> {
                  Value rows = Layers.linear(scope.in("word"), input(scope, "x", 7, 4), 6);
                  Value ids = Layers.idsInput(scope, 2, 5);
                  return scope.apply(new Op.Gather(), rows, ids);
                })
            .feed("ids", Feed.indices(7)));
  }

  private static OpCase band(String name, Op.Gather op, int rows, int channels, int count) {
    return OpCase.of(
            name,
            Shape.of(count, channels).toString(),
            0,
            1,
            scope ->
                scope.apply(
                    op,
                    scope.parameter("table", Init.ONES, rows, channels),
                    indices(scope, "ids", count)))
        .feed("ids", Feed.indices(11));
  }

  private static OpCase gather(String name, int rows, int channels, int... sizes) {
    int[] result = Arrays.copyOf(sizes, sizes.length + 1);
    result[sizes.length] = channels;
    return OpCase.of(
            name,
            Shape.of(result).toString(),
            0,
            1,
            scope ->
                scope.apply(
                    new Op.Gather(),
                    scope.parameter("table", Init.ONES, rows, channels),
                    indices(scope, "ids", sizes)))
        .feed("ids", Feed.indices(rows));
  }
}
