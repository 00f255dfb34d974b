package dev.goldcrest.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.compress.Compression;
import dev.goldcrest.compress.Pruning;
import dev.goldcrest.compress.Rank;
import dev.goldcrest.compress.UnitPruning;
import dev.goldcrest.conformance.SmallModels.Small;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.graph.WeightForms.Stored;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Lstr;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.Session;
import dev.goldcrest.runtime.Weights;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that can be done to weights, alone and together, to every architecture: from the file
 * it runs everywhere as the dense model of the values that a reader gets.
 */
class CompressedModelsTest {
  private static final double EXACT = 1e-10;
  private static final double TOLERANCE = 3e-5;
  private static final Lstr STREAM = new Lstr(5, 12, 3, 16, 7, 2, 4, 3, 1, 5, 2, 2, true, 0.1, 4);

  private static final Map<String, Compression> PLANS = new LinkedHashMap<>();

  static {
    Rank half = new Rank.Ratio(0.5);
    Compression low = Compression.NONE.withRank(half).withTableRank(half).withOutputs(true);
    UnitPruning units = new UnitPruning(0.5, 0.5);
    PLANS.put("rank", low);
    PLANS.put("energy", low.withRank(new Rank.Energy(0.6)).withTableRank(new Rank.Absolute(2)));
    PLANS.put("prune", Compression.NONE.withPrune(new Pruning.Magnitude(0.4)));
    PLANS.put("sensitivity", Compression.NONE.withPrune(new Pruning.Sensitivity(0.8)));
    PLANS.put("heads", Compression.NONE.withUnits(new UnitPruning(0.5, 0)));
    PLANS.put("hidden", Compression.NONE.withUnits(new UnitPruning(0, 0.5)));
    PLANS.put("int8", Compression.NONE.withStored(Stored.INT8));
    PLANS.put("kmeans8", Compression.NONE.withStored(Stored.KMEANS8));
    PLANS.put("kmeans4", Compression.NONE.withStored(Stored.KMEANS4));
    Compression all = low.withUnits(units).withPrune(new Pruning.Magnitude(0.5));
    PLANS.put("all, int8", all.withStored(Stored.INT8));
    PLANS.put("all, kmeans4", all.withStored(Stored.KMEANS4));
  }

  /**
   * A model and what is done to it.
   *
   * @param first what was done to its file before, or null
   */
  record Case(Small small, String first, String plan) {
    ModelFile compressed() {
      ModelFile given = file(small);
      return PLANS
          .get(plan)
          .apply(first == null ? given : PLANS.get(first).apply(given).model())
          .model();
    }

    @Override
    public String toString() {
      return small + ": " + (first == null ? "" : first + ", then ") + plan;
    }
  }

  static List<Small> models() {
    List<Small> models = new ArrayList<>();
    SmallModels.all().stream()
        .filter(small -> small.architecture().forms().isEmpty())
        .forEach(models::add);
    models.add(SmallModels.of("linformer", "sharing=none k=4"));
    models.add(SmallModels.of("linformer", "frame=transformer sharing=layerwise k=4"));
    models.add(new Small(Lstr.NAME, STREAM));
    return models;
  }

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Small small : models()) {
      for (String plan : PLANS.keySet()) {
        for (String first : new String[] {null, "all, kmeans4"}) {
          cases.add(new Case(small, first, plan));
        }
      }
    }
    return cases.stream();
  }

  @Test
  void models_ofTheRegistry_areAllThere() {
    TreeSet<String> names = new TreeSet<>();
    models().forEach(small -> names.add(small.architecture().name()));
    assertThat(names).isEqualTo(new TreeSet<>(Architectures.names()));
  }

  private static ModelFile file(Small small) {
    Map<String, float[]> weights = new LinkedHashMap<>();
    small.parameters().forEach((path, values) -> weights.put(path, Arguments.floats(values)));
    return file(small.architecture(), weights);
  }

  private static ModelFile file(Architecture model, Map<String, float[]> weights) {
    return new ModelFile("classify", model, Map.of(), Map.of(), Weights.of(weights));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void compressed_fromItsFile_isTheDenseModelOfItsValues(Case each) throws IOException {
    ModelFile compressed = each.compressed();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    compressed.write(bytes, false);
    ModelFile read = ModelFile.load(new ByteArrayInputStream(bytes.toByteArray()));
    assertThat(read.architecture()).isEqualTo(compressed.architecture());
    Map<String, double[]> own = new LinkedHashMap<>();
    for (String path : compressed.weights().paths()) {
      float[] values = read.weights().get(path);
      assertThat(values).as(path).isEqualTo(compressed.weights().get(path));
      own.put(path, Arguments.doubles(values));
    }
    WeightForms forms = read.architecture().forms();
    Architecture dense =
        read.architecture().with(new WeightForms(Map.of(), forms.widths(), Map.of()));
    double[] expected = reference(each.small(), dense, multiplied(own, forms));
    Compare.close(
        each + " on reference",
        reference(each.small(), read.architecture(), own),
        expected,
        EXACT,
        EXACT);
    for (Interpreter interpreter : List.of(Interpreter.SCALAR, Interpreter.SIMD)) {
      SessionInterpreter sessions = (SessionInterpreter) interpreter;
      if (sessions.unavailable() == null) {
        Compare.close(
            each + " on " + sessions.name(),
            logits(each.small(), read, sessions),
            expected,
            TOLERANCE,
            TOLERANCE);
      }
    }
  }

  private static Graph graph(Small small, Architecture model) {
    return model.trace(Architecture.WHOLE, SequenceTest.sizes(small, 6, 6));
  }

  private static double[] reference(
      Small small, Architecture model, Map<String, double[]> weights) {
    Graph graph = graph(small, model);
    Arguments arguments = new Arguments(weights, SequenceTest.inputs(small, graph, 1));
    return Interpreter.REFERENCE.run(graph, arguments).get("logits");
  }

  /** With the weights as the file holds them: bytes stay bytes. */
  private static double[] logits(Small small, ModelFile model, SessionInterpreter sessions) {
    Graph graph = graph(small, model.architecture());
    Arguments arguments = new Arguments(Map.of(), SequenceTest.inputs(small, graph, 1));
    Session session = new Session(graph, model.weights(), sessions.kernels());
    arguments.floatInputs(graph).forEach(session::feed);
    arguments.indexInputs(graph).forEach(session::feed);
    session.run();
    return Arguments.doubles(session.output("logits"));
  }

  private static Map<String, double[]> multiplied(Map<String, double[]> own, WeightForms forms) {
    Map<String, double[]> dense = new LinkedHashMap<>(own);
    forms
        .ranks()
        .forEach(
            (path, rank) -> {
              double[] first = dense.remove(WeightForms.first(path));
              double[] second = dense.remove(WeightForms.second(path));
              dense.put(path, FormsTest.product(second, first, rank));
            });
    return dense;
  }

  /** Units that nothing reads go; what is left answers as before, wherever the others stood. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void narrowed_byUnitsThatNothingReads_answersAsBefore(Small small) {
    Map<String, double[]> weights = small.parameters();
    Graph full = graph(small, small.architecture());
    boolean norms = false;
    for (Map.Entry<String, Integer> width : full.widths().entrySet()) {
      boolean norm = full.parameters().containsKey(width.getKey().replace("hidden", "norm.weight"));
      norms |= norm;
      if (!norm) {
        silence(small, weights, width.getKey(), width.getValue());
      }
    }
    // A norm over hidden units would see that some are missing.
    UnitPruning half = new UnitPruning(0.5, norms ? 0 : 0.5);
    Map<String, float[]> floats = new LinkedHashMap<>();
    weights.forEach((path, values) -> floats.put(path, Arguments.floats(values)));
    ModelFile narrow =
        Compression.NONE.withUnits(half).apply(file(small.architecture(), floats)).model();
    assertThat(narrow.architecture().forms().widths().isEmpty()).isEqualTo(full.widths().isEmpty());
    Map<String, double[]> left = new LinkedHashMap<>();
    for (String path : narrow.weights().paths()) {
      left.put(path, Arguments.doubles(narrow.weights().get(path)));
    }
    Compare.close(
        small.toString(),
        reference(small, narrow.architecture(), left),
        reference(small, small.architecture(), weights),
        EXACT,
        EXACT);
  }

  /** Every other unit, the first included, is read by nothing. */
  private static void silence(Small small, Map<String, double[]> weights, String path, int units) {
    Graph full = graph(small, small.architecture());
    Architecture fewer = small.architecture().with(WeightForms.NONE.withWidth(path, units / 2));
    graph(small, fewer)
        .parameters()
        .forEach(
            (name, parameter) -> {
              Shape shape = full.parameters().get(name).shape();
              if (shape.rank() > 1 && shape.at(1) != parameter.shape().at(1)) {
                double[] values = weights.get(name);
                int block = values.length / shape.at(0) / units;
                for (int i = 0; i < values.length; i++) {
                  values[i] = i / block % units % 2 == 0 ? 0 : values[i];
                }
              }
            });
  }
}
