package dev.goldcrest.runtime.kernels;

import dev.goldcrest.core.graph.Op;
import java.util.Arrays;

/**
 * Plain loops, for machines without the Vector API and for phones. The inner loops run over
 * neighbouring outputs with nothing carried from one to the next, which just-in-time compilers turn
 * into SIMD by themselves.
 */
public final class ScalarKernels implements Kernels {
  /** Outputs whose bytes are widened together, and rows that use them. */
  private static final int WIDE = 512;

  private static final int WIDE_ROWS = 8;

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public float[][] room(int out, int in) {
    return new float[in][out];
  }

  /**
   * The transpose, an array for each input: HotSpot vectorises loops over arrays that all start at
   * 0, no others.
   */
  @Override
  public void pack(float[] weight, int weightAt, int out, int in, float[][] packed) {
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        packed[i][o] = weight[weightAt + o * in + i];
      }
    }
  }

  @Override
  public void unpack(float[][] packed, int out, int in, float[] weight) {
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        weight[o * in + i] = packed[i][o];
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
    for (int r = 0; r < rows; r++) {
      begin(scratch, 0, out, bias, biasAt);
      int from = xAt + r * xStride;
      int i = 0;
      for (; i + 4 <= in; i += 4) {
        addFour(out, x, from + i, packed[i], packed[i + 1], packed[i + 2], packed[i + 3], scratch);
      }
      for (; i < in; i++) {
        addOne(out, x[from + i], packed[i], scratch);
      }
      System.arraycopy(scratch, 0, y, yAt + r * yStride, out);
    }
  }

  @Override
  public byte[][] roomInt8(int out, int in) {
    return new byte[in][out];
  }

  @Override
  public void packInt8(byte[] weight, int out, int in, byte[][] packed) {
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        packed[i][o] = weight[o * in + i];
      }
    }
  }

  @Override
  public void unpackInt8(byte[][] packed, int out, int in, byte[] weight) {
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        weight[o * in + i] = packed[i][o];
      }
    }
  }

  /** Four inputs' weights, then the sums of some rows; arrays of their own for HotSpot's sake. */
  @Override
  public float[][] wideRoom() {
    return new float[4 + WIDE_ROWS][WIDE];
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
    for (int first = 0; first < out; first += WIDE) {
      int n = Math.min(WIDE, out - first);
      for (int done = 0; done < rows; done += WIDE_ROWS) {
        int some = Math.min(WIDE_ROWS, rows - done);
        int from = xAt + done * xStride;
        for (int r = 0; r < some; r++) {
          Arrays.fill(wide[4 + r], 0, n, 0f);
        }
        int i = 0;
        for (; i + 4 <= in; i += 4) {
          for (int k = 0; k < 4; k++) {
            widen(packed[i + k], first, n, wide[k]);
          }
          for (int r = 0; r < some; r++) {
            int at = from + r * xStride + i;
            addFour(n, x, at, wide[0], wide[1], wide[2], wide[3], wide[4 + r]);
          }
        }
        for (; i < in; i++) {
          widen(packed[i], first, n, wide[0]);
          for (int r = 0; r < some; r++) {
            addOne(n, x[from + r * xStride + i], wide[0], wide[4 + r]);
          }
        }
        for (int r = 0; r < some; r++) {
          float[] sums = wide[4 + r];
          int to = yAt + (done + r) * yStride + first;
          for (int o = 0; o < n; o++) {
            float shift = bias == null ? 0 : bias[biasAt + first + o];
            y[to + o] = sums[o] * scales[first + o] + shift;
          }
        }
      }
    }
  }

  private static void widen(byte[] w, int from, int n, float[] into) {
    for (int o = 0; o < n; o++) {
      into[o] = w[from + o];
    }
  }

  private static void begin(float[] y, int yAt, int n, float[] bias, int biasAt) {
    if (bias == null) {
      Arrays.fill(y, yAt, yAt + n, 0f);
    } else {
      System.arraycopy(bias, biasAt, y, yAt, n);
    }
  }

  /** Adds the share of four inputs to all outputs. */
  private static void addFour(
      int out, float[] x, int xAt, float[] w0, float[] w1, float[] w2, float[] w3, float[] sums) {
    float x0 = x[xAt];
    float x1 = x[xAt + 1];
    float x2 = x[xAt + 2];
    float x3 = x[xAt + 3];
    for (int o = 0; o < out; o++) {
      sums[o] = sums[o] + x0 * w0[o] + x1 * w1[o] + x2 * w2[o] + x3 * w3[o];
    }
  }

  private static void addOne(int out, float x, float[] w, float[] sums) {
    for (int o = 0; o < out; o++) {
      sums[o] += x * w[o];
    }
  }

  private static void addScaled(int n, float scale, float[] x, int xAt, float[] y, int yAt) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] += scale * x[xAt + i];
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
    for (int t = 0; t < steps; t++) {
      int to = yAt + t * channels;
      begin(y, to, channels, bias, biasAt);
      for (int k = 0; k < taps; k++) {
        int from = xAt + (t + k) * channels;
        int w = k * channels;
        for (int c = 0; c < channels; c++) {
          y[to + c] += weight[w + c] * x[from + c];
        }
      }
    }
  }

  @Override
  public void lightConvolution(
      LightConvolution shape, float[] x, int xAt, float[] taps, int tapsAt, float[] y, int yAt) {
    int channels = shape.channels();
    int width = shape.width();
    for (int row = 0; row < shape.batch() * shape.steps(); row++) {
      int t = row % shape.steps();
      int first = shape.firstTap(t);
      int count = shape.countTaps(t);
      int source = (row / shape.steps() * shape.time() + t + first - shape.left()) * channels;
      for (int h = 0; h < shape.heads(); h++) {
        int tap = tapsAt + shape.tapsAt(row, h) + first;
        int to = yAt + row * channels + h * width;
        Arrays.fill(y, to, to + width, 0f);
        for (int k = 0; k < count; k++) {
          int from = xAt + source + k * channels + h * width;
          addScaled(width, taps[tap + k], x, from, y, to);
        }
      }
    }
  }

  @Override
  public int attentionScratch(AttentionShape shape) {
    return shape.keys();
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
    int channels = shape.channels();
    int values = shape.values();
    int keys = shape.keys();
    int each = shape.headChannels();
    int width = shape.headValues();
    float scale = shape.scale();
    for (int b = 0; b < shape.batch(); b++) {
      int firstKey = b * keys;
      for (int t = 0; t < shape.queries(); t++) {
        int row = b * shape.queries() + t;
        int seen = shape.causal() ? t + 1 : keys;
        for (int h = 0; h < shape.heads(); h++) {
          int query = qAt + row * channels + h * each;
          int key = kAt + firstKey * channels + h * each;
          scores(seen, each, scale, q, query, k, key, channels, mask, maskAt + firstKey, scratch);
          if (bias != null) {
            int at = biasAt + ((b * shape.heads() + h) * shape.queries() + t) * keys;
            addScaled(seen, 1f, bias, at, scratch, 0);
          }
          float total = exponentials(seen, scratch);
          int to = yAt + row * values + h * width;
          Arrays.fill(y, to, to + width, 0f);
          if (total > 0 || Float.isNaN(total)) {
            int value = vAt + firstKey * values + h * width;
            for (int s = 0; s < seen; s++) {
              addScaled(width, scratch[s] / total, v, value + s * values, y, to);
            }
          }
        }
      }
    }
  }

  private static void scores(
      int seen,
      int n,
      float scale,
      float[] q,
      int qAt,
      float[] k,
      int kAt,
      int stride,
      float[] mask,
      int maskAt,
      float[] scores) {
    for (int s = 0; s < seen; s++) {
      scores[s] =
          mask != null && mask[maskAt + s] == 0
              ? Float.NEGATIVE_INFINITY
              : scale * dot(n, q, qAt, k, kAt + s * stride);
    }
  }

  /** Four sums at a time, since one sum is a chain of waits. */
  private static float dot(int n, float[] a, int aAt, float[] b, int bAt) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i + 4 <= n; i += 4) {
      s0 += a[aAt + i] * b[bAt + i];
      s1 += a[aAt + i + 1] * b[bAt + i + 1];
      s2 += a[aAt + i + 2] * b[bAt + i + 2];
      s3 += a[aAt + i + 3] * b[bAt + i + 3];
    }
    for (; i < n; i++) {
      s0 += a[aAt + i] * b[bAt + i];
    }
    return s0 + s1 + (s2 + s3);
  }

  /**
   * Replaces scores by exp(score - largest) and returns their sum; 0 when every score is minus
   * infinity.
   */
  private static float exponentials(int n, float[] scores) {
    float most = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      most = Math.max(most, scores[i]);
    }
    if (most == Float.NEGATIVE_INFINITY) {
      return 0;
    }
    float total = 0;
    for (int i = 0; i < n; i++) {
      scores[i] = (float) Math.exp(scores[i] - most);
      total += scores[i];
    }
    return total;
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
    for (int r = 0; r < rows; r++) {
      int from = xAt + r * n;
      int to = yAt + r * n;
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += x[from + i];
      }
      double mean = sum / n;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double d = x[from + i] - mean;
        squares += d * d;
      }
      float centre = (float) mean;
      float scale = (float) (1 / Math.sqrt(squares / n + epsilon));
      for (int i = 0; i < n; i++) {
        y[to + i] = (x[from + i] - centre) * scale * weight[weightAt + i] + bias[biasAt + i];
      }
    }
  }

  @Override
  public void softmax(int rows, int n, boolean log, float[] x, int xAt, float[] y, int yAt) {
    for (int r = 0; r < rows; r++) {
      int from = xAt + r * n;
      int to = yAt + r * n;
      float most = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        most = Math.max(most, x[from + i]);
      }
      double total = 0;
      if (log) {
        for (int i = 0; i < n; i++) {
          total += Math.exp(x[from + i] - most);
        }
        float shift = (float) Math.log(total);
        for (int i = 0; i < n; i++) {
          y[to + i] = x[from + i] - most - shift;
        }
      } else {
        for (int i = 0; i < n; i++) {
          y[to + i] = (float) Math.exp(x[from + i] - most);
          total += y[to + i];
        }
        float scale = (float) (1 / total);
        for (int i = 0; i < n; i++) {
          y[to + i] *= scale;
        }
      }
    }
  }

  /**
   * Works in place, because HotSpot vectorises loops over one array at one offset, not over two.
   */
  @Override
  public void unary(Op.Unary.Kind kind, int n, float[] x, int xAt, float[] y, int yAt) {
    if (x != y || xAt != yAt) {
      System.arraycopy(x, xAt, y, yAt, n);
    }
    int end = yAt + n;
    switch (kind) {
      case RELU -> {
        for (int i = yAt; i < end; i++) {
          y[i] = Math.max(y[i], 0f);
        }
      }
      case GELU -> {
        for (int i = yAt; i < end; i++) {
          y[i] = Curves.gelu(y[i]);
        }
      }
      case GELU_TANH -> {
        for (int i = yAt; i < end; i++) {
          y[i] = Curves.geluTanh(y[i]);
        }
      }
      case SIGMOID -> {
        for (int i = yAt; i < end; i++) {
          y[i] = Curves.sigmoid(y[i]);
        }
      }
      case SILU -> {
        for (int i = yAt; i < end; i++) {
          y[i] = Curves.silu(y[i]);
        }
      }
      case SOFTPLUS -> {
        for (int i = yAt; i < end; i++) {
          y[i] = Curves.softplus(y[i]);
        }
      }
      case TANH -> {
        for (int i = yAt; i < end; i++) {
          y[i] = Curves.tanh(y[i]);
        }
      }
    }
  }

  @Override
  public void affine(int n, float scale, float shift, float[] x, int xAt, float[] y, int yAt) {
    for (int i = 0; i < n; i++) {
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
        case ADD -> {
          for (int i = 0; i < n; i++) {
            y[to + i] = a[from + i] + b[with + i];
          }
        }
        case MULTIPLY -> {
          for (int i = 0; i < n; i++) {
            y[to + i] = a[from + i] * b[with + i];
          }
        }
      }
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
      int from = aAt + r * n;
      int to = yAt + r * n;
      float with = b[bAt + r * bStride];
      switch (kind) {
        case ADD -> {
          for (int i = 0; i < n; i++) {
            y[to + i] = a[from + i] + with;
          }
        }
        case MULTIPLY -> {
          for (int i = 0; i < n; i++) {
            y[to + i] = a[from + i] * with;
          }
        }
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
    for (int o = 0; o < outer; o++) {
      int to = yAt + o * inner;
      int kept = 0;
      for (int j = 0; j < n; j++) {
        if (mask == null || mask[maskAt + o * n + j] != 0) {
          int from = xAt + (o * n + j) * inner;
          if (kept == 0) {
            System.arraycopy(x, from, y, to, inner);
          } else if (kind == Op.Reduce.Kind.MAX) {
            for (int i = 0; i < inner; i++) {
              y[to + i] = Math.max(y[to + i], x[from + i]);
            }
          } else {
            addScaled(inner, 1f, x, from, y, to);
          }
          kept++;
        }
      }
      if (kept == 0) {
        Arrays.fill(y, to, to + inner, 0f);
      } else if (kind == Op.Reduce.Kind.MEAN) {
        affine(inner, 1f / kept, 0f, y, to, y, to);
      }
    }
  }
}
