package dev.goldcrest.runtime.kernels;

import java.util.ArrayList;
import java.util.List;

/**
 * The implementations to be tested in this JVM: plain loops, and SIMD at one width. The build runs
 * the tests that use this once for each width, in JVMs of their own, because several widths in one
 * spoil each other's compiled code.
 */
public final class AllKernels {
  private static final List<Kernels> ALL = load();

  private AllKernels() {}

  /** Plain loops first. */
  public static List<Kernels> list() {
    return ALL;
  }

  private static List<Kernels> load() {
    List<Kernels> all = new ArrayList<>();
    all.add(new ScalarKernels());
    try {
      all.add(KernelsProvider.choose("vector"));
    } catch (UnsupportedOperationException e) {
      System.err.println("SIMD is not tested here: " + e.getMessage());
    }
    return all;
  }
}
