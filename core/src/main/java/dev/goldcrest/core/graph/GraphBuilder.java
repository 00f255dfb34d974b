package dev.goldcrest.core.graph;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The list that a model appends to while it is traced; frozen into a {@link Graph}. */
final class GraphBuilder {
  private final List<Value> values = new ArrayList<>();
  private final Map<String, Value> parameters = new LinkedHashMap<>();
  private final Map<String, Value> inputs = new LinkedHashMap<>();
  private final Map<Value, Factors> factors = new IdentityHashMap<>();
  private final Map<String, Value> factorised = new LinkedHashMap<>();
  private final Map<String, Integer> widths = new LinkedHashMap<>();
  private WeightForms forms = WeightForms.NONE;
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
    for (int i = 0; !factors.isEmpty() && i < operands.size(); i++) {
      Factors low = factors.get(operands.get(i));
      if (low != null && !Factors.fits(op, i)) {
        throw at(
            path,
            op.name(),
            new ShapeException(
                low.path()
                    + " has low rank, which only"
                    + " linears, tables and convolutions of one group can read"));
      }
      if (low != null) {
        return low.apply(this, path, op, operands);
      }
    }
    return add(op, operands, shape, op.type(operands), path);
  }

  /** Takes the forms of all weights to come. */
  void adopt(WeightForms adopted) {
    if (!forms.equals(adopted) && !(forms.isEmpty() && parameters.isEmpty() && widths.isEmpty())) {
      throw new IllegalStateException("weights have taken other forms already");
    }
    forms = adopted;
  }

  int width(String path, int full) {
    int width = forms.widths().getOrDefault(path, full);
    Integer known = widths.put(path, full);
    if (width > full || known != null && known != full) {
      throw at(
          path,
          "width",
          new ShapeException(
              width > full
                  ? width + " of " + full
                  : "asked before as " + known + ", now as " + full));
    }
    return width;
  }

  Value parameter(String path, Op.Parameter op) {
    Value known = factorised.containsKey(path) ? factorised.get(path) : parameters.get(path);
    if (known == null) {
      known = declare(path, op);
    } else if (!known.op().equals(op)) {
      throw at(
          path,
          op.name(),
          new ShapeException("declared before as " + known.op() + ", now as " + op));
    }
    return known;
  }

  private Value declare(String path, Op.Parameter op) {
    int rank = forms.rank(path);
    if (rank == 0) {
      Value value = add(op, List.of(), op.shape(List.of()), DType.F32, path);
      parameters.put(path, value);
      return value;
    }
    Value whole = new Value(this, -1, op, List.of(), op.of(), DType.F32, path);
    factorised.put(path, whole);
    try {
      Op.Parameter first = Factors.first(op, rank);
      Op.Parameter second = Factors.second(op, rank);
      factors.put(
          whole,
          new Factors(path, parameter(first.path(), first), parameter(second.path(), second)));
    } catch (ShapeException e) {
      throw at(path, op.name(), e);
    }
    return whole;
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
      if (factors.containsKey(output.getValue())) {
        throw new ShapeException(
            "output " + output.getKey() + ": " + output.getValue().path() + " has low rank");
      }
    }
    Map<String, Shape> lowRank = new LinkedHashMap<>();
    factorised.forEach((path, value) -> lowRank.put(path, value.shape()));
    return new Graph(values, inputs, parameters, outputs, forms, lowRank, widths);
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
