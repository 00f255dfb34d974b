package dev.goldcrest.torch;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Loads libtorch once and sets it up for small models: one thread an operation, deterministic
 * algorithms.
 *
 * <p>libtorch and OpenBLAS each bring an OpenMP pool; with the defaults of both, a step of a small
 * model takes ten times as long because the pools spin against each other. One thread each is the
 * fastest setting up to a few million multiply-adds an operation; a second core is better spent on
 * a second worker (see {@link Workers}).
 */
public final class Torch {
  private static final long NATIVE_BYTES = 16L << 30;
  private static Throwable failure;
  private static boolean ready;

  private Torch() {}

  /**
   * Loads the natives, or throws an {@link IllegalStateException} whose message says what is
   * missing.
   */
  public static synchronized void load() {
    if (ready) {
      return;
    }
    if (failure == null) {
      try {
        if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null) {
          System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", Long.toString(NATIVE_BYTES));
          System.setProperty("org.bytedeco.javacpp.maxBytes", Long.toString(NATIVE_BYTES));
        }
        Loader.load(openblas.class);
        Loader.load(torch.class);
        openblas.blas_set_num_threads(1);
        torch.set_num_threads(1);
        torch.globalContext().setDeterministicAlgorithms(true, false);
        torch.globalContext().setDeterministicFillUninitializedMemory(false);
        ready = true;
        return;
      } catch (LinkageError | RuntimeException e) {
        failure = e;
      }
    }
    throw new IllegalStateException(
        "libtorch cannot be loaded on this system ("
            + System.getProperty("os.name")
            + ", "
            + System.getProperty("os.arch")
            + "): "
            + failure.getMessage(),
        failure);
  }

  /** Whether {@link #load} succeeds. */
  public static boolean available() {
    try {
      load();
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /** A new tensor with a copy of {@code values}. */
  static Tensor floats(float[] values, long... shape) {
    Tensor tensor = torch.empty(shape);
    try (FloatPointer data = tensor.data_ptr_float()) {
      data.put(values, 0, Math.toIntExact(tensor.numel()));
    }
    return tensor;
  }

  /** A new tensor of 64-bit indices with a copy of {@code values}. */
  static Tensor indices(int[] values, long... shape) {
    long[] wide = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return Tensor.create(wide, shape);
  }

  /** A copy of a tensor's elements in row-major order. */
  static float[] floats(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    try (Tensor detached = tensor.detach();
        Tensor dense = detached.contiguous();
        FloatPointer data = dense.data_ptr_float()) {
      data.get(values);
    }
    return values;
  }

  /** Overwrites a dense tensor's elements, all of them. */
  static void write(Tensor tensor, float[] values) {
    if (values.length != tensor.numel()) {
      throw new IllegalArgumentException(
          values.length + " values for a tensor of " + tensor.numel()); // beyond it is other memory
    }
    try (FloatPointer data = tensor.data_ptr_float()) {
      data.put(values, 0, values.length);
    }
  }
}
