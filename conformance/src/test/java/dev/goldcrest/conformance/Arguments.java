package dev.goldcrest.conformance;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Graph;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a graph is run on, in doubles that are floats or whole numbers. */
public record Arguments(Map<String, double[]> parameters, Map<String, double[]> inputs) {
  public Map<String, float[]> floatParameters() {
    Map<String, float[]> floats = new LinkedHashMap<>();
    parameters.forEach((path, values) -> floats.put(path, floats(values)));
    return floats;
  }

  public Map<String, float[]> floatInputs(Graph graph) {
    Map<String, float[]> floats = new LinkedHashMap<>();
    inputs.forEach(
        (name, values) -> {
          if (graph.inputs().get(name).type() == DType.F32) {
            floats.put(name, floats(values));
          }
        });
    return floats;
  }

  public Map<String, int[]> indexInputs(Graph graph) {
    Map<String, int[]> indices = new LinkedHashMap<>();
    inputs.forEach(
        (name, values) -> {
          if (graph.inputs().get(name).type() == DType.I32) {
            int[] whole = new int[values.length];
            for (int i = 0; i < whole.length; i++) {
              whole[i] = (int) values[i];
            }
            indices.put(name, whole);
          }
        });
    return indices;
  }

  public static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  public static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
