package dev.goldcrest.runtime.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Prints microseconds of a linear with a weight of floats and with one of bytes, taken in turn,
 * medians of short samples. {@code cold} goes through copies of the weight that together do not fit
 * a cache, as the layers of a model do. Agreement is checked before the clock starts. Run {@code
 * main} with the test class path and {@code --add-modules jdk.incubator.vector}; arguments: seconds
 * a case, {@code scalar} or {@code vector}.
 */
final class Int8Timing {
  private static final int[][] CASES = {
    {10, 384, 384},
    {10, 384, 1536},
    {10, 1536, 384},
    {1, 384, 384},
    {1, 384, 1536},
    {64, 384, 384},
    {12, 96, 96}
  };

  /** Bytes of floats that no cache of the machine holds. */
  private static final int COLD = 96 << 20;

  private final Kernels kernels;
  private final int rows;
  private final int in;
  private final int out;
  private final float[] x;
  private final float[] y;
  private final float[] scales;
  private final float[] scratch;
  private final float[][] wide;
  private final List<float[][]> floats = new ArrayList<>();
  private final List<byte[][]> bytes = new ArrayList<>();
  private int next;

  private Int8Timing(Kernels kernels, int rows, int in, int out, int copies) {
    this.kernels = kernels;
    this.rows = rows;
    this.in = in;
    this.out = out;
    Random random = new Random(1);
    x = new float[rows * in];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    y = new float[rows * out];
    scales = new float[out];
    Arrays.fill(scales, 0.01f);
    scratch = new float[out];
    wide = kernels.wideRoom();
    byte[] codes = new byte[out * in];
    random.nextBytes(codes);
    float[] products = new float[out * in];
    for (int i = 0; i < products.length; i++) {
      products[i] = codes[i] * 0.01f;
    }
    for (int i = 0; i < copies; i++) {
      floats.add(kernels.room(out, in));
      kernels.pack(products, 0, out, in, floats.get(i));
      bytes.add(kernels.roomInt8(out, in));
      kernels.packInt8(codes, out, in, bytes.get(i));
    }
  }

  public static void main(String[] arguments) {
    double seconds = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 2;
    Kernels kernels = KernelsProvider.choose(arguments.length > 1 ? arguments[1] : "vector");
    System.out.printf(
        Locale.ROOT,
        "java %s, %s%n%5s %6s %6s %-5s %10s %10s %7s%n",
        System.getProperty("java.version"),
        kernels.name(),
        "rows",
        "in",
        "out",
        "cache",
        "float us",
        "int8 us",
        "ratio");
    for (int round = 0; round < 2; round++) {
      for (int[] each : CASES) {
        for (boolean cold : new boolean[] {false, true}) {
          int copies = cold ? Math.max(2, COLD / 4 / (each[1] * each[2])) : 1;
          new Int8Timing(kernels, each[0], each[1], each[2], copies)
              .measure(seconds / 2, cold ? "cold" : "warm", round == 1);
        }
      }
    }
  }

  private void measure(double seconds, String name, boolean print) {
    float[] expected = run(false).clone();
    float[] found = run(true);
    for (int i = 0; i < found.length; i++) {
      if (!(Math.abs(found[i] - expected[i]) <= 1e-4 * (1 + Math.abs(expected[i])))) {
        throw new IllegalStateException("bytes give other results than floats");
      }
    }
    double[] a = new double[100_000];
    double[] b = new double[100_000];
    int samples = 0;
    int runs = Math.max(1, 400_000 / (rows * in * out / 10 + 1));
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end && samples < a.length) {
      a[samples] = sample(false, runs);
      b[samples] = sample(true, runs);
      samples++;
    }
    Arrays.sort(a, 0, samples);
    Arrays.sort(b, 0, samples);
    double slow = a[samples / 2];
    double fast = b[samples / 2];
    if (print) {
      System.out.printf(
          Locale.ROOT,
          "%5d %6d %6d %-5s %10.1f %10.1f %7.2f%n",
          rows,
          in,
          out,
          name,
          slow,
          fast,
          slow / fast);
    }
  }

  private double sample(boolean int8, int runs) {
    long start = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      run(int8);
    }
    return (System.nanoTime() - start) / 1e3 / runs;
  }

  private float[] run(boolean int8) {
    next = (next + 1) % floats.size();
    if (int8) {
      kernels.linearInt8(
          rows, in, out, x, 0, in, bytes.get(next), scales, null, 0, y, 0, out, wide);
    } else {
      kernels.linear(rows, in, out, x, 0, in, floats.get(next), null, 0, y, 0, out, scratch);
    }
    return y;
  }
}
