package dev.goldcrest.core.nn;

import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;

/**
 * The heads that an attention has left, which are as wide as they were.
 *
 * @param op with that many heads
 * @param width of all together
 */
record Heads(Op.Attention op, int width) {
  /** What is left at {@code scope} of {@code width} channels in the heads of {@code full}. */
  static Heads of(Scope scope, Op.Attention full, int width) {
    int heads = scope.width("heads", full.heads());
    return heads == full.heads()
        ? new Heads(full, width)
        : new Heads(
            new Op.Attention(heads, full.causal(), full.dropout()), width / full.heads() * heads);
  }
}
