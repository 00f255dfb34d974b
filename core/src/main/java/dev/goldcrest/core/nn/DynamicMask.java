package dev.goldcrest.core.nn;

import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Attention under the learned mask of Mask Attention Networks (Fan et al., 2021, arXiv 2103.13597):
 * what query t of head h takes from key s is weighed with M = sigmoid(x_t . w + P(t - s) + U_h)
 * before it is normalised. Its logarithm is added to the scores; unlike the authors' code that
 * needs no lower bound of M.
 *
 * @param range R, distances beyond it share the weight of the furthest
 */
public record DynamicMask(int range) {
  /** To both sides: x (B, T, C), mask (B, T) or null -> (B, T, C). */
  public Value around(Scope scope, Value x, Value mask, Transformer.Config config) {
    int width = x.shape().at(2);
    Heads heads = Heads.of(scope, config.attention(scope, false), width);
    Value[] qkv = Transformer.project(scope, x, heads.width(), config);
    Value bias = logMask(scope, x, heads.op().heads(), null);
    Value seen = Layers.attention(scope, heads.op(), qkv[0], qkv[1], qkv[2], mask, bias);
    return Transformer.mixed(scope, seen, width, config);
  }

  /** To this and earlier steps: x (B, T, C) -> (B, T, C). */
  public Value causal(Scope scope, Value x, Past past, Transformer.Config config) {
    int width = x.shape().at(2);
    Heads heads = Heads.of(scope, config.attention(scope, true), width);
    Value[] qkv = Transformer.project(scope, x, heads.width(), config);
    Value bias = logMask(scope, x, heads.op().heads(), past);
    Value seen = past.attend(scope, heads.op(), qkv[0], qkv[1], qkv[2], bias);
    return Transformer.mixed(scope, seen, width, config);
  }

  /**
   * log M (B, H, T, T), or (B, H, 1, cap) in a step. Parameters {@code mask.token.weight} (1, C),
   * {@code mask.head} (H), {@code mask.past} (R), whose last is that of distance 1, and {@code
   * mask.future} (R), whose first is.
   *
   * @param past null for both sides
   */
  public Value logMask(Scope scope, Value x, int heads, Past past) {
    Scope mask = scope.in("mask");
    Init normal = new Init.Normal(1);
    List<Value> operands = new ArrayList<>();
    operands.add(Layers.bare(mask.in("token"), x, 1, new Init.Xavier(1)));
    operands.add(mask.parameter("head", normal, heads));
    operands.add(mask.parameter("past", normal, range));
    if (past == null) {
      operands.add(mask.parameter("future", normal, range));
    } else if (past.stepping()) {
      operands.add(past.distances());
    }
    return mask.apply(new Op.DynamicMask(), operands.toArray(new Value[0]))
        .affine(-1, 0)
        .unary(Op.Unary.Kind.SOFTPLUS)
        .affine(-1, 0);
  }
}
