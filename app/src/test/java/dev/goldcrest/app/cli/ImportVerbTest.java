package dev.goldcrest.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.core.models.Bert;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.TextEmbedder;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.safetensors.SafetensorsWriter;
import dev.goldcrest.runtime.safetensors.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code import}, and what the other verbs make of a model that was imported. */
class ImportVerbTest {
  /** Ours and theirs. */
  private static final String[][] LINEARS = {
    {"attention.q", "attention.self.query"},
    {"attention.k", "attention.self.key"},
    {"attention.v", "attention.self.value"},
    {"attention.out", "attention.output.dense"},
    {"norm1", "attention.output.LayerNorm"},
    {"ffn.in", "intermediate.dense"},
    {"ffn.out", "output.dense"},
    {"norm2", "output.LayerNorm"}
  };

  @TempDir private Path folder;
  private Streams streams = new Streams();

  private int run(Object... arguments) {
    streams = new Streams();
    List<String> all = new ArrayList<>();
    for (Object argument : arguments) {
      all.add(argument.toString());
    }
    return Cli.run(streams.terminal, all.toArray(new String[0]));
  }

  /** {@link TinyModels#encoder} as a Hugging Face directory. */
  private Path directory() throws IOException {
    EmbeddingModel model = TinyModels.encoder();
    Bert bert = (Bert) model.architecture();
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    put(tensors, model, "embedding.weight", "embeddings.word_embeddings.weight", 32, 8);
    put(tensors, model, "positions.weight", "embeddings.position_embeddings.weight", 16, 8);
    put(tensors, model, "tokenTypes.weight", "embeddings.token_type_embeddings.weight", 2, 8);
    put(tensors, model, "embeddingNorm.weight", "embeddings.LayerNorm.gamma", 8);
    put(tensors, model, "embeddingNorm.bias", "embeddings.LayerNorm.beta", 8);
    for (String[] pair : LINEARS) {
      String ours = "encoder.layer.0." + pair[0];
      String theirs = "encoder.layer.0." + pair[1];
      int out = model.weights().get(ours + ".bias").length;
      int in = model.weights().get(ours + ".weight").length / out;
      long[] shape = pair[0].startsWith("norm") ? new long[] {out} : new long[] {out, in};
      put(tensors, model, ours + ".weight", theirs + ".weight", shape);
      put(tensors, model, ours + ".bias", theirs + ".bias", out);
    }
    Path source = Files.createDirectories(folder.resolve("source"));
    SafetensorsWriter.write(source.resolve("model.safetensors"), tensors, Map.of());
    Files.writeString(
        source.resolve("config.json"),
        "{\"model_type\":\"bert\",\"num_attention_heads\":" + bert.heads() + "}");
    Files.writeString(
        source.resolve("tokenizer.json"), Json.write(model.text().wordPiece().json()));
    return source;
  }

  private static void put(
      Map<String, TensorData> tensors,
      EmbeddingModel model,
      String from,
      String to,
      long... shape) {
    tensors.put(to, TensorData.ofFloats(model.weights().get(from), shape));
  }

  @Test
  void directory_becomesAModelFileOfTheSameVectors() throws IOException {
    Path out = folder.resolve("model.safetensors");
    assertThat(run("import", directory(), "--out", out, "--licence", "MIT", "--json")).isZero();
    JsonNode report = new ObjectMapper().readTree(streams.out());
    assertThat(report.get("dimension").asInt()).isEqualTo(8);
    assertThat(report.get("maxTokens").asInt()).isEqualTo(8);
    assertThat(report.get("modelBytes").asLong()).isEqualTo(Files.size(out));
    try (TextEmbedder imported = TextEmbedder.load(out);
        TextEmbedder original = new TextEmbedder(TinyModels.encoder())) {
      assertThat(imported.embed("wake me")).isEqualTo(original.embed("wake me"));
      assertThat(imported.model().provenance()).containsEntry("licence", "MIT");
    }
    assertThat(run("import", directory(), "--out", out, "--force", "--max-tokens", 99)).isZero();
    assertThat(streams.err()).contains("the model has positions for 16 tokens, not for 99");
    Path other = folder.resolve("other.json");
    assertThat(run("import", directory(), "--out", out, "--force", "--tokenizer", other))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(streams.err()).contains("--tokenizer is for an ONNX file");
    assertThat(run("import", directory(), "--out", out)).isEqualTo(ExitCodes.USAGE);
    assertThat(streams.err()).contains("exists; --force replaces it");
    assertThat(run("import", directory(), "--out", out, "--force", "--no-normalize")).isZero();
    assertThat(EmbeddingModel.load(out).normalize()).isFalse();
  }

  @Test
  void source_thatIsNotThere_isOneSentence() {
    Path out = folder.resolve("model.safetensors");
    assertThat(run("import", folder.resolve("none"), "--out", out)).isEqualTo(ExitCodes.FAILED);
    assertThat(streams.err()).contains("there is no such file or directory");
    assertThat(run("import", folder, "--out", out)).isEqualTo(ExitCodes.FAILED);
    assertThat(streams.err()).contains("config.json: is missing").doesNotContain("\tat ");
    assertThat(run("import", "minilm", "--out", out)).isEqualTo(ExitCodes.FAILED);
    assertThat(streams.err()).contains("the launcher ./goldcrest fetches its files");
    assertThat(out).doesNotExist();
  }

  @Test
  void predict_writesAVectorALine() throws IOException {
    Path model = TinyModels.saveEncoder(folder);
    Path texts = folder.resolve("texts.txt");
    Files.writeString(texts, "wake me\n\nplay a song at a song at a song\n");
    float[] vector;
    try (TextEmbedder embedder = TextEmbedder.load(model)) {
      vector = embedder.embed("wake me");
    }
    assertThat(run("predict", "--model", model, texts)).isZero();
    String[] lines = streams.out().split("\n");
    assertThat(lines).hasSize(3);
    assertThat(streams.err()).contains("1 texts were longer than the model reads");
    String[] values = lines[0].split("\t");
    assertThat(values).hasSize(8);
    for (int i = 0; i < values.length; i++) {
      assertThat(Float.parseFloat(values[i])).isEqualTo(vector[i]);
    }
    assertThat(run("predict", "--model", model, texts, "--json")).isZero();
    JsonNode last = new ObjectMapper().readTree(streams.out().split("\n")[2]);
    assertThat(last.get("truncated").asBoolean()).isTrue();
    assertThat(last.get("embedding")).hasSize(8);
  }

  @Test
  void inspect_countsPiecesInsteadOfListingThem() throws IOException {
    Path model = TinyModels.saveEncoder(folder);
    assertThat(run("inspect", "--model", model)).isZero();
    assertThat(streams.out())
        .contains("tokenizer=WordPiece pieces=29 maxTokens=8")
        .contains("readout=mean")
        .doesNotContain("##s");
    assertThat(run("inspect", "--model", model, "--json")).isZero();
    assertThat(new ObjectMapper().readTree(streams.out()).get("task").asText()).isEqualTo("embed");
  }

  @Test
  void evaluate_ofVectors_saysWhatElseToDo() throws IOException {
    Path model = TinyModels.saveEncoder(folder);
    assertThat(run("evaluate", "--model", model, "--data", "x.tsv")).isEqualTo(ExitCodes.FAILED);
    assertThat(streams.err()).contains("train --init");
    assertThat(run("train", "--task", "embed", "--data", "x.tsv", "--out", folder.resolve("y")))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(streams.err()).contains("./goldcrest import");
  }
}
