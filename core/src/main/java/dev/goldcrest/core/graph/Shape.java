package dev.goldcrest.core.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * The lengths of a value's axes, outermost first. A scalar has no axes. The number of elements fits
 * an {@code int}, which is checked here once so that no interpreter has to.
 */
public record Shape(List<Dim> dims) {
  public Shape {
    dims = List.copyOf(dims);
    long size = 1;
    for (Dim dim : dims) {
      size *= dim.size();
      if (size > Integer.MAX_VALUE) {
        throw new ShapeException("shape " + text(dims) + " has more than 2^31-1 elements");
      }
    }
  }

  /** A shape of the given axes. */
  public static Shape of(Dim... dims) {
    return new Shape(List.of(dims));
  }

  /** A shape of unnamed axes. */
  public static Shape of(int... sizes) {
    List<Dim> dims = new ArrayList<>(sizes.length);
    for (int size : sizes) {
      dims.add(Dim.of(size));
    }
    return new Shape(dims);
  }

  /** Number of axes. */
  public int rank() {
    return dims.size();
  }

  /** The axis at {@code axis}; negative counts from the last. */
  public Dim dim(int axis) {
    return dims.get(resolve(axis));
  }

  /** Length of the axis at {@code axis}; negative counts from the last. */
  public int at(int axis) {
    return dim(axis).size();
  }

  /** Number of elements. */
  public int size() {
    return size(0, rank());
  }

  /** Product of the lengths of axes {@code from} (inclusive) to {@code to} (exclusive). */
  public int size(int from, int to) {
    int size = 1;
    for (int axis = from; axis < to; axis++) {
      size *= dims.get(axis).size();
    }
    return size;
  }

  /** Elements over all axes but the last; 1 for a scalar. */
  public int rows() {
    return rank() == 0 ? 1 : size(0, rank() - 1);
  }

  /** {@code axis} as an index from the front, checked. */
  public int resolve(int axis) {
    int index = axis < 0 ? axis + rank() : axis;
    if (index < 0 || index >= rank()) {
      throw new ShapeException("axis " + axis + " does not exist in " + this);
    }
    return index;
  }

  /** The same shape with one axis replaced. */
  public Shape with(int axis, Dim dim) {
    List<Dim> changed = new ArrayList<>(dims);
    changed.set(resolve(axis), dim);
    return new Shape(changed);
  }

  /** The same shape with one axis taken out. */
  public Shape without(int axis) {
    List<Dim> changed = new ArrayList<>(dims);
    changed.remove(resolve(axis));
    return new Shape(changed);
  }

  /** Whether both have the same lengths; names may differ. */
  public boolean sameSizes(Shape other) {
    if (rank() != other.rank()) {
      return false;
    }
    for (int axis = 0; axis < rank(); axis++) {
      if (at(axis) != other.at(axis)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return text(dims);
  }

  private static String text(List<Dim> dims) {
    StringBuilder text = new StringBuilder("(");
    for (Dim dim : dims) {
      text.append(text.length() > 1 ? "," : "").append(dim);
    }
    return text.append(')').toString();
  }
}
