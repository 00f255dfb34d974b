package dev.goldcrest.core.graph;

import java.util.List;

/**
 * A place in a model while it is traced. Its path names the parameters declared in it, which makes
 * the path the key of a weight in the model file: the same build method creates, loads, costs and
 * exports.
 */
public final class Scope {
  private final GraphBuilder builder;
  private final String path;
  private final boolean training;

  Scope(GraphBuilder builder, String path, boolean training) {
    this.builder = builder;
    this.path = path;
    this.training = training;
  }

  /** The scope {@code name} inside this one. */
  public Scope in(String name) {
    return new Scope(builder, child(name), training);
  }

  /** The scope {@code name.index} inside this one, for a stack of alike layers. */
  public Scope in(String name, int index) {
    return in(name + "." + index);
  }

  public String path() {
    return path;
  }

  /**
   * Whether this trace is for training, in which dropout exists. Both traces declare the same
   * parameters.
   */
  public boolean training() {
    return training;
  }

  /** Applies an operation; shape errors carry this scope's path. */
  public Value apply(Op op, Value... operands) {
    return builder.append(path, op, List.of(operands));
  }

  /**
   * The trainable parameter {@code name} of this scope. Asking twice ties both uses; asking again
   * with another shape or start is an error.
   */
  public Value parameter(String name, Init init, int... sizes) {
    String full = child(name);
    return builder.parameter(full, new Op.Parameter(full, Shape.of(sizes), init));
  }

  /**
   * How many of {@code full} alike parts (heads, hidden units) this scope has left: {@code full},
   * unless the forms of the weights say fewer.
   */
  public int width(String name, int full) {
    return builder.width(child(name), full);
  }

  /** This scope, with all weights of the trace, of which none is declared yet, in other forms. */
  public Scope adopt(WeightForms forms) {
    builder.adopt(forms);
    return this;
  }

  /**
   * What the caller feeds under {@code name}; inputs have one flat namespace, whatever the scope.
   */
  public Value input(String name, DType type, Dim... dims) {
    return builder.input(new Op.Input(name, Shape.of(dims), type));
  }

  private String child(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
