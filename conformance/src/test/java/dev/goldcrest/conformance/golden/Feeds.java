package dev.goldcrest.conformance.golden;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The arrays of a case that is being traced; an input is declared and filled in one go. */
final class Feeds {
  private final GoldenCase golden;
  private final Map<String, double[]> inputs = new LinkedHashMap<>();

  Feeds(GoldenCase golden) {
    this.golden = golden;
  }

  /** What was filled so far. */
  Map<String, double[]> inputs() {
    return inputs;
  }

  /** The input {@code name} with the elements of {@code in.<name>}. */
  Value input(Scope scope, String name) {
    try {
      return feed(scope, name, golden.array("in." + name), golden.shape("in." + name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The mask (B, T) of {@code in.<name>}, 1 for what is kept; null when the case has none. */
  Value mask(Scope scope, String name) {
    try {
      return golden.has("in." + name)
          ? feed(scope, name, golden.kept("in." + name), golden.shape("in." + name))
          : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Value feed(Scope scope, String name, double[] values, int... shape) {
    Dim[] dims = new Dim[shape.length];
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = Dim.of(shape[axis]);
    }
    inputs.put(name, values);
    return scope.input(name, DType.F32, dims);
  }
}
