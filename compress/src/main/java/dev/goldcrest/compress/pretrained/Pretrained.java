package dev.goldcrest.compress.pretrained;

import dev.goldcrest.core.models.Bert;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.json.JsonException;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.safetensors.SafetensorsFile;
import dev.goldcrest.runtime.text.TextConfig;
import dev.goldcrest.runtime.text.WordPiece;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads pretrained encoders of the BERT family, with their tokeniser, as {@link EmbeddingModel}s.
 * What is not supported is refused by its name in a {@link FormatException}.
 */
public final class Pretrained {
  private static final List<String> IN_DIRECTORY =
      List.of(
          "config.json",
          "tokenizer.json",
          "model.safetensors",
          "modules.json",
          "sentence_bert_config.json");

  private Pretrained() {}

  /**
   * Files that an import reads where they are there.
   *
   * @param source a directory or an ONNX file
   * @param tokenizer of the file; null for the one beside it
   */
  public static List<Path> files(Path source, Path tokenizer) throws IOException {
    List<Path> files = new ArrayList<>();
    if (!Files.isDirectory(source)) {
      files.add(source);
      files.add(tokenizer == null ? source.resolveSibling("tokenizer.json") : tokenizer);
      files.add(source.resolveSibling("config.json"));
      return files;
    }
    IN_DIRECTORY.forEach(name -> files.add(source.resolve(name)));
    try (Stream<Path> modules = Files.list(source)) {
      modules.filter(Files::isDirectory).forEach(each -> files.add(each.resolve("config.json")));
    }
    return files;
  }

  /**
   * What the files may leave open. Null means: as the files say, or else the mean of all tokens
   * scaled to length 1, of as many tokens as there are positions.
   *
   * @param readout how the vectors of a text become one, or null
   * @param normalize scale vectors to length 1, or null
   * @param maxTokens that are read of a text, special ones included, or null
   */
  public record Options(Bert.Readout readout, Boolean normalize, Integer maxTokens) {
    /** Everything as the files say. */
    public static final Options NONE = new Options(null, null, null);
  }

  /**
   * An ONNX file with its {@code tokenizer.json}; a {@code config.json} beside it is read if there
   * is one.
   */
  public static EmbeddingModel onnx(Path onnx, Path tokenizer, Options options) throws IOException {
    Path config = onnx.resolveSibling("config.json");
    try (FileChannel channel = FileChannel.open(onnx)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw OnnxFile.unusable(onnx.toString(), "is larger than 2 GB, which ONNX files cannot be");
      }
      return onnx(
          channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()),
          Files.exists(config) ? bytes(config) : null,
          bytes(tokenizer),
          onnx.toString(),
          options);
    }
  }

  /**
   * An ONNX file that is in memory.
   *
   * @param config the bytes of a {@code config.json}, or null for what the graph tells
   * @param name of the file, for error messages and the model's provenance
   */
  public static EmbeddingModel onnx(
      ByteBuffer onnx, byte[] config, byte[] tokenizer, String name, Options options)
      throws IOException {
    OnnxParameters parameters = new OnnxParameters(OnnxFile.read(onnx, name));
    BertImport bert = new BertImport(parameters, name);
    BertConfig known =
        config != null
            ? BertConfig.of(config, name + "'s config.json")
            : BertConfig.of(parameters, bert.prefix(), bert.dim(), name);
    return model(
        bert,
        known,
        tokenizer,
        options,
        provenance(name, sha256(onnx), sha256(ByteBuffer.wrap(tokenizer))));
  }

  /**
   * A Hugging Face directory: {@code config.json}, {@code model.safetensors} and {@code
   * tokenizer.json}; of a sentence-transformers directory also its modules.
   */
  public static EmbeddingModel directory(Path directory, Options options) throws IOException {
    byte[] config = bytes(directory.resolve("config.json"));
    byte[] tokenizer = bytes(directory.resolve("tokenizer.json"));
    Path weights = directory.resolve("model.safetensors");
    Options said = SentenceModules.read(directory, options);
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      BertImport bert = new BertImport(parameters(file), weights.toString());
      return model(
          bert,
          BertConfig.of(config, directory.resolve("config.json").toString()),
          tokenizer,
          said,
          provenance(
              directory.getFileName() + "", sha256(weights), sha256(ByteBuffer.wrap(tokenizer))));
    }
  }

  private static EmbeddingModel model(
      BertImport bert,
      BertConfig config,
      byte[] tokenizer,
      Options options,
      Map<String, Object> provenance)
      throws IOException {
    Bert.Readout readout = options.readout() == null ? Bert.Readout.MEAN : options.readout();
    Bert architecture = bert.architecture(config, readout);
    TextConfig text = TextConfig.pieces(tokenizer(tokenizer, architecture, options));
    return new EmbeddingModel(
        architecture,
        text,
        options.normalize() == null || options.normalize(),
        provenance,
        bert.weights(architecture));
  }

  private static WordPiece tokenizer(byte[] json, Bert architecture, Options options)
      throws IOException {
    try {
      WordPiece tokenizer = WordPiece.of(Json.object(Json.parse(json), "tokenizer.json"));
      if (tokenizer.size() > architecture.vocabulary()) {
        throw new IllegalArgumentException(
            "the tokeniser knows "
                + tokenizer.size()
                + " pieces, the model "
                + architecture.vocabulary());
      }
      int most = options.maxTokens() == null ? tokenizer.maxTokens() : options.maxTokens();
      return tokenizer.withMaxTokens(Math.min(most, architecture.maxLength()));
    } catch (JsonException | IllegalArgumentException e) {
      throw OnnxFile.unusable("tokenizer.json", "cannot be used: " + e.getMessage());
    }
  }

  private static Map<String, Object> provenance(String name, String weights, String tokenizer) {
    Map<String, Object> imported = new LinkedHashMap<>();
    imported.put("from", Path.of(name).getFileName().toString());
    imported.put("weightsSha256", weights);
    imported.put("tokenizerSha256", tokenizer);
    return Map.of("imported", imported);
  }

  private static String sha256(ByteBuffer bytes) {
    MessageDigest digest = sha256();
    digest.update(bytes.duplicate());
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static byte[] bytes(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw OnnxFile.unusable(file.toString(), "is missing; an import needs it");
    }
    if (Files.size(file) > Json.MAX_BYTES) {
      throw OnnxFile.unusable(
          file.toString(), "has more than the " + Json.MAX_BYTES + " bytes that JSON may have");
    }
    return Files.readAllBytes(file);
  }

  private static Parameters parameters(SafetensorsFile file) {
    Set<String> names = Set.copyOf(file.names());
    return new Parameters() {
      @Override
      public Set<String> names() {
        return names;
      }

      @Override
      public long[] shape(String name) throws IOException {
        return file.shape(name);
      }

      @Override
      public float[] values(String name) throws IOException {
        return file.floats(name);
      }
    };
  }
}
