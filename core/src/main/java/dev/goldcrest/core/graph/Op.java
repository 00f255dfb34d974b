package dev.goldcrest.core.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * The operations. Each record holds its attributes and its shape rule; what it computes is defined
 * by the reference interpreter (among runtime's tests). An operation is as coarse as a name in ONNX
 * or a formula in a paper.
 */
public sealed interface Op {
  /** The result's shape, or a {@link ShapeException} that names both sides of a disagreement. */
  Shape shape(List<Value> in);

  <R> R accept(OpVisitor<R> visitor, Value value);

  /** The operation's name in error messages. */
  String name();

  /** The result's element type. */
  default DType type(List<Value> in) {
    return DType.F32;
  }

  /** A tensor that the caller feeds. */
  record Input(String label, Shape of, DType dtype) implements Op {
    @Override
    public Shape shape(List<Value> in) {
      return of;
    }

    @Override
    public DType type(List<Value> in) {
      return dtype;
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.input(this, value);
    }

    @Override
    public String name() {
      return label;
    }
  }

  /** A trained tensor, known by its path. */
  record Parameter(String path, Shape of, Init init) implements Op {
    @Override
    public Shape shape(List<Value> in) {
      return of;
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.parameter(this, value);
    }

    @Override
    public String name() {
      return "parameter";
    }
  }

  /** Sinusoidal positions (T, C) without weights, of the steps p = start + t. */
  record Sinusoids(Dim time, int channels, int start, Layout layout) implements Op {
    /** Which channel holds which wave. */
    public enum Layout {
      /**
       * sin(p f_i) in the first C/2 channels, cos(p f_i) in the others, f_i = 10000^(-i / (C/2 -
       * 1)): fairseq and tensor2tensor.
       */
      HALVES,
      /**
       * sin(p f_i) in channel 2i, cos(p f_i) in channel 2i + 1, f_i = 10000^(-2i / C): Vaswani et
       * al., 2017.
       */
      INTERLEAVED
    }

    /** Positions in the layout of fairseq. */
    public Sinusoids(Dim time, int channels, int start) {
      this(time, channels, start, Layout.HALVES);
    }

    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 0, 0);
      ShapeRules.check(
          channels % 2 == 0 && channels > 2, "channels must be even and above 2, got " + channels);
      return Shape.of(time, Dim.of(channels));
    }

    /** The number in row {@code t} and channel {@code c}: the same bits on every platform. */
    public double at(int t, int c) {
      int half = channels / 2;
      boolean halves = layout == Layout.HALVES;
      double wave = halves ? (c % half) / (half - 1.0) : (c / 2) / (double) half;
      double angle = (start + t) * StrictMath.pow(10_000, -wave);
      boolean sine = halves ? c < half : c % 2 == 0;
      return sine ? StrictMath.sin(angle) : StrictMath.cos(angle);
    }

    /** All of them as floats, row by row. */
    public float[] table() {
      float[] table = new float[Math.multiplyExact(time.size(), channels)];
      for (int i = 0; i < table.length; i++) {
        table[i] = (float) at(i / channels, i % channels);
      }
      return table;
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.sinusoids(this, value);
    }

    @Override
    public String name() {
      return "sinusoids";
    }
  }

  /**
   * y = x Wᵀ + b over the last axis: x (..., in), weight (out, in), optional bias (out) -> (...,
   * out).
   */
  record Linear() implements Op {
    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 2, 3);
      Shape x = ShapeRules.float32(in, 0);
      Shape weight = ShapeRules.rank(in, 1, 2);
      ShapeRules.check(x.rank() >= 1, "x must have an axis, got " + x);
      ShapeRules.check(x.at(-1) == weight.at(1), "inner dimensions differ: " + x + " x " + weight);
      if (in.size() == 3) {
        ShapeRules.same("bias", Shape.of(weight.at(0)), in, 2);
      }
      return x.with(-1, Dim.of(weight.at(0)));
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.linear(this, value);
    }

    @Override
    public String name() {
      return "linear";
    }
  }

  /**
   * Scaled dot-product attention: q (B, T, C), k (B, S, C), v (B, S, D), optional mask (B, S) with
   * 1 for keys that may be seen, optional finite bias (B, H, T, S) -> (B, T, D). Head h owns
   * channels h C/H to (h+1) C/H - 1; scores are scaled by (C/H)^-1/2, then the bias is added. A
   * query that sees no key gives 0, not NaN.
   *
   * @param causal a query at t sees keys up to t only; needs T = S
   * @param dropout probability with which training drops a normalised weight
   */
  record Attention(int heads, boolean causal, double dropout) implements Op {
    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 3, 5);
      Shape q = ShapeRules.rank(in, 0, 3);
      Shape k = ShapeRules.rank(in, 1, 3);
      Shape v = ShapeRules.rank(in, 2, 3);
      ShapeRules.probability(dropout);
      ShapeRules.check(
          heads >= 1 && q.at(2) % heads == 0,
          q.at(2) + " channels do not split into " + heads + " heads");
      ShapeRules.check(
          v.at(2) % heads == 0, v.at(2) + " value channels do not split into " + heads + " heads");
      ShapeRules.check(
          q.at(0) == k.at(0) && q.at(2) == k.at(2), "queries and keys differ: " + q + " and " + k);
      ShapeRules.check(
          k.at(0) == v.at(0) && k.at(1) == v.at(1), "keys and values differ: " + k + " and " + v);
      ShapeRules.check(
          !causal || q.at(1) == k.at(1),
          "causal attention needs as many keys as queries: " + q + " and " + k);
      boolean biased = in.size() > 3 && in.get(in.size() - 1).shape().rank() == 4;
      if (in.size() > (biased ? 4 : 3)) {
        ShapeRules.same("mask", Shape.of(k.at(0), k.at(1)), in, 3);
      }
      if (biased || in.size() == 5) {
        Shape each = Shape.of(q.at(0), heads, q.at(1), k.at(1));
        ShapeRules.same("bias", each, in, in.size() - 1);
      }
      return q.with(2, v.dim(2));
    }

    /** The mask among the operands of an attention, or null. */
    public static Value mask(Value attention) {
      return optional(attention, 2);
    }

    /** The bias among the operands of an attention, or null. */
    public static Value bias(Value attention) {
      return optional(attention, 4);
    }

    private static Value optional(Value attention, int rank) {
      for (Value operand : attention.inputs().subList(3, attention.inputs().size())) {
        if (operand.shape().rank() == rank) {
          return operand;
        }
      }
      return null;
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.attention(this, value);
    }

    @Override
    public String name() {
      return "attention";
    }
  }

  /**
   * Logits of the dynamic mask of Mask Attention Networks (Fan et al., 2021, arXiv 2103.13597):
   * token (B, T, 1), head (H), past (R), then future (R) for both sides -> (B, H, T, T): y[b, h, t,
   * s] = token[b, t] + P(t - s) + head[h], where P(0) = 0, P(j) = past[R - j] for an earlier key
   * and P(-j) = future[j - 1] for a later one, 0 without {@code future}; beyond R the furthest
   * counts. In a step, with T = 1 and distances (S) of type I32, none negative, in place of {@code
   * future} -> (B, H, 1, S), t - s being distances[s].
   */
  record DynamicMask() implements Op {
    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 3, 4);
      Shape token = ShapeRules.rank(in, 0, 3);
      Shape head = ShapeRules.rank(in, 1, 1);
      Shape past = ShapeRules.rank(in, 2, 1);
      ShapeRules.check(token.at(2) == 1, "token must have one channel, got " + token);
      Dim keys = token.dim(1);
      if (stepping(in)) {
        Shape distances = in.get(3).shape();
        ShapeRules.check(
            token.at(1) == 1 && distances.rank() == 1,
            "distances must have 1 axis and belong to one step, got "
                + distances
                + " for "
                + token);
        keys = distances.dim(0);
      } else if (in.size() == 4) {
        ShapeRules.same("future", past, in, 3);
      }
      return Shape.of(token.dim(0), head.dim(0), token.dim(1), keys);
    }

    /** Whether the distances of one step's keys are among the operands. */
    public static boolean stepping(List<Value> in) {
      return in.size() == 4 && in.get(3).type() == DType.I32;
    }

    /** The index of distance t - s in past, then 0, then future: (R), 1, (R). */
    public static int index(int range, int distance) {
      return range - Math.max(-range, Math.min(range, distance));
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.dynamicMask(this, value);
    }

    @Override
    public String name() {
      return "dynamicMask";
    }
  }

  /**
   * Convolution over time (cross-correlation, as torch.nn.Conv1d): x (B, T, in), weight (out,
   * in/groups, K), optional bias (out) -> (B, T + left + right - K + 1, out), with zeros outside.
   */
  record Convolution(int groups, int left, int right) implements Op {
    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 2, 3);
      Shape x = ShapeRules.rank(in, 0, 3);
      Shape weight = ShapeRules.rank(in, 1, 3);
      ShapeRules.check(
          left >= 0 && right >= 0, "padding must not be negative: " + left + ", " + right);
      ShapeRules.check(
          groups >= 1 && x.at(2) % groups == 0 && weight.at(0) % groups == 0,
          x.at(2) + " to " + weight.at(0) + " channels do not split into " + groups + " groups");
      ShapeRules.check(
          x.at(2) / groups == weight.at(1), "channels differ: " + x + " and weight " + weight);
      long length = (long) x.at(1) + left + right - weight.at(2) + 1;
      ShapeRules.check(
          length >= 1, "kernel " + weight.at(2) + " is longer than the padded input of " + x);
      ShapeRules.check(
          length <= Integer.MAX_VALUE, "padding " + left + ", " + right + " is too long for " + x);
      if (in.size() == 3) {
        ShapeRules.same("bias", Shape.of(weight.at(0)), in, 2);
      }
      return x.with(1, new Dim((int) length, x.dim(1).name())).with(2, Dim.of(weight.at(0)));
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.convolution(this, value);
    }

    @Override
    public String name() {
      return "convolution";
    }
  }

  /**
   * Convolution over time whose channels share taps by heads (Wu et al., 2019): x (B, Tin, C), taps
   * (heads, K), or (B, T, heads, K) for taps of each step's own, T = Tin + left + right - K + 1:
   * y[b, t, c] = sum over k of taps[.., head(c), k] x[b, t + k - left, c], with zeros outside. Head
   * h owns channels h C/H to (h+1) C/H - 1.
   */
  record LightConvolution(int heads, int left, int right) implements Op {
    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 2, 2);
      Shape x = ShapeRules.rank(in, 0, 3);
      Shape taps = ShapeRules.float32(in, 1);
      ShapeRules.check(
          heads >= 1 && x.at(2) % heads == 0,
          x.at(2) + " channels do not split into " + heads + " heads");
      ShapeRules.check(
          left >= 0 && right >= 0, "padding must not be negative: " + left + ", " + right);
      ShapeRules.check(
          taps.rank() == 2 || taps.rank() == 4, "taps must have 2 or 4 axes, got " + taps);
      long length = (long) x.at(1) + left + right - taps.at(-1) + 1;
      ShapeRules.check(
          length >= 1, "kernel " + taps.at(-1) + " is longer than the padded input of " + x);
      ShapeRules.check(
          length <= Integer.MAX_VALUE, "padding " + left + ", " + right + " is too long for " + x);
      Shape y = x.with(1, new Dim((int) length, x.dim(1).name()));
      Shape shared = Shape.of(heads, taps.at(-1));
      Shape each = Shape.of(y.dim(0), y.dim(1), Dim.of(heads), taps.dim(-1));
      ShapeRules.same("taps", taps.rank() == 2 ? shared : each, in, 1);
      return y;
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.lightConvolution(this, value);
    }

    @Override
    public String name() {
      return "lightConvolution";
    }
  }

  /** (x - mean) / sqrt(variance + epsilon) * weight + bias over the last axis, biased variance. */
  record LayerNorm(double epsilon) implements Op {
    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 3, 3);
      Shape x = ShapeRules.float32(in, 0);
      ShapeRules.check(x.rank() >= 1, "x must have an axis, got " + x);
      ShapeRules.same("weight", Shape.of(x.at(-1)), in, 1);
      ShapeRules.same("bias", Shape.of(x.at(-1)), in, 2);
      return x;
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.layerNorm(this, value);
    }

    @Override
    public String name() {
      return "layerNorm";
    }
  }

  /** exp(x) / sum exp(x) over the last axis, or its logarithm. */
  record Softmax(boolean log) implements Op {
    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 1, 1);
      Shape x = ShapeRules.float32(in, 0);
      ShapeRules.check(x.rank() >= 1, "x must have an axis, got " + x);
      return x;
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.softmax(this, value);
    }

    @Override
    public String name() {
      return log ? "logSoftmax" : "softmax";
    }
  }

  /** One function of each element. */
  record Unary(Kind kind) implements Op {
    /** GELU is the erf form; GELU_TANH its approximation by tanh. */
    public enum Kind {
      RELU,
      GELU,
      GELU_TANH,
      SIGMOID,
      SILU,
      SOFTPLUS,
      TANH
    }

    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 1, 1);
      return ShapeRules.float32(in, 0);
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.unary(this, value);
    }

    @Override
    public String name() {
      return kind.name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * One function of two elements; the second operand is broadcast (aligned at the last axis, length
   * 1 repeats).
   */
  record Binary(Kind kind) implements Op {
    /** What is done with each pair. */
    public enum Kind {
      ADD,
      MULTIPLY
    }

    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 2, 2);
      Shape a = ShapeRules.float32(in, 0);
      Shape b = ShapeRules.float32(in, 1);
      boolean fits = b.rank() <= a.rank();
      for (int axis = 1; fits && axis <= b.rank(); axis++) {
        fits = b.at(-axis) == 1 || b.at(-axis) == a.at(-axis);
      }
      ShapeRules.check(fits, b + " does not broadcast to " + a);
      return a;
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.binary(this, value);
    }

    @Override
    public String name() {
      return kind.name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** scale * x + shift. */
  record Affine(double scale, double shift) implements Op {
    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 1, 1);
      ShapeRules.check(
          !Double.isNaN(scale + shift) && !Double.isInfinite(scale + shift),
          "needs finite numbers: " + scale + ", " + shift);
      return ShapeRules.float32(in, 0);
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.affine(this, value);
    }

    @Override
    public String name() {
      return "affine";
    }
  }

  /**
   * Takes one axis away. With a second operand, the mask over axes 0 to {@code axis}, elements
   * where it is 0 do not count; where it keeps none the result is 0.
   */
  record Reduce(Kind kind, int axis) implements Op {
    /** How the elements are joined. */
    public enum Kind {
      MAX,
      MEAN,
      SUM
    }

    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 1, 2);
      Shape x = ShapeRules.float32(in, 0);
      int at = x.resolve(axis);
      if (in.size() == 2) {
        ShapeRules.same("mask", new Shape(x.dims().subList(0, at + 1)), in, 1);
      }
      return x.without(at);
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.reduce(this, value);
    }

    @Override
    public String name() {
      return "reduce" + kind;
    }
  }

  /**
   * Rows of a table (V, C) by index (...) of type I32 -> (..., C).
   *
   * @param from the index of the table's first row
   * @param partial whether the table is one band of a longer one, so that an index outside gives 0;
   *     otherwise it is an error when run
   */
  record Gather(int from, boolean partial) implements Op {
    /** Rows of a whole table. */
    public Gather() {
      this(0, false);
    }

    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 2, 2);
      Shape table = ShapeRules.rank(in, 0, 2);
      ShapeRules.check(
          in.get(1).type() == DType.I32, "indices must be I32, got " + in.get(1).type());
      List<Dim> dims = new ArrayList<>(in.get(1).shape().dims());
      dims.add(table.dim(1));
      return new Shape(dims);
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.gather(this, value);
    }

    @Override
    public String name() {
      return "gather";
    }
  }

  /** The same elements, in row-major order, under another shape. */
  record Reshape(Shape to) implements Op {
    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 1, 1);
      Shape x = ShapeRules.float32(in, 0);
      ShapeRules.check(
          x.size() == to.size(), x + " has " + x.size() + " elements, " + to + " has " + to.size());
      return to;
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.reshape(this, value);
    }

    @Override
    public String name() {
      return "reshape";
    }
  }

  /** Axis i of the result is axis order[i] of the operand. */
  record Permute(List<Integer> order) implements Op {
    public Permute {
      order = List.copyOf(order);
    }

    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 1, 1);
      Shape x = ShapeRules.float32(in, 0);
      List<Integer> sorted = new ArrayList<>(order);
      sorted.sort(null);
      List<Dim> dims = new ArrayList<>();
      for (int i = 0; i < sorted.size(); i++) {
        ShapeRules.check(sorted.get(i) == i, order + " is no order of axes");
      }
      ShapeRules.check(order.size() == x.rank(), order + " does not fit " + x);
      for (int axis : order) {
        dims.add(x.dim(axis));
      }
      return new Shape(dims);
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.permute(this, value);
    }

    @Override
    public String name() {
      return "permute";
    }
  }

  /** {@code length} positions of one axis from {@code from} on. */
  record Slice(int axis, int from, int length) implements Op {
    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 1, 1);
      Shape x = ShapeRules.float32(in, 0);
      int at = x.resolve(axis);
      ShapeRules.check(
          from >= 0 && length >= 1 && from <= x.at(at) - length,
          "positions "
              + from
              + " to "
              + ((long) from + length)
              + " are outside axis "
              + at
              + " of "
              + x);
      return x.with(at, new Dim(length, x.dim(at).name()));
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.slice(this, value);
    }

    @Override
    public String name() {
      return "slice";
    }
  }

  /** Both operands one after the other along one axis. */
  record Concat(int axis) implements Op {
    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 2, 2);
      Shape a = ShapeRules.float32(in, 0);
      Shape b = ShapeRules.float32(in, 1);
      int at = a.resolve(axis);
      ShapeRules.check(
          a.rank() == b.rank() && a.without(at).sameSizes(b.without(at)),
          a + " and " + b + " differ beside axis " + at);
      ShapeRules.check(
          a.at(at) <= Integer.MAX_VALUE - b.at(at), a + " and " + b + " are too long together");
      return a.with(at, new Dim(a.at(at) + b.at(at), a.dim(at).name()));
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.concat(this, value);
    }

    @Override
    public String name() {
      return "concat";
    }
  }

  /**
   * A state with some rows replaced: cache (B, cap, C), x (B, t, C), position (1) of type I32 ->
   * (B, cap, C), rows position to position + t - 1 being x. Rows outside the cache are an error
   * when run. A session writes into the cache itself where that is an input that nothing else
   * reads.
   */
  record Append() implements Op {
    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 3, 3);
      Shape cache = ShapeRules.rank(in, 0, 3);
      Shape x = ShapeRules.rank(in, 1, 3);
      ShapeRules.check(
          cache.at(0) == x.at(0) && cache.at(2) == x.at(2) && x.at(1) <= cache.at(1),
          x + " does not fit into " + cache);
      Value position = in.get(2);
      ShapeRules.check(
          position.type() == DType.I32 && position.shape().sameSizes(Shape.of(1)),
          "position must be I32 (1), got " + position.type() + " " + position.shape());
      return cache;
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.append(this, value);
    }

    @Override
    public String name() {
      return "append";
    }
  }

  /** Noise of training; elsewhere the identity. */
  record Dropout(Kind kind, double probability) implements Op {
    /** What falls together. */
    public enum Kind {
      /** Single elements; the others are scaled by 1 / (1 - probability). */
      ELEMENT,
      /**
       * Whole vectors along the last axis, as if a word were missing; the others stay as they are.
       */
      TOKEN
    }

    @Override
    public Shape shape(List<Value> in) {
      ShapeRules.operands(in, 1, 1);
      ShapeRules.probability(probability);
      return ShapeRules.float32(in, 0);
    }

    @Override
    public <R> R accept(OpVisitor<R> visitor, Value value) {
      return visitor.dropout(this, value);
    }

    @Override
    public String name() {
      return "dropout";
    }
  }
}
