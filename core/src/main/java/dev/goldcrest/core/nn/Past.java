package dev.goldcrest.core.nn;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * How a decoder sees earlier steps: in a full pass they stand in the same tensor, in a single step
 * they come from states that the caller keeps. Layers are written once for both. The state of a
 * path is the input {@code past.PATH} and the output {@code next.PATH} of equal shape, all zero at
 * first.
 */
public final class Past {
  private final Scope root;
  private final Dim batch;
  private final Dim cap;
  private final Map<String, Value> next = new LinkedHashMap<>();
  private Value position;
  private Value seen;
  private Value distances;

  private Past(Scope root, Dim batch, Dim cap) {
    this.root = root;
    this.batch = batch;
    this.cap = cap;
  }

  /** All steps at once. */
  public static Past none() {
    return new Past(null, null, null);
  }

  /**
   * One step, with room for {@code cap}. The inputs {@code position} (1), the index of the step,
   * the same for all rows of a batch, and {@code seen} (B, cap), 1 for steps 0 to position, are
   * declared where a layer needs them.
   */
  public static Past step(Scope root, int batch, int cap) {
    return new Past(root, Dim.batch(batch), Dim.time(cap));
  }

  /** Whether this is one step. */
  public boolean stepping() {
    return root != null;
  }

  /** (1), the index of the step; only in a step. */
  public Value position() {
    if (position == null) {
      position = root.input("position", DType.I32, Dim.of(1));
    }
    return position;
  }

  /** (B, cap) with 1 for keys that {@link #remember} filled; only in a step. */
  public Value seen() {
    if (seen == null) {
      seen = root.input("seen", DType.F32, batch, cap);
    }
    return seen;
  }

  /** (cap), steps from each key to this one, 0 for those to come; only in a step. */
  public Value distances() {
    if (distances == null) {
      distances = root.input("distances", DType.I32, cap);
    }
    return distances;
  }

  /** The states after this step, as outputs {@code next.PATH}; empty in a full pass. */
  public Map<String, Value> next() {
    return next;
  }

  /**
   * Causal attention of q (B, T, C) to k (B, T, C) and v (B, T, D): (B, T, D). A step reads and
   * keeps keys and values as {@code past.PATH.k} and {@code past.PATH.v} (B, cap, .).
   *
   * @param op heads and dropout; whether it is causal is decided here
   */
  public Value attend(Scope scope, Op.Attention op, Value q, Value k, Value v) {
    return attend(scope, op, q, k, v, null);
  }

  /** The same with a bias (B, H, T, T), in a step (B, H, 1, cap); null for none. */
  public Value attend(Scope scope, Op.Attention op, Value q, Value k, Value v, Value bias) {
    Op.Attention one = new Op.Attention(op.heads(), !stepping(), op.dropout());
    return Layers.attention(
        scope,
        one,
        q,
        remember(scope, "k", k),
        remember(scope, "v", v),
        stepping() ? seen() : null,
        bias);
  }

  /**
   * x (B, T, C) itself in a full pass; in a step all steps up to this one (B, cap, C), with {@link
   * #seen} for a mask and {@code name} below the scope as the state's path.
   */
  public Value remember(Scope scope, String name, Value x) {
    if (!stepping()) {
      return x;
    }
    String path = scope.in(name).path();
    Value cache = scope.input("past." + path, DType.F32, x.shape().dim(0), cap, x.shape().dim(2));
    Value all = scope.apply(new Op.Append(), cache, x, position());
    next.put("next." + path, all);
    return all;
  }

  /**
   * What a causal convolution over {@code steps + 1} steps reads: x (B, T, C) in a full pass, to be
   * padded by {@link #left}; in a step the last {@code steps} inputs before it, (B, steps + 1, C),
   * kept as {@code past.PATH}.
   */
  public Value extend(Scope scope, Value x, int steps) {
    if (!stepping() || steps == 0) {
      return x;
    }
    Dim batch = x.shape().dim(0);
    Value state =
        scope.input("past." + scope.path(), DType.F32, batch, Dim.of(steps), x.shape().dim(2));
    Value all = state.concat(1, x);
    next.put("next." + scope.path(), all.slice(1, 1, steps));
    return all;
  }

  /** Zeros before the first of what {@link #extend} gave: {@code steps}, or none in a step. */
  public int left(int steps) {
    return stepping() ? 0 : steps;
  }

  /**
   * Adds positions to x (B, T, C).
   *
   * @param table gives the vectors (n, C) of the first n positions
   */
  public Value addPositions(Scope scope, Value x, Function<Dim, Value> table) {
    if (!stepping()) {
      return x.plus(table.apply(x.shape().dim(1)));
    }
    return x.plus(scope.apply(new Op.Gather(), table.apply(cap), position()));
  }
}
