package dev.goldcrest.runtime;

import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.runtime.kernels.AttentionShape;
import dev.goldcrest.runtime.kernels.Convolution;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.LightConvolution;

/**
 * One operation of a session with its arrays and offsets resolved; running it looks nothing up and
 * allocates nothing.
 */
interface Step {
  void run();

  static Step linear(
      Kernels kernels,
      int rows,
      int in,
      int out,
      Place x,
      float[][] packed,
      Place bias,
      Place y,
      float[] scratch) {
    return () ->
        kernels.linear(
            rows,
            in,
            out,
            x.array(),
            x.at(),
            in,
            packed,
            bias.array(),
            bias.at(),
            y.array(),
            y.at(),
            out,
            scratch);
  }

  static Step linearInt8(
      Kernels kernels,
      int rows,
      int in,
      int out,
      Place x,
      byte[][] packed,
      float[] scales,
      Place bias,
      Place y,
      float[][] wide) {
    return () ->
        kernels.linearInt8(
            rows,
            in,
            out,
            x.array(),
            x.at(),
            in,
            packed,
            scales,
            bias.array(),
            bias.at(),
            y.array(),
            y.at(),
            out,
            wide);
  }

  /** Packs a weight that is itself computed, before each use. */
  static Step pack(Kernels kernels, int out, int in, Place weight, float[][] packed) {
    return () -> kernels.pack(weight.array(), weight.at(), out, in, packed);
  }

  static Step attention(
      Kernels kernels,
      AttentionShape shape,
      Place q,
      Place k,
      Place v,
      Place mask,
      Place bias,
      Place y,
      float[] scratch) {
    return () ->
        kernels.attention(
            shape,
            q.array(),
            q.at(),
            k.array(),
            k.at(),
            v.array(),
            v.at(),
            mask.array(),
            mask.at(),
            bias.array(),
            bias.at(),
            y.array(),
            y.at(),
            scratch);
  }

  /**
   * @param packed the weight packed beforehand, or null
   * @param weight the weight to be packed in each run where {@code packed} is null
   */
  static Step convolve(
      Kernels kernels,
      Convolution convolution,
      Place x,
      float[][][] packed,
      Place weight,
      Place bias,
      Place y,
      float[] scratch) {
    return () ->
        convolution.run(
            kernels,
            x.array(),
            x.at(),
            packed != null ? packed : convolution.pack(kernels, weight.array(), weight.at()),
            bias.array(),
            bias.at(),
            y.array(),
            y.at(),
            scratch);
  }

  static Step convolveInt8(
      Kernels kernels,
      Convolution convolution,
      Place x,
      byte[][] packed,
      float[] scales,
      Place bias,
      Place y,
      float[] scratch,
      float[][] wide) {
    return () ->
        convolution.runInt8(
            kernels,
            x.array(),
            x.at(),
            packed,
            scales,
            bias.array(),
            bias.at(),
            y.array(),
            y.at(),
            scratch,
            wide);
  }

  static Step lightConvolve(Kernels kernels, LightConvolution shape, Place x, Place taps, Place y) {
    return () ->
        kernels.lightConvolution(
            shape, x.array(), x.at(), taps.array(), taps.at(), y.array(), y.at());
  }

  static Step layerNorm(
      Kernels kernels,
      int rows,
      int n,
      float epsilon,
      Place x,
      Place weight,
      Place bias,
      Place y,
      float[] scratch) {
    return () ->
        kernels.layerNorm(
            rows,
            n,
            epsilon,
            x.array(),
            x.at(),
            weight.array(),
            weight.at(),
            bias.array(),
            bias.at(),
            y.array(),
            y.at(),
            scratch);
  }

  static Step softmax(Kernels kernels, int rows, int n, boolean log, Place x, Place y) {
    return () -> kernels.softmax(rows, n, log, x.array(), x.at(), y.array(), y.at());
  }

  static Step unary(Kernels kernels, Op.Unary.Kind kind, int n, Place x, Place y) {
    return () -> kernels.unary(kind, n, x.array(), x.at(), y.array(), y.at());
  }

  static Step affine(Kernels kernels, int n, float scale, float shift, Place x, Place y) {
    return () -> kernels.affine(n, scale, shift, x.array(), x.at(), y.array(), y.at());
  }

  static Step binary(
      Kernels kernels, Op.Binary.Kind kind, Broadcast broadcast, Place a, Place b, Place y) {
    return () ->
        broadcast.run(kernels, kind, a.array(), a.at(), b.array(), b.at(), y.array(), y.at());
  }

  static Step reduce(
      Kernels kernels,
      Op.Reduce.Kind kind,
      int outer,
      int n,
      int inner,
      Place x,
      Place mask,
      Place y) {
    return () ->
        kernels.reduce(
            kind, outer, n, inner, x.array(), x.at(), mask.array(), mask.at(), y.array(), y.at());
  }

  /** Logits of a dynamic mask: one row of distances for all heads and sequences, then the sums. */
  final class DynamicMask implements Step {
    private final int batch;
    private final int heads;
    private final int steps;
    private final int range;
    private final int[] distances;
    private final Place token;
    private final Place head;
    private final Place past;
    private final Place future;
    private final Place y;
    private final float[] row;

    /**
     * @param distances of the keys in a step; null in a full pass
     */
    DynamicMask(
        Shape shape,
        int range,
        int[] distances,
        Place token,
        Place head,
        Place past,
        Place future,
        Place y) {
      this.batch = shape.at(0);
      this.heads = shape.at(1);
      this.steps = shape.at(2);
      this.range = range;
      this.distances = distances;
      this.token = token;
      this.head = head;
      this.past = past;
      this.future = future;
      this.y = y;
      this.row = new float[shape.at(3)];
    }

    @Override
    public void run() {
      int keys = row.length;
      for (int t = 0; t < steps; t++) {
        for (int s = 0; s < keys; s++) {
          row[s] = far(Op.DynamicMask.index(range, distances == null ? t - s : distances[s]));
        }
        for (int i = 0; i < batch * heads; i++) {
          int of = token.at() + i / heads * steps + t;
          float same = token.array()[of] + head.array()[head.at() + i % heads];
          int to = y.at() + (i * steps + t) * keys;
          for (int s = 0; s < keys; s++) {
            y.array()[to + s] = row[s] + same;
          }
        }
      }
    }

    private float far(int index) {
      if (index < range) {
        return past.array()[past.at() + index];
      }
      return index == range || distances != null || future.array() == null
          ? 0
          : future.array()[future.at() + index - range - 1];
    }
  }

  final class Gather implements Step {
    private final String path;
    private final String input;
    private final int[] indices;
    private final Op.Gather op;
    private final int rows;
    private final int width;
    private final Place table;
    private final Coded.Int8 int8;
    private final Place y;

    /** Reads {@code int8} where it is not null. */
    Gather(
        String path,
        String input,
        int[] indices,
        Op.Gather op,
        int rows,
        int width,
        Place table,
        Coded.Int8 int8,
        Place y) {
      this.path = path;
      this.input = input;
      this.indices = indices;
      this.op = op;
      this.rows = rows;
      this.width = width;
      this.table = table;
      this.int8 = int8;
      this.y = y;
    }

    @Override
    public void run() {
      for (int i = 0; i < indices.length; i++) {
        int index = indices[i] - op.from();
        int to = y.at() + i * width;
        if (index < 0 || index >= rows) {
          if (op.partial()) {
            java.util.Arrays.fill(y.array(), to, to + width, 0f);
            continue;
          }
          throw new IllegalArgumentException(
              (path.isEmpty() ? "" : path + ": ")
                  + "gather: input "
                  + input
                  + " holds "
                  + indices[i]
                  + " at position "
                  + i
                  + ", the table has "
                  + rows
                  + " rows");
        }
        if (int8 == null) {
          System.arraycopy(table.array(), table.at() + index * width, y.array(), to, width);
          continue;
        }
        float scale = int8.scales()[index];
        for (int c = 0; c < width; c++) {
          y.array()[to + c] = int8.values()[index * width + c] * scale;
        }
      }
    }
  }

  /**
   * Copies {@code blocks} runs of {@code length} neighbours: slices, both halves of a
   * concatenation, whole values.
   */
  final class Copy implements Step {
    private final int blocks;
    private final int length;
    private final Place from;
    private final int fromStride;
    private final Place to;
    private final int toStride;

    Copy(int blocks, int length, Place from, int fromStride, Place to, int toStride) {
      this.blocks = blocks;
      this.length = length;
      this.from = from;
      this.fromStride = fromStride;
      this.to = to;
      this.toStride = toStride;
    }

    @Override
    public void run() {
      for (int i = 0; i < blocks; i++) {
        System.arraycopy(
            from.array(), from.at() + i * fromStride, to.array(), to.at() + i * toStride, length);
      }
    }
  }

  /** Writes rows into a state that lies at {@code to} already. */
  final class Append implements Step {
    private final String path;
    private final int[] position;
    private final int batch;
    private final int cap;
    private final int rows;
    private final int width;
    private final Place x;
    private final Place to;

    Append(
        String path, int[] position, int batch, int cap, int rows, int width, Place x, Place to) {
      this.path = path;
      this.position = position;
      this.batch = batch;
      this.cap = cap;
      this.rows = rows;
      this.width = width;
      this.x = x;
      this.to = to;
    }

    @Override
    public void run() {
      int at = position[0];
      if (at < 0 || at > cap - rows) {
        throw new IllegalArgumentException(
            (path.isEmpty() ? "" : path + ": ")
                + "append: "
                + rows
                + " rows at position "
                + at
                + ", the state has room for "
                + cap);
      }
      int length = rows * width;
      for (int b = 0; b < batch; b++) {
        int row = to.at() + (b * cap + at) * width;
        System.arraycopy(x.array(), x.at() + b * length, to.array(), row, length);
      }
    }
  }

  /** Reorders axes: for each element of the result in turn, where it comes from. */
  final class Permute implements Step {
    private final int[] sizes;
    private final int[] strides;
    private final int[] position;
    private final int count;
    private final Place x;
    private final Place y;

    /**
     * @param sizes lengths of the result's axes
     * @param strides how far the operand advances along each of them
     */
    Permute(int[] sizes, int[] strides, int count, Place x, Place y) {
      this.sizes = sizes;
      this.strides = strides;
      this.position = new int[sizes.length];
      this.count = count;
      this.x = x;
      this.y = y;
    }

    @Override
    public void run() {
      float[] from = x.array();
      float[] to = y.array();
      int at = x.at();
      java.util.Arrays.fill(position, 0);
      for (int i = 0; i < count; i++) {
        to[y.at() + i] = from[at];
        for (int axis = sizes.length - 1; axis >= 0; axis--) {
          at += strides[axis];
          if (++position[axis] < sizes[axis]) {
            break;
          }
          at -= strides[axis] * sizes[axis];
          position[axis] = 0;
        }
      }
    }
  }
}
