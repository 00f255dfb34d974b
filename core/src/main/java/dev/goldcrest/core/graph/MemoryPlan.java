package dev.goldcrest.core.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;

/**
 * The lifetime table of a graph and one arena laid out from it. The runtime reads the offsets;
 * libtorch's interpreter reads the last uses. A reshape is an alias of its operand, an append one
 * of its cache where that is an input that nothing else reads; an elementwise operation whose first
 * operand dies with it writes over it. Free ranges are kept merged and the first that is long
 * enough is taken.
 */
public final class MemoryPlan {
  private static final int NONE = -1;

  private final int[] offsets;
  private final int[] roots;
  private final int[] lastUses;
  private final int arenaSize;
  private final long unplannedSize;

  private MemoryPlan(
      int[] offsets, int[] roots, int[] lastUses, int arenaSize, long unplannedSize) {
    this.offsets = offsets;
    this.roots = roots;
    this.lastUses = lastUses;
    this.arenaSize = arenaSize;
    this.unplannedSize = unplannedSize;
  }

  /** Plans one arena in which values share room when their lifetimes allow. */
  public static MemoryPlan of(Graph graph) {
    return new Planner(graph).plan(true);
  }

  /** Gives every value room of its own, to test that sharing changes nothing. */
  public static MemoryPlan disjoint(Graph graph) {
    return new Planner(graph).plan(false);
  }

  /**
   * Where the value lives in the arena, in elements; -1 for inputs and parameters, which live
   * elsewhere.
   */
  public int offset(Value value) {
    return offsets[roots[value.id()]];
  }

  /** The value whose memory this one is: itself unless it is an alias. */
  public int root(Value value) {
    return roots[value.id()];
  }

  /**
   * The id of the last value that reads this one or an alias of it; the number of values for an
   * output.
   */
  public int lastUse(Value value) {
    return lastUses[roots[value.id()]];
  }

  /** Elements of the arena. */
  public int arenaSize() {
    return arenaSize;
  }

  /** Elements that the values would take without sharing. */
  public long unplannedSize() {
    return unplannedSize;
  }

  private static final class Planner {
    private final Graph graph;
    private final int[] offsets;
    private final int[] roots;
    private final int[] lastUses;
    private final TreeMap<Integer, Integer> free = new TreeMap<>();
    private final List<Value> live = new ArrayList<>();
    private int arenaSize;
    private long unplanned;

    Planner(Graph graph) {
      this.graph = graph;
      int count = graph.values().size();
      offsets = new int[count];
      Arrays.fill(offsets, NONE);
      roots = new int[count];
      lastUses = new int[count];
      free.put(0, Integer.MAX_VALUE);
      int[] uses = uses();
      for (Value value : graph.values()) {
        roots[value.id()] = isAlias(value, uses) ? roots[value.input(0).id()] : value.id();
        lastUses[roots[value.id()]] = value.id();
        for (Value operand : value.inputs()) {
          lastUses[roots[operand.id()]] = value.id();
        }
      }
      for (Value output : graph.outputs().values()) {
        lastUses[roots[output.id()]] = count;
      }
    }

    /** How often each value is read, being an output included. */
    private int[] uses() {
      int[] uses = new int[graph.values().size()];
      graph.values().forEach(value -> value.inputs().forEach(operand -> uses[operand.id()]++));
      graph.outputs().values().forEach(output -> uses[output.id()]++);
      return uses;
    }

    private static boolean isAlias(Value value, int[] uses) {
      return value.op() instanceof Op.Reshape
          || (value.op() instanceof Op.Append
              && value.input(0).op() instanceof Op.Input
              && uses[value.input(0).id()] == 1);
    }

    MemoryPlan plan(boolean share) {
      for (Value value : graph.values()) {
        if (isLeaf(value) || roots[value.id()] != value.id()) {
          continue;
        }
        int size = value.shape().size();
        unplanned += size;
        if (unplanned > Integer.MAX_VALUE && !share) {
          throw new ShapeException("disjoint plan exceeds 2^31-1 elements");
        }
        int reusable = share ? dyingOperand(value) : NONE;
        if (reusable != NONE) {
          offsets[value.id()] = offsets[reusable];
          live.removeIf(other -> other.id() == reusable);
        } else {
          offsets[value.id()] = take(size);
        }
        live.add(value);
        arenaSize = Math.max(arenaSize, offsets[value.id()] + size);
        if (share) {
          releaseDead(value);
        }
      }
      return new MemoryPlan(offsets, roots, lastUses, arenaSize, unplanned);
    }

    private int dyingOperand(Value value) {
      Op op = value.op();
      boolean elementwise =
          op instanceof Op.Unary
              || op instanceof Op.Binary
              || op instanceof Op.Affine
              || op instanceof Op.Softmax
              || op instanceof Op.LayerNorm
              || op instanceof Op.Append
              || op instanceof Op.Dropout;
      if (!elementwise) {
        return NONE;
      }
      Value first = value.input(0);
      int root = roots[first.id()];
      boolean dies = offsets[root] != NONE && lastUses[root] == value.id();
      boolean readAgain =
          value.inputs().subList(1, value.inputs().size()).stream()
              .anyMatch(v -> roots[v.id()] == root);
      return dies && !readAgain ? root : NONE;
    }

    private int take(int size) {
      for (var range : free.entrySet()) {
        if (range.getValue() >= size) {
          int offset = range.getKey();
          int length = range.getValue();
          free.remove(offset);
          if (length > size) {
            free.put(offset + size, length - size);
          }
          return offset;
        }
      }
      throw new ShapeException("activations exceed 2^31-1 elements");
    }

    private void releaseDead(Value now) {
      for (Iterator<Value> it = live.iterator(); it.hasNext(); ) {
        Value value = it.next();
        if (lastUses[value.id()] <= now.id()) {
          it.remove();
          release(offsets[value.id()], value.shape().size());
        }
      }
    }

    private void release(int offset, int size) {
      int from = offset;
      int length = size;
      var before = free.lowerEntry(from);
      if (before != null && before.getKey() + before.getValue() == from) {
        free.remove(before.getKey());
        from = before.getKey();
        length += before.getValue();
      }
      Integer after = free.remove(offset + size);
      if (after != null) {
        length = after > Integer.MAX_VALUE - length ? Integer.MAX_VALUE : length + after;
      }
      free.put(from, length);
    }

    private static boolean isLeaf(Value value) {
      return value.op() instanceof Op.Input || value.op() instanceof Op.Parameter;
    }
  }
}
