package dev.goldcrest.runtime;

import dev.goldcrest.core.graph.Graph;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The weights of one model by path, in row-major order; shared by all its sessions and never
 * written to. Forms that kernels read faster (packed, reordered) are made once here, so that
 * sessions share those too. A weight that linears alone read is held as they read it: as given it
 * would take its memory a second time.
 */
public final class Weights {
  private final Map<String, Held> byPath = new LinkedHashMap<>();
  private final ConcurrentHashMap<String, float[]> decoded = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Object> derived = new ConcurrentHashMap<>();

  private Weights(Map<String, float[]> floats, Map<String, Coded> coded) {
    floats.forEach((path, values) -> byPath.put(path, new Held(values, values.length, null)));
    coded.forEach(
        (path, codes) -> {
          float[] scales = codes instanceof Coded.Int8 int8 ? int8.scales() : null;
          byPath.put(path, new Held(codes, codes.size(), scales));
        });
    if (byPath.size() < floats.size() + coded.size()) {
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

  /**
   * The values at {@code path} for somebody who goes on reading them; not to be written to. They
   * are the same array each time, and stay in memory.
   */
  public float[] get(String path) {
    Held held = held(path);
    return held.coded
        ? decoded.computeIfAbsent(path, each -> ((Coded) held.once()).floats())
        : (float[]) held.kept();
  }

  /** The same for a single reading: floats that have to be made are not kept. */
  public float[] floats(String path) {
    Object values = held(path).once();
    return values instanceof Coded codes ? codes.floats() : (float[]) values;
  }

  /** How many values there are at {@code path}. */
  int size(String path) {
    return held(path).size;
  }

  /** How the values at {@code path} are held in fewer bits; null where they are floats. */
  public Coded coded(String path) {
    Held held = byPath.get(path);
    return held != null && held.coded ? (Coded) held.once() : null;
  }

  /** Whether the values at {@code path} are held in fewer bits. */
  boolean isCoded(String path) {
    return held(path).coded;
  }

  /** The scales of a weight of bytes, one a row, of a vector one alone; null for others. */
  float[] scales(String path) {
    return held(path).scales;
  }

  /** A weight of bytes for somebody who goes on reading it. */
  Coded.Int8 int8(String path) {
    return (Coded.Int8) held(path).kept();
  }

  /** All paths, in the order given, floats first. */
  public Set<String> paths() {
    return Collections.unmodifiableSet(byPath.keySet());
  }

  private Held held(String path) {
    Held held = byPath.get(path);
    if (held == null) {
      throw new IllegalArgumentException("no weight " + path + " among " + byPath.size());
    }
    return held;
  }

  /**
   * What {@code make} gives, made once for each {@code key}; the key names path, form and reader.
   */
  @SuppressWarnings("unchecked") // the key names the type too
  <T> T derived(String key, Supplier<T> make) {
    return (T) derived.computeIfAbsent(key, absent -> make.get());
  }

  /**
   * The same for a form that a weight can be made of again.
   *
   * @param unpack gives the weight as it was given, floats or {@link Coded}
   */
  <T> T packed(String path, String key, Supplier<T> pack, Function<T, Object> unpack) {
    return derived(
        key,
        () -> {
          T packed = pack.get();
          held(path).release(() -> unpack.apply(packed));
          return packed;
        });
  }

  /** A weight as it was given, or how it is made again. */
  private static final class Held {
    final int size;
    final boolean coded;
    final float[] scales;
    private Object given;
    private Supplier<Object> again;
    private boolean read;

    Held(Object given, int size, float[] scales) {
      this.given = given;
      this.size = size;
      this.coded = given instanceof Coded;
      this.scales = scales;
    }

    /** For a single reading. */
    synchronized Object once() {
      return given != null ? given : again.get();
    }

    /** For somebody who goes on reading it. */
    synchronized Object kept() {
      read = true;
      given = once();
      return given;
    }

    synchronized void release(Supplier<Object> make) {
      if (!read && given != null) {
        again = make;
        given = null;
      }
    }
  }
}
