package dev.goldcrest.conformance.golden;

import dev.goldcrest.conformance.Arguments;
import dev.goldcrest.conformance.Interpreter;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A decoder's graph of one step, run step by step from empty states.
 *
 * @param fixed inputs that are the same at each step
 */
record GoldenSteps(Graph graph, Map<String, double[]> parameters, Map<String, double[]> fixed) {
  /** The output at each step, one after the other: time first. */
  double[] run(
      Interpreter interpreter,
      String output,
      int time,
      IntFunction<Map<String, double[]>> inputsOfStep) {
    Map<String, double[]> inputs = new LinkedHashMap<>();
    for (Map.Entry<String, Value> input : graph.inputs().entrySet()) {
      inputs.put(input.getKey(), new double[input.getValue().shape().size()]);
    }
    inputs.putAll(fixed);
    int size = graph.output(output).shape().size();
    double[] all = new double[time * size];
    for (int t = 0; t < time; t++) {
      inputs.putAll(inputsOfStep.apply(t));
      moveTo(t, inputs);
      Map<String, double[]> outputs = interpreter.run(graph, new Arguments(parameters, inputs));
      System.arraycopy(outputs.get(output), 0, all, t * size, size);
      outputs.forEach(
          (name, state) -> {
            if (name.startsWith("next.")) {
              inputs.put("past." + name.substring("next.".length()), state);
            }
          });
    }
    return all;
  }

  private void moveTo(int t, Map<String, double[]> inputs) {
    double[] distances = inputs.getOrDefault("distances", new double[0]);
    for (int s = 0; s < distances.length; s++) {
      distances[s] = Math.max(0, t - s);
    }
    if (inputs.containsKey("position")) {
      inputs.put("position", new double[] {t});
      int cap = graph.inputs().get("seen").shape().at(1);
      double[] seen = inputs.get("seen");
      for (int at = t; at < seen.length; at += cap) {
        seen[at] = 1;
      }
    }
  }
}
