package dev.goldcrest.core.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The list that a model appends to while it is traced; frozen into a {@link Graph}. */
final class GraphBuilder {
  private final List<Value> values = new ArrayList<>();
  private final Map<String, Value> parameters = new LinkedHashMap<>();
  private final Map<String, Value> inputs = new LinkedHashMap<>();
  private boolean frozen;

  Value append(String path, Op op, List<Value> operands) {
    if (op instanceof Op.Input || op instanceof Op.Parameter) {
      throw at(
          path,
          op.name(),
          new ShapeException("inputs and parameters are declared by name on the scope"));
    }
    for (Value operand : operands) {
      if (operand.builder() != this) {
        throw at(
            path,
            op.name(),
            new ShapeException("operand " + operand + " belongs to another graph"));
      }
    }
    if (frozen) {
      throw at(path, op.name(), new ShapeException("the graph is finished"));
    }
    Shape shape;
    try {
      shape = op.shape(operands);
    } catch (ShapeException e) {
      throw at(path, op.name(), e);
    }
    return add(op, operands, shape, op.type(operands), path);
  }

  Value parameter(String path, Op.Parameter op) {
    Value known = parameters.get(path);
    if (known == null) {
      known = add(op, List.of(), op.shape(List.of()), DType.F32, path);
      parameters.put(path, known);
    } else if (!known.op().equals(op)) {
      throw at(
          path,
          op.name(),
          new ShapeException("declared before as " + known.op() + ", now as " + op));
    }
    return known;
  }

  Value input(Op.Input op) {
    if (inputs.containsKey(op.name())) {
      throw at(op.name(), "input", new ShapeException("declared twice"));
    }
    Value value = add(op, List.of(), op.of(), op.dtype(), op.name());
    inputs.put(op.name(), value);
    return value;
  }

  Graph finish(Map<String, Value> outputs) {
    frozen = true;
    for (Map.Entry<String, Value> output : outputs.entrySet()) {
      if (output.getValue().builder() != this) {
        throw new ShapeException(
            "output " + output.getKey() + ": " + output.getValue() + " belongs to another graph");
      }
    }
    return new Graph(values, inputs, parameters, outputs);
  }

  private Value add(Op op, List<Value> operands, Shape shape, DType type, String path) {
    Value value = new Value(this, values.size(), op, operands, shape, type, path);
    values.add(value);
    return value;
  }

  static ShapeException at(String path, String op, ShapeException cause) {
    ShapeException located =
        new ShapeException((path.isEmpty() ? "" : path + ": ") + op + ": " + cause.getMessage());
    located.setStackTrace(cause.getStackTrace());
    return located;
  }
}
