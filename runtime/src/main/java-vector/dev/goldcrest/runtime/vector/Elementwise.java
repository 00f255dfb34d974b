package dev.goldcrest.runtime.vector;

import dev.goldcrest.core.graph.Op;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A loop for each kind of {@link Op.Unary}, behind a virtual call so that each is compiled alone:
 * one method that inlined them all would outgrow the compiler's budget, and vectors would become
 * objects. What does not fill a vector is left to the plain loops.
 */
abstract class Elementwise {
  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;
  private static final ScalarKernels SCALAR = new ScalarKernels();

  private static final Elementwise RELU = new Relu();
  private static final Elementwise GELU = new Gelu();
  private static final Elementwise GELU_TANH = new GeluTanh();
  private static final Elementwise SIGMOID = new Sigmoid();
  private static final Elementwise SILU = new Silu();
  private static final Elementwise SOFTPLUS = new Softplus();
  private static final Elementwise TANH = new Tanh();

  static void run(Op.Unary.Kind kind, int n, float[] x, int xAt, float[] y, int yAt) {
    int full = n - n % L;
    of(kind).run(full, x, xAt, y, yAt);
    if (full < n) {
      SCALAR.unary(kind, n - full, x, xAt + full, y, yAt + full);
    }
  }

  private static Elementwise of(Op.Unary.Kind kind) {
    return switch (kind) {
      case RELU -> RELU;
      case GELU -> GELU;
      case GELU_TANH -> GELU_TANH;
      case SIGMOID -> SIGMOID;
      case SILU -> SILU;
      case SOFTPLUS -> SOFTPLUS;
      case TANH -> TANH;
    };
  }

  /** Computes {@code n} elements, a multiple of the vector's. */
  abstract void run(int n, float[] x, int xAt, float[] y, int yAt);

  private static FloatVector read(float[] x, int at) {
    return FloatVector.fromArray(S, x, at);
  }

  private static final class Relu extends Elementwise {
    @Override
    void run(int n, float[] x, int xAt, float[] y, int yAt) {
      for (int i = 0; i < n; i += L) {
        read(x, xAt + i).max(0f).intoArray(y, yAt + i);
      }
    }
  }

  private static final class Gelu extends Elementwise {
    @Override
    void run(int n, float[] x, int xAt, float[] y, int yAt) {
      for (int i = 0; i < n; i += L) {
        VectorCurves.gelu(read(x, xAt + i)).intoArray(y, yAt + i);
      }
    }
  }

  private static final class GeluTanh extends Elementwise {
    @Override
    void run(int n, float[] x, int xAt, float[] y, int yAt) {
      for (int i = 0; i < n; i += L) {
        VectorCurves.geluTanh(read(x, xAt + i)).intoArray(y, yAt + i);
      }
    }
  }

  private static final class Sigmoid extends Elementwise {
    @Override
    void run(int n, float[] x, int xAt, float[] y, int yAt) {
      for (int i = 0; i < n; i += L) {
        VectorCurves.sigmoid(read(x, xAt + i)).intoArray(y, yAt + i);
      }
    }
  }

  private static final class Silu extends Elementwise {
    @Override
    void run(int n, float[] x, int xAt, float[] y, int yAt) {
      for (int i = 0; i < n; i += L) {
        VectorCurves.silu(read(x, xAt + i)).intoArray(y, yAt + i);
      }
    }
  }

  private static final class Softplus extends Elementwise {
    @Override
    void run(int n, float[] x, int xAt, float[] y, int yAt) {
      for (int i = 0; i < n; i += L) {
        VectorCurves.softplus(read(x, xAt + i)).intoArray(y, yAt + i);
      }
    }
  }

  private static final class Tanh extends Elementwise {
    @Override
    void run(int n, float[] x, int xAt, float[] y, int yAt) {
      for (int i = 0; i < n; i += L) {
        VectorCurves.tanh(read(x, xAt + i)).intoArray(y, yAt + i);
      }
    }
  }
}
