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
    for (Value operand : operands) {
      if (operand.builder() != this) {
        throw at(path, op, new ShapeException("operand " + operand + " belongs to another graph"));
      }
    }
    if (frozen) {
      throw at(path, op, new ShapeException("the graph is finished"));
    }
    Shape shape;
    try {
      shape = op.shape(operands);
    } catch (ShapeException e) {
      throw at(path, op, e);
    }
    return add(op, operands, shape, op.type(operands), path);
  }

  Value parameter(String path, Op.Parameter op) {
    Value known = parameters.get(path);
    if (known == null) {
      known = add(op, List.of(), op.shape(List.of()), DType.F32, path);
      parameters.put(path, known);
    } else if (!known.op().equals(op)) {
      throw at(path, op, new ShapeException("declared before as " + known.op() + ", now as " + op));
    }
    return known;
  }

  Value input(Op.Input op) {
    if (inputs.containsKey(op.name())) {
      throw at(op.name(), op, new ShapeException("declared twice"));
    }
    Value value = add(op, List.of(), op.of(), op.dtype(), op.name());
    inputs.put(op.name(), value);
    return value;
  }

  Graph finish(Map<String, Value> outputs) {
    frozen = true;
    return new Graph(values, inputs, parameters, outputs);
  }

  private Value add(Op op, List<Value> operands, Shape shape, DType type, String path) {
    Value value = new Value(this, values.size(), op, operands, shape, type, path);
    values.add(value);
    return value;
  }

  private static ShapeException at(String path, Op op, ShapeException cause) {
    ShapeException located =
        new ShapeException((path.isEmpty() ? "" : path + ": ") + op.name() + ": " + cause.getMessage());
    located.setStackTrace(cause.getStackTrace());
    return located;
  }
}
