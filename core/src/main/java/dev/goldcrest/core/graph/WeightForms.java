package dev.goldcrest.core.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the weights of a model differ from what its architecture says: factorised, narrower, stored
 * in fewer bits. A property of paths, consulted while a model is traced; no architecture, layer or
 * interpreter knows of it.
 *
 * <p>A weight P (out, in) of low rank r is two, {@code P.u} (r, in) and {@code P.v} (out, r), with
 * nothing between them: a linear becomes two, a convolution one to r channels and a linear, a row
 * of a table a row of {@code P.v} and a linear (Greenformers: Cahyawijaya, 2021, arXiv 2108.10808).
 *
 * @param ranks of the weights that are factorised, by path
 * @param widths that are smaller than the architecture's, by the path under which a layer asks for
 *     them: see {@link Scope#width}
 * @param stored how values are stored, by path (of a factorised weight those of its factors); what
 *     is not named is {@link Stored#F32}
 */
public record WeightForms(
    Map<String, Integer> ranks, Map<String, Integer> widths, Map<String, Stored> stored) {
  /** Every weight as its architecture says. */
  public static final WeightForms NONE = new WeightForms(Map.of(), Map.of(), Map.of());

  static final String FIRST = ".u";
  static final String SECOND = ".v";

  /** What a file holds of a weight's values. */
  public enum Stored {
    /** 32-bit floats. */
    F32(32, 0),
    /** 16-bit floats. */
    F16(16, 0),
    /** Whole numbers from -127 to 127 and a 32-bit float for each row that scales it. */
    INT8(8, 0),
    /** An index into at most 256 floats. */
    KMEANS8(8, 256),
    /** An index into at most 16 floats. */
    KMEANS4(4, 16);

    private final int bits;
    private final int codes;

    Stored(int bits, int codes) {
      this.bits = bits;
      this.codes = codes;
    }

    /** Values of a codebook at most; 0 without one. */
    public int codes() {
      return codes;
    }

    /** Bytes of a weight, scales or a full codebook included, before anything is packed tighter. */
    public long bytes(Shape shape) {
      int floats = this == INT8 ? rows(shape) : codes;
      return ((long) shape.size() * bits + 7) / 8 + 4L * floats;
    }

    /** How many scales a weight has: its first axis, or one for a vector. */
    public static int rows(Shape shape) {
      return shape.rank() < 2 ? 1 : shape.at(0);
    }
  }

  public WeightForms {
    ranks = sorted(ranks);
    widths = sorted(widths);
    SortedMap<String, Stored> kept = new TreeMap<>(stored);
    kept.values().removeIf(each -> each == Stored.F32);
    stored = Collections.unmodifiableMap(kept);
  }

  private static Map<String, Integer> sorted(Map<String, Integer> numbers) {
    for (Map.Entry<String, Integer> entry : numbers.entrySet()) {
      if (entry.getValue() < 1) {
        throw new IllegalArgumentException(
            entry.getKey() + ": a rank or width must be at least 1, got " + entry.getValue());
      }
    }
    return Collections.unmodifiableMap(new TreeMap<>(numbers));
  }

  public boolean isEmpty() {
    return ranks.isEmpty() && widths.isEmpty() && stored.isEmpty();
  }

  /** The rank of the weight at {@code path}; 0 for a dense one. */
  public int rank(String path) {
    return ranks.getOrDefault(path, 0);
  }

  /** How the weight at {@code path} is stored. */
  public Stored stored(String path) {
    return stored.getOrDefault(path, Stored.F32);
  }

  /** The same with one more weight factorised. */
  public WeightForms withRank(String path, int rank) {
    Map<String, Integer> more = new TreeMap<>(ranks);
    more.put(path, rank);
    return new WeightForms(more, widths, stored);
  }

  /** The same with one more width narrowed. */
  public WeightForms withWidth(String path, int width) {
    Map<String, Integer> more = new TreeMap<>(widths);
    more.put(path, width);
    return new WeightForms(ranks, more, stored);
  }

  /** The same with one more weight stored otherwise. */
  public WeightForms withStored(String path, Stored how) {
    Map<String, Stored> more = new TreeMap<>(stored);
    more.put(path, how);
    return new WeightForms(ranks, widths, more);
  }

  /** The same with all values as 32-bit floats: what training can change. */
  public WeightForms unstored() {
    return new WeightForms(ranks, widths, Map.of());
  }

  /** Path of the factor (r, in) of a weight (out, in). */
  public static String first(String path) {
    return path + FIRST;
  }

  /** Path of the factor (out, r) of a weight (out, in). */
  public static String second(String path) {
    return path + SECOND;
  }

  /**
   * The weights that can be factorised, by path in the order of the graph, with their shapes: those
   * that are only multiplied by linears and convolutions of one group or read as tables, and are no
   * factors themselves.
   */
  public static Map<String, Shape> factorisable(Graph graph) {
    Map<String, Shape> found = new LinkedHashMap<>();
    graph.parameters().forEach((path, value) -> found.put(path, value.shape()));
    found.values().removeIf(shape -> shape.rank() < 2);
    for (Value value : graph.values()) {
      for (int i = 0; i < value.inputs().size(); i++) {
        if (!Factors.fits(value.op(), i)) {
          found.remove(value.input(i).path());
        }
      }
    }
    graph.outputs().values().forEach(output -> found.remove(output.path()));
    for (String path : graph.lowRank().keySet()) {
      found.remove(first(path));
      found.remove(second(path));
    }
    return found;
  }

  /**
   * Checks that every path names a weight or a width of {@code graph}, a trace with these forms
   * that declares every parameter.
   */
  public void requireKnown(Graph graph) {
    require(ranks, graph.lowRank(), "weight of low rank");
    require(widths, graph.widths(), "width");
    require(stored, graph.parameters(), "stored weight");
  }

  private static void require(Map<String, ?> named, Map<String, ?> known, String what) {
    for (String path : named.keySet()) {
      if (!known.containsKey(path)) {
        throw new IllegalArgumentException("the model has no " + what + " " + path);
      }
    }
  }
}
