package dev.goldcrest.core.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.ShapeException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The settings of Linformer, what it shares and what it refuses. */
class LinformerTest {
  private static Linformer model(String line) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String pair : line.split(" ")) {
      settings.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    Settings given = new Settings(settings);
    Linformer model = Linformer.from(given);
    given.requireAllKnown();
    return model;
  }

  private static List<String> projections(Linformer model) {
    Graph graph = model.whole();
    return graph.parameters().keySet().stream()
        .filter(path -> path.matches(".*\\.[ef](\\.\\d+)?\\.weight"))
        .toList();
  }

  /** Wang et al., 2020, section 4: 12 layers of 12 heads have 288, 24, 12 and 1 matrices. */
  @ParameterizedTest
  @CsvSource({"none, 288", "headwise, 24", "key-value, 12", "layerwise, 1"})
  void sharing_ofTwelveLayersOfTwelveHeads_hasThePapersMatrices(String sharing, int matrices) {
    Linformer model = model("vocabulary=10 layers=12 dim=48 maxLength=16 sharing=" + sharing);
    assertThat(projections(model)).hasSize(matrices);
  }

  @Test
  void weights_beyondProjections_areTheFrames() {
    for (Linformer model : List.of(model("layers=2 vocabulary=9"), model("frame=transformer"))) {
      Architecture frame = model.frame();
      Map<String, ?> own = new LinkedHashMap<>(parameters(model));
      own.keySet().removeAll(projections(model));
      assertThat(own.keySet()).isEqualTo(parameters(frame).keySet());
    }
  }

  private static Map<String, ?> parameters(Architecture model) {
    return model.whole().parameters();
  }

  @Test
  void from_causalTask_isRefused() {
    assertThatThrownBy(() -> model("frame=transformer task=lm"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be causal")
        .hasMessageContaining("task=lm");
  }

  @ParameterizedTest
  @CsvSource({
    "maxLength=16 k=17, 'k must be from 1 to 16, the length, got 17'",
    "maxLength=16 stride=3, stride 3 does not divide the length 16",
    "sharing=none inputFirst=true, sharing=none needs inputFirst=false",
    "sharing=none oneHead=true, sharing=none needs inputFirst=false",
    "convolution=true maxLength=16 k=3 stride=4, k = length / stride",
    "convolution=true sharing=none, convolution=true needs",
    "frame=transformer task=translate stride=2, stride above 1 is for classifiers"
  })
  void from_settingsThatDoNotGoTogether_areRefused(String line, String sentence) {
    assertThatThrownBy(() -> model(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void build_textBeyondTheColumns_isRefusedWithThePlace() {
    Linformer model = model("frame=transformer vocabulary=9 dim=16 heads=2 maxLength=8");
    assertThatThrownBy(() -> model.trace(Architecture.WHOLE, Sizes.single(9)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining(
            "encoder.layer.0.attention.e: cannot project 9 steps; there are columns for 8");
  }

  @Test
  void build_translator_hasEveryEntry() {
    Linformer model = model("frame=transformer task=translate vocabulary=9 dim=16 heads=2");
    Sizes sizes = new Sizes(1, 5, 1, 7);
    assertThat(model.trace(Architecture.ENCODE, sizes).outputs()).hasSize(12);
    assertThat(model.trace(Architecture.DECODE, sizes).outputs()).containsKey("logits");
    assertThat(model.trace(Architecture.WHOLE, sizes).output("logits").shape().at(2)).isEqualTo(9);
  }
}
