package dev.goldcrest.conformance.golden;

import dev.goldcrest.conformance.Arguments;
import dev.goldcrest.conformance.Interpreter;
import dev.goldcrest.core.graph.Graph;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A golden case that one graph computes: its outputs on every interpreter, its gradients on
 * libtorch.
 */
record GoldenGraph(Graph graph, Names names, Map<String, double[]> inputs) {
  static final List<Interpreter> INTERPRETERS =
      List.of(Interpreter.REFERENCE, Interpreter.SCALAR, Interpreter.SIMD, Interpreter.TORCH);

  /** Those that run on this system. */
  static List<Interpreter> available() {
    return INTERPRETERS.stream().filter(each -> each.unavailable() == null).toList();
  }

  /**
   * Requires everything that the file holds: each graph output is {@code out.<name>}, each input
   * {@code in.<name>}.
   */
  void check(GoldenCase golden) throws IOException {
    Arguments arguments = new Arguments(names.parameters(graph, golden), inputs);
    for (Interpreter interpreter : available()) {
      for (Map.Entry<String, double[]> output : interpreter.run(graph, arguments).entrySet()) {
        golden.requireOutput(output.getKey(), output.getValue(), interpreter.name());
      }
    }
    if (Interpreter.TORCH.unavailable() == null) {
      checkGradients(golden, arguments);
    } else {
      golden.forgetGradients();
    }
  }

  private void checkGradients(GoldenCase golden, Arguments arguments) throws IOException {
    Map<String, float[]> cotangents = new LinkedHashMap<>();
    for (String output : golden.names("cot.")) {
      if (graph.outputs().containsKey(output)) {
        cotangents.put(output, Arguments.floats(golden.array("cot." + output)));
      }
    }
    requireGradients(golden, graph, names, arguments, cotangents);
  }

  /** Compares libtorch's gradients of sum(output * cotangent) with all that the file holds. */
  static void requireGradients(
      GoldenCase golden,
      Graph graph,
      Names names,
      Arguments arguments,
      Map<String, float[]> cotangents)
      throws IOException {
    Map<String, double[]> gradients =
        Interpreter.doubles(Interpreter.torch(graph, arguments, cotangents).gradients());
    for (Map.Entry<String, double[]> gradient : gradients.entrySet()) {
      String name = gradient.getKey();
      if (graph.parameters().containsKey(name)) {
        names.requireGradient(golden, name, gradient.getValue(), "torch");
      } else if (golden.has("grad.in." + name)) {
        golden.requireGradient("in." + name, 0, gradient.getValue(), "torch");
      }
    }
  }
}
