package dev.goldcrest.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Bert;
import dev.goldcrest.core.models.Linformer;
import dev.goldcrest.core.models.ProFormer;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.core.nn.Layers;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Published counts come out to the digit (ProFormer's paper, section on efficiency, re-derived by
 * hand).
 */
class CostTest {
  private static long paperMacs(Architecture model, int length) {
    Graph graph = model.trace(Architecture.WHOLE, Sizes.single(length));
    return Cost.of(graph, model::paperCounts).macs();
  }

  private static Architecture bert() {
    return Bert.from(new Settings(Map.of()));
  }

  private static Architecture proformer(int ffn) {
    return ProFormer.from(new Settings(Map.of("ffn", Integer.toString(ffn))));
  }

  @Test
  void paperMacs_twoLayerBert_isThePublishedCount() {
    assertThat(paperMacs(bert(), 128)).isEqualTo(1_862_270_976L);
    assertThat(paperMacs(bert(), 512)).isEqualTo(8_053_063_680L);
  }

  @Test
  void paperMacs_proformerOfFour_isThePublishedCount() {
    assertThat(paperMacs(proformer(768), 128)).isEqualTo(429_785_088L);
    assertThat(paperMacs(proformer(3072), 128)).isEqualTo(656_277_504L);
  }

  @Test
  void paperMacs_proformerOf512Words_areThePublishedMillions() {
    assertThat(Math.round(paperMacs(proformer(768), 512) / 1e6)).isEqualTo(1757);
    assertThat(Math.round(paperMacs(proformer(3072), 512) / 1e6)).isEqualTo(2663);
  }

  @ParameterizedTest
  @CsvSource({"128, 4, 16", "512, 4, 16", "512, 2, 4", "512, 8, 64"})
  void attentionScores_ofGroupedEncoder_fallByTheSquareOfTheGroupFactor(
      int length, int factor, int ratio) {
    Architecture grouped =
        ProFormer.from(new Settings(Map.of("groupFactor", Integer.toString(factor))));
    assertThat(scores(bert(), length)).isEqualTo(ratio * scores(grouped, length));
  }

  private static long scores(Architecture model, int length) {
    Graph graph = model.trace(Architecture.WHOLE, Sizes.single(length));
    return Cost.of(graph).layers().stream()
        .filter(layer -> layer.path().startsWith("encoder.") && layer.path().endsWith(".attention"))
        .mapToLong(Cost.Layer::macs)
        .sum();
  }

  @Test
  void parameters_ofPretrainedEncoders_areThePublishedCounts() {
    assertThat(parameters("base")).isEqualTo(109_482_240L);
    // 22,713,216 with the pooler that sentence embeddings do not read.
    assertThat(parameters("minilm")).isEqualTo(22_713_216L - 384 * 385);
  }

  private static long parameters(String preset) {
    Settings settings = new Settings(Architectures.preset(Bert.NAME, preset));
    return Cost.of(Bert.from(settings).trace(Architecture.WHOLE, Sizes.single(4))).parameters();
  }

  @Test
  void embedding_ofBertAgainstProjection_hasThePublishedBytes() {
    Graph table = bert().trace(Architecture.WHOLE, Sizes.single(128));
    assertThat(table.parameters().get("embedding.weight").shape().size() * 4L)
        .isEqualTo(92_160_000L);
    Graph projection = proformer(768).trace(Architecture.WHOLE, Sizes.single(128));
    int bits = projection.inputs().get("features").shape().at(1);
    assertThat(bits / 8.0).isEqualTo(52.5);
    assertThat(bits * 4 / 1000.0).isEqualTo(1.68);
    assertThat(projection.parameters().keySet()).noneMatch(path -> path.startsWith("embedding"));
  }

  @Test
  void of_smallModel_isTheHandWorkedSum() {
    Graph graph =
        Graph.trace(
            scope -> {
              Value x = scope.input("x", DType.F32, Dim.batch(2), Dim.time(5), Dim.of(4));
              Value near = Layers.convolve(scope.in("near"), x, 6, 3);
              return Map.of("y", Layers.linear(scope.in("head"), near, 7));
            });
    Cost cost = Cost.of(graph);
    assertThat(cost.macs()).isEqualTo(2 * 5 * 6 * (4 * 3) + 2 * 5 * 7 * 6);
    assertThat(cost.parameters()).isEqualTo(6 * 4 * 3 + 6 + 7 * 6 + 7);
    assertThat(cost.peakActivationBytes()).isEqualTo(4 * (2 * 5 * 6 + 2 * 5 * 7));
    assertThat(cost.layers())
        .containsExactly(
            new Cost.Layer("near", 720, 78, 312), new Cost.Layer("head", 420, 49, 196));
  }

  @Test
  void of_attention_countsScoresAndMixingOnce() {
    Graph graph =
        Graph.trace(
            scope ->
                Map.of(
                    "y",
                    scope.apply(
                        new Op.Attention(2, false, 0),
                        scope.input("q", DType.F32, Dim.of(3), Dim.of(5), Dim.of(4)),
                        scope.input("k", DType.F32, Dim.of(3), Dim.of(7), Dim.of(4)),
                        scope.input("v", DType.F32, Dim.of(3), Dim.of(7), Dim.of(6)))));
    assertThat(Cost.of(graph).macs())
        .isEqualTo(3 * 5 * 7 * (4 + 6))
        .isEqualTo(CountingInterpreter.count(graph));
  }

  @Test
  void of_valueMadeInAScopeNamedLikeAParameter_isNotCountedAsOne() {
    Graph graph =
        Graph.trace(
            scope -> {
              Value bias = scope.parameter("bias", Init.ZEROS, 3);
              Value x = scope.input("x", DType.F32, Dim.of(2), Dim.of(3)).plus(bias);
              return Map.of("y", scope.in("bias").apply(new Op.Unary(Op.Unary.Kind.RELU), x));
            });
    assertThat(Cost.of(graph).parameters()).isEqualTo(3).isEqualTo(graph.parameterCount());
  }

  @ParameterizedTest
  @CsvSource({"1, 4, 0, 0", "2, 8, 3, 7", "4, 12, 0, 0", "1, 3, 1, 0", "3, 9, 5, 4"})
  void of_tinyProformers_equalsCountingEveryMultiplyAdd(
      int groupFactor, int length, int convolution, int wordHidden) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("features", "10");
    settings.put("wordHidden", Integer.toString(wordHidden));
    settings.put("dim", "6");
    settings.put("heads", "3");
    settings.put("ffn", "5");
    settings.put("groupFactor", Integer.toString(groupFactor));
    settings.put("convolution", Integer.toString(convolution));
    settings.put("classes", "3");
    Graph graph =
        ProFormer.from(new Settings(settings)).trace(Architecture.WHOLE, new Sizes(2, length, 9));
    assertThat(Cost.of(graph).macs()).isEqualTo(CountingInterpreter.count(graph)).isPositive();
    assertThat(Cost.of(graph).parameters()).isEqualTo(graph.parameterCount());
  }

  @Test
  void of_tinyBert_equalsCountingEveryMultiplyAdd() {
    Map<String, String> settings =
        Map.of("vocabulary", "11", "dim", "6", "heads", "2", "ffn", "9", "maxLength", "8");
    Graph graph = Bert.from(new Settings(settings)).trace(Architecture.WHOLE, new Sizes(3, 5, 1));
    assertThat(Cost.of(graph).macs()).isEqualTo(CountingInterpreter.count(graph));
  }

  @Test
  void layers_together_areTheWhole() {
    Graph graph = proformer(768).trace(Architecture.WHOLE, Sizes.single(16));
    Cost cost = Cost.of(graph);
    assertThat(cost.layers().stream().mapToLong(Cost.Layer::macs).sum()).isEqualTo(cost.macs());
    assertThat(cost.layers().stream().mapToLong(Cost.Layer::parameters).sum())
        .isEqualTo(graph.parameterCount());
    assertThat(cost.layers())
        .extracting(Cost.Layer::path)
        .doesNotHaveDuplicates()
        .contains("lpa.q", "head");
  }

  /** Four times the length: four times the multiply-adds and the activations. */
  @Test
  void cost_ofLongTexts_growsWithTheirLength() {
    Linformer model =
        Linformer.from(
            new Settings(
                Map.of(
                    "vocabulary",
                    "50",
                    "layers",
                    "2",
                    "dim",
                    "64",
                    "heads",
                    "4",
                    "maxLength",
                    "4096",
                    "k",
                    "64")));
    Cost once = Cost.of(model.trace(Architecture.WHOLE, Sizes.single(1024)));
    Cost fourTimes = Cost.of(model.trace(Architecture.WHOLE, Sizes.single(4096)));
    assertThat((double) fourTimes.macs() / once.macs()).isBetween(3.9, 4.0);
    assertThat((double) fourTimes.peakActivationBytes() / once.peakActivationBytes())
        .isBetween(3.8, 4.05);
  }

  @Test
  void macs_wordsThenSequence_areThoseOfTheWhole() {
    ProFormer model = ProFormer.from(new Settings(Architectures.preset(ProFormer.NAME, "tiny")));
    Sizes sizes = new Sizes(2, 6, 5);
    long words = Cost.of(model.trace(Architecture.WORDS, sizes)).macs();
    long sequence = Cost.of(model.trace(Architecture.SEQUENCE, sizes)).macs();
    assertThat(words + sequence).isEqualTo(Cost.of(model.trace(Architecture.WHOLE, sizes)).macs());
  }
}
