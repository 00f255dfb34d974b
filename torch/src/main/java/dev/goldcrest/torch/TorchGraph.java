package dev.goldcrest.torch;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.MemoryPlan;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Runs a graph once on libtorch from plain arrays, for checks against other interpreters. */
public final class TorchGraph {
  private TorchGraph() {}

  /**
   * @param outputs by name, row-major
   * @param gradients of sum(output * cotangent) over the given cotangents, by parameter path or
   *     input name; a leaf that no output depends on has none
   */
  public record Result(Map<String, float[]> outputs, Map<String, float[]> gradients) {}

  /**
   * Evaluates {@code graph}.
   *
   * @param parameters by path, row-major
   * @param floats F32 inputs by name
   * @param indices I32 inputs by name
   * @param cotangents by output name; empty for no gradients
   */
  public static Result evaluate(
      Graph graph,
      Map<String, float[]> parameters,
      Map<String, float[]> floats,
      Map<String, int[]> indices,
      Map<String, float[]> cotangents) {
    Torch.load();
    try (PointerScope scope = new PointerScope()) {
      boolean differentiate = !cotangents.isEmpty();
      Map<String, Tensor> weights = new LinkedHashMap<>();
      Map<String, Tensor> leaves = new LinkedHashMap<>();
      for (Value parameter : graph.parameters().values()) {
        Tensor leaf = leaf(parameters.get(parameter.path()), parameter, differentiate);
        weights.put(parameter.path(), leaf);
        leaves.put(parameter.path(), leaf);
      }
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      for (Value input : graph.inputs().values()) {
        if (input.type() == DType.I32) {
          inputs.put(input.path(), Torch.indices(indices.get(input.path()), sizes(input.shape())));
        } else {
          Tensor leaf = leaf(floats.get(input.path()), input, differentiate);
          inputs.put(input.path(), leaf);
          leaves.put(input.path(), leaf);
        }
      }
      var tensors = new TorchOps(graph, MemoryPlan.of(graph), weights, inputs, null).run();
      Map<String, float[]> outputs = new LinkedHashMap<>();
      tensors.forEach((name, tensor) -> outputs.put(name, Torch.floats(tensor)));
      return new Result(outputs, gradients(tensors, graph, cotangents, leaves));
    }
  }

  private static Tensor leaf(float[] values, Value value, boolean differentiate) {
    if (values == null || values.length != value.shape().size()) {
      throw new IllegalArgumentException(
          value.path()
              + " needs "
              + value.shape().size()
              + " values, got "
              + (values == null ? "none" : values.length));
    }
    return Torch.floats(values, sizes(value.shape())).set_requires_grad(differentiate);
  }

  private static Map<String, float[]> gradients(
      Map<String, Tensor> outputs,
      Graph graph,
      Map<String, float[]> cotangents,
      Map<String, Tensor> leaves) {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    Tensor sum = null;
    for (var cotangent : cotangents.entrySet()) {
      Shape shape = graph.output(cotangent.getKey()).shape();
      Tensor weight = Torch.floats(cotangent.getValue(), sizes(shape));
      Tensor term = outputs.get(cotangent.getKey()).mul(weight).sum();
      sum = sum == null ? term : sum.add(term);
    }
    if (sum != null) {
      sum.backward();
      leaves.forEach(
          (name, leaf) -> {
            Tensor gradient = leaf.grad();
            if (gradient.defined()) {
              gradients.put(name, Torch.floats(gradient));
            }
          });
    }
    return gradients;
  }

  static long[] sizes(Shape shape) {
    long[] sizes = new long[shape.rank()];
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = shape.at(axis);
    }
    return sizes;
  }
}
