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
 * @param inputFirst E and F project what keys and values are made of, as the authors' code does, so
 *     that k rows go through their linears, not T; otherwise keys and values, as the formula has
 *     it. The same but for where a bias is added.
 * @param convolution instead of a matrix each, E and F are convolutions of the channels of a head
 *     over {@code stride} steps at a time
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
    boolean inputFirst,
    boolean convolution,
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

  private static final Init START = new Init.Xavier(Math.sqrt(0.5));

  public ProjectedAttention {
    require(k >= 1 && k <= length, "k must be from 1 to " + length + ", the length, got " + k);
    require(stride >= 0 && stride <= length, "stride must be from 0 to " + length);
    require(
        stride < 2 || length % stride == 0,
        "stride " + stride + " does not divide the length " + length);
    require(
        sharing != Sharing.NONE || !inputFirst && !oneHead,
        "sharing=none needs inputFirst=false and oneHead=false: each head projects its own keys");
    require(
        !convolution || !inputFirst && sharing != Sharing.NONE && !oneHead && k * stride == length,
        "convolution=true needs inputFirst=false, shared projections, oneHead=false and k = length /"
            + " stride, got k "
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
    Scope e = (sharing == Sharing.LAYERWISE ? whole : scope).in("e");
    Scope f = sharing == Sharing.KEY_VALUE || sharing == Sharing.LAYERWISE ? e : scope.in("f");
    Init init = config.projection();
    Value q = linear(scope.in("q"), x, left.width(), init);
    Value keys;
    Value values;
    if (inputFirst) {
      Value real = hidden(x, mask);
      Value rows = project(e, real, heads);
      keys = linear(scope.in("k"), rows, ofKeys, init);
      Value others = tiedValues || e == f ? rows : project(f, real, heads);
      values = tiedValues ? keys : linear(scope.in("v"), others, ofKeys, init);
    } else {
      keys = project(e, hidden(linear(scope.in("k"), x, ofKeys, init), mask), heads);
      values =
          tiedValues
              ? keys
              : project(f, hidden(linear(scope.in("v"), x, ofKeys, init), mask), heads);
    }
    Value rowMask = mask == null || stride == 0 ? null : rowMask(mask, keys.shape().at(1));
    Value seen =
        Layers.attention(
            scope, left.op(), q, repeated(keys, heads), repeated(values, heads), rowMask, null);
    return Transformer.mixed(scope, seen, width, config);
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

  /** (B, T, C) -> (B, rows, C). */
  private Value project(Scope scope, Value x, int heads) {
    int time = x.shape().at(1);
    if (time > length || (stride > 1 && time % stride != 0)) {
      throw new ShapeException(
          scope.path()
              + ": cannot project "
              + time
              + " steps; there are columns for "
              + length
              + ", in rows of "
              + Math.max(1, stride));
    }
    if (convolution) {
      return convolve(scope, x, heads);
    }
    Value turned = x.permute(0, 2, 1); // (B, C, T)
    if (sharing != Sharing.NONE) {
      return matrix(scope, turned).permute(0, 2, 1);
    }
    int slice = turned.shape().at(1) / heads;
    Value all = null;
    for (int h = 0; h < heads; h++) {
      Value one = matrix(scope.in(Integer.toString(h)), turned.slice(1, h * slice, slice));
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

  /** The only head's channels, where there is but one, for all: (B, rows, C). */
  private Value repeated(Value one, int heads) {
    Value all = one;
    for (int h = 1; oneHead && h < heads; h++) {
      all = all.concat(2, one);
    }
    return all;
  }
}
