package dev.goldcrest.runtime.kernels;

import dev.goldcrest.runtime.Warnings;
import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * Chooses the kernels, once a process. SIMD is taken when all of this holds: the module {@code
 * jdk.incubator.vector} is there, the machine adds at least four floats at a time, and code is
 * compiled by the optimising compiler, without which vectors are far slower than plain loops.
 * Otherwise one sentence goes to {@link Warnings}.
 *
 * <p>The system property {@code goldcrest.kernels} set to {@code scalar} or {@code vector} decides
 * instead.
 */
public final class KernelsProvider {
  private static final String PROPERTY = "goldcrest.kernels";
  private static final String REMEDY = "; plain loops are used, several times slower";

  private KernelsProvider() {}

  private static final class Holder {
    static final Kernels CHOSEN = choose(System.getProperty(PROPERTY));
  }

  /** The kernels of this process. */
  public static Kernels kernels() {
    return Holder.CHOSEN;
  }

  static Kernels choose(String wish) {
    if (wish != null && !wish.equals("scalar") && !wish.equals("vector")) {
      throw new IllegalArgumentException(
          "property " + PROPERTY + " must be scalar or vector, got '" + wish + "'");
    }
    if ("scalar".equals(wish)) {
      return new ScalarKernels();
    }
    String refusal = compilerRefusal(System.getProperty("java.vm.info", ""));
    if (refusal == null || wish != null) {
      try {
        return vector();
      } catch (UnsupportedOperationException e) {
        refusal = e.getMessage();
      }
    }
    if (wish != null) {
      throw new UnsupportedOperationException(PROPERTY + "=vector, but " + refusal);
    }
    Warnings.once("SIMD is off: " + refusal + REMEDY);
    return new ScalarKernels();
  }

  /** Why this JVM would not compile vectors well, or null. */
  static String compilerRefusal(String vmInfo) {
    if (vmInfo.contains("interpreted")) {
      return "the JVM only interprets (" + vmInfo + ")";
    }
    return vmInfo.contains("emulated-client")
        ? "the JVM runs without its optimising compiler (" + vmInfo + ")"
        : null;
  }

  private static Kernels vector() {
    try {
      Iterator<Kernels> found =
          ServiceLoader.load(Kernels.class, KernelsProvider.class.getClassLoader()).iterator();
      if (found.hasNext()) {
        return found.next();
      }
      throw new UnsupportedOperationException("this build of the runtime has no SIMD kernels");
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new UnsupportedOperationException(reason(e), e);
    }
  }

  private static String reason(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnsupportedOperationException) {
        return cause.getMessage();
      }
      if (cause instanceof NoClassDefFoundError || cause instanceof ClassNotFoundException) {
        return "start java with --add-modules jdk.incubator.vector";
      }
    }
    return error.toString();
  }
}
