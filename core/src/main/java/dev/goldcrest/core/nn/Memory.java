package dev.goldcrest.core.nn;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the cross-attentions of a decoder look at: an encoder's output, projected by each, or those
 * projections as a caller kept them. Decoder layers are written once for both.
 */
public final class Memory {
  private final Value encoded;
  private final List<Dim> fed;
  private final Value mask;
  private final Map<String, Value> projected = new LinkedHashMap<>();

  private Memory(Value encoded, List<Dim> fed, Value mask) {
    this.encoded = encoded;
    this.fed = fed;
    this.mask = mask;
  }

  /**
   * The encoder's output in the same trace.
   *
   * @param encoded (B, S, C)
   * @param mask (B, S), 1 for what may be seen; null when all may
   */
  public static Memory of(Value encoded, Value mask) {
    return new Memory(encoded, null, mask);
  }

  /**
   * Keys and values (B, S, width) that the caller feeds as {@code memory.PATH.k} and {@code .v}.
   */
  public static Memory fed(Dim batch, Dim source, Value mask) {
    return new Memory(null, List.of(batch, source), mask);
  }

  /** Projects keys and values for the cross-attention at {@code scope}; {@link #projected}. */
  public void project(Scope scope, int heads, int width, Init init) {
    int left = Heads.of(scope, new Op.Attention(heads, false, 0), width).width();
    side(scope, "k", left, init);
    side(scope, "v", left, init);
  }

  /** Keys and values by {@code memory.PATH.k} and {@code memory.PATH.v}, as far as asked for. */
  public Map<String, Value> projected() {
    return projected;
  }

  /**
   * Multi-head attention of x (B, T, C) to the memory, projections {@code q}, {@code k}, {@code v},
   * without the last one: (B, T, width), or less where heads are missing.
   */
  public Value attend(Scope scope, Op.Attention op, Value x, int width, Init init) {
    Heads heads = Heads.of(scope, op, width);
    Value q = Layers.linear(scope.in("q"), x, heads.width(), init);
    Value k = side(scope, "k", heads.width(), init);
    Value v = side(scope, "v", heads.width(), init);
    return Layers.attention(scope, heads.op(), q, k, v, mask, null);
  }

  private Value side(Scope scope, String side, int width, Init init) {
    String name = "memory." + scope.path() + "." + side;
    Value known = projected.get(name);
    if (known == null) {
      known =
          encoded != null
              ? Layers.linear(scope.in(side), encoded, width, init)
              : scope.input(name, DType.F32, fed.get(0), fed.get(1), Dim.of(width));
      projected.put(name, known);
    }
    return known;
  }
}
