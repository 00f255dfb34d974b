package dev.goldcrest.core.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Graph;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProFormerTest {
  private static ProFormer tiny(String... changes) {
    Map<String, String> settings = new LinkedHashMap<>(Architectures.preset("proformer", "tiny"));
    Arrays.stream(changes)
        .map(change -> change.split("="))
        .forEach(pair -> settings.put(pair[0], pair[1]));
    return ProFormer.from(new Settings(settings));
  }

  @Test
  void tiny_asFloatsWith150Labels_staysUnderAMegabyte() {
    Graph graph = tiny("classes=150", "maxLength=128").trace(Architecture.WHOLE, Sizes.single(4));
    assertThat(graph.parameterCount() * Float.BYTES).isBetween(900_000L, 990_000L);
  }

  @Test
  void wordsThenSequence_together_areTheWhole() {
    ProFormer model = tiny();
    Sizes sizes = new Sizes(2, 6, 5);
    Graph whole = model.trace(Architecture.WHOLE, sizes);
    Graph words = model.trace(Architecture.WORDS, sizes);
    Graph sequence = model.trace(Architecture.SEQUENCE, sizes);
    Set<String> parts = new java.util.LinkedHashSet<>(words.parameters().keySet());
    parts.addAll(sequence.parameters().keySet());
    assertThat(parts).containsExactlyElementsOf(whole.parameters().keySet());
    assertThat(whole.inputs()).containsOnlyKeys("features", "ids", "mask");
    assertThat(words.inputs()).containsOnlyKeys("features");
    assertThat(sequence.inputs()).containsOnlyKeys("vectors", "mask");
    assertThat(whole.inputs().get("ids").type()).isEqualTo(DType.I32);
  }

  @Test
  void build_convolutionOverBareBits_saysWhichSettingsDisagree() {
    assertThatThrownBy(
            () -> tiny("wordHidden=0", "groupFactor=2").trace(Architecture.WHOLE, Sizes.single(4)))
        .hasMessage(
            "proformer: a convolution over bits that LPA reads; set wordHidden above 0 or convolution=0");
  }

  @Test
  void twin_withATable_differsInTheEmbeddingOnly() {
    Graph hashed = tiny("wordHidden=0").trace(Architecture.WHOLE, Sizes.single(8));
    Graph table = tiny("wordHidden=0", "vocabulary=50").trace(Architecture.WHOLE, Sizes.single(8));
    Set<String> ofHash = new java.util.TreeSet<>(hashed.parameters().keySet());
    Set<String> ofTable = new java.util.TreeSet<>(table.parameters().keySet());
    Set<String> both = new java.util.TreeSet<>(ofHash);
    both.retainAll(ofTable);
    ofHash.removeAll(both);
    ofTable.removeAll(both);
    assertThat(ofTable).containsExactly("embedding.weight");
    assertThat(ofHash).allMatch(path -> path.startsWith("word."));
  }

  @ParameterizedTest
  @CsvSource({"none, max", "learned, mean", "sinusoidal, max"})
  void build_positionsAndReadout_giveLogitsOfTheClasses(String positions, String readout) {
    Graph graph =
        tiny("positions=" + positions, "readout=" + readout, "groupFactor=2", "classes=7")
            .trace(Architecture.WHOLE, new Sizes(3, 8, 5));
    assertThat(graph.output("logits").shape()).hasToString("(B=3,7)");
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 7})
  void build_lengthNoMultipleOfTheGroupFactor_isRefusedWithBoth(int length) {
    assertThatThrownBy(() -> tiny("groupFactor=4").trace(Architecture.WHOLE, Sizes.single(length)))
        .hasMessageContaining(length + " words do not split into groups of 4");
  }

  @Test
  void build_longerThanItsPositions_isRefusedWithBoth() {
    assertThatThrownBy(
            () ->
                tiny("positions=learned", "maxLength=8").trace(Architecture.WHOLE, Sizes.single(9)))
        .hasMessage("positions: 9 positions asked for, the model has 8");
  }

  @ParameterizedTest
  @CsvSource({"0, mean, 96", "0, max-mean, 192", "384, mean, 384"})
  void build_withoutClasses_givesTheVectorOfTheText(int vector, String readout, int values) {
    ProFormer encoder = tiny("vector=" + vector, "readout=" + readout, "classes=0");
    for (String entry : new String[] {Architecture.WHOLE, Architecture.SEQUENCE}) {
      Graph graph = encoder.trace(entry, new Sizes(3, 8, 5));
      assertThat(graph.outputs().keySet()).containsExactly("embedding");
      assertThat(graph.output("embedding").shape()).hasToString("(B=3," + values + ")");
      assertThat(graph.parameters().keySet()).noneMatch(path -> path.startsWith("head"));
    }
    assertThat(ProFormer.from(new Settings(encoder.settings()))).isEqualTo(encoder);
  }

  @Test
  void build_withVectorAndClasses_classifiesTheVector() {
    Graph graph = tiny("vector=20", "classes=7").trace(Architecture.WHOLE, Sizes.single(4));
    assertThat(graph.parameters().get("vector.weight").shape()).hasToString("(20,96)");
    assertThat(graph.parameters().get("head.weight").shape()).hasToString("(7,20)");
  }
}
