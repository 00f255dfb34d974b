package dev.goldcrest.core.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A traced model: values in an order in which each comes after its operands, with named inputs and
 * outputs. Immutable.
 */
public final class Graph {
  private final List<Value> values;
  private final Map<String, Value> inputs;
  private final Map<String, Value> parameters;
  private final Map<String, Value> outputs;
  private final WeightForms forms;
  private final Map<String, Shape> lowRank;
  private final Map<String, Integer> widths;

  Graph(
      List<Value> values,
      Map<String, Value> inputs,
      Map<String, Value> parameters,
      Map<String, Value> outputs,
      WeightForms forms,
      Map<String, Shape> lowRank,
      Map<String, Integer> widths) {
    this.values = List.copyOf(values);
    this.inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    this.parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    this.forms = forms;
    this.lowRank = Collections.unmodifiableMap(lowRank);
    this.widths = Collections.unmodifiableMap(new LinkedHashMap<>(widths));
    checkUsed();
  }

  /** Traces {@code model} for inference. It returns its named outputs. */
  public static Graph trace(Function<Scope, Map<String, Value>> model) {
    return trace(false, model);
  }

  /** Traces {@code model}; {@code training} keeps its dropout. */
  public static Graph trace(boolean training, Function<Scope, Map<String, Value>> model) {
    return trace(training, WeightForms.NONE, model);
  }

  /** The same with weights in other forms. */
  public static Graph trace(
      boolean training, WeightForms forms, Function<Scope, Map<String, Value>> model) {
    GraphBuilder builder = new GraphBuilder();
    builder.adopt(forms);
    return builder.finish(model.apply(new Scope(builder, "", training)));
  }

  public List<Value> values() {
    return values;
  }

  /** Inputs by name, in the order of declaration. */
  public Map<String, Value> inputs() {
    return inputs;
  }

  /** Parameters by path, in the order of declaration. */
  public Map<String, Value> parameters() {
    return parameters;
  }

  /** Outputs by name. */
  public Map<String, Value> outputs() {
    return outputs;
  }

  /** The forms that its weights were traced with. */
  public WeightForms forms() {
    return forms;
  }

  /** Shapes of the weights that are factorised, which are no parameters themselves, by path. */
  public Map<String, Shape> lowRank() {
    return lowRank;
  }

  /** The widths that layers asked for, by path, as the architecture has them. */
  public Map<String, Integer> widths() {
    return widths;
  }

  /** The output {@code name}. */
  public Value output(String name) {
    Value value = outputs.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "no output " + name + "; this graph has " + outputs.keySet());
    }
    return value;
  }

  /** Number of weights: the elements of all parameters. */
  public long parameterCount() {
    long count = 0;
    for (Value parameter : parameters.values()) {
      count += parameter.shape().size();
    }
    return count;
  }

  private void checkUsed() {
    boolean[] used = new boolean[values.size()];
    for (Value output : outputs.values()) {
      used[output.id()] = true;
    }
    for (int id = values.size() - 1; id >= 0; id--) {
      if (used[id]) {
        for (Value operand : values.get(id).inputs()) {
          used[operand.id()] = true;
        }
      }
    }
    List<Value> idle = new ArrayList<>();
    for (Value value : values) {
      if (!used[value.id()]) {
        idle.add(value);
      }
    }
    if (!idle.isEmpty()) {
      throw new ShapeException("no output depends on " + idle);
    }
  }
}
