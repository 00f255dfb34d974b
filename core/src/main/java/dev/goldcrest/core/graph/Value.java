package dev.goldcrest.core.graph;

import java.util.List;

/**
 * One node of a {@link Graph}: an operation applied to earlier values. The fluent methods append a
 * node and return it; they compute nothing.
 */
public final class Value {
  private final GraphBuilder builder;
  private final int id;
  private final Op op;
  private final List<Value> inputs;
  private final Shape shape;
  private final DType type;
  private final String path;

  Value(
      GraphBuilder builder,
      int id,
      Op op,
      List<Value> inputs,
      Shape shape,
      DType type,
      String path) {
    this.builder = builder;
    this.id = id;
    this.op = op;
    this.inputs = inputs;
    this.shape = shape;
    this.type = type;
    this.path = path;
  }

  /** Position in {@link Graph#values()}; inputs have smaller ones. */
  public int id() {
    return id;
  }

  public Op op() {
    return op;
  }

  public List<Value> inputs() {
    return inputs;
  }

  /** The operand at {@code index}. */
  public Value input(int index) {
    return inputs.get(index);
  }

  public Shape shape() {
    return shape;
  }

  public DType type() {
    return type;
  }

  /** The scope in which this value was made; for a parameter or an input its own name. */
  public String path() {
    return path;
  }

  GraphBuilder builder() {
    return builder;
  }

  /** Elementwise sum; {@code other} is broadcast to this shape. */
  public Value plus(Value other) {
    return append(new Op.Binary(Op.Binary.Kind.ADD), this, other);
  }

  /** Elementwise product; {@code other} is broadcast to this shape. */
  public Value times(Value other) {
    return append(new Op.Binary(Op.Binary.Kind.MULTIPLY), this, other);
  }

  /** {@code this * scale + shift}. */
  public Value affine(double scale, double shift) {
    return append(new Op.Affine(scale, shift), this);
  }

  public Value unary(Op.Unary.Kind kind) {
    return append(new Op.Unary(kind), this);
  }

  /** Softmax over the last axis. */
  public Value softmax() {
    return append(new Op.Softmax(false), this);
  }

  /** Natural logarithm of the softmax over the last axis. */
  public Value logSoftmax() {
    return append(new Op.Softmax(true), this);
  }

  /** The same elements in row-major order under other axes. */
  public Value reshape(Dim... dims) {
    return append(new Op.Reshape(Shape.of(dims)), this);
  }

  /** Axis {@code i} of the result is axis {@code order[i]} of this. */
  public Value permute(Integer... order) {
    return append(new Op.Permute(List.of(order)), this);
  }

  /** {@code length} elements of one axis from {@code from} on. */
  public Value slice(int axis, int from, int length) {
    return append(new Op.Slice(resolve("slice", axis), from, length), this);
  }

  /** This and {@code other} one after the other along {@code axis}. */
  public Value concat(int axis, Value other) {
    return append(new Op.Concat(resolve("concat", axis)), this, other);
  }

  /** Reduction of one axis away. */
  public Value reduce(Op.Reduce.Kind kind, int axis) {
    return append(new Op.Reduce(kind, resolve("reduce" + kind, axis)), this);
  }

  /**
   * Reduction of one axis away over the elements that {@code mask} (axes 0 to {@code axis}) keeps;
   * 0 where it keeps none.
   */
  public Value reduce(Op.Reduce.Kind kind, int axis, Value mask) {
    return append(new Op.Reduce(kind, resolve("reduce" + kind, axis)), this, mask);
  }

  private int resolve(String name, int axis) {
    try {
      return shape.resolve(axis);
    } catch (ShapeException e) {
      throw GraphBuilder.at(path, name, e);
    }
  }

  private Value append(Op op, Value... inputs) {
    return builder.append(path, op, List.of(inputs));
  }

  @Override
  public String toString() {
    return (path.isEmpty() ? "" : path + ": ") + op.name() + " " + shape;
  }
}
