package dev.goldcrest.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.runtime.safetensors.SafetensorsWriter;
import dev.goldcrest.runtime.safetensors.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectVerbTest {
  @TempDir private Path folder;
  private final Streams streams = new Streams();

  private int inspect(Object... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "inspect";
    all[1] = "--model";
    for (int i = 0; i < arguments.length; i++) {
      all[i + 2] = arguments[i].toString();
    }
    return Cli.run(streams.terminal, all);
  }

  private JsonNode object() throws IOException {
    return new ObjectMapper().readTree(streams.out());
  }

  @Test
  void model_isDescribed() throws IOException {
    Path model = TinyModels.save(folder);
    assertThat(inspect(model, "--json")).isZero();
    JsonNode object = object();
    assertThat(object.get("goldcrest").asBoolean()).isTrue();
    assertThat(object.get("architecture").asText()).isEqualTo("proformer");
    assertThat(object.get("config").get("dim").asText()).isEqualTo("8");
    assertThat(object.get("text").get("bits").asInt()).isEqualTo(20);
    assertThat(object.get("labels")).hasSize(3);
    assertThat(object.get("calibration").get("threshold").asDouble()).isEqualTo(0.4);
    assertThat(object.get("provenance").get("made").asText()).isEqualTo("for a test");
    assertThat(object.get("modelBytes").asLong()).isEqualTo(Files.size(model));
    assertThat(object.get("macs").asLong()).isPositive();
    assertThat(object.get("macsLength").asInt()).isEqualTo(12);
    long elements = 0;
    for (JsonNode tensor : object.get("tensors")) {
      elements += tensor.get("elements").asLong();
      assertThat(tensor.get("bytes").asLong()).isEqualTo(4 * tensor.get("elements").asLong());
      assertThat(tensor.get("dtype").asText()).isEqualTo("F32");
    }
    assertThat(elements).isEqualTo(object.get("parameters").asLong());
  }

  @Test
  void modelWithForms_saysWhichAndHowManyBytes() throws IOException {
    Path model = TinyModels.saveFormed(folder);
    assertThat(inspect(model, "--json")).isZero();
    JsonNode object = object();
    JsonNode forms = object.get("forms");
    assertThat(forms.get("ranks").get("word.out.weight").asInt()).isEqualTo(2);
    assertThat(forms.get("widths").get("encoder.layer.0.ffn.hidden").asInt()).isEqualTo(3);
    assertThat(forms.get("stored").get("head.weight").asText()).isEqualTo("f16");
    long bytes = 0;
    for (JsonNode tensor : object.get("tensors")) {
      bytes += tensor.get("bytes").asLong();
    }
    assertThat(object.get("weightBytes").asLong()).isEqualTo(bytes);
    Streams own = new Streams();
    assertThat(Cli.run(own.terminal, "inspect", "--model", model.toString())).isZero();
    assertThat(own.out())
        .contains("low rank       word.out.weight=2")
        .contains("narrow         encoder.layer.0.ffn.hidden=3")
        .contains("stored         f16=1")
        .contains("word.out.weight.u");
  }

  @Test
  void model_isPrintedForReaders() throws IOException {
    assertThat(inspect(TinyModels.save(folder))).isZero();
    assertThat(streams.out())
        .contains("3: cold, hot, mild")
        .contains("head.weight")
        .contains("3 x 8");
  }

  @Test
  void foreignFile_listsItsTensorsAndSaysSo() throws IOException {
    Path file = folder.resolve("other.safetensors");
    SafetensorsWriter.write(
        file,
        Map.of("layer\u001b[2J", TensorData.ofHalf(new float[6], 2, 3)),
        Map.of("format", "pt"));
    assertThat(inspect(file)).isZero();
    assertThat(streams.out())
        .contains("is no Goldcrest model: 1 tensors, 6 values")
        .contains("format=pt")
        .contains("2 x 3")
        .doesNotContain("\u001b");
    Streams own = new Streams();
    assertThat(Cli.run(own.terminal, "inspect", "--model", file.toString(), "--json")).isZero();
    JsonNode object = new ObjectMapper().readTree(own.out());
    assertThat(object.get("goldcrest").asBoolean()).isFalse();
    assertThat(object.get("tensors").get(0).get("dtype").asText()).isEqualTo("F16");
    assertThat(object.get("tensors").get(0).get("bytes").asLong()).isEqualTo(12);
  }
}
