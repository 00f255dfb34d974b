package dev.goldcrest.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Bert;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.text.TextConfig;
import dev.goldcrest.runtime.text.WordPiece;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TextEmbedderTest {
  private static final List<String> PIECES =
      List.of("[UNK]", "[CLS]", "[SEP]", "red", "fox", "##es");

  private static EmbeddingModel model(String readout, boolean normalize, int maxLength) {
    Map<String, Object> vocabulary = new LinkedHashMap<>();
    PIECES.forEach(piece -> vocabulary.put(piece, (long) vocabulary.size()));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("normalizer", Map.of("type", "BertNormalizer"));
    json.put("pre_tokenizer", Map.of("type", "BertPreTokenizer"));
    json.put(
        "post_processor",
        Map.of("type", "BertProcessing", "cls", List.of("[CLS]", 1L), "sep", List.of("[SEP]", 2L)));
    json.put("model", Map.of("type", "WordPiece", "vocab", vocabulary));
    Architecture architecture =
        Bert.from(
            new Settings(
                Map.of(
                    "vocabulary",
                    "6",
                    "dim",
                    "8",
                    "layers",
                    "1",
                    "heads",
                    "2",
                    "ffn",
                    "8",
                    "maxLength",
                    Integer.toString(maxLength),
                    "readout",
                    readout,
                    "classes",
                    "0")));
    return new EmbeddingModel(
        architecture,
        TextConfig.pieces(WordPiece.of(json)),
        normalize,
        Map.of(),
        Weights.initial(architecture.trace(Architecture.WHOLE, new Sizes(1, 1, 1)), 3));
  }

  @Test
  void embed_normalized_isTheSameDirectionAtLengthOne() {
    try (TextEmbedder plain = new TextEmbedder(model("mean", false, 16));
        TextEmbedder unit = new TextEmbedder(model("mean", true, 16))) {
      float[] vector = plain.embed("Red foxes!");
      double sum = 0;
      for (float value : vector) {
        sum += value * value;
      }
      float[] scaled = unit.embed("Red foxes!");
      for (int i = 0; i < vector.length; i++) {
        assertThat((double) scaled[i]).isCloseTo(vector[i] / Math.sqrt(sum), Offset.offset(1e-6));
      }
      assertThat(unit.dimension()).isEqualTo(8);
      assertThat(unit.embed("")).isNotEqualTo(scaled).doesNotContain(Float.NaN);
    }
  }

  @Test
  void embed_longerThanTheModel_isCutBeforeItsLastToken() {
    try (TextEmbedder embedder = new TextEmbedder(model("mean", true, 6))) {
      float[] four = new float[8];
      assertThat(embedder.embed("red fox red fox", four)).isFalse();
      float[] five = new float[8];
      assertThat(embedder.embed("red fox red fox red", five)).isTrue();
      assertThat(five).isEqualTo(four);
    }
  }

  @Test
  void embed_fromManyThreads_givesWhatOneGives() throws Exception {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      texts.add("red ".repeat(i % 7) + "fox".repeat(i % 3));
    }
    try (TextEmbedder embedder = new TextEmbedder(model("first", true, 32))) {
      List<float[]> alone = new ArrayList<>();
      texts.forEach(text -> alone.add(embedder.embed(text)));
      ExecutorService pool = Executors.newFixedThreadPool(4);
      List<Future<float[]>> together = new ArrayList<>();
      for (int round = 0; round < 10; round++) {
        texts.forEach(text -> together.add(pool.submit(() -> embedder.embed(text))));
      }
      for (int i = 0; i < together.size(); i++) {
        assertThat(together.get(i).get()).isEqualTo(alone.get(i % texts.size()));
      }
      pool.shutdown();
    }
  }

  @Test
  void embed_misused_isRefused() {
    TextEmbedder embedder = new TextEmbedder(model("pooler", true, 16));
    assertThatThrownBy(() -> embedder.embed("red", new float[7]))
        .hasMessage("a vector has 8 values, got an array of 7");
    embedder.close();
    assertThatThrownBy(() -> embedder.embed("red")).hasMessage("the embedder is closed");
  }

  @Test
  void load_ofAFileThatCannotBe_saysWhy() throws IOException {
    EmbeddingModel good = model("mean", true, 16);
    assertThatThrownBy(() -> loaded(good, Map.of("normalize", 1L)))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("normalize is neither true nor false");
    assertThatThrownBy(() -> loaded(good, Map.of("text", Map.of("tokenizer", Map.of()))))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("the tokeniser's model must be an object");
    assertThatThrownBy(() -> loaded(model("mean", true, 1), Map.of()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("puts 2 special tokens around a text, its model reads 1");
    assertThat(loaded(good, Map.of()).text()).isEqualTo(good.text());
  }

  private static EmbeddingModel loaded(EmbeddingModel model, Map<String, Object> changes)
      throws IOException {
    ModelFile file = model.file();
    Map<String, Object> sections = new LinkedHashMap<>(file.sections());
    sections.putAll(changes);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ModelFile(file.task(), file.architecture(), sections, file.provenance(), file.weights())
        .write(out, false);
    return EmbeddingModel.load(new ByteArrayInputStream(out.toByteArray()));
  }
}
