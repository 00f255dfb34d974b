package dev.goldcrest.core.nn;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.ShapeException;
import dev.goldcrest.core.graph.Value;
import java.util.ArrayList;
import java.util.List;

/** The layers that every architecture uses. */
public final class Layers {
  private Layers() {}

  /**
   * {@code x Wᵀ + b}: (..., in) -> (..., out), parameters {@code weight} (out, in) and {@code bias}
   * (out).
   */
  public static Value linear(Scope scope, Value x, int out) {
    return linear(scope, x, out, new Init.Xavier(1));
  }

  /** As {@link #linear(Scope, Value, int)} with another start of the weight. */
  public static Value linear(Scope scope, Value x, int out, Init init) {
    return scope.apply(
        new Op.Linear(),
        x,
        scope.parameter("weight", init, out, x.shape().at(-1)),
        scope.parameter("bias", Init.ZEROS, out));
  }

  /** Layer normalisation over the channels, parameters {@code weight} and {@code bias}. */
  public static Value layerNorm(Scope scope, Value x, double epsilon) {
    int channels = x.shape().at(-1);
    return scope.apply(
        new Op.LayerNorm(epsilon),
        x,
        scope.parameter("weight", Init.ONES, channels),
        scope.parameter("bias", Init.ZEROS, channels));
  }

  /**
   * One learned row per index: ids (...) -> (..., channels), parameter {@code weight} (rows,
   * channels).
   */
  public static Value embedding(Scope scope, Value ids, int rows, int channels, double deviation) {
    return scope.apply(
        new Op.Gather(),
        scope.parameter("weight", new Init.Normal(deviation), rows, channels),
        ids);
  }

  /**
   * Adds learned positions (parameter {@code weight} (length, C)) to x (B, T, C), T at most {@code
   * length}.
   */
  public static Value learnedPositions(Scope scope, Value x, int length) {
    int time = x.shape().at(1);
    if (time > length) {
      throw new ShapeException(
          scope.path() + ": " + time + " positions asked for, the model has " + length);
    }
    Value table = scope.parameter("weight", new Init.Normal(0.02), length, x.shape().at(2));
    return x.plus(time == length ? table : table.slice(0, 0, time));
  }

  /** {@code x Wᵀ}: as {@link #linear(Scope, Value, int, Init)} without a bias. */
  public static Value bare(Scope scope, Value x, int out, Init init) {
    Value weight = scope.parameter("weight", init, out, x.shape().at(-1));
    return scope.apply(new Op.Linear(), x, weight);
  }

  /** Attention with a mask (B, S) and a bias (B, H, T, S), each null for none. */
  static Value attention(
      Scope scope, Op.Attention op, Value q, Value k, Value v, Value mask, Value bias) {
    List<Value> operands = new ArrayList<>(List.of(q, k, v));
    if (mask != null) {
      operands.add(mask);
    }
    if (bias != null) {
      operands.add(bias);
    }
    return scope.apply(op, operands.toArray(new Value[0]));
  }

  /** Adds sinusoidal positions to x (B, T, C). */
  public static Value sinusoidalPositions(Scope scope, Value x) {
    return x.plus(scope.apply(new Op.Sinusoids(x.shape().dim(1), x.shape().at(2), 0)));
  }

  /** x (1, T, C) under itself until it is (B, T, C). */
  public static Value repeat(Value x, int batch) {
    Value all = x;
    while (all.shape().at(0) < batch) {
      int more = Math.min(all.shape().at(0), batch - all.shape().at(0));
      all = all.concat(0, more == all.shape().at(0) ? all : all.slice(0, 0, more));
    }
    return all;
  }

  /** Drops elements while training; the identity in an inference trace. */
  public static Value drop(Scope scope, Value x, double probability) {
    return noise(scope, x, Op.Dropout.Kind.ELEMENT, probability);
  }

  /** Drops whole vectors of the last axis while training; the identity in an inference trace. */
  public static Value dropTokens(Scope scope, Value x, double probability) {
    return noise(scope, x, Op.Dropout.Kind.TOKEN, probability);
  }

  /**
   * Convolution over time that keeps the length: x (B, T, in) -> (B, T, out), K odd, parameters
   * {@code weight} (out, in, K) and {@code bias}. Pads must be zero in x if they are not to be
   * seen.
   */
  public static Value convolve(Scope scope, Value x, int out, int kernel) {
    if (kernel < 1 || kernel % 2 == 0) {
      throw new ShapeException(scope.path() + ": kernel must be odd, got " + kernel);
    }
    return scope.apply(
        new Op.Convolution(1, kernel / 2, kernel / 2),
        x,
        scope.parameter("weight", new Init.Xavier(1), out, x.shape().at(-1), kernel),
        scope.parameter("bias", Init.ZEROS, out));
  }

  /** Gated linear unit: (..., 2 C) -> (..., C), first half times the sigmoid of the second. */
  public static Value glu(Value x) {
    int axis = x.shape().rank() - 1;
    if (x.shape().at(axis) % 2 != 0) {
      throw new ShapeException(x.path() + ": glu: channels must be even, got " + x.shape());
    }
    int half = x.shape().at(axis) / 2;
    return x.slice(axis, 0, half).times(x.slice(axis, half, half).unary(Op.Unary.Kind.SIGMOID));
  }

  /** x (..., C) + y (..., D), D at most C, as if y were followed by zeros: (..., C). */
  public static Value plusFirst(Value x, Value y) {
    int channels = x.shape().at(-1);
    int some = y.shape().at(-1);
    return some == channels
        ? x.plus(y)
        : x.slice(-1, 0, some).plus(y).concat(-1, x.slice(-1, some, channels - some));
  }

  /** Zeroes the steps that a mask (B, T) hides: x (B, T, C) -> (B, T, C). */
  public static Value hide(Value x, Value mask) {
    return x.times(mask.reshape(x.shape().dim(0), x.shape().dim(1), Dim.of(1)));
  }

  /** The input {@code mask} (B, T): 1 for real steps, 0 for padding. */
  public static Value maskInput(Scope scope, int batch, int time) {
    return scope.input("mask", DType.F32, Dim.batch(batch), Dim.time(time));
  }

  /** The input {@code ids} (B, T) of type I32. */
  public static Value idsInput(Scope scope, int batch, int time) {
    return scope.input("ids", DType.I32, Dim.batch(batch), Dim.time(time));
  }

  private static Value noise(Scope scope, Value x, Op.Dropout.Kind kind, double probability) {
    return scope.training() && probability > 0
        ? scope.apply(new Op.Dropout(kind, probability), x)
        : x;
  }
}
