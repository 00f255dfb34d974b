package dev.goldcrest.compress.linformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Linformer;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.core.nn.ProjectedAttention.Sharing;
import dev.goldcrest.runtime.Coded;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.Session;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LinformerConversionTest {
  private static final int LENGTH = 12;
  private static final int K = 5;

  private static ModelFile model(String name) {
    return model(name, WeightForms.NONE);
  }

  private static ModelFile model(String name, WeightForms forms) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("vocabulary", "19");
    settings.put("dim", "16");
    settings.put("layers", "2");
    settings.put("heads", "4");
    settings.put("ffn", "24");
    settings.put("maxLength", Integer.toString(LENGTH));
    Architecture architecture = Architectures.of(name, new Settings(settings)).with(forms);
    Weights weights = Weights.initial(architecture.whole(), 7);
    return new ModelFile("classify", architecture, Map.of(), Map.of("version", "1"), weights);
  }

  private static float[] logits(ModelFile file, int real, int time) {
    Session session =
        new Session(
            file.architecture().trace(Architecture.WHOLE, Sizes.single(time)),
            file.weights(),
            new ScalarKernels());
    int[] ids = session.indices("ids");
    for (int t = 0; t < time; t++) {
      ids[t] = (3 + 5 * t) % 19;
    }
    Arrays.fill(session.floats("mask"), 0, real, 1);
    session.run();
    return session.output("logits");
  }

  @ParameterizedTest
  @CsvSource({"bert", "transformer"})
  void convert_textsOfUpToKSteps_getTheAnswersTheyHad(String name) {
    ModelFile dense = model(name);
    ModelFile converted = LinformerConversion.convert(dense, Projections.of(K));
    for (int real = 1; real <= K; real++) {
      for (int time : new int[] {real, 8, LENGTH}) {
        assertThat(logits(converted, real, time))
            .containsExactly(logits(dense, real, time), within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void convert_longerTexts_keepEveryWeightButAnswerDifferently(Sharing sharing) {
    ModelFile dense = model("bert");
    ModelFile converted = LinformerConversion.convert(dense, new Projections(K, sharing));
    Linformer linformer = (Linformer) converted.architecture();
    assertThat(linformer.attention().sharing()).isEqualTo(sharing);
    for (String path : dense.weights().paths()) {
      assertThat(converted.weights().get(path)).isSameAs(dense.weights().get(path));
    }
    float[] was = logits(dense, LENGTH, LENGTH);
    float[] is = logits(converted, LENGTH, LENGTH);
    assertThat(is[0]).isNotCloseTo(was[0], within(1e-6f)).isCloseTo(was[0], within(2f));
  }

  @Test
  void convert_weightsOfLowRank_staySo() {
    WeightForms forms = WeightForms.NONE.withRank("encoder.layer.0.ffn.in.weight", 4);
    ModelFile low = model("bert", forms);
    ModelFile converted = LinformerConversion.convert(low, Projections.of(K));
    assertThat(converted.architecture().forms()).isEqualTo(forms);
    assertThat(logits(converted, K, LENGTH)).containsExactly(logits(low, K, LENGTH), within(1e-5f));
  }

  @Test
  void convert_weightsOfOneByte_staySo(@TempDir Path folder) throws Exception {
    String path = "encoder.layer.0.ffn.in.weight";
    WeightForms forms = WeightForms.NONE.withStored(path, WeightForms.Stored.INT8);
    ModelFile floats = model("bert", forms);
    Map<String, float[]> others = new LinkedHashMap<>();
    floats.weights().paths().forEach(each -> others.put(each, floats.weights().get(each)));
    others.remove(path);
    byte[] values = new byte[24 * 16];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (i * 7 % 255 - 127);
    }
    float[] scales = new float[24];
    Arrays.fill(scales, 0.01f);
    Coded.Int8 bytes = new Coded.Int8(values, scales);
    ModelFile coded = floats.with(floats.architecture(), Weights.of(others, Map.of(path, bytes)));
    ModelFile converted = LinformerConversion.convert(coded, Projections.of(K));
    assertThat(converted.weights().coded(path)).isSameAs(bytes);
    converted.save(folder.resolve("m.safetensors"), false);
    ModelFile loaded = ModelFile.load(folder.resolve("m.safetensors"));
    assertThat(loaded.architecture().forms()).isEqualTo(forms);
    assertThat(logits(loaded, K, LENGTH)).containsExactly(logits(coded, K, LENGTH), within(1e-5f));
  }

  @Test
  void convert_toAllSteps_changesNothing() {
    ModelFile dense = model("transformer");
    ModelFile converted = LinformerConversion.convert(dense, Projections.of(LENGTH));
    assertThat(logits(converted, LENGTH, LENGTH))
        .containsExactly(logits(dense, LENGTH, LENGTH), within(1e-5f));
  }

  @Test
  void convert_savedAndLoaded_isTheSame(@TempDir Path folder) throws Exception {
    ModelFile converted = LinformerConversion.convert(model("bert"), Projections.of(K));
    converted.save(folder.resolve("m.safetensors"), false);
    ModelFile loaded = ModelFile.load(folder.resolve("m.safetensors"));
    assertThat(loaded.architecture()).isEqualTo(converted.architecture());
    assertThat(loaded.provenance()).containsEntry("linformer", 5L).containsEntry("version", "1");
    assertThat(logits(loaded, 9, LENGTH)).containsExactly(logits(converted, 9, LENGTH));
  }

  @Test
  void convert_aCausalModel_isRefusedInASentence() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("task", "lm");
    settings.put("vocabulary", "19");
    Architecture causal = Architectures.of("transformer", new Settings(settings));
    assertThatThrownBy(() -> LinformerConversion.architecture(causal, Projections.of(K)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("linformer cannot be causal");
  }

  @Test
  void convert_whatCannotBe_isRefusedInASentence() {
    assertThatThrownBy(() -> LinformerConversion.convert(model("bert"), Projections.of(LENGTH + 1)))
        .hasMessage("--linformer must be from 1 to 12, what the model reads, got 13");
    assertThatThrownBy(() -> LinformerConversion.convert(model("proformer"), Projections.of(K)))
        .hasMessage("--linformer takes a bert or a transformer, this model is a proformer");
    ModelFile once = LinformerConversion.convert(model("bert"), Projections.of(K));
    assertThatThrownBy(() -> LinformerConversion.convert(once, Projections.of(K)))
        .hasMessage("--linformer takes a bert or a transformer, this model is a linformer");
  }

  @ParameterizedTest
  @CsvSource({"128", "64:none", "64:key-value", "8:layerwise"})
  void parse_whatAUserWrites_isReadAndSaidAgain(String text) {
    assertThat(Projections.parse(text).text()).isEqualTo(text);
    assertThat(Projections.parse("8:headwise")).isEqualTo(Projections.of(8));
  }
}
