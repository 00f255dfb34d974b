package dev.goldcrest.torch;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.MemoryPlan;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.decode.Stepper;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Decodes eagerly on libtorch, one call or a few for each operation of the same graph that the
 * runtime's sessions run: what the runtime is compared with, in results and in time. Sizes are
 * bucketed alike, states stay tensors, and rows are reordered by {@code index_select}.
 */
public final class TorchStepper implements Stepper {
  private static final int FIRST_CAP = 16;
  private static final int SOURCE_MULTIPLE = 8;

  private final Architecture architecture;
  private final Map<String, Tensor> weights = new LinkedHashMap<>();
  private final Map<String, Traced> traces = new HashMap<>();
  private final int vocabulary;

  /** States, and what an encoder gave, of one row until rows are made of it. */
  private final Map<String, Tensor> kept = new LinkedHashMap<>();

  private float[] scores = new float[0];
  private int[] read = {};
  private int source;
  private int rows;
  private int position;

  private record Traced(Graph graph, MemoryPlan plan) {}

  /** Of an architecture that has the entry {@link Architecture#DECODE}; copies the weights. */
  public TorchStepper(Architecture architecture, Weights values) {
    Torch.load();
    this.architecture = architecture;
    Graph decode = architecture.trace(Architecture.DECODE, architecture.smallest());
    vocabulary = decode.output("logits").shape().at(1);
    for (Value each : architecture.whole().parameters().values()) {
      weights.put(
          each.path(), Torch.floats(values.get(each.path()), TorchGraph.sizes(each.shape())));
    }
  }

  @Override
  public int vocabulary() {
    return vocabulary;
  }

  @Override
  public int maxSteps() {
    return architecture.maxLength();
  }

  @Override
  public void start(int[] tokens) {
    drop();
    rows = 0;
    position = 0;
    source = 0;
    read = tokens.clone();
    if (tokens.length > 0) {
      int padded = (tokens.length + SOURCE_MULTIPLE - 1) / SOURCE_MULTIPLE * SOURCE_MULTIPLE;
      source = Math.min(padded, architecture.maxLength());
      try (PointerScope scope = new PointerScope()) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        inputs.put("source", Torch.indices(Arrays.copyOf(tokens, source), 1, source));
        inputs.put("sourceMask", sourceMask(1));
        run(Architecture.ENCODE, new Sizes(1, 1, 1, source), inputs)
            .forEach((name, tensor) -> keep(name, tensor));
      }
    }
  }

  @Override
  public float[] step(int count, int[] tokens, int[] parents) {
    int room = FIRST_CAP;
    while (room <= position) {
      room *= 2;
    }
    room = Math.min(room, maxSteps());
    try (PointerScope scope = new PointerScope()) {
      Sizes sizes = new Sizes(count, room, 1, source);
      Graph graph = traced(Architecture.DECODE, sizes).graph();
      Map<String, Tensor> inputs = inputs(graph, count, room, tokens, parents);
      Map<String, Tensor> outputs = run(Architecture.DECODE, sizes, inputs);
      if (scores.length < count * vocabulary) {
        scores = new float[count * vocabulary];
      }
      try (FloatPointer data = outputs.get("logits").data_ptr_float()) {
        data.get(scores, 0, count * vocabulary);
      }
      Map<String, Tensor> old = new LinkedHashMap<>(kept);
      for (String name : graph.inputs().keySet()) {
        if (name.startsWith("past.")) {
          keep(name, outputs.get("next." + name.substring("past.".length())));
        } else if (name.startsWith("memory.")) {
          keep(name, inputs.get(name));
        }
      }
      old.forEach(
          (name, tensor) -> {
            if (kept.get(name) != tensor) {
              tensor.close();
            }
          });
    }
    rows = count;
    position++;
    return scores;
  }

  private Map<String, Tensor> inputs(
      Graph graph, int count, int room, int[] tokens, int[] parents) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    boolean moved = rows != count;
    for (int row = 0; row < count; row++) {
      moved |= parents[row] != row;
    }
    Tensor order = moved && rows > 0 ? Torch.indices(Arrays.copyOf(parents, count), count) : null;
    for (Value input : graph.inputs().values()) {
      String name = input.path();
      if (name.startsWith("past.")) {
        inputs.put(name, state(input, order));
      } else if (name.startsWith("memory.")) {
        Tensor memory = kept.get(name);
        inputs.put(
            name,
            memory.size(0) == count ? memory : memory.narrow(0, 0, 1).repeat((long) count, 1, 1));
      } else if (input.type() == DType.I32) {
        inputs.put(name, Torch.indices(numbers(name, tokens, count, room), sizes(input)));
      }
    }
    float[] seen = new float[count * room];
    for (int row = 0; row < count; row++) {
      Arrays.fill(seen, row * room, row * room + position + 1, 1);
    }
    inputs.put("seen", Torch.floats(seen, count, room));
    if (source > 0) {
      inputs.put("sourceMask", sourceMask(count));
    }
    return inputs;
  }

  private int[] numbers(String name, int[] tokens, int count, int room) {
    if (name.equals("ids")) {
      return Arrays.copyOf(tokens, count);
    }
    if (name.equals("position")) {
      return new int[] {position};
    }
    int[] distances = new int[room];
    for (int step = 0; step < room; step++) {
      distances[step] = Math.max(0, position - step);
    }
    return distances;
  }

  /** A state of the step before, its rows in order and its capacity grown; zero at first. */
  private Tensor state(Value input, Tensor order) {
    if (rows == 0) {
      return torch.zeros(sizes(input));
    }
    Tensor state = kept.get(input.path());
    Tensor ordered = order == null ? state : torch.index_select(state, 0, order);
    long more = input.shape().at(1) - ordered.size(1);
    return more == 0
        ? ordered
        : torch.constant_pad_nd(ordered, new long[] {0, 0, 0, more}, new Scalar(0.0));
  }

  private Tensor sourceMask(int count) {
    float[] mask = new float[count * source];
    for (int row = 0; row < count; row++) {
      Arrays.fill(mask, row * source, row * source + read.length, 1);
    }
    return Torch.floats(mask, count, source);
  }

  private Map<String, Tensor> run(String entry, Sizes sizes, Map<String, Tensor> inputs) {
    Traced traced = traced(entry, sizes);
    return new TorchOps(traced.graph(), traced.plan(), weights, inputs, null).run();
  }

  private Traced traced(String entry, Sizes sizes) {
    return traces.computeIfAbsent(
        entry + sizes,
        key -> {
          Graph graph = architecture.trace(entry, sizes);
          return new Traced(graph, MemoryPlan.of(graph));
        });
  }

  private static long[] sizes(Value value) {
    return TorchGraph.sizes(value.shape());
  }

  /** Keeps a tensor beyond the scope it was made in. */
  private void keep(String name, Tensor tensor) {
    if (kept.put(name, tensor) != tensor) {
      tensor.retainReference();
    }
  }

  private void drop() {
    kept.values().forEach(Tensor::close);
    kept.clear();
  }

  @Override
  public void close() {
    drop();
    weights.values().forEach(Tensor::close);
    weights.clear();
  }
}
