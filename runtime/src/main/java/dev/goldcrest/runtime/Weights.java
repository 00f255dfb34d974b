package dev.goldcrest.runtime;

import dev.goldcrest.core.graph.Graph;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
  private final Map<String, Coded> coded;
  private final Set<String> paths = new LinkedHashSet<>();
  private final ConcurrentHashMap<String, float[]> decoded = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Object> derived = new ConcurrentHashMap<>();

  private Weights(Map<String, float[]> byPath, Map<String, Coded> coded) {
    this.byPath = new LinkedHashMap<>(byPath);
    this.coded = new LinkedHashMap<>(coded);
    paths.addAll(byPath.keySet());
    paths.addAll(coded.keySet());
    if (paths.size() < byPath.size() + coded.size()) {
      throw new IllegalArgumentException("a weight is given as floats and as codes");
    }
  }

  /** Wraps the arrays without copying them; the caller must not change them afterwards. */
  public static Weights of(Map<String, float[]> byPath) {
    return new Weights(byPath, Map.of());
  }

  /** The same where some weights, each in one of the maps, are held in fewer bits. */
  public static Weights of(Map<String, float[]> byPath, Map<String, Coded> coded) {
    return new Weights(byPath, coded);
  }

  /** The first weights of {@code graph}, drawn by {@link Initializer}. */
  public static Weights initial(Graph graph, long seed) {
    return of(Initializer.initial(graph, seed));
  }

  /** The values at {@code path}; not to be written to. Codes are turned into floats once. */
  public float[] get(String path) {
    return coded.containsKey(path)
        ? decoded.computeIfAbsent(path, each -> coded.get(each).floats())
        : floats(path);
  }

  /** The same for a single reading: floats made of codes are not kept. */
  float[] floats(String path) {
    float[] values = coded.containsKey(path) ? coded.get(path).floats() : byPath.get(path);
    if (values == null) {
      throw new IllegalArgumentException("no weight " + path + " among " + paths.size());
    }
    return values;
  }

  /** How the values at {@code path} are held in fewer bits; null where they are floats. */
  public Coded coded(String path) {
    return coded.get(path);
  }

  /** All paths, in the order given, floats first. */
  public Set<String> paths() {
    return Collections.unmodifiableSet(paths);
  }

  /**
   * What {@code make} gives, made once for each {@code key}; the key names path, form and reader.
   */
  @SuppressWarnings("unchecked") // the key names the type too
  <T> T derived(String key, Supplier<T> make) {
    return (T) derived.computeIfAbsent(key, absent -> make.get());
  }
}
