package dev.goldcrest.runtime.vector;

import dev.goldcrest.core.graph.Op;
import dev.goldcrest.runtime.kernels.AttentionShape;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.LightConvolution;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels with the Vector API. No lanes are added up with {@code reduceLanes}, whose order is
 * open and did change when a method was compiled; products need no such sum, and where one is
 * needed the lanes are stored and added in order.
 */
public final class VectorKernels implements Kernels {
  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;
  private static final ScalarKernels SCALAR = new ScalarKernels();

  /** The bias of products without one: read at a step of 0. */
  private static final float[] NO_BIAS = new float[4 * L];

  /**
   * @throws UnsupportedOperationException if vectors are not to be used here, with the reason
   */
  public VectorKernels() {
    if (Lanes.REFUSAL != null) {
      throw new UnsupportedOperationException(Lanes.REFUSAL);
    }
    if (L > ROW_SCRATCH) {
      throw new UnsupportedOperationException(
          "vectors of " + L + " floats are longer than foreseen");
    }
  }

  @Override
  public String name() {
    return "vector" + S.vectorBitSize();
  }

  @Override
  public float[][] room(int out, int in) {
    if (out < L) {
      return SCALAR.room(out, in);
    }
    int columns = 0;
    for (int done = 0, width; done < out; done += width) {
      width = Products.columns(out - done, out);
      columns += width;
    }
    return new float[1][Math.multiplyExact(columns, in)];
  }

  /**
   * Panels as wide as the blocks of {@link Products}, in each (in, width). The last panel ends with
   * the last output, so that where outputs do not fill it, it repeats some of the one before: no
   * store ever leaves the row. Fewer outputs than one vector are left to the plain loops.
   */
  @Override
  public void pack(float[] weight, int weightAt, int out, int in, float[][] packed) {
    if (out < L) {
      SCALAR.pack(weight, weightAt, out, in, packed);
      return;
    }
    int to = 0;
    for (int done = 0, width; done < out; done += width) {
      width = Products.columns(out - done, out);
      int first = Math.min(done, out - width);
      for (int i = 0; i < in; i++) {
        for (int o = first; o < first + width; o++) {
          packed[0][to++] = weight[weightAt + o * in + i];
        }
      }
    }
  }

  @Override
  public void unpack(float[][] packed, int out, int in, float[] weight) {
    if (out < L) {
      SCALAR.unpack(packed, out, in, weight);
      return;
    }
    int from = 0;
    for (int done = 0, width; done < out; done += width) {
      width = Products.columns(out - done, out);
      int first = Math.min(done, out - width);
      for (int i = 0; i < in; i++) {
        for (int o = first; o < first + width; o++) {
          weight[o * in + i] = packed[0][from++];
        }
      }
    }
  }

  @Override
  public void linear(
      int rows,
      int in,
      int out,
      float[] x,
      int xAt,
      int xStride,
      float[][] packed,
      float[] bias,
      int biasAt,
      float[] y,
      int yAt,
      int yStride,
      float[] scratch) {
    if (out < L) {
      SCALAR.linear(rows, in, out, x, xAt, xStride, packed, bias, biasAt, y, yAt, yStride, scratch);
      return;
    }
    float[] w = packed[0];
    float[] start = bias == null ? NO_BIAS : bias;
    int startAt = bias == null ? 0 : biasAt;
    int step = bias == null ? 0 : 1;
    int done = 0;
    if (rows == 1 && Products.WIDTH == 2) {
      int panel = 2 * L;
      for (; done + 4 * panel <= out; done += 4 * panel) {
        Products.oneByFourPanels(
            in,
            x,
            xAt,
            w,
            done * in,
            panel * in,
            start,
            startAt + done * step,
            panel * step,
            y,
            yAt + done);
      }
    }
    int from = done * in;
    for (int width; done < out; done += width, from += width * in) {
      width = Products.columns(out - done, out);
      int o = Math.min(done, out - width);
      Products.block(
          width,
          rows,
          in,
          x,
          xAt,
          xStride,
          w,
          from,
          width,
          start,
          startAt + o * step,
          y,
          yAt + o,
          yStride);
    }
  }

  /** Panels of two vectors, the last as {@link #pack} has it; loops for less than one panel. */
  @Override
  public byte[][] roomInt8(int out, int in) {
    int panel = Int8Products.PANEL;
    return out < panel
        ? SCALAR.roomInt8(out, in)
        : new byte[1][Math.multiplyExact((out + panel - 1) / panel * panel, in)];
  }

  @Override
  public void packInt8(byte[] weight, int out, int in, byte[][] packed) {
    int panel = Int8Products.PANEL;
    if (out < panel) {
      SCALAR.packInt8(weight, out, in, packed);
      return;
    }
    int to = 0;
    for (int done = 0; done < out; done += panel) {
      int first = Math.min(done, out - panel);
      for (int i = 0; i < in; i++) {
        for (int o = first; o < first + panel; o++) {
          packed[0][to++] = weight[o * in + i];
        }
      }
    }
  }

  @Override
  public void unpackInt8(byte[][] packed, int out, int in, byte[] weight) {
    int panel = Int8Products.PANEL;
    if (out < panel) {
      SCALAR.unpackInt8(packed, out, in, weight);
      return;
    }
    int from = 0;
    for (int done = 0; done < out; done += panel) {
      int first = Math.min(done, out - panel);
      for (int i = 0; i < in; i++) {
        for (int o = first; o < first + panel; o++) {
          weight[o * in + i] = packed[0][from++];
        }
      }
    }
  }

  @Override
  public float[][] wideRoom() {
    return SCALAR.wideRoom();
  }

  @Override
  public void linearInt8(
      int rows,
      int in,
      int out,
      float[] x,
      int xAt,
      int xStride,
      byte[][] packed,
      float[] scales,
      float[] bias,
      int biasAt,
      float[] y,
      int yAt,
      int yStride,
      float[][] wide) {
    int panel = Int8Products.PANEL;
    if (out < panel) {
      SCALAR.linearInt8(
          rows, in, out, x, xAt, xStride, packed, scales, bias, biasAt, y, yAt, yStride, wide);
      return;
    }
    byte[] w = packed[0];
    float[] start = bias == null ? NO_BIAS : bias;
    int startAt = bias == null ? 0 : biasAt;
    int step = bias == null ? 0 : 1;
    int done = 0;
    for (; rows < 4 && done + 4 * panel <= out; done += 4 * panel) {
      for (int r = 0; r < rows; r++) {
        Int8Products.oneByFour(
            in,
            x,
            xAt + r * xStride,
            w,
            done * in,
            scales,
            done,
            start,
            startAt + done * step,
            step,
            y,
            yAt + r * yStride + done);
      }
    }
    for (; done < out; done += panel) {
      int o = Math.min(done, out - panel);
      Int8Products.block(
          rows,
          in,
          x,
          xAt,
          xStride,
          w,
          done * in,
          scales,
          o,
          start,
          startAt + o * step,
          y,
          yAt + o,
          yStride);
    }
  }

  @Override
  public void depthwise(
      int steps,
      int channels,
      int taps,
      float[] x,
      int xAt,
      float[] weight,
      float[] bias,
      int biasAt,
      float[] y,
      int yAt) {
    if (channels < L) {
      SCALAR.depthwise(steps, channels, taps, x, xAt, weight, bias, biasAt, y, yAt);
      return;
    }
    float[] start = bias == null ? NO_BIAS : bias;
    int startAt = bias == null ? 0 : biasAt;
    int step = bias == null ? 0 : 1;
    for (int t = 0; t < steps; t++) {
      for (int j = 0; j < channels; j += L) {
        int c = Math.min(j, channels - L);
        FloatVector sum = FloatVector.fromArray(S, start, startAt + c * step);
        int from = xAt + t * channels + c;
        for (int k = 0; k < taps; k++) {
          FloatVector w = FloatVector.fromArray(S, weight, k * channels + c);
          sum = w.fma(FloatVector.fromArray(S, x, from + k * channels), sum);
        }
        sum.intoArray(y, yAt + t * channels + c);
      }
    }
  }

  /** A head's last vector ends with its last channel; heads narrower than one are left to loops. */
  @Override
  public void lightConvolution(
      LightConvolution shape, float[] x, int xAt, float[] taps, int tapsAt, float[] y, int yAt) {
    int width = shape.width();
    if (width < L) {
      SCALAR.lightConvolution(shape, x, xAt, taps, tapsAt, y, yAt);
      return;
    }
    int channels = shape.channels();
    for (int row = 0; row < shape.batch() * shape.steps(); row++) {
      int t = row % shape.steps();
      int first = shape.firstTap(t);
      int count = shape.countTaps(t);
      int source = (row / shape.steps() * shape.time() + t + first - shape.left()) * channels;
      for (int h = 0; h < shape.heads(); h++) {
        int tap = tapsAt + shape.tapsAt(row, h) + first;
        for (int j = 0; j < width; j += L) {
          int c = h * width + Math.min(j, width - L);
          mix(count, taps, tap, x, xAt + source + c, channels, y, yAt + row * channels + c);
        }
      }
    }
  }

  private static void mix(
      int count, float[] taps, int tap, float[] x, int xAt, int stride, float[] y, int yAt) {
    FloatVector even = FloatVector.zero(S);
    FloatVector odd = FloatVector.zero(S);
    int k = 0;
    for (; k + 2 <= count; k += 2) {
      even = read(x, xAt + k * stride).fma(FloatVector.broadcast(S, taps[tap + k]), even);
      odd = read(x, xAt + (k + 1) * stride).fma(FloatVector.broadcast(S, taps[tap + k + 1]), odd);
    }
    if (k < count) {
      even = read(x, xAt + k * stride).fma(FloatVector.broadcast(S, taps[tap + k]), even);
    }
    even.add(odd).intoArray(y, yAt);
  }

  /** {@code n} rounded up to whole vectors. */
  private static int whole(int n) {
    return (n + L - 1) / L * L;
  }

  /**
   * Keys of one head transposed, scores, which keys are hidden, and values and results padded to a
   * vector if narrower.
   */
  @Override
  public int attentionScratch(AttentionShape shape) {
    int keys = whole(shape.keys());
    int size = Math.multiplyExact(keys, shape.headChannels() + shape.queries() + 1);
    return Math.addExact(size, L + padded(shape) * (shape.keys() + shape.queries()));
  }

  private static int padded(AttentionShape shape) {
    return shape.headValues() < L ? L : 0;
  }

  @Override
  public void attention(
      AttentionShape shape,
      float[] q,
      int qAt,
      float[] k,
      int kAt,
      float[] v,
      int vAt,
      float[] mask,
      int maskAt,
      float[] bias,
      int biasAt,
      float[] y,
      int yAt,
      float[] scratch) {
    int each = shape.headChannels();
    int width = shape.headValues();
    int keys = whole(shape.keys());
    int scores = each * keys;
    int hidden = scores + shape.queries() * keys;
    int sums = hidden + keys;
    int values = sums + L;
    int results = values + padded(shape) * shape.keys();
    for (int b = 0; b < shape.batch(); b++) {
      hide(shape.keys(), keys, mask, maskAt + b * shape.keys(), scratch, hidden);
      for (int h = 0; h < shape.heads(); h++) {
        int query = qAt + b * shape.queries() * shape.channels() + h * each;
        int key = kAt + b * shape.keys() * shape.channels() + h * each;
        int value = vAt + b * shape.keys() * shape.values() + h * width;
        int to = yAt + b * shape.queries() * shape.values() + h * width;
        transpose(shape.keys(), each, k, key, shape.channels(), scratch, keys);
        Products.multiply(
            shape.queries(),
            each,
            keys,
            q,
            query,
            shape.channels(),
            scratch,
            0,
            keys,
            NO_BIAS,
            scratch,
            scores,
            keys);
        int biases = biasAt + (b * shape.heads() + h) * shape.queries() * shape.keys();
        weigh(shape, keys, bias, biases, scratch, scores, hidden, sums);
        if (width >= L) {
          Products.multiply(
              shape.queries(),
              shape.keys(),
              width,
              scratch,
              scores,
              keys,
              v,
              value,
              shape.values(),
              NO_BIAS,
              y,
              to,
              shape.values());
        } else {
          mixNarrow(shape, keys, v, value, y, to, scratch, scores, values, results);
        }
      }
    }
  }

  /**
   * 0 for keys that may be seen, minus infinity for others and for the padding to whole vectors.
   */
  private static void hide(int keys, int padded, float[] mask, int maskAt, float[] hidden, int at) {
    for (int s = 0; s < keys; s++) {
      hidden[at + s] = mask == null || mask[maskAt + s] != 0 ? 0 : Float.NEGATIVE_INFINITY;
    }
    Arrays.fill(hidden, at + keys, at + padded, Float.NEGATIVE_INFINITY);
  }

  /**
   * (keys, n) with a stride to (n, padded) with zeros after the keys; four keys at a time, read in
   * order.
   */
  private static void transpose(
      int keys, int n, float[] from, int at, int stride, float[] to, int padded) {
    int s = 0;
    for (; s + 4 <= keys; s += 4) {
      int k0 = at + s * stride;
      int k1 = k0 + stride;
      int k2 = k1 + stride;
      int k3 = k2 + stride;
      for (int i = 0; i < n; i++) {
        int column = i * padded + s;
        to[column] = from[k0 + i];
        to[column + 1] = from[k1 + i];
        to[column + 2] = from[k2 + i];
        to[column + 3] = from[k3 + i];
      }
    }
    for (; s < padded; s++) {
      for (int i = 0; i < n; i++) {
        to[i * padded + s] = s < keys ? from[at + s * stride + i] : 0f;
      }
    }
  }

  /** Turns scores into weights, row by row; a row that sees no key becomes 0. */
  private static void weigh(
      AttentionShape shape,
      int keys,
      float[] bias,
      int biases,
      float[] scratch,
      int scores,
      int hidden,
      int sums) {
    float scale = bias == null ? shape.scale() : 1;
    for (int t = 0; t < shape.queries(); t++) {
      int row = scores + t * keys;
      if (bias != null) {
        addBias(shape.keys(), shape.scale(), bias, biases + t * shape.keys(), scratch, row);
      }
      if (shape.causal()) {
        Arrays.fill(scratch, row + t + 1, row + keys, Float.NEGATIVE_INFINITY);
      }
      FloatVector most = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
      for (int s = 0; s < keys; s += L) {
        FloatVector score =
            FloatVector.fromArray(S, scratch, row + s)
                .mul(scale)
                .add(FloatVector.fromArray(S, scratch, hidden + s));
        score.intoArray(scratch, row + s);
        most = most.max(score);
      }
      float largest = most.reduceLanes(VectorOperators.MAX); // exact in any order
      if (largest == Float.NEGATIVE_INFINITY) {
        Arrays.fill(scratch, row, row + keys, 0f);
        continue;
      }
      FloatVector sum = FloatVector.zero(S);
      for (int s = 0; s < keys; s += L) {
        FloatVector e = VectorCurves.exp(FloatVector.fromArray(S, scratch, row + s).sub(largest));
        e.intoArray(scratch, row + s);
        sum = sum.add(e);
      }
      sum.intoArray(scratch, sums);
      float share = 1 / total(L, scratch, sums);
      for (int s = 0; s < keys; s += L) {
        FloatVector.fromArray(S, scratch, row + s).mul(share).intoArray(scratch, row + s);
      }
    }
  }

  /** x = scale x + bias. */
  private static void addBias(int n, float scale, float[] bias, int at, float[] x, int xAt) {
    int s = 0;
    for (; s + L <= n; s += L) {
      FloatVector more = FloatVector.fromArray(S, bias, at + s);
      FloatVector.fromArray(S, x, xAt + s).mul(scale).add(more).intoArray(x, xAt + s);
    }
    for (; s < n; s++) {
      x[xAt + s] = x[xAt + s] * scale + bias[at + s];
    }
  }

  /**
   * Heads narrower than a vector: their values are copied to rows of one vector, and the results
   * back.
   */
  private static void mixNarrow(
      AttentionShape shape,
      int keys,
      float[] v,
      int value,
      float[] y,
      int to,
      float[] scratch,
      int scores,
      int values,
      int results) {
    int width = shape.headValues();
    for (int s = 0; s < shape.keys(); s++) {
      System.arraycopy(v, value + s * shape.values(), scratch, values + s * L, width);
      Arrays.fill(scratch, values + s * L + width, values + (s + 1) * L, 0f);
    }
    Products.block(
        L,
        shape.queries(),
        shape.keys(),
        scratch,
        scores,
        keys,
        scratch,
        values,
        L,
        NO_BIAS,
        0,
        scratch,
        results,
        L);
    for (int t = 0; t < shape.queries(); t++) {
      System.arraycopy(scratch, results + t * L, y, to + t * shape.values(), width);
    }
  }

  /** The sum of {@code n} floats in a fixed order, in four chains. */
  private static float total(int n, float[] x, int at) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i + 4 <= n; i += 4) {
      s0 += x[at + i];
      s1 += x[at + i + 1];
      s2 += x[at + i + 2];
      s3 += x[at + i + 3];
    }
    for (; i < n; i++) {
      s0 += x[at + i];
    }
    return s0 + s1 + (s2 + s3);
  }

  @Override
  public void layerNorm(
      int rows,
      int n,
      float epsilon,
      float[] x,
      int xAt,
      float[] weight,
      int weightAt,
      float[] bias,
      int biasAt,
      float[] y,
      int yAt,
      float[] scratch) {
    int full = n - n % L;
    for (int r = 0; r < rows; r++) {
      int from = xAt + r * n;
      int to = yAt + r * n;
      float mean = sum(full, n, x, from, scratch) / n;
      float variance = squares(full, n, mean, x, from, scratch) / n;
      float scale = (float) (1 / Math.sqrt(variance + epsilon));
      int i = 0;
      for (; i < full; i += L) {
        FloatVector w = FloatVector.fromArray(S, weight, weightAt + i).mul(scale);
        FloatVector d = FloatVector.fromArray(S, x, from + i).sub(mean);
        d.fma(w, FloatVector.fromArray(S, bias, biasAt + i)).intoArray(y, to + i);
      }
      for (; i < n; i++) {
        y[to + i] = (x[from + i] - mean) * (weight[weightAt + i] * scale) + bias[biasAt + i];
      }
    }
  }

  private static float sum(int full, int n, float[] x, int at, float[] scratch) {
    FloatVector sum = FloatVector.zero(S);
    for (int i = 0; i < full; i += L) {
      sum = sum.add(FloatVector.fromArray(S, x, at + i));
    }
    sum.intoArray(scratch, 0);
    float rest = 0;
    for (int i = full; i < n; i++) {
      rest += x[at + i];
    }
    return total(L, scratch, 0) + rest;
  }

  private static float squares(int full, int n, float mean, float[] x, int at, float[] scratch) {
    FloatVector sum = FloatVector.zero(S);
    for (int i = 0; i < full; i += L) {
      FloatVector d = FloatVector.fromArray(S, x, at + i).sub(mean);
      sum = d.fma(d, sum);
    }
    sum.intoArray(scratch, 0);
    float rest = 0;
    for (int i = full; i < n; i++) {
      rest += (x[at + i] - mean) * (x[at + i] - mean);
    }
    return total(L, scratch, 0) + rest;
  }

  @Override
  public void softmax(int rows, int n, boolean log, float[] x, int xAt, float[] y, int yAt) {
    if (n < L || log) {
      SCALAR.softmax(rows, n, log, x, xAt, y, yAt);
      return;
    }
    for (int r = 0; r < rows; r++) {
      int from = xAt + r * n;
      int to = yAt + r * n;
      FloatVector most = read(x, from + n - L);
      for (int i = 0; i + L <= n; i += L) {
        most = most.max(read(x, from + i));
      }
      exp(n, most.reduceLanes(VectorOperators.MAX), x, from, y, to); // exact in any order
      affine(n, 1 / total(n, y, to), 0f, y, to, y, to);
    }
  }

  private static void exp(int n, float largest, float[] x, int xAt, float[] y, int yAt) {
    int i = 0;
    for (; i + L <= n; i += L) {
      VectorCurves.exp(read(x, xAt + i).sub(largest)).intoArray(y, yAt + i);
    }
    for (; i < n; i++) {
      y[yAt + i] = (float) Math.exp(x[xAt + i] - largest);
    }
  }

  @Override
  public void unary(Op.Unary.Kind kind, int n, float[] x, int xAt, float[] y, int yAt) {
    Elementwise.run(kind, n, x, xAt, y, yAt);
  }

  private static FloatVector read(float[] x, int at) {
    return FloatVector.fromArray(S, x, at);
  }

  @Override
  public void affine(int n, float scale, float shift, float[] x, int xAt, float[] y, int yAt) {
    int i = 0;
    for (; i + L <= n; i += L) {
      read(x, xAt + i).mul(scale).add(shift).intoArray(y, yAt + i);
    }
    for (; i < n; i++) {
      y[yAt + i] = scale * x[xAt + i] + shift;
    }
  }

  @Override
  public void binary(
      Op.Binary.Kind kind,
      int rows,
      int n,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStride,
      float[] y,
      int yAt) {
    for (int r = 0; r < rows; r++) {
      int from = aAt + r * n;
      int with = bAt + r * bStride;
      int to = yAt + r * n;
      switch (kind) {
        case ADD -> add(n, a, from, b, with, y, to);
        case MULTIPLY -> multiply(n, a, from, b, with, y, to);
      }
    }
  }

  private static void add(int n, float[] a, int aAt, float[] b, int bAt, float[] y, int yAt) {
    int i = 0;
    for (; i + L <= n; i += L) {
      read(a, aAt + i).add(read(b, bAt + i)).intoArray(y, yAt + i);
    }
    for (; i < n; i++) {
      y[yAt + i] = a[aAt + i] + b[bAt + i];
    }
  }

  private static void multiply(int n, float[] a, int aAt, float[] b, int bAt, float[] y, int yAt) {
    int i = 0;
    for (; i + L <= n; i += L) {
      read(a, aAt + i).mul(read(b, bAt + i)).intoArray(y, yAt + i);
    }
    for (; i < n; i++) {
      y[yAt + i] = a[aAt + i] * b[bAt + i];
    }
  }

  @Override
  public void binaryByRow(
      Op.Binary.Kind kind,
      int rows,
      int n,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStride,
      float[] y,
      int yAt) {
    for (int r = 0; r < rows; r++) {
      float with = b[bAt + r * bStride];
      switch (kind) {
        case ADD -> affine(n, 1f, with, a, aAt + r * n, y, yAt + r * n);
        case MULTIPLY -> affine(n, with, 0f, a, aAt + r * n, y, yAt + r * n);
      }
    }
  }

  @Override
  public void reduce(
      Op.Reduce.Kind kind,
      int outer,
      int n,
      int inner,
      float[] x,
      int xAt,
      float[] mask,
      int maskAt,
      float[] y,
      int yAt) {
    if (inner < L) {
      SCALAR.reduce(kind, outer, n, inner, x, xAt, mask, maskAt, y, yAt);
      return;
    }
    for (int o = 0; o < outer; o++) {
      int keep = maskAt + o * n;
      int first = 0;
      while (first < n && mask != null && mask[keep + first] == 0) {
        first++;
      }
      int from = xAt + o * n * inner;
      int to = yAt + o * inner;
      if (first == n) {
        Arrays.fill(y, to, to + inner, 0f);
        continue;
      }
      System.arraycopy(x, from + first * inner, y, to, inner);
      int kept = 1;
      for (int i = first + 1; i < n; i++) {
        if (mask == null || mask[keep + i] != 0) {
          join(kind, inner, x, from + i * inner, y, to);
          kept++;
        }
      }
      if (kind == Op.Reduce.Kind.MEAN) {
        affine(inner, 1f / kept, 0f, y, to, y, to);
      }
    }
  }

  private static void join(Op.Reduce.Kind kind, int n, float[] x, int xAt, float[] y, int yAt) {
    switch (kind) {
      case MAX -> max(n, x, xAt, y, yAt);
      case MEAN, SUM -> add(n, y, yAt, x, xAt, y, yAt);
    }
  }

  private static void max(int n, float[] x, int xAt, float[] y, int yAt) {
    int i = 0;
    for (; i + L <= n; i += L) {
      read(y, yAt + i).max(read(x, xAt + i)).intoArray(y, yAt + i);
    }
    for (; i < n; i++) {
      y[yAt + i] = Math.max(y[yAt + i], x[xAt + i]);
    }
  }
}
