package dev.goldcrest.runtime;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.MemoryPlan;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.runtime.kernels.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs one traced graph on the device. Everything that depends on the graph is resolved when the
 * session is made: one arena for all activations, each operation with its arrays and offsets. A run
 * then allocates nothing.
 *
 * <p>Fill the inputs, {@link #run}, read the outputs. A session serves one thread at a time;
 * sessions in several threads share their {@link Weights}.
 */
public final class Session {
  private final Map<String, float[]> floats;
  private final Map<String, int[]> indices;
  private final Map<String, Place> outputs = new LinkedHashMap<>();
  private final Map<String, Integer> outputSizes = new LinkedHashMap<>();
  private final Step[] steps;
  private final float[] arena;
  private final float[] scratch;
  private final int wide;
  private final int[][] dead;

  /** A session whose activations share one arena. */
  public Session(Graph graph, Weights weights, Kernels kernels) {
    this(graph, weights, kernels, MemoryPlan.of(graph), false);
  }

  /**
   * A session with a memory plan of its own.
   *
   * @param poison overwrite every range of the arena with NaN as soon as nothing should read it any
   *     more, so that a plan or a kernel that does shows; for tests
   */
  public Session(Graph graph, Weights weights, Kernels kernels, MemoryPlan plan, boolean poison) {
    StepBuilder builder = new StepBuilder(graph, weights, kernels, plan);
    floats = builder.floats;
    indices = builder.indices;
    steps = builder.steps.toArray(new Step[0]);
    arena = builder.arena;
    scratch = builder.scratch;
    wide = builder.wide == null ? 0 : builder.wide.length * builder.wide[0].length;
    for (Map.Entry<String, Value> output : graph.outputs().entrySet()) {
      outputs.put(output.getKey(), builder.place(output.getValue()));
      outputSizes.put(output.getKey(), output.getValue().shape().size());
    }
    dead = poison ? deadRanges(graph, plan, builder.owners) : null;
  }

  /**
   * The array of the F32 input {@code name}, to be filled before {@link #run}; it keeps its values
   * between runs, except that a state is appended to in place.
   */
  public float[] floats(String name) {
    return known(floats, name, "F32 input");
  }

  /**
   * The array of the I32 input {@code name}, to be filled before {@link #run}; it keeps its values
   * between runs.
   */
  public int[] indices(String name) {
    return known(indices, name, "I32 input");
  }

  /** Copies {@code values} into the F32 input {@code name}; the lengths must be equal. */
  public void feed(String name, float[] values) {
    float[] array = floats(name);
    checkLength(name, array.length, values.length);
    System.arraycopy(values, 0, array, 0, array.length);
  }

  /** Copies {@code values} into the I32 input {@code name}; the lengths must be equal. */
  public void feed(String name, int[] values) {
    int[] array = indices(name);
    checkLength(name, array.length, values.length);
    System.arraycopy(values, 0, array, 0, array.length);
  }

  /**
   * Computes the outputs from the inputs.
   *
   * @throws IllegalArgumentException if an I32 input holds an index outside its table
   */
  public void run() {
    if (dead != null) {
      runPoisoned();
      return;
    }
    for (Step step : steps) {
      step.run();
    }
  }

  /** A copy of the output {@code name} of the last run, in row-major order. */
  public float[] output(String name) {
    Place place = known(outputs, name, "output");
    return Arrays.copyOfRange(place.array(), place.at(), place.at() + outputSizes.get(name));
  }

  /**
   * Copies the output {@code name} of the last run into {@code into}; the lengths must be equal.
   */
  public void read(String name, float[] into) {
    Place place = known(outputs, name, "output");
    checkLength(name, outputSizes.get(name), into.length);
    System.arraycopy(place.array(), place.at(), into, 0, into.length);
  }

  /**
   * Makes the output {@code name} of the last run the input {@code next} of the next one. Where the
   * graph appends to a state, both are one array and nothing is copied.
   */
  public void carry(String name, String next) {
    Place place = known(outputs, name, "output");
    float[] array = floats(next);
    if (place.array() != array) {
      read(name, array);
    }
  }

  /**
   * Where the output {@code name} of each run stands, until the next one. Where the graph appends
   * to a state, that is the array of the input: such a state is fed back without a copy.
   */
  public Place place(String name) {
    return known(outputs, name, "output");
  }

  /** Memory of its own: activations and inputs, without the weights it shares. */
  public long bytes() {
    long elements = (long) arena.length + scratch.length + wide;
    for (float[] input : floats.values()) {
      elements += input.length;
    }
    for (int[] input : indices.values()) {
      elements += input.length;
    }
    return elements * Float.BYTES;
  }

  private static <V> V known(Map<String, V> map, String name, String what) {
    V found = map.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "no " + what + " " + name + "; this graph has " + map.keySet());
    }
    return found;
  }

  private static void checkLength(String name, int expected, int actual) {
    if (expected != actual) {
      throw new IllegalArgumentException(
          name + " has " + expected + " elements, got an array of " + actual);
    }
  }

  private void runPoisoned() {
    Arrays.fill(arena, Float.NaN);
    for (int i = 0; i < steps.length; i++) {
      Arrays.fill(scratch, Float.NaN);
      steps[i].run();
      for (int range = 0; range < dead[i].length; range += 2) {
        Arrays.fill(arena, dead[i][range], dead[i][range + 1], Float.NaN);
      }
    }
  }

  /** For each step the ranges (from, to) of the values that nothing reads after it. */
  private static int[][] deadRanges(Graph graph, MemoryPlan plan, List<Integer> owners) {
    int[][] ranges = new int[owners.size()][];
    for (int step = 0; step < ranges.length; step++) {
      int now = owners.get(step);
      int next = step + 1 < ranges.length ? owners.get(step + 1) : graph.values().size();
      List<Integer> found = new ArrayList<>();
      for (Value value : graph.values()) {
        int death = plan.lastUse(value);
        boolean here = now != next && death >= now && death < next && value.id() <= now;
        if (here && plan.root(value) == value.id() && !isLeaf(value)) {
          Value last = graph.values().get(death);
          boolean overwritten = last.id() != value.id() && plan.offset(last) == plan.offset(value);
          if (!overwritten) {
            found.add(plan.offset(value));
            found.add(plan.offset(value) + value.shape().size());
          }
        }
      }
      ranges[step] = new int[found.size()];
      for (int i = 0; i < found.size(); i++) {
        ranges[step][i] = found.get(i);
      }
    }
    return ranges;
  }

  private static boolean isLeaf(Value value) {
    return value.op() instanceof Op.Input || value.op() instanceof Op.Parameter;
  }
}
