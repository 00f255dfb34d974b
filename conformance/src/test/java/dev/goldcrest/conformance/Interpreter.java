package dev.goldcrest.conformance;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.runtime.ReferenceInterpreter;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import dev.goldcrest.torch.Torch;
import dev.goldcrest.torch.TorchGraph;
import java.util.LinkedHashMap;
import java.util.Map;

/** One way of computing a graph's outputs: the seam behind which every interpreter looks alike. */
public interface Interpreter {
  /** As in {@code scalar}. */
  String name();

  /** Why it cannot run on this system, in a sentence; null when it can. */
  default String unavailable() {
    return null;
  }

  /** Outputs by name. */
  Map<String, double[]> run(Graph graph, Arguments arguments);

  /** The definition. */
  Interpreter REFERENCE =
      new Interpreter() {
        @Override
        public String name() {
          return "reference";
        }

        @Override
        public Map<String, double[]> run(Graph graph, Arguments arguments) {
          return ReferenceInterpreter.run(graph, arguments.parameters(), arguments.inputs());
        }
      };

  /** A session of plain loops over floats. */
  Interpreter SCALAR = new SessionInterpreter("scalar", new ScalarKernels());

  /** A session of the Vector API, at the width this machine has. */
  Interpreter SIMD = new SessionInterpreter("simd", KernelsProvider.kernels());

  /** libtorch. */
  Interpreter TORCH =
      new Interpreter() {
        @Override
        public String name() {
          return "torch";
        }

        @Override
        public String unavailable() {
          return Torch.available()
              ? null
              : "libtorch's natives cannot be loaded on this system, so nothing was compared with it";
        }

        @Override
        public Map<String, double[]> run(Graph graph, Arguments arguments) {
          return doubles(torch(graph, arguments, Map.of()).outputs());
        }
      };

  /**
   * Evaluates on libtorch, with gradients of sum(output * cotangent) where cotangents are given.
   */
  static TorchGraph.Result torch(
      Graph graph, Arguments arguments, Map<String, float[]> cotangents) {
    return TorchGraph.evaluate(
        graph,
        arguments.floatParameters(),
        arguments.floatInputs(graph),
        arguments.indexInputs(graph),
        cotangents);
  }

  /** The same arrays in doubles. */
  static Map<String, double[]> doubles(Map<String, float[]> floats) {
    Map<String, double[]> doubles = new LinkedHashMap<>();
    floats.forEach((name, values) -> doubles.put(name, Arguments.doubles(values)));
    return doubles;
  }
}
