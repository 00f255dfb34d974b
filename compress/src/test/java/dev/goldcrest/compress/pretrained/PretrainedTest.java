package dev.goldcrest.compress.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.core.models.Bert;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.TextEmbedder;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.safetensors.SafetensorsFile;
import dev.goldcrest.runtime.safetensors.SafetensorsWriter;
import dev.goldcrest.runtime.safetensors.TensorData;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PretrainedTest {
  private static final Pretrained.Options POOLER =
      new Pretrained.Options(Bert.Readout.POOLER, null, null);

  @TempDir private Path folder;

  private static EmbeddingModel onnx(byte[] bytes) throws IOException {
    return Pretrained.onnx(ByteBuffer.wrap(bytes), null, TinyBert.tokenizer(), "tiny.onnx", POOLER);
  }

  private static void requireTheTinyWeights(EmbeddingModel model) {
    assertThat(model.architecture()).isEqualTo(TinyBert.architecture("pooler"));
    Map<String, float[]> weights = TinyBert.weights();
    assertThat(model.weights().paths()).isEqualTo(weights.keySet());
    weights.forEach(
        (path, values) -> assertThat(model.weights().get(path)).as(path).isEqualTo(values));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bert.", "0.auto_model."})
  void directory_ofPlainWeights_givesThem(String prefix) throws IOException {
    TinyBert.directory(folder, prefix);
    EmbeddingModel model = Pretrained.directory(folder, POOLER);
    requireTheTinyWeights(model);
    assertThat(model.normalize()).isTrue();
    assertThat(model.text().wordPiece().maxTokens()).isEqualTo(6);
    assertThat(((Map<?, ?>) model.provenance().get("imported")).get("weightsSha256"))
        .asString()
        .hasSize(64);
  }

  @Test
  void directory_ofSentenceTransformers_isReadAsItSays() throws IOException {
    TinyBert.directory(folder, "");
    Path pooling = Files.createDirectory(folder.resolve("1_Pooling"));
    Files.writeString(
        pooling.resolve("config.json"),
        "{\"pooling_mode_cls_token\":true,\"pooling_mode_mean_tokens\":false}");
    String modules =
        "[{\"path\":\"\",\"type\":\"sentence_transformers.models.Transformer\"},"
            + "{\"path\":\"1_Pooling\",\"type\":\"sentence_transformers.models.Pooling\"}]";
    Files.writeString(folder.resolve("modules.json"), modules);
    Files.writeString(folder.resolve("sentence_bert_config.json"), "{\"max_seq_length\":5}");
    EmbeddingModel model = Pretrained.directory(folder, Pretrained.Options.NONE);
    assertThat(model.architecture()).isEqualTo(TinyBert.architecture("first"));
    assertThat(model.normalize()).isFalse();
    assertThat(model.text().wordPiece().maxTokens()).isEqualTo(5);

    Files.writeString(folder.resolve("modules.json"), modules.replace(".Pooling", ".Dense"));
    assertThatThrownBy(() -> Pretrained.directory(folder, Pretrained.Options.NONE))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("sentence_transformers.models.Dense, which is not supported");
  }

  @Test
  void onnx_withNamelessProducts_givesTheSameWeights() throws IOException {
    requireTheTinyWeights(onnx(TinyBert.onnx()));
    Path file = Files.write(folder.resolve("model.onnx"), TinyBert.onnx());
    Path tokenizer = Files.write(folder.resolve("tokenizer.json"), TinyBert.tokenizer());
    Files.writeString(folder.resolve("config.json"), TinyBert.CONFIG);
    requireTheTinyWeights(Pretrained.onnx(file, tokenizer, POOLER));
  }

  @Test
  void model_savedAndLoaded_givesTheSameVectors() throws IOException {
    EmbeddingModel model = onnx(TinyBert.onnx());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    model.file().write(out, true);
    EmbeddingModel again =
        EmbeddingModel.of(ModelFile.load(new ByteArrayInputStream(out.toByteArray())), "the model");
    assertThat(again.text()).isEqualTo(model.text());
    try (TextEmbedder one = new TextEmbedder(model);
        TextEmbedder other = new TextEmbedder(again)) {
      float[] vector = one.embed("Wake me!");
      assertThat(other.embed("Wake me!")).isEqualTo(vector).hasSize(8);
      assertThat(one.embed("wake wakes")).isNotEqualTo(vector);
      double sum = 0;
      for (float value : vector) {
        sum += value * value;
      }
      assertThat(sum).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-6));
      float[] cut = new float[8];
      assertThat(one.embed("me me me me", cut)).isFalse();
      assertThat(one.embed("me me me me wake", vector)).isTrue();
      assertThat(vector).isEqualTo(cut);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      value = {
        "\"bert\" => \"roberta\" => has model_type roberta, which is not supported",
        "\"gelu\" => \"swish\" => has hidden_act swish, which is not supported",
        "\"num_attention_heads\":2 => \"x\":2 => needs a whole num_attention_heads",
        "\"num_attention_heads\":2 => \"num_attention_heads\":0 => setting heads must be",
        "{ => [ => is no usable config",
      })
  void directory_withAnotherConfig_isRefusedInOneSentence(String from, String to, String sentence)
      throws IOException {
    TinyBert.directory(folder, "");
    Files.writeString(folder.resolve("config.json"), TinyBert.CONFIG.replace(from, to));
    assertThatThrownBy(() -> Pretrained.directory(folder, POOLER))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(sentence);
  }

  /** Which of two is meant nobody can know. */
  @Test
  void directory_ofTwoEncoders_isRefusedByName() throws IOException {
    TinyBert.directory(folder, "query.");
    Path file = folder.resolve("model.safetensors");
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      for (String name : read.names()) {
        tensors.put(name, read.tensor(name));
        tensors.put("passage." + name.substring("query.".length()), read.tensor(name));
      }
    }
    SafetensorsWriter.write(file, tensors, Map.of());
    assertThatThrownBy(() -> Pretrained.directory(folder, POOLER))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(
            "passage.embeddings.word_embeddings.weight, query.embeddings.word_embeddings.weight");
  }

  @Test
  void directory_withoutAFile_namesIt() throws IOException {
    TinyBert.directory(folder, "");
    Files.delete(folder.resolve("tokenizer.json"));
    assertThatThrownBy(() -> Pretrained.directory(folder, POOLER))
        .hasMessageContaining("tokenizer.json: is missing");
  }

  @ParameterizedTest
  @CsvSource({
    "onnx::MatMul_0, onnx::MatMul_x, has no weight encoder.layer.0.attention.self.query.weight",
    "embeddings.word_emb, embeddings.word_emc, has no weight embeddings.word_embeddings.weight",
    "pooler.dense.bias, pooler.dense.bios, has no weight pooler.dense.bias",
    "Reshape, Reshope, does not tell its heads",
    "Erf, Err, has an activation that is not known",
  })
  void onnx_withoutAPart_namesIt(String from, String to, String sentence) {
    String text = new String(TinyBert.onnx(), StandardCharsets.ISO_8859_1);
    int initialiser = text.lastIndexOf(from);
    String changed =
        text.substring(0, initialiser) + to + text.substring(initialiser + from.length());
    if (!from.startsWith("onnx::")) {
      changed = text.replace(from, to);
    }
    byte[] bytes = changed.getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> onnx(bytes))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(sentence);
  }

  private static byte[] gelu(String approximate) {
    return TinyBert.onnx(
        TinyBert.node("Gelu", "e", "x")
            .message(5, new ProtoWriter().text(1, "approximate").text(4, approximate)));
  }

  @Test
  void onnx_geluThatIsApproximated_isReadAsIt() throws IOException {
    byte[] plain = TinyBert.onnx(TinyBert.node("Gelu", "e", "x"));
    assertThat(onnx(plain).architecture().settings()).containsEntry("activation", "gelu");
    assertThat(onnx(gelu("none")).architecture().settings()).containsEntry("activation", "gelu");
    assertThat(onnx(gelu("tanh")).architecture().settings())
        .containsEntry("activation", "gelu-tanh");
    assertThatThrownBy(() -> onnx(gelu("fast"))).hasMessageContaining("Gelu with approximate fast");
  }

  @Test
  void onnx_withWeightsElsewhere_isRefused() {
    ProtoWriter outside = new ProtoWriter().varint(2, 1).text(8, "w").varint(14, 1);
    byte[] bytes = new ProtoWriter().message(7, new ProtoWriter().message(5, outside)).bytes();
    assertThatThrownBy(() -> onnx(bytes)).hasMessageContaining("keeps weights in another file");
    assertThatThrownBy(() -> onnx(new byte[0])).hasMessageContaining("has no graph");
    assertThatThrownBy(() -> onnx("{\"a\": 1}".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void onnx_cutShortOrAltered_isRefusedInWordsOrRead() {
    byte[] good = TinyBert.onnx();
    int refused = 0;
    for (int length = 0; length < good.length; length += 13) {
      refused += refused(Arrays.copyOf(good, length));
    }
    assertThat(refused).isEqualTo((good.length + 12) / 13);
    Random random = new Random(1);
    for (int i = 0; i < 3000; i++) {
      byte[] bad = good.clone();
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      refused(bad);
    }
  }

  private static int refused(byte[] bytes) {
    try {
      onnx(bytes);
      return 0;
    } catch (FormatException e) {
      assertThat(e.getMessage()).isNotBlank();
      return 1;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
