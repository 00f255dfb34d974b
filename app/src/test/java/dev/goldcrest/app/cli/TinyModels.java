package dev.goldcrest.app.cli;

import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Bert;
import dev.goldcrest.core.models.ProFormer;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.text.ProjectionConfig;
import dev.goldcrest.runtime.text.TextConfig;
import dev.goldcrest.runtime.text.WordPiece;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Untrained models of a few hundred weights, for what does not depend on learning. */
public final class TinyModels {
  static final int MAX_WORDS = 16;

  private TinyModels() {}

  /** A model of these labels. */
  public static ClassifierModel of(List<String> labels) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("features", "20");
    settings.put("dim", "8");
    settings.put("groupFactor", "1");
    settings.put("layers", "1");
    settings.put("heads", "2");
    settings.put("ffn", "8");
    settings.put("maxLength", Integer.toString(MAX_WORDS));
    settings.put("classes", Integer.toString(labels.size()));
    Architecture architecture = ProFormer.from(new Settings(settings));
    return new ClassifierModel(
        architecture,
        TextConfig.projected(true, ProjectionConfig.lsh(20, true, 7)),
        labels,
        new ClassifierModel.Calibration(1, 0.4),
        Map.of("made", "for a test"),
        Weights.initial(architecture.trace(Architecture.WHOLE, new Sizes(1, 1, 1)), 3));
  }

  /** An untrained sentence encoder of 8 channels that knows a few words. */
  public static EmbeddingModel encoder() {
    return encoder(16, 8);
  }

  /**
   * The same for longer texts.
   *
   * @param maxLength positions that it has vectors for
   * @param maxTokens that its tokeniser reads of a text
   */
  static EmbeddingModel encoder(int maxLength, int maxTokens) {
    List<String> pieces =
        List.of(
            ("[PAD] [UNK] [CLS] [SEP] wake me play a song ##s at lamp dim bulb album rain sun ##ny"
                    + " storm please now the in kit ##chen tomorrow some with again")
                .split(" "));
    Map<String, Object> vocabulary = new LinkedHashMap<>();
    pieces.forEach(piece -> vocabulary.put(piece, (long) vocabulary.size()));
    WordPiece tokeniser =
        WordPiece.of(
            Map.of(
                "normalizer", Map.of("type", "BertNormalizer"),
                "pre_tokenizer", Map.of("type", "BertPreTokenizer"),
                "post_processor",
                    Map.of(
                        "type",
                        "BertProcessing",
                        "sep",
                        List.of("[SEP]", 3L),
                        "cls",
                        List.of("[CLS]", 2L)),
                "model", Map.of("type", "WordPiece", "vocab", vocabulary)));
    Architecture architecture =
        Bert.from(
            new Settings(
                Map.of(
                    "vocabulary",
                    "32",
                    "tokenTypes",
                    "2",
                    "dim",
                    "8",
                    "layers",
                    "1",
                    "heads",
                    "2",
                    "ffn",
                    "12",
                    "maxLength",
                    Integer.toString(maxLength),
                    "readout",
                    "mean",
                    "classes",
                    "0")));
    return new EmbeddingModel(
        architecture,
        TextConfig.pieces(tokeniser.withMaxTokens(maxTokens)),
        true,
        Map.of("made", "for a test"),
        Weights.initial(architecture.trace(Architecture.WHOLE, new Sizes(1, 1, 1)), 3));
  }

  /** Saves {@link #encoder}. */
  public static Path saveEncoder(Path folder) throws IOException {
    Path file = folder.resolve("encoder.safetensors");
    encoder().file().save(file, false);
    return file;
  }

  /** Saves the same with a weight of low rank, one that is narrow and one in 16 bits. */
  public static Path saveFormed(Path folder) throws IOException {
    ClassifierModel dense = of(List.of("cold", "hot", "mild"));
    Architecture formed =
        dense
            .architecture()
            .with(
                WeightForms.NONE
                    .withRank("word.out.weight", 2)
                    .withWidth("encoder.layer.0.ffn.hidden", 3)
                    .withStored("head.weight", WeightForms.Stored.F16));
    Path file = folder.resolve("formed.safetensors");
    new ClassifierModel(
            formed,
            dense.text(),
            dense.labels(),
            dense.calibration(),
            dense.provenance(),
            Weights.initial(formed.trace(Architecture.WHOLE, new Sizes(1, 1, 1)), 3))
        .save(file, false);
    return file;
  }

  /** Saves a model of the labels {@code cold}, {@code hot} and {@code mild}. */
  public static Path save(Path folder) throws IOException {
    Path file = folder.resolve("tiny.safetensors");
    of(List.of("cold", "hot", "mild")).save(file, false);
    return file;
  }
}
