package dev.goldcrest.conformance;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/**
 * One conformance case: a small graph with one output {@code y}, and what must be true of it.
 * {@link ConformanceTest} runs every case in every mode.
 *
 * @param name unique; seeds what is drawn
 * @param build the graph
 * @param shape of the output, as {@code (B=2,3)}
 * @param macs multiply-adds, by hand
 * @param terms terms in the longest sum behind one output element; tolerances grow with it
 * @param feeds by parameter path or input name; {@link #OTHERS} for all that are not listed, else
 *     {@link Feed#SPREAD}
 * @param expected the output worked by hand; null where random numbers are fed
 */
record OpCase(
    String name,
    Function<Scope, Value> build,
    String shape,
    long macs,
    int terms,
    Map<String, Feed> feeds,
    double[] expected) {
  /** The single output of every case. */
  static final String OUTPUT = "y";

  /** Feeds every parameter and input without a feed of its own. */
  static final String OTHERS = "*";

  /** A float's rounding, and a little room for the order of a sum and for exp. */
  private static final double ROUNDING = 2e-7;

  /** A case fed with spread numbers. */
  static OpCase of(String name, String shape, long macs, int terms, Function<Scope, Value> build) {
    return new OpCase(name, build, shape, macs, terms, Map.of(), null);
  }

  /** The same with one array given. */
  OpCase feed(String input, Feed feed) {
    Map<String, Feed> more = new LinkedHashMap<>(feeds);
    more.put(input, feed);
    return new OpCase(name, build, shape, macs, terms, more, expected);
  }

  /** The same with the output worked by hand. */
  OpCase expect(double... values) {
    return new OpCase(name, build, shape, macs, terms, feeds, values);
  }

  Graph graph() {
    return Graph.trace(scope -> Map.of(OUTPUT, build.apply(scope)));
  }

  /** What an element may be off, relative to the largest of the output when that is above 1. */
  double tolerance() {
    return ROUNDING * (10 + terms);
  }

  /** Whether the gradient mode nudges this parameter or input. */
  boolean differentiable(String input) {
    return feed(input).differentiable();
  }

  /** The arrays of this case for {@code graph}, the same in every run. */
  Arguments arguments(Graph graph) {
    Map<String, double[]> parameters = new LinkedHashMap<>();
    Map<String, double[]> inputs = new LinkedHashMap<>();
    graph.parameters().forEach((path, value) -> parameters.put(path, draw(path, value)));
    graph.inputs().forEach((input, value) -> inputs.put(input, draw(input, value)));
    return new Arguments(parameters, inputs);
  }

  /** Numbers that floats hold exactly, so that all interpreters start from the same. */
  private double[] draw(String input, Value value) {
    Random random = new Random(31L * name.hashCode() + input.hashCode());
    return Arguments.doubles(
        Arguments.floats(feed(input).numbers().draw(value.shape().size(), random)));
  }

  private Feed feed(String input) {
    return feeds.getOrDefault(input, feeds.getOrDefault(OTHERS, Feed.SPREAD));
  }

  @Override
  public String toString() {
    return name;
  }
}
