package dev.goldcrest.core.nn;

import static dev.goldcrest.core.nn.Layers.hide;
import static dev.goldcrest.core.nn.Layers.linear;

import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.ShapeException;
import dev.goldcrest.core.graph.Value;

/**
 * Attention to k rows that keys and values of all T steps are projected to (Wang et al., 2020,
 * arXiv 2006.04768): softmax(Q (E K)ᵀ / sqrt(C/H)) (F V), T k scores instead of T². E and F are (k,
 * length); of a shorter text their first columns count. A row mixes earlier and later steps, so
 * there is no causal form.
 *
 * <p>Masks hold: what E and F read is zero at pads, so that more of them change nothing.
 *
 * @param k rows at most
 * @param length steps that E and F have columns for
 * @param sharing who shares E and F
 * @param order what is projected
 * @param method what E and F are
 * @param stride row j is seen by texts that have a step {@code j * stride}, so that short texts see
 *     few rows; 0 shows all k to every text, as the papers do. A convolution's kernel.
 * @param biased a bias of each row (of each channel of a convolution)
 * @param tiedValues the projected keys are the values too
 * @param oneHead keys and values of one head, which all heads look at
 */
public record ProjectedAttention(
    int k,
    int length,
    Sharing sharing,
    Order order,
    Method method,
    int stride,
    boolean biased,
    boolean tiedValues,
    boolean oneHead) {
  /** Who shares E and F. */
  public enum Sharing {
    /** Every head has its own two. */
    NONE,
    /** Every layer has two. */
    HEADWISE,
    /** Every layer has one: E = F. */
    KEY_VALUE,
    /** There is one. */
    LAYERWISE
  }

  /** What is projected, which is the same but for where a bias is added. */
  public enum Order {
    /** Keys and values, as the formula has it. */
    KEYS,
    /** What they are made of, as the authors' code does: k rows go through their linears, not T. */
    INPUT
  }

  /** What E and F are. */
  public enum Method {
    /** A matrix each. */
    LINEAR,
    /** A convolution of the channels of a head over {@code stride} steps at a time. */
    CONVOLUTION
  }

  private static final Init START = new Init.Xavier(Math.sqrt(0.5));

  public ProjectedAttention {
    require(k >= 1 && k <= length, "k must be from 1 to " + length + ", the length, got " + k);
    require(stride >= 0 && stride <= length, "stride must be from 0 to " + length);
    require(
        stride < 2 || length % stride == 0,
        "stride " + stride + " does not divide the length " + length);
    require(
        sharing != Sharing.NONE || order == Order.KEYS && !oneHead,
        "sharing=none needs order=keys and oneHead=false: each head projects its own keys");
    require(
        method == Method.LINEAR
            || order == Order.KEYS && sharing != Sharing.NONE && !oneHead && k * stride == length,
        "projection=convolution needs order=keys, shared projections, oneHead=false and k = length"
            + " / stride, got k "
            + k
            + ", length "
            + length
            + ", stride "
            + stride);
  }

  private static void require(boolean holds, String sentence) {
    if (!holds) {
      throw new IllegalArgumentException(sentence);
    }
  }

  /**
   * Multi-head attention of x (B, T, C) to itself: (B, T, C). Parameters {@code q}, {@code k},
   * {@code v} and {@code out}, and {@code e} and {@code f} as far as they are not shared.
   *
   * @param whole where a projection that all layers share is declared
   * @param mask (B, T), or null when all steps are real
   */
  public Value around(Scope scope, Scope whole, Value x, Value mask, Transformer.Config config) {
    int width = x.shape().at(2);
    Heads left = Heads.of(scope, config.attention(scope, false), width);
    int heads = left.op().heads();
    int ofKeys = oneHead ? left.width() / heads : left.width();
    Layer layer = new Layer(scope, whole, heads, ofKeys, config);
    Value q = linear(scope.in("q"), x, left.width(), config.projection());
    Value keys;
    Value values;
    if (order == Order.INPUT) {
      Value real = hidden(x, mask);
      Value e = project(layer, "e", real);
      keys = layer.linear("k", e);
      values = tiedValues ? keys : layer.linear("v", together() ? e : project(layer, "f", real));
    } else {
      keys = project(layer, "e", hidden(layer.linear("k", x), mask));
      values =
          tiedValues
              ? keys
              : project(layer, together() ? "e" : "f", hidden(layer.linear("v", x), mask));
    }
    Value seen =
        Layers.attention(
            scope,
            left.op(),
            q,
            oneHead ? repeat(keys, heads) : keys,
            oneHead ? repeat(values, heads) : values,
            mask == null || stride == 0 ? null : rowMask(mask, keys.shape().at(1)),
            null);
    return Transformer.mixed(scope, seen, width, config);
  }

  /** One attention's place, and the width of its keys and values. */
  private record Layer(Scope scope, Scope whole, int heads, int width, Transformer.Config config) {
    Value linear(String name, Value x) {
      return Layers.linear(scope.in(name), x, width, config.projection());
    }
  }

  private boolean together() {
    return sharing == Sharing.KEY_VALUE || sharing == Sharing.LAYERWISE;
  }

  private static Value hidden(Value x, Value mask) {
    return mask == null ? x : hide(x, mask);
  }

  /** Rows that a text of this length has. */
  private int rows(int time) {
    return stride == 0 ? k : Math.min(k, (time + stride - 1) / stride);
  }

  /** (B, T) -> (B, rows): whether the first steps of each row are real. */
  private Value rowMask(Value mask, int rows) {
    Value first = mask;
    if (stride > 1) {
      first =
          mask.reshape(mask.shape().dim(0), Dim.of(mask.shape().at(1) / stride), Dim.of(stride))
              .reduce(Op.Reduce.Kind.MAX, 2);
    }
    return first.shape().at(1) == rows ? first : first.slice(1, 0, rows);
  }

  /** (B, T, C) -> (B, rows, C), parameters in {@code name} of the layer or of all layers. */
  private Value project(Layer layer, String name, Value x) {
    int time = x.shape().at(1);
    Scope scope = (sharing == Sharing.LAYERWISE ? layer.whole() : layer.scope()).in(name);
    if (time > length) {
      throw new ShapeException(
          scope.path() + ": " + time + " steps to project, the model has columns for " + length);
    }
    if (stride > 1 && time % stride != 0) {
      throw new ShapeException(
          scope.path() + ": " + time + " steps do not split into rows of " + stride);
    }
    if (method == Method.CONVOLUTION) {
      return convolve(scope, x, layer.heads());
    }
    Value turned = x.permute(0, 2, 1); // (B, C, T)
    if (sharing != Sharing.NONE) {
      return matrix(scope, turned).permute(0, 2, 1);
    }
    int slice = turned.shape().at(1) / layer.heads();
    Value all = null;
    for (int h = 0; h < layer.heads(); h++) {
      Scope head = layer.scope().in(name, h);
      Value one = matrix(head, turned.slice(1, h * slice, slice));
      all = all == null ? one : all.concat(1, one);
    }
    return all.permute(0, 2, 1);
  }

  /** (B, C, T) -> (B, C, rows). */
  private Value matrix(Scope scope, Value turned) {
    int time = turned.shape().at(2);
    int rows = rows(time);
    Value weight = scope.parameter("weight", START, k, length);
    weight = time == length ? weight : weight.slice(1, 0, time);
    weight = rows == k ? weight : weight.slice(0, 0, rows);
    if (!biased) {
      return scope.apply(new Op.Linear(), turned, weight);
    }
    Value bias = scope.parameter("bias", Init.ZEROS, k);
    return scope.apply(new Op.Linear(), turned, weight, rows == k ? bias : bias.slice(0, 0, rows));
  }

  /** (B, T, C) -> (B, T/stride, C): every block of steps of every head by itself. */
  private Value convolve(Scope scope, Value x, int heads) {
    Dim batch = x.shape().dim(0);
    int rows = x.shape().at(1) / stride;
    int slice = x.shape().at(2) / heads;
    Value blocks =
        x.reshape(batch, Dim.of(rows), Dim.of(stride), Dim.of(heads), Dim.of(slice))
            .permute(0, 1, 3, 2, 4)
            .reshape(Dim.of(batch.size() * rows * heads), Dim.of(stride), Dim.of(slice));
    Value weight = scope.parameter("weight", START, slice, slice, stride);
    Op op = new Op.Convolution(1, 0, 0);
    Value mixed =
        biased
            ? scope.apply(op, blocks, weight, scope.parameter("bias", Init.ZEROS, slice))
            : scope.apply(op, blocks, weight);
    return mixed.reshape(batch, Dim.of(rows), x.shape().dim(2));
  }

  /** One head's channels for all: (B, rows, C/H) -> (B, rows, C). */
  private static Value repeat(Value one, int heads) {
    Value all = one;
    for (int h = 1; h < heads; h++) {
      all = all.concat(2, one);
    }
    return all;
  }
}
