package dev.goldcrest.runtime;

import dev.goldcrest.core.graph.Graph;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The weights of one model by path, in row-major order; shared by all its sessions and never
 * written to. Forms that kernels read faster (packed, reordered) are made once here, so that
 * sessions share those too.
 */
public final class Weights {
  private final Map<String, float[]> byPath;
  private final ConcurrentHashMap<String, float[][][]> derived = new ConcurrentHashMap<>();

  private Weights(Map<String, float[]> byPath) {
    this.byPath = Collections.unmodifiableMap(new LinkedHashMap<>(byPath));
  }

  /** Wraps the arrays without copying them; the caller must not change them afterwards. */
  public static Weights of(Map<String, float[]> byPath) {
    return new Weights(byPath);
  }

  /** The first weights of {@code graph}, drawn by {@link Initializer}. */
  public static Weights initial(Graph graph, long seed) {
    return new Weights(Initializer.initial(graph, seed));
  }

  /** The values at {@code path}; not to be written to. */
  public float[] get(String path) {
    float[] values = byPath.get(path);
    if (values == null) {
      throw new IllegalArgumentException("no weight " + path + " among " + byPath.size());
    }
    return values;
  }

  /** All paths, in the order given. */
  public Set<String> paths() {
    return byPath.keySet();
  }

  /**
   * What {@code make} gives, made once for each {@code key}; the key names path, form and reader.
   */
  float[][][] derived(String key, Supplier<float[][][]> make) {
    return derived.computeIfAbsent(key, absent -> make.get());
  }
}
