package dev.goldcrest.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.compress.linformer.Projections;
import dev.goldcrest.compress.matrix.Matrix;
import dev.goldcrest.compress.matrix.Svd;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.graph.WeightForms.Stored;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.Weights;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every plan on a model that was compressed before. */
class CompressedFurtherTest {
  private static final Map<String, Compression> PLANS = new TreeMap<>();

  static {
    Compression rank = Compression.NONE.withRank(Rank.parse("0.5")).withTableRank(Rank.parse("6"));
    PLANS.put("rank", rank);
    PLANS.put("energy", Compression.NONE.withRank(Rank.parse("energy:0.6")));
    PLANS.put("prune", Compression.NONE.withPrune(Pruning.parse("0.4")));
    PLANS.put("structured", Compression.NONE.withUnits(UnitPruning.parse("0.5")));
    PLANS.put("linformer", Compression.NONE.withLinformer(Projections.of(6)));
    PLANS.put(
        "all",
        rank.withUnits(UnitPruning.parse("0.25"))
            .withLinformer(Projections.of(6))
            .withPrune(Pruning.parse("sensitivity:0.5")));
  }

  /** What is done to a model of {@code name} that is stored this way. */
  record Case(String name, Stored stored, String plan) {
    ModelFile model() {
      return CompressionTest.model(name);
    }

    Compression todo() {
      Compression todo = PLANS.get(plan);
      return name.equals("bert") ? todo : todo.withLinformer(null);
    }

    @Override
    public String toString() {
      return name + " of " + stored + ": " + plan;
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Stored stored : new Stored[] {Stored.INT8, Stored.KMEANS4}) {
      for (String plan : PLANS.keySet()) {
        cases.add(new Case("bert", stored, plan));
        cases.add(new Case("proformer", stored, plan));
      }
    }
    cases.removeIf(each -> each.todo().isEmpty());
    return cases;
  }

  static Stream<Case> ofBytes() {
    return cases().stream().filter(each -> each.stored() == Stored.INT8);
  }

  private static ModelFile stored(ModelFile model, Stored how) {
    return Compression.NONE.withStored(how).stored(model).model();
  }

  /** The model of the floats that a reader gets. */
  private static ModelFile floats(ModelFile model) {
    Map<String, float[]> values = new LinkedHashMap<>();
    model.weights().paths().forEach(path -> values.put(path, model.weights().floats(path)));
    WeightForms forms = model.architecture().forms().unstored();
    return model.with(model.architecture().with(forms), Weights.of(values));
  }

  private static ModelFile read(ModelFile model) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    model.write(bytes, true);
    return ModelFile.load(new ByteArrayInputStream(bytes.toByteArray()));
  }

  private static void assertClose(float[] found, float[] expected, float most) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(most));
    }
  }

  /** The very same as storing this way what the plan makes of the floats that a reader gets. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void apply_toAStoredModel_storesWhatItMakesOfItsFloatsAsBefore(Case each) throws IOException {
    ModelFile stored = stored(each.model(), each.stored());
    Compression.Result further = each.todo().apply(stored);
    Compression.Result expected = each.todo().withStored(each.stored()).apply(floats(stored));
    ModelFile read = read(further.model());
    WeightForms forms = read.architecture().forms();
    WeightForms others = expected.model().architecture().forms();
    assertThat(forms.ranks()).isEqualTo(others.ranks());
    assertThat(forms.widths()).isEqualTo(others.widths());
    Map<String, Stored> ways = new TreeMap<>(others.stored());
    // Projections are new: nobody said how they are to be stored.
    ways.keySet().removeIf(path -> path.matches(".*attention\\.[ef]\\.weight"));
    assertThat(forms.stored()).isEqualTo(ways).isNotEmpty().containsValue(each.stored());
    assertThat(further.changes())
        .containsExactlyElementsOf(
            expected.changes().stream().filter(c -> c.kind() != Change.Kind.QUANTISED).toList());
    float[] answers = CompressionTest.logits(read);
    assertClose(answers, CompressionTest.logits(expected.model()), 2e-3f); // biases of 16 bits
  }

  /**
   * Bytes change little of what any plan makes. With fewer bits other heads may seem the least
   * important, which drawn weights do not tell apart.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("ofBytes")
  void apply_toAModelOfBytes_answersNearlyAsOfTheFloats(Case each) {
    float[] expected = CompressionTest.logits(each.todo().apply(each.model()).model());
    float[] found =
        CompressionTest.logits(each.todo().apply(stored(each.model(), each.stored())).model());
    assertThat(Errors.relative(expected, found)).isLessThan(0.25);
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "KMEANS4"})
  void find_forAStoredModel_fitsAndNeverGrowsIt(Stored how) throws IOException {
    ModelFile stored = stored(CompressionTest.model("bert"), how);
    long bytes = Planner.bytes(stored, true);
    for (long most : new long[] {10 * bytes, bytes, bytes * 9 / 10, bytes * 3 / 4}) {
      Planner.Found found = Planner.find(stored, true, most);
      assertThat(found.fits()).as("in %d of %d", most, bytes).isTrue();
      assertThat(found.bytes()).isLessThanOrEqualTo(Math.min(most, bytes));
      ModelFile small = found.plan().apply(stored).model();
      assertThat(Planner.bytes(small, true)).isEqualTo(found.bytes());
      assertThat(CompressionTest.logits(read(small))).hasSize(5);
      if (most >= bytes) {
        assertThat(found.plan()).isEqualTo(Compression.NONE.withStored(how));
      }
    }
  }

  @Test
  void reshaped_factorsToALowerRank_areThoseOfTheirProduct() {
    ModelFile model = CompressionTest.model("proformer");
    ModelFile low = CompressionTest.rank("0.75").apply(model).model();
    Compression.Result lower = CompressionTest.rank("0.5").apply(low);
    Map<String, Shape> shapes = Compression.graph(low.architecture()).lowRank();
    assertThat(lower.changes()).hasSameSizeAs(shapes.keySet());
    for (Change change : lower.changes()) {
      String path = change.path();
      int before = low.architecture().forms().rank(path);
      int rank = lower.model().architecture().forms().rank(path);
      assertThat(change.kind()).isEqualTo(Change.Kind.FACTORISED);
      assertThat(change.detail()).isEqualTo("rank " + rank + " of " + before);
      assertThat(rank).isLessThan(before);
      Matrix whole = LowRank.whole(low, path, shapes.get(path));
      assertThat(change.error()).isCloseTo(Svd.of(whole).tail(rank) / whole.norm(), within(1e-6));
    }
    // Two steps of the best factors are as good as one.
    assertClose(
        CompressionTest.logits(lower.model()),
        CompressionTest.logits(CompressionTest.rank("0.5").apply(model).model()),
        1e-4f);
  }

  @Test
  void reshaped_factorsToNoLowerRank_areLeftAndNamed() {
    ModelFile low = CompressionTest.rank("0.5").apply(CompressionTest.model("bert")).model();
    for (String rank : new String[] {"0.5", "0.75", "15", "energy:0.9999"}) {
      Compression.Result same = CompressionTest.rank(rank).apply(low);
      assertThat(same.model().architecture()).isEqualTo(low.architecture());
      assertThat(same.changes())
          .hasSize(13)
          .allSatisfy(change -> assertThat(change.kind()).isEqualTo(Change.Kind.LEFT))
          .anySatisfy(
              change -> {
                assertThat(change.path()).isEqualTo("pooler.weight");
                assertThat(change.detail()).isEqualTo("rank 8 already");
              });
      assertThat(CompressionTest.logits(same.model())).containsExactly(CompressionTest.logits(low));
    }
  }

  /** A table tied to the outputs, and the layer a model ends with, are told from their factors. */
  @Test
  void reshaped_factorsOfTablesAndOutputs_haveTheirOwnRules() {
    ModelFile model = CompressionTest.model("bert");
    ModelFile low =
        CompressionTest.rank("3")
            .withTableRank(Rank.parse("12"))
            .withOutputs(true)
            .apply(model)
            .model();
    assertThat(low.architecture().forms().ranks())
        .containsEntry("embedding.weight", 12)
        .containsEntry("head.weight", 3);
    Compression.Result lower = CompressionTest.rank("2").withTableRank(Rank.parse("6")).apply(low);
    assertThat(lower.model().architecture().forms().ranks())
        .containsEntry("embedding.weight", 6)
        .containsEntry("pooler.weight", 2)
        .containsEntry("head.weight", 3);
  }

  /** Factors count for what they make together, and become one weight where they save nothing. */
  @Test
  void reshaped_unitsOfFactors_areThoseOfTheirProduct() {
    ModelFile low = CompressionTest.rank("0.9").apply(CompressionTest.model("bert")).model();
    Map<String, float[]> values = new LinkedHashMap<>();
    low.weights().paths().forEach(path -> values.put(path, low.weights().get(path)));
    Compression.graph(low.architecture())
        .lowRank()
        .forEach(
            (path, shape) -> {
              values.remove(WeightForms.first(path));
              values.remove(WeightForms.second(path));
              values.put(path, LowRank.whole(low, path, shape).floats());
            });
    Architecture dense = low.architecture().dense();
    ModelFile whole = low.with(dense, Weights.of(values));
    for (String part : new String[] {"0.25", "0.5", "0.75"}) {
      Compression plan = Compression.NONE.withUnits(UnitPruning.parse(part));
      Compression.Result narrow = plan.apply(low);
      Compression.Result expected = plan.apply(whole);
      assertClose(
          CompressionTest.logits(narrow.model()), CompressionTest.logits(expected.model()), 1e-4f);
      assertThat(narrow.model().architecture().forms().widths())
          .isEqualTo(expected.model().architecture().forms().widths());
      Compression.graph(narrow.model().architecture())
          .lowRank()
          .forEach(
              (path, shape) ->
                  assertThat(narrow.model().architecture().forms().rank(path))
                      .as(path)
                      .isLessThan(Rank.most(shape.at(0), shape.at(1))));
    }
  }

  /** What a file of bytes says of a weight that its factors replace must not stay behind. */
  @Test
  void designed_onStoredWeights_namesFactorsOnly() {
    Architecture stored =
        Compression.storing(CompressionTest.model("bert").architecture(), Stored.INT8);
    Architecture low = CompressionTest.rank("0.5").designed(stored);
    WeightForms forms = low.forms();
    assertThat(forms.stored("pooler.weight.u")).isEqualTo(Stored.INT8);
    assertThat(forms.stored()).doesNotContainKey("pooler.weight");
    forms.requireKnown(Compression.graph(low));
    assertThat(Compression.NONE.designed(stored)).isEqualTo(stored);
    assertThat(CompressionTest.rank("0.75").designed(low)).isEqualTo(low);
    assertThat(CompressionTest.rank("0.25").designed(low).forms().ranks())
        .containsEntry("pooler.weight", 4);
  }
}
