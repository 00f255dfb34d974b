package dev.goldcrest.conformance;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.runtime.ReferenceInterpreter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gradients of the definition: each element nudged both ways, in doubles. */
final class FiniteDifferences {
  /** Truncation and rounding are both near 1e-10 at this width. */
  private static final double NUDGE = 1e-5;

  private FiniteDifferences() {}

  /**
   * d/d(.) of sum(output * cotangent) for each parameter and input that {@code opCase} may nudge.
   */
  static Map<String, double[]> of(
      Graph graph, OpCase opCase, Arguments arguments, double[] cotangent) {
    Map<String, double[]> gradients = new LinkedHashMap<>();
    for (Map<String, double[]> arrays : List.of(arguments.parameters(), arguments.inputs())) {
      for (Map.Entry<String, double[]> entry : arrays.entrySet()) {
        if (opCase.differentiable(entry.getKey())) {
          gradients.put(entry.getKey(), differences(graph, arguments, entry.getValue(), cotangent));
        }
      }
    }
    return gradients;
  }

  private static double[] differences(
      Graph graph, Arguments arguments, double[] nudged, double[] cotangent) {
    double[] gradient = new double[nudged.length];
    for (int i = 0; i < nudged.length; i++) {
      double kept = nudged[i];
      nudged[i] = kept + NUDGE;
      double above = product(graph, arguments, cotangent);
      nudged[i] = kept - NUDGE;
      double below = product(graph, arguments, cotangent);
      nudged[i] = kept;
      gradient[i] = (above - below) / (2 * NUDGE);
    }
    return gradient;
  }

  private static double product(Graph graph, Arguments arguments, double[] cotangent) {
    double[] output =
        ReferenceInterpreter.run(graph, arguments.parameters(), arguments.inputs())
            .get(OpCase.OUTPUT);
    double sum = 0;
    for (int i = 0; i < output.length; i++) {
      sum += output[i] * cotangent[i];
    }
    return sum;
  }
}
