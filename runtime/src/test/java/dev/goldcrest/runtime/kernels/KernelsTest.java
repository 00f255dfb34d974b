package dev.goldcrest.runtime.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.core.graph.Op;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every implementation against {@link Definition} at sizes that divide badly, with operands at odd
 * offsets and guards around the result.
 */
class KernelsTest {
  private static final int[] SIZES = {1, 2, 3, 5, 7, 8, 13, 16, 31, 33, 64, 100, 207};
  private static final int[] ROWS = {1, 2, 3, 4, 5, 6, 7, 8, 11, 13};

  /** Half of the distance between 1 and the next float: the relative error of one operation. */
  private static final double ROUNDING = 0x1p-24;

  private static final float GUARD = 12345.5f;
  private static final int AT = 3;

  private final Random random = new Random(11);

  static List<Kernels> kernels() {
    return AllKernels.list();
  }

  private enum Fill {
    NORMAL,
    ZERO,
    HUGE,
    SMALL;

    float next(Random random) {
      return switch (this) {
        case NORMAL -> (float) random.nextGaussian();
        case ZERO -> 0;
        case HUGE -> (float) random.nextGaussian() * 1e16f;
        case SMALL -> (float) random.nextGaussian() * 1e-16f;
      };
    }
  }

  private float[] array(int n, Fill fill) {
    float[] array = new float[AT + n + AT];
    for (int i = 0; i < array.length; i++) {
      array[i] = fill.next(random);
    }
    return array;
  }

  private float[] array(int n) {
    return array(n, Fill.NORMAL);
  }

  private static float[] guarded(int n) {
    float[] array = new float[AT + n + AT];
    Arrays.fill(array, GUARD);
    return array;
  }

  private static void checkGuards(float[] y, int n) {
    for (int i = 0; i < AT; i++) {
      assertThat(y[i]).as("before the result").isEqualTo(GUARD);
      assertThat(y[AT + n + i]).as("after the result").isEqualTo(GUARD);
    }
  }

  private static void near(String what, double actual, double expected, double tolerance) {
    if (!(Math.abs(actual - expected) <= tolerance)) {
      throw new AssertionError(
          what + ": got " + actual + ", expected " + expected + " within " + tolerance);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void linear_awkwardSizes_nearTheDefinition(Kernels kernels) {
    for (Fill fill : Fill.values()) {
      for (int in : SIZES) {
        for (int out : SIZES) {
          checkLinear(
              kernels, fill, ROWS[random.nextInt(ROWS.length)], in, out, random.nextBoolean());
        }
      }
    }
    for (int rows : ROWS) {
      for (int out : new int[] {31, 64, 100}) {
        checkLinear(kernels, Fill.NORMAL, rows, 33, out, true);
      }
    }
  }

  private void checkLinear(
      Kernels kernels, Fill fill, int rows, int in, int out, boolean withBias) {
    int xStride = in + random.nextInt(3);
    int yStride = out + random.nextInt(3);
    float[] x = array(rows * xStride, fill);
    float[] weight = array(out * in, fill);
    float[] bias = withBias ? array(out, fill) : null;
    float[] y = guarded(rows * yStride);
    float[][] packed = kernels.room(out, in);
    kernels.pack(weight, AT, out, in, packed);
    float[] back = new float[out * in];
    kernels.unpack(packed, out, in, back);
    assertThat(back).isEqualTo(Arrays.copyOfRange(weight, AT, AT + out * in));
    kernels.linear(rows, in, out, x, AT, xStride, packed, bias, AT, y, AT, yStride, new float[out]);
    checkGuards(y, rows * yStride);
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < yStride; o++) {
        float actual = y[AT + r * yStride + o];
        if (o >= out) {
          assertThat(actual).as("between rows").isEqualTo(GUARD);
          continue;
        }
        double sum = withBias ? bias[AT + o] : 0;
        double size = Math.abs(sum);
        for (int i = 0; i < in; i++) {
          double term = (double) x[AT + r * xStride + i] * weight[AT + o * in + i];
          sum += term;
          size += Math.abs(term);
        }
        String what = kernels.name() + " " + fill + " (" + rows + "," + in + ") to " + out;
        near(what, actual, sum, ROUNDING * (in + 2) * size + Float.MIN_NORMAL);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void linear_rowsTogetherOrAlone_sameBits(Kernels kernels) {
    for (int out : SIZES) {
      int in = 77;
      float[] x = array(24 * in);
      float[][] packed = kernels.room(out, in);
      kernels.pack(array(out * in), AT, out, in, packed);
      for (int rows : new int[] {2, 3, 5, 6, 7, 12, 24}) {
        float[] together = new float[rows * out];
        float[] alone = new float[rows * out];
        float[] scratch = new float[out];
        kernels.linear(rows, in, out, x, AT, in, packed, null, 0, together, 0, out, scratch);
        for (int r = 0; r < rows; r++) {
          kernels.linear(
              1, in, out, x, AT + r * in, in, packed, null, 0, alone, r * out, out, scratch);
        }
        assertThat(together).isEqualTo(alone);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void linearInt8_awkwardSizes_nearTheDefinition(Kernels kernels) {
    for (int in : SIZES) {
      for (int out : SIZES) {
        checkInt8(kernels, ROWS[random.nextInt(ROWS.length)], in, out, random.nextBoolean());
      }
    }
    for (int rows : ROWS) {
      for (int out : new int[] {31, 64, 100, 300, 1000}) {
        checkInt8(kernels, rows, 33, out, true);
      }
    }
  }

  private void checkInt8(Kernels kernels, int rows, int in, int out, boolean withBias) {
    int xStride = in + random.nextInt(3);
    int yStride = out + random.nextInt(3);
    float[] x = array(rows * xStride);
    byte[] weight = new byte[out * in];
    random.nextBytes(weight);
    float[] scales = new float[out];
    for (int o = 0; o < out; o++) {
      scales[o] = random.nextFloat() / 100;
    }
    float[] bias = withBias ? array(out) : null;
    byte[][] packed = kernels.roomInt8(out, in);
    kernels.packInt8(weight, out, in, packed);
    byte[] back = new byte[out * in];
    kernels.unpackInt8(packed, out, in, back);
    assertThat(back).isEqualTo(weight);
    float[] y = guarded(rows * yStride);
    float[][] wide = kernels.wideRoom();
    kernels.linearInt8(
        rows, in, out, x, AT, xStride, packed, scales, bias, AT, y, AT, yStride, wide);
    checkGuards(y, rows * yStride);
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < yStride; o++) {
        float actual = y[AT + r * yStride + o];
        if (o >= out) {
          assertThat(actual).as("between rows").isEqualTo(GUARD);
          continue;
        }
        double sum = withBias ? bias[AT + o] : 0;
        double size = Math.abs(sum);
        for (int i = 0; i < in; i++) {
          double term = (double) x[AT + r * xStride + i] * weight[o * in + i] * scales[o];
          sum += term;
          size += Math.abs(term);
        }
        String what = kernels.name() + " int8 (" + rows + "," + in + ") to " + out;
        near(what, actual, sum, ROUNDING * (in + 3) * size + Float.MIN_NORMAL);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void linearInt8_rowsTogetherOrAlone_sameBits(Kernels kernels) {
    for (int out : SIZES) {
      int in = 77;
      float[] x = array(24 * in);
      byte[] weight = new byte[out * in];
      random.nextBytes(weight);
      float[] scales = array(out);
      byte[][] packed = kernels.roomInt8(out, in);
      kernels.packInt8(weight, out, in, packed);
      float[][] wide = kernels.wideRoom();
      for (int rows : new int[] {2, 3, 4, 5, 6, 7, 8, 9, 12, 24}) {
        float[] together = new float[rows * out];
        float[] alone = new float[rows * out];
        kernels.linearInt8(
            rows, in, out, x, AT, in, packed, scales, null, 0, together, 0, out, wide);
        for (int r = 0; r < rows; r++) {
          kernels.linearInt8(
              1, in, out, x, AT + r * in, in, packed, scales, null, 0, alone, r * out, out, wide);
        }
        assertThat(together).isEqualTo(alone);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void depthwise_awkwardSizes_nearTheDefinition(Kernels kernels) {
    for (int channels : SIZES) {
      for (int taps : new int[] {1, 2, 3, 7}) {
        int steps = 5;
        float[] x = array((steps + taps - 1) * channels);
        float[] weight = array(taps * channels);
        float[] bias = taps == 2 ? null : array(channels);
        float[] y = guarded(steps * channels);
        kernels.depthwise(steps, channels, taps, x, AT, weight, bias, AT, y, AT);
        checkGuards(y, steps * channels);
        for (int i = 0; i < steps * channels; i++) {
          double sum = bias == null ? 0 : bias[AT + i % channels];
          for (int k = 0; k < taps; k++) {
            sum += (double) weight[k * channels + i % channels] * x[AT + i + k * channels];
          }
          near(kernels.name() + " " + channels, y[AT + i], sum, 1e-6 * (taps + 1));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void attention_awkwardSizes_nearTheDefinition(Kernels kernels) {
    for (int keys : SIZES) {
      for (int each : new int[] {1, 3, 8, 16, 31, 33}) {
        int heads = 1 + random.nextInt(3);
        int width = SIZES[random.nextInt(10)];
        boolean causal = random.nextInt(3) == 0;
        int queries = causal ? keys : ROWS[random.nextInt(ROWS.length)];
        checkAttention(
            kernels,
            new AttentionShape(2, heads, queries, keys, heads * each, heads * width, causal),
            Fill.NORMAL);
      }
    }
    checkAttention(kernels, new AttentionShape(1, 2, 7, 33, 40, 48, false), Fill.ZERO);
    checkAttention(kernels, new AttentionShape(1, 2, 7, 33, 40, 48, false), Fill.HUGE);
    checkAttention(kernels, new AttentionShape(1, 2, 7, 7, 40, 48, true), Fill.SMALL);
  }

  private void checkAttention(Kernels kernels, AttentionShape s, Fill fill) {
    float[] q = array(s.batch() * s.queries() * s.channels(), fill);
    float[] k = array(s.batch() * s.keys() * s.channels(), fill);
    float[] v = array(s.batch() * s.keys() * s.values());
    int choice = random.nextInt(3);
    float[] mask = choice == 0 ? null : new float[AT + s.batch() * s.keys()];
    for (int i = 0; mask != null && i < s.batch() * s.keys(); i++) {
      // The first sequence of one mask in three sees nothing at all.
      mask[AT + i] = (choice == 2 && i < s.keys()) || random.nextInt(3) == 0 ? 0 : 1;
    }
    int pairs = s.batch() * s.heads() * s.queries() * s.keys();
    float[] bias = random.nextBoolean() ? null : array(pairs, Fill.NORMAL);
    int size = s.batch() * s.queries() * s.values();
    float[] y = guarded(size);
    float[] scratch = new float[kernels.attentionScratch(s)];
    Arrays.fill(scratch, Float.NaN);
    kernels.attention(s, q, AT, k, AT, v, AT, mask, AT, bias, AT, y, AT, scratch);
    checkGuards(y, size);
    double[] expected =
        Definition.attention(
            s,
            from(q),
            from(k),
            from(v),
            mask == null ? null : from(mask),
            bias == null ? null : from(bias));
    for (int i = 0; i < size; i++) {
      String what = kernels.name() + " " + s + " " + fill + " mask " + choice + " element " + i;
      near(what, y[AT + i], expected[i], 2e-6 + 1e-7 * (s.headChannels() + s.keys()));
    }
  }

  private static float[] from(float[] array) {
    return Arrays.copyOfRange(array, AT, array.length);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void layerNorm_awkwardSizes_nearTheDefinition(Kernels kernels) {
    for (boolean inPlace : new boolean[] {false, true}) {
      for (int n : SIZES) {
        for (float shift : new float[] {0, 100}) {
          int rows = 3;
          float[] x = array(rows * n);
          for (int i = 0; i < x.length; i++) {
            x[i] += shift;
          }
          float[] weight = array(n);
          float[] bias = array(n);
          float[] y = inPlace ? x.clone() : guarded(rows * n);
          float[] from = inPlace ? y : x;
          kernels.layerNorm(
              rows,
              n,
              1e-5f,
              from,
              AT,
              weight,
              AT,
              bias,
              AT,
              y,
              AT,
              new float[Kernels.ROW_SCRATCH]);
          for (int r = 0; r < rows; r++) {
            double[] expected =
                Definition.layerNorm(x, AT + r * n, n, 1e-5f, from(weight), from(bias));
            for (int i = 0; i < n; i++) {
              double scale = n == 1 ? 300 : 1 / deviation(x, AT + r * n, n);
              double tolerance =
                  (2e-6 + 1e-7 * Math.sqrt(n)) * (1 + Math.abs(expected[i]))
                      + ROUNDING * 8 * shift * scale * 4;
              near(
                  kernels.name() + " " + n + "+" + shift,
                  y[AT + r * n + i],
                  expected[i],
                  tolerance);
            }
          }
        }
      }
    }
  }

  private static double deviation(float[] x, int at, int n) {
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += (double) x[at + i] / n;
    }
    double squares = 1e-5;
    for (int i = 0; i < n; i++) {
      squares += (x[at + i] - mean) * (x[at + i] - mean) / n;
    }
    return Math.sqrt(squares);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void softmax_awkwardSizes_nearTheDefinition(Kernels kernels) {
    for (Fill fill : Fill.values()) {
      for (int n : SIZES) {
        for (boolean log : new boolean[] {false, true}) {
          int rows = 3;
          float[] x = array(rows * n, fill);
          if (n > 3 && !log) {
            x[AT + 1] = Float.NEGATIVE_INFINITY;
          }
          float[] y = guarded(rows * n);
          kernels.softmax(rows, n, log, x, AT, y, AT);
          checkGuards(y, rows * n);
          float[] inPlace = x.clone();
          kernels.softmax(rows, n, log, inPlace, AT, inPlace, AT);
          for (int r = 0; r < rows; r++) {
            double[] expected = Definition.softmax(x, AT + r * n, n, log);
            for (int i = 0; i < n; i++) {
              double tolerance =
                  1e-6 * (1 + 0.01 * n) * (log ? 1 + Math.abs(expected[i]) : expected[i]) + 1e-37;
              near(
                  kernels.name() + " " + fill + " " + n, y[AT + r * n + i], expected[i], tolerance);
              assertThat(inPlace[AT + r * n + i]).isEqualTo(y[AT + r * n + i]);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void unary_denseGrid_withinAMillionth(Kernels kernels) {
    int n = 40_001;
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (i - 20_000) / 1000f;
    }
    for (Op.Unary.Kind kind : Op.Unary.Kind.values()) {
      float[] y = new float[n];
      kernels.unary(kind, n, x, 0, y, 0);
      for (int i = 0; i < n; i++) {
        double expected = Definition.unary(kind, x[i]);
        near(
            kernels.name() + " " + kind + " of " + x[i],
            y[i],
            expected,
            5e-7 * (1 + Math.abs(expected)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void unary_smallArguments_accurateRelatively(Kernels kernels) {
    int n = 640;
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) ((i % 2 == 0 ? 1 : -1) * Math.pow(10, -i / 40.0));
    }
    for (Op.Unary.Kind kind : Op.Unary.Kind.values()) {
      float[] y = new float[n];
      kernels.unary(kind, n, x, 0, y, 0);
      for (int i = 0; i < n; i++) {
        double expected = Definition.unary(kind, x[i]);
        near(
            kernels.name() + " " + kind + " of " + x[i], y[i], expected, 2e-6 * Math.abs(expected));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void unary_boundaries_neverNaN(Kernels kernels) {
    float[] edges = {
      0f,
      -0f,
      1e-38f,
      -1e-38f,
      6f,
      -6f,
      9f,
      -9f,
      88f,
      -88f,
      89f,
      -89f,
      1e4f,
      -1e4f,
      1e30f,
      -1e30f,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.POSITIVE_INFINITY
    };
    float[] x = new float[edges.length * 5];
    for (int i = 0; i < x.length; i++) {
      x[i] = edges[i % edges.length];
    }
    for (Op.Unary.Kind kind : Op.Unary.Kind.values()) {
      float[] y = new float[x.length];
      kernels.unary(kind, x.length, x, 0, y, 0);
      for (int i = 0; i < x.length; i++) {
        double expected = (float) Definition.unary(kind, x[i]);
        String what = kernels.name() + " " + kind + " of " + x[i];
        if (Double.isInfinite(expected)) {
          assertThat((double) y[i]).as(what).isEqualTo(expected);
        } else {
          near(what, y[i], expected, 5e-7 * (1 + Math.abs(expected)));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void unary_awkwardSizesAndInPlace_sameAsApart(Kernels kernels) {
    for (Op.Unary.Kind kind : Op.Unary.Kind.values()) {
      for (int n : SIZES) {
        float[] x = array(n);
        float[] y = guarded(n);
        kernels.unary(kind, n, x, AT, y, AT);
        checkGuards(y, n);
        float[] inPlace = x.clone();
        kernels.unary(kind, n, inPlace, AT, inPlace, AT);
        for (int i = 0; i < n; i++) {
          near(kind + " " + n, y[AT + i], Definition.unary(kind, x[AT + i]), 2e-6);
          assertThat(inPlace[AT + i]).isEqualTo(y[AT + i]);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void binaryAndAffine_awkwardSizes_exact(Kernels kernels) {
    for (Op.Binary.Kind kind : Op.Binary.Kind.values()) {
      for (int n : SIZES) {
        int rows = 3;
        float[] a = array(rows * n);
        float[] b = array(rows * n);
        for (int stride : new int[] {0, 1, n}) {
          boolean whole = stride == n;
          float[] y = guarded(rows * n);
          float[] byRow = guarded(rows * n);
          kernels.binary(kind, rows, n, a, AT, b, AT, whole ? n : 0, y, AT);
          kernels.binaryByRow(kind, rows, n, a, AT, b, AT, Math.min(stride, 1), byRow, AT);
          checkGuards(y, rows * n);
          checkGuards(byRow, rows * n);
          for (int i = 0; i < rows * n; i++) {
            int r = i / n;
            float with = b[AT + (whole ? i : i % n)];
            assertThat(y[AT + i]).isEqualTo((float) Definition.binary(kind, a[AT + i], with));
            float scalar = b[AT + r * Math.min(stride, 1)];
            assertThat(byRow[AT + i]).isEqualTo((float) Definition.binary(kind, a[AT + i], scalar));
          }
        }
        float[] y = guarded(rows * n);
        kernels.affine(rows * n, 0.75f, -2.5f, a, AT, y, AT);
        checkGuards(y, rows * n);
        for (int i = 0; i < rows * n; i++) {
          assertThat(y[AT + i]).isEqualTo(0.75f * a[AT + i] - 2.5f);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void reduce_awkwardSizesAndMasks_nearTheDefinition(Kernels kernels) {
    for (Op.Reduce.Kind kind : Op.Reduce.Kind.values()) {
      for (int inner : SIZES) {
        for (int n : new int[] {1, 2, 7, 12, 33}) {
          for (int choice = 0; choice < 3; choice++) {
            checkReduce(kernels, kind, n, inner, choice);
          }
        }
      }
    }
  }

  private void checkReduce(Kernels kernels, Op.Reduce.Kind kind, int n, int inner, int choice) {
    int outer = 2;
    float[] x = array(outer * n * inner);
    float[] mask = choice == 0 ? null : new float[AT + outer * n];
    for (int i = 0; mask != null && i < outer * n; i++) {
      mask[AT + i] = choice == 2 && i < n ? 0 : random.nextInt(2);
    }
    float[] y = guarded(outer * inner);
    kernels.reduce(kind, outer, n, inner, x, AT, mask, AT, y, AT);
    checkGuards(y, outer * inner);
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < inner; i++) {
        double sum = 0;
        double most = Double.NEGATIVE_INFINITY;
        int kept = 0;
        for (int j = 0; j < n; j++) {
          if (mask == null || mask[AT + o * n + j] != 0) {
            double value = x[AT + (o * n + j) * inner + i];
            sum += value;
            most = Math.max(most, value);
            kept++;
          }
        }
        double expected =
            switch (kind) {
              case MAX -> most;
              case MEAN -> sum / kept;
              case SUM -> sum;
            };
        near(
            kernels.name() + " " + kind + " " + n + " " + inner,
            y[AT + o * inner + i],
            kept == 0 ? 0 : expected,
            1e-6 * n);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void anyKernel_coldAndCompiled_sameBits(Kernels kernels) {
    int rows = 5;
    int n = 100;
    float[] x = array(rows * n);
    float[] weight = array(n);
    AttentionShape shape = new AttentionShape(1, 4, rows, rows, n, n, false);
    float[] scratch = new float[kernels.attentionScratch(shape) + Kernels.ROW_SCRATCH + n];
    float[] first = null;
    for (int i = 0; i < 20_000; i++) {
      float[] y = new float[4 * rows * n];
      kernels.layerNorm(rows, n, 1e-5f, x, AT, weight, AT, weight, AT, y, 0, scratch);
      kernels.softmax(rows, n, false, x, AT, y, rows * n);
      kernels.attention(shape, x, AT, x, AT, x, AT, null, 0, null, 0, y, 2 * rows * n, scratch);
      kernels.unary(Op.Unary.Kind.GELU, rows * n, x, AT, y, 3 * rows * n);
      first = first == null ? y : first;
      if (!Arrays.equals(first, y)) {
        throw new AssertionError(
            kernels.name() + ": call " + i + " gave other bits than the first");
      }
    }
  }
}
