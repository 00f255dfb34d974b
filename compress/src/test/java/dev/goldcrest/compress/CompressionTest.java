package dev.goldcrest.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.compress.linformer.Projections;
import dev.goldcrest.compress.matrix.Matrix;
import dev.goldcrest.compress.matrix.Svd;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.graph.WeightForms.Stored;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.core.nn.ProjectedAttention.Sharing;
import dev.goldcrest.cost.Cost;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.Session;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {
  private static final String BERT =
      "vocabulary=60 tokenTypes=2 dim=32 layers=2 heads=4 ffn=48 maxLength=16 readout=pooler"
          + " classes=5";
  private static final String PROFORMER =
      "features=64 wordHidden=32 dim=32 groupFactor=1 layers=1 heads=4 ffn=48 convolution=3"
          + " positions=learned readout=mean normFirst=true maxLength=16 classes=5";

  /** A small one. */
  static ModelFile model(String name) {
    return model(name, name.equals("bert") ? BERT : PROFORMER);
  }

  private static ModelFile model(String name, String settings) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String pair : settings.split(" ")) {
      map.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    Architecture architecture = Architectures.of(name, new Settings(map));
    Weights weights = Weights.initial(Compression.graph(architecture), 3);
    return new ModelFile("classify", architecture, Map.of(), Map.of(), weights);
  }

  static float[] logits(ModelFile model) {
    Graph graph = model.architecture().trace(Architecture.WHOLE, new Sizes(1, 6, 6));
    Session session = new Session(graph, model.weights(), new ScalarKernels());
    for (String input : graph.inputs().keySet()) {
      if (input.equals("ids")) {
        for (int i = 0; i < 6; i++) {
          session.indices(input)[i] = i;
        }
      } else {
        float[] values = session.floats(input);
        for (int i = 0; i < values.length; i++) {
          values[i] = input.equals("mask") ? 1 : (i * 7 % 5 - 2) / 2f;
        }
      }
    }
    session.run();
    return session.output("logits").clone();
  }

  static Compression rank(String rank) {
    return Compression.NONE.withRank(Rank.parse(rank));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "proformer"})
  void reshaped_everyLinearAndConvolution_errsByItsTail(String name) {
    ModelFile model = model(name);
    Compression.Result result = rank("0.5").reshaped(model);
    Graph graph = Compression.graph(model.architecture());
    WeightForms forms = result.model().architecture().forms();
    TreeSet<String> factorised = new TreeSet<>(forms.ranks().keySet());
    assertThat(factorised).contains("encoder.layer.0.ffn.in.weight");
    assertThat(factorised.stream().noneMatch(path -> path.startsWith("head"))).isTrue();
    assertThat(factorised.stream().noneMatch(path -> path.startsWith("embedding"))).isTrue();
    assertThat(factorised.contains("convolution.weight")).isEqualTo(name.equals("proformer"));
    for (Change change : result.changes()) {
      Shape shape = graph.parameters().get(change.path()).shape();
      int rank = forms.rank(change.path());
      assertThat(rank).isEqualTo(Rank.most(shape.at(0), shape.at(1)) / 2);
      float[] values = model.weights().get(change.path());
      Matrix weight = Matrix.of(shape.at(0), values.length / shape.at(0), values);
      assertThat(change.error())
          .isCloseTo(Svd.of(weight).tail(rank) / weight.norm(), within(1e-12));
    }
    Sizes sizes = new Sizes(1, 6, 6);
    Cost before = Cost.of(model.architecture().trace(Architecture.WHOLE, sizes));
    Cost after = Cost.of(result.model().architecture().trace(Architecture.WHOLE, sizes));
    assertThat(after.parameters()).isLessThan(before.parameters());
    assertThat(after.macs()).isLessThan(before.macs());
    assertThat(logits(result.model())).hasSameSizeAs(logits(model));
  }

  /** Almost all of the energy leaves the answers almost as they are, and saves nothing. */
  @Test
  void reshaped_allButTheWholeEnergy_leavesAndNamesEveryWeight() {
    ModelFile model = model("bert", BERT);
    Compression.Result result = rank("energy:0.9999").reshaped(model);
    assertThat(result.model().architecture().forms().isEmpty()).isTrue();
    assertThat(result.changes())
        .hasSize(13)
        .allSatisfy(change -> assertThat(change.kind()).isEqualTo(Change.Kind.LEFT))
        .anySatisfy(
            change -> {
              assertThat(change.path()).isEqualTo("pooler.weight");
              assertThat(change.detail()).isEqualTo("factors by energy:0.9999 would be no smaller");
            });
    assertThat(logits(result.model())).containsExactly(logits(model));
  }

  @Test
  void reshaped_tables_haveARankOfTheirOwn() {
    ModelFile model = model("bert", BERT);
    Compression.Result result =
        Compression.NONE.withTableRank(new Rank.Absolute(4)).reshaped(model);
    WeightForms forms = result.model().architecture().forms();
    assertThat(forms.ranks()).containsOnlyKeys("embedding.weight");
    assertThat(result.model().weights().get("embedding.weight.v")).hasSize(60 * 4);
    assertThat(result.model().weights().get("embedding.weight.u")).hasSize(4 * 32);
  }

  @Test
  void reshaped_semiNmf_hasAFactorThatIsNowhereNegative() {
    ModelFile model = model("bert", BERT);
    Compression plan = rank("4").withSolver(Solver.SNMF);
    Compression.Result result = plan.reshaped(model);
    for (float value : result.model().weights().get("pooler.weight.v")) {
      assertThat(value).isNotNegative();
    }
    double svd = rank("4").reshaped(model).changes().get(0).error();
    assertThat(result.changes().get(0).error()).isGreaterThan(svd).isLessThan(1);
  }

  /** The heads of all bands of a vocabulary are outputs, whatever puts their words together. */
  @Test
  void reshaped_adaptiveSoftmax_isLeftUnlessOutputsAreMeant() {
    ModelFile model =
        model(
            "transformer",
            "task=lm vocabulary=90 cutoffs=20,50 tied=false dim=32 layers=1 heads=4 ffn=48"
                + " maxLength=16");
    List<String> bands = List.of("output.head.weight", "output.tail.0.out.weight");
    Set<String> left = rank("3").reshaped(model).model().architecture().forms().ranks().keySet();
    assertThat(left).contains("output.tail.0.in.weight").doesNotContainAnyElementsOf(bands);
    Compression all = rank("3").withOutputs(true);
    assertThat(all.reshaped(model).model().architecture().forms().ranks().keySet())
        .containsAll(left)
        .containsAll(bands);
  }

  /** Units that nothing reads or writes can go without anybody noticing. */
  @Test
  void reshaped_unitsWithoutInfluence_goAndTheAnswersStay() {
    ModelFile model = model("bert", BERT);
    Map<String, float[]> values = new LinkedHashMap<>();
    model.weights().paths().forEach(path -> values.put(path, model.weights().get(path).clone()));
    float[] out = values.get("encoder.layer.1.ffn.out.weight"); // (32, 48)
    float[] heads = values.get("encoder.layer.1.attention.out.weight"); // (32, 32)
    for (int row = 0; row < 32; row++) {
      for (int unit = 0; unit < 24; unit++) {
        out[row * 48 + 2 * unit] = 0;
      }
      for (int channel = 8; channel < 24; channel++) {
        heads[row * 32 + channel] = 0; // the second and the third of four heads
      }
    }
    ModelFile some =
        new ModelFile(model.task(), model.architecture(), Map.of(), Map.of(), Weights.of(values));
    Compression plan = Compression.NONE.withUnits(new UnitPruning(0.5, 0.5));
    Compression.Result result = plan.reshaped(some);
    assertThat(result.model().architecture().forms().widths())
        .containsEntry("encoder.layer.1.attention.heads", 2)
        .containsEntry("encoder.layer.1.ffn.hidden", 24);
    Change last = result.changes().get(result.changes().size() - 1);
    assertThat(last.path()).isEqualTo("encoder.layer.1.ffn.hidden");
    assertThat(last.detail()).isEqualTo("24 of 48");
    assertThat(last.error()).isCloseTo(0, within(1e-6));
    // Layer 0 had no idle units: narrow layer 1 alone to compare.
    Architecture narrow =
        some.architecture()
            .with(
                WeightForms.NONE
                    .withWidth("encoder.layer.1.attention.heads", 2)
                    .withWidth("encoder.layer.1.ffn.hidden", 24));
    Map<String, float[]> kept = new LinkedHashMap<>(values);
    for (Value parameter : Compression.graph(narrow).parameters().values()) {
      if (parameter.path().startsWith("encoder.layer.1.")) {
        kept.put(parameter.path(), result.model().weights().get(parameter.path()));
      }
    }
    float[] expected = logits(some);
    float[] found = logits(new ModelFile("classify", narrow, Map.of(), Map.of(), Weights.of(kept)));
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "KMEANS8", "KMEANS4"})
  void stored_twice_isTheSameAsOnce(Stored stored) {
    ModelFile model = model("proformer", PROFORMER);
    Compression plan = Compression.NONE.withStored(stored).withPrune(new Pruning.Magnitude(0.4));
    Compression.Result once = plan.apply(model);
    WeightForms forms = once.model().architecture().forms();
    assertThat(forms.stored("word.in.weight")).isEqualTo(stored);
    assertThat(forms.stored("head.bias")).isEqualTo(Stored.F32);
    ModelFile twice = plan.stored(once.model()).model();
    for (String path : once.model().weights().paths()) {
      float[] values = once.model().weights().get(path);
      float[] again = twice.weights().get(path);
      for (int i = 0; i < values.length; i++) {
        assertThat(again[i]).as(path).isCloseTo(values[i], within(1e-6f));
      }
      if (path.endsWith(".weight") && values.length > 1000) {
        assertThat(Pruning.zeros(values)).as(path).isBetween(0.39, 0.45);
      }
    }
    assertThat(once.changes().stream().filter(c -> c.kind() == Change.Kind.PRUNED)).isNotEmpty();
  }

  /**
   * What has learned nothing yet has no small weights: all its zeros may still become something.
   */
  @Test
  void linformer_withPruning_leavesItsNewProjections() {
    ModelFile model = model("bert", BERT);
    Compression plan =
        rank("0.5")
            .withLinformer(Projections.of(6))
            .withPrune(new Pruning.Magnitude(0.4))
            .withStored(Stored.INT8);
    Compression.Result result = plan.apply(model);
    assertThat(result.model().architecture().name()).isEqualTo("linformer");
    assertThat(result.changes().get(0).kind()).isEqualTo(Change.Kind.PROJECTED);
    assertThat(result.changes().stream().filter(c -> c.kind() == Change.Kind.PRUNED))
        .isNotEmpty()
        .noneMatch(change -> change.path().matches(".*\\.[ef]\\.weight"));
    float[] projection = result.model().weights().get("encoder.layer.0.attention.e.weight");
    assertThat(projection[0]).isCloseTo(1, within(1e-6f));
    assertThat(projection[1]).isZero();
    assertThatThrownBy(() -> plan.designed(model.architecture()))
        .hasMessageContaining("only trained weights");
  }

  @Test
  void stored_fewerBits_errMore() {
    ModelFile model = model("proformer", PROFORMER);
    double last = 0;
    for (Stored stored : List.of(Stored.INT8, Stored.KMEANS4)) {
      double error =
          Compression.NONE.withStored(stored).stored(model).changes().stream()
              .filter(change -> change.path().equals("word.in.weight"))
              .findFirst()
              .orElseThrow()
              .error();
      assertThat(error).isGreaterThan(last);
      last = error;
    }
    assertThat(last).isLessThan(0.12);
  }

  @Test
  void designed_beforeTraining_hasTheRanksAndStartsAtRandom() {
    Architecture dense = model("bert", BERT).architecture();
    Architecture low = rank("0.5").withStored(Stored.INT8).designed(dense);
    assertThat(low.forms().ranks()).containsEntry("pooler.weight", 8);
    assertThat(low.forms().stored("pooler.weight.u")).isEqualTo(Stored.INT8);
    assertThatThrownBy(() -> rank("energy:0.9").designed(dense))
        .hasMessageContaining("needs trained weights");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "heads:0", "heads:1.5", "ffn:0.5", "half", "0.5,", "NaN"})
  void parse_nonsenseUnits_areRefused(String text) {
    assertThatThrownBy(() -> UnitPruning.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Factors of a table are of the table. */
  @Test
  void pruned_tablesApart_leavesThemOrThemAlone() {
    Compression low = rank("3").withTableRank(Rank.parse("6"));
    for (ModelFile model : List.of(model("bert"), low.apply(model("bert")).model())) {
      Compression layers = Compression.NONE.withPrune(Pruning.parse("0.5")).withTablePrune(null);
      Compression tables = Compression.NONE.withTablePrune(Pruning.parse("0.5"));
      Set<String> pruned = pruned(layers, model);
      assertThat(pruned).isNotEmpty().noneMatch(path -> path.startsWith("embedding"));
      assertThat(pruned(tables, model))
          .isNotEmpty()
          .allMatch(path -> path.startsWith("embedding"))
          .hasSize(
              pruned(Compression.NONE.withPrune(Pruning.parse("0.5")), model).size()
                  - pruned.size());
    }
  }

  private static Set<String> pruned(Compression plan, ModelFile model) {
    return plan.pruned(model).changes().stream().map(Change::path).collect(Collectors.toSet());
  }

  @Test
  void options_ofAPlan_areWhatAUserWrites() {
    Compression plan =
        rank("0.5")
            .withLinformer(new Projections(128, Sharing.LAYERWISE))
            .withUnits(UnitPruning.parse("heads:0.25,hidden:0.5"))
            .withTableRank(Rank.parse("64"))
            .withPrune(Pruning.parse("sensitivity:0.5"))
            .withTablePrune(null)
            .withStored(Stored.KMEANS4);
    assertThat(plan.options())
        .isEqualTo(
            "--linformer 128:layerwise --structured heads:0.25,hidden:0.5 --rank 0.5 --embedding-rank 64"
                + " --prune sensitivity:0.5 --embedding-prune 0 --quantize kmeans4");
    assertThat(Compression.NONE.withPrune(Pruning.parse("0.4")).options()).isEqualTo("--prune 0.4");
    assertThat(Compression.NONE.withTablePrune(Pruning.parse("0.4")).options())
        .isEqualTo("--embedding-prune 0.4");
    Compression factors =
        rank("4").withSolver(Solver.SNMF).withOutputs(true).withStored(Stored.INT8);
    assertThat(factors.options()).isEqualTo("--rank 4 --solver snmf --outputs --quantize int8");
    assertThat(factors.withRank(null).options()).isEqualTo("--quantize int8");
    assertThat(UnitPruning.parse("0.25").text()).isEqualTo("0.25");
    assertThat(Compression.NONE.isEmpty()).isTrue();
  }
}
