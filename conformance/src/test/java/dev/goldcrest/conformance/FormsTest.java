package dev.goldcrest.conformance;

import dev.goldcrest.conformance.SmallModels.Small;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.Coded;
import dev.goldcrest.runtime.Session;
import dev.goldcrest.runtime.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What forms of weights mean, for every architecture and task: a factorised model computes what the
 * dense one does with the products, a narrow one what the full one does with the rest at zero.
 */
class FormsTest {
  private static final double EXACT = 1e-11;
  private static final double TOLERANCE = 2e-5;

  static Stream<Small> dense() {
    return SmallModels.all().stream().filter(small -> small.architecture().forms().isEmpty());
  }

  private static double[] logits(
      Small small, Architecture model, Interpreter on, Map<String, double[]> weights) {
    Graph graph = model.trace(Architecture.WHOLE, SequenceTest.sizes(small, 6, 6));
    Map<String, double[]> inputs = SequenceTest.inputs(small, graph, 1);
    return on.run(graph, new Arguments(weights, inputs)).get("logits");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dense")
  void lowRank_onEveryInterpreter_isTheDenseModelOfTheProducts(Small small) {
    Graph dense = small.architecture().trace(Architecture.WHOLE, small.architecture().smallest());
    WeightForms forms = WeightForms.NONE;
    Map<String, Shape> weights = WeightForms.factorisable(dense);
    for (var weight : weights.entrySet()) {
      int least = Math.min(weight.getValue().at(0), weight.getValue().at(1));
      forms = forms.withRank(weight.getKey(), Math.min(3, least));
    }
    Small low = new Small("low", small.architecture().with(forms));
    Map<String, double[]> factors = low.parameters();
    Map<String, double[]> products = new LinkedHashMap<>(factors);
    for (var weight : weights.entrySet()) {
      double[] first = products.remove(WeightForms.first(weight.getKey()));
      double[] second = products.remove(WeightForms.second(weight.getKey()));
      products.put(weight.getKey(), product(second, first, forms.rank(weight.getKey())));
    }
    compare(small, low.architecture(), factors, products);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dense")
  void narrow_onEveryInterpreter_isTheFullModelWithZeros(Small small) {
    Graph full = small.architecture().trace(Architecture.WHOLE, small.architecture().smallest());
    WeightForms forms = WeightForms.NONE;
    for (var width : full.widths().entrySet()) {
      // A norm over hidden units would see the missing ones.
      if (!full.parameters().containsKey(width.getKey().replace("hidden", "norm.weight"))) {
        forms = forms.withWidth(width.getKey(), (width.getValue() + 1) / 2);
      }
    }
    Small narrow = new Small("narrow", small.architecture().with(forms));
    Map<String, double[]> some = narrow.parameters();
    Graph graph = narrow.architecture().trace(Architecture.WHOLE, small.architecture().smallest());
    Map<String, double[]> all = new LinkedHashMap<>();
    some.forEach(
        (path, values) ->
            all.put(
                path,
                padded(
                    values,
                    graph.parameters().get(path).shape(),
                    full.parameters().get(path).shape())));
    compare(small, narrow.architecture(), some, all);
  }

  /** Sessions compute with bytes what the definition does with the floats they stand for. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("dense")
  void int8_onSessions_isTheModelOfItsValues(Small small) {
    Architecture model = small.architecture();
    Graph graph = model.trace(Architecture.WHOLE, SequenceTest.sizes(small, 6, 6));
    Map<String, Coded> coded = new LinkedHashMap<>();
    Map<String, double[]> values = new LinkedHashMap<>();
    Random random = new Random(3);
    graph
        .parameters()
        .forEach(
            (path, parameter) -> {
              byte[] bytes = new byte[parameter.shape().size()];
              random.nextBytes(bytes);
              float[] scales = new float[WeightForms.Stored.rows(parameter.shape())];
              for (int row = 0; row < scales.length; row++) {
                scales[row] = 0.004f * random.nextFloat();
              }
              coded.put(path, new Coded.Int8(bytes, scales));
              values.put(path, Arguments.doubles(coded.get(path).floats()));
            });
    Map<String, double[]> inputs = SequenceTest.inputs(small, graph, 1);
    Arguments arguments = new Arguments(values, inputs);
    double[] expected = Interpreter.REFERENCE.run(graph, arguments).get("logits");
    for (Interpreter interpreter : List.of(Interpreter.SCALAR, Interpreter.SIMD)) {
      SessionInterpreter sessions = (SessionInterpreter) interpreter;
      Session session = new Session(graph, Weights.of(Map.of(), coded), sessions.kernels());
      arguments.floatInputs(graph).forEach(session::feed);
      arguments.indexInputs(graph).forEach(session::feed);
      session.run();
      double[] logits = Arguments.doubles(session.output("logits"));
      Compare.close(small + " on " + sessions.name(), logits, expected, TOLERANCE, TOLERANCE);
    }
  }

  private static void compare(
      Small small, Architecture formed, Map<String, double[]> own, Map<String, double[]> same) {
    double[] expected = logits(small, small.architecture(), Interpreter.REFERENCE, same);
    for (Interpreter interpreter : SequenceTest.available()) {
      double tolerance = interpreter == Interpreter.REFERENCE ? EXACT : TOLERANCE;
      Compare.close(
          small + " on " + interpreter.name(),
          logits(small, formed, interpreter, own),
          expected,
          tolerance,
          tolerance);
    }
  }

  /** (out, rank) times (rank, n). */
  static double[] product(double[] second, double[] first, int rank) {
    int out = second.length / rank;
    int n = first.length / rank;
    double[] product = new double[out * n];
    for (int o = 0; o < out; o++) {
      for (int r = 0; r < rank; r++) {
        for (int i = 0; i < n; i++) {
          product[o * n + i] += second[o * rank + r] * first[r * n + i];
        }
      }
    }
    return product;
  }

  /** The leading rows and columns of a larger weight that is zero elsewhere. */
  private static double[] padded(double[] values, Shape from, Shape to) {
    if (from.sameSizes(to)) {
      return values;
    }
    double[] all = new double[to.size()];
    int width = from.size(1, from.rank());
    for (int row = 0; row < from.at(0); row++) {
      System.arraycopy(values, row * width, all, row * to.size(1, to.rank()), width);
    }
    return all;
  }
}
