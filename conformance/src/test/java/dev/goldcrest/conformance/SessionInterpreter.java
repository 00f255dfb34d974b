package dev.goldcrest.conformance;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.MemoryPlan;
import dev.goldcrest.runtime.Session;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import java.util.LinkedHashMap;
import java.util.Map;

/** The device runtime with one set of kernels. */
record SessionInterpreter(String name, Kernels kernels) implements Interpreter {
  @Override
  public String unavailable() {
    return name.equals("simd") && kernels instanceof ScalarKernels
        ? "this JVM has no SIMD kernels, so nothing was compared with them"
        : null;
  }

  /** Twice in one session, which must leave nothing behind. */
  @Override
  public Map<String, double[]> run(Graph graph, Arguments arguments) {
    Session session = new Session(graph, Weights.of(arguments.floatParameters()), kernels);
    Map<String, float[]> first = run(session, graph, arguments);
    Map<String, float[]> second = run(session, graph, arguments);
    first.forEach(
        (output, values) -> Compare.same("second run of " + output, second.get(output), values));
    return Interpreter.doubles(first);
  }

  /** Under {@code plan}, with NaN written over whatever nothing should read any more. */
  Map<String, float[]> poisoned(Graph graph, Arguments arguments, MemoryPlan plan) {
    Weights weights = Weights.of(arguments.floatParameters());
    return run(new Session(graph, weights, kernels, plan, true), graph, arguments);
  }

  private static Map<String, float[]> run(Session session, Graph graph, Arguments arguments) {
    arguments.floatInputs(graph).forEach(session::feed);
    arguments.indexInputs(graph).forEach(session::feed);
    session.run();
    Map<String, float[]> outputs = new LinkedHashMap<>();
    graph.outputs().keySet().forEach(name -> outputs.put(name, session.output(name)));
    return outputs;
  }
}
