package dev.goldcrest.compress;

import dev.goldcrest.compress.matrix.Matrix;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.kernels.Kernels;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What data a model's linears read: the second moments of their inputs, for factors that are best
 * for those inputs rather than for all alike. A model is run on {@link #kernels}, which look at the
 * inputs as they come by; where enough was seen, the rest passes unseen. For one thread.
 */
public final class Calibration {
  /** Rows that join the moments together. */
  private static final int CHUNK = 128;

  /** What every direction has of the mean, so that unseen ones count a little. */
  private static final double RIDGE = 0.01;

  private final int mostRows;
  private final ModelFile model;
  private final Map<float[], String> paths = new IdentityHashMap<>();
  private final Map<float[][], String> packed = new IdentityHashMap<>();
  private final Map<String, Moments> moments = new HashMap<>();

  /** Moments of one linear's input (rows, in). */
  private static final class Moments {
    private final float[] rows;
    private final int in;
    private int waiting;
    private int seen;
    private Matrix sum;

    Moments(int in) {
      this.in = in;
      this.rows = new float[CHUNK * in];
    }

    void add(float[] x, int at) {
      System.arraycopy(x, at, rows, waiting * in, in);
      seen++;
      if (++waiting == CHUNK) {
        join();
      }
    }

    void join() {
      if (waiting > 0) {
        Matrix x = Matrix.of(waiting, in, Arrays.copyOf(rows, waiting * in));
        Matrix more = x.transposed().times(x);
        sum = sum == null ? more : sum.plus(more);
        waiting = 0;
      }
    }
  }

  /**
   * Looks at a model's inputs.
   *
   * @param mostRows of each linear's input that are looked at
   */
  public Calibration(ModelFile model, int mostRows) {
    this.mostRows = mostRows;
    Map<String, float[]> floats = new LinkedHashMap<>();
    for (Value parameter : Compression.graph(model.architecture()).parameters().values()) {
      float[] values = model.weights().get(parameter.path());
      floats.put(parameter.path(), values);
      paths.put(values, parameter.path());
    }
    this.model =
        model.with(
            model.architecture().with(model.architecture().forms().unstored()), Weights.of(floats));
  }

  /** The model to run, all of whose weights are floats. */
  public ModelFile model() {
    return model;
  }

  /** The kernels to run it on; {@code inner} do the work. */
  public Kernels kernels(Kernels inner) {
    return new WatchingKernels(inner, this);
  }

  /** Whether every linear that was met has been seen often enough. */
  public boolean full() {
    return !moments.isEmpty() && moments.values().stream().allMatch(each -> each.seen >= mostRows);
  }

  void packed(float[] weight, float[][] as) {
    String path = paths.get(weight);
    if (path != null) {
      packed.put(as, path);
    }
  }

  void linear(float[][] weight, int rows, int in, float[] x, int at, int stride) {
    String path = packed.get(weight);
    if (path == null) {
      return;
    }
    Moments of = moments.computeIfAbsent(path, absent -> new Moments(in));
    for (int row = 0; row < rows && of.seen < mostRows; row++) {
      of.add(x, at + row * stride);
    }
  }

  /**
   * The triangle S with S S' the second moments of a linear's input (in), a little of their mean
   * added to each direction; null where nothing was seen.
   */
  Matrix root(String path) {
    Moments of = moments.get(path);
    if (of == null) {
      return null;
    }
    of.join();
    return of.sum.ridged(RIDGE).cholesky();
  }
}
