package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.cli.ExitCodes;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.cli.Verb;
import dev.goldcrest.app.train.RunOptions;
import dev.goldcrest.core.models.Nearest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code reproduce TABLE}: reruns a table of docs/results row by row. Stopped or killed, it goes on
 * where it was when it is started again.
 */
@Command(
    name = "reproduce",
    description = "Reruns a published table, row by row.",
    footer = {
      "",
      "DIR holds a folder for each set with train.tsv, dev.tsv and test.tsv (or .tsv.gz). A set",
      "that is not there is left out. Ctrl-C, then the same command again, goes on."
    })
public final class ReproduceVerb extends Verb {
  /**
   * How a table is made ready.
   *
   * @param names what {@code --only} may name of it
   * @param rootless those of them that need no folder of data sets
   * @param given model files that it does not make itself, by the option that gives them
   * @param fixed options that have nothing to say to it
   */
  private record Known(
      Maker maker,
      List<String> names,
      List<String> rootless,
      List<String> given,
      List<String> fixed) {
    Known(Maker maker, List<String> names, List<String> rootless) {
      this(maker, names, rootless, List.of(), List.of());
    }

    @FunctionalInterface
    private interface Maker {
      Table<?, ?> of(Setup setup) throws IOException;
    }
  }

  /** The option that gives MiniLM as {@code import minilm} writes it. */
  static final String MINILM = "minilm";

  private static final String SEEDS = "--seeds";

  private static final String EPOCHS = "--epochs";

  private static final Map<String, Known> TABLES = tables();

  private static Map<String, Known> tables() {
    Map<String, Known> tables = new LinkedHashMap<>();
    tables.put(
        "classification",
        new Known(ClassificationTable::new, TextSet.names(), List.of(TextSet.GLOSSES)));
    tables.put("sequence", new Known(SequenceTable::new, SequenceSet.names(), List.of()));
    tables.put(
        "streams", new Known(StreamsTable::new, StreamsTable.names(), List.of(StreamsTable.SPEED)));
    tables.put(
        "compression",
        new Known(
            CompressionTable::new,
            CompressionStep.names(),
            List.of(TextSet.GLOSSES),
            List.of(MINILM, CompressionStep.VANILLA, CompressionStep.LITE),
            List.of(SEEDS)));
    tables.put(
        "distillation",
        new Known(DistilTable::new, DistilStep.names(), List.of(), List.of(MINILM), List.of()));
    tables.put(
        "greenformers",
        new Known(
            GreenTable::new,
            GreenTable.names(),
            GreenTable.names(),
            List.of(),
            List.of(SEEDS, EPOCHS)));
    return tables;
  }

  @Parameters(
      paramLabel = "TABLE",
      description = "classification, sequence, streams, compression, distillation or greenformers")
  private String table;

  @Option(names = "--data-root", paramLabel = "DIR", description = "folder of the data sets")
  private Path root;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "SET",
      description = "these sets or kinds of rows instead of all; a wrong name lists them")
  private List<String> only = new ArrayList<>();

  @Option(
      names = SEEDS,
      split = ",",
      paramLabel = "N",
      description = "these seeds instead of each set's own, 1 to 3 or 1")
  private List<Long> seeds = new ArrayList<>();

  @Option(
      names = "--work",
      defaultValue = "goldcrest-results",
      paramLabel = "DIR",
      description = "folder for models, checkpoints and finished rows")
  private Path work;

  @Option(
      names = "--minilm",
      paramLabel = "FILE",
      description =
          "compression, distillation: MiniLM as ./goldcrest import minilm writes it (default of"
              + " distillation: minilm.safetensors in --work)")
  private Path minilm;

  @Option(
      names = "--vanilla",
      paramLabel = "FILE",
      description = "compression: a translator of the sequence table, the larger")
  private Path vanilla;

  @Option(
      names = "--lite",
      paramLabel = "FILE",
      description = "compression: a translator that takes 2.5 times fewer multiply-adds")
  private Path lite;

  @Option(names = "--out", paramLabel = "FILE", description = "also write the table there")
  private Path out;

  @Option(names = "--render-only", description = "render what is finished, train nothing")
  private boolean renderOnly;

  @Option(names = EPOCHS, paramLabel = "N", description = "instead of the recipe's, for a look")
  private Integer epochs;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "workers that share each batch (default: the processors, at most 2)")
  private Integer threads;

  /** The verb for the command line. */
  public ReproduceVerb(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected Report run() throws Exception {
    check();
    int workers = RunOptions.workers(threads);
    Setup setup = new Setup(terminal, root, work, epochs, workers, given());
    return reproduce(TABLES.get(table).maker().of(setup));
  }

  private <S, R extends RowFile.Finished> Report reproduce(Table<S, R> running) throws Exception {
    List<S> plan = running.plan(only, seeds);
    boolean complete = renderOnly || running.run(plan);
    List<R> rows = running.finished(plan);
    String picture = running.picture(rows);
    Path drawn = out == null || picture == null ? null : pictureBeside(out);
    String name = drawn == null ? null : drawn.getFileName().toString();
    String document =
        running.page(rows, madeBy(running.given(rows)), name)
            + missing(plan.stream().map(running::key).toList(), rows);
    if (out != null) {
      write(out, document);
    }
    if (drawn != null) {
      write(drawn, picture);
    }
    return new Finished(table, document, rows, plan.size(), complete);
  }

  /** The model files that the table does not make itself. */
  private Map<String, Path> given() {
    Map<String, Path> models = new LinkedHashMap<>();
    models.put(MINILM, minilm);
    models.put(CompressionStep.VANILLA, vanilla);
    models.put(CompressionStep.LITE, lite);
    models.values().removeIf(Objects::isNull);
    List<String> known = TABLES.get(table).given();
    for (String name : models.keySet()) {
      if (!known.contains(name)) {
        throw UserError.usage("reproduce: table %s takes no --%s", table, name);
      }
    }
    models.forEach(
        (name, file) -> {
          if (!Files.isRegularFile(file)) {
            throw UserError.failed("--%s %s: there is no such model file", name, file);
          }
        });
    return models;
  }

  /** {@code greenformers.svg} beside {@code greenformers.md}. */
  private static Path pictureBeside(Path document) {
    String name = document.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return document.resolveSibling((dot < 1 ? name : name.substring(0, dot)) + ".svg");
  }

  private void check() {
    if (!TABLES.containsKey(table)) {
      throw UserError.usage(
          "reproduce: unknown table %s%s", table, Nearest.hint(table, TABLES.keySet()));
    }
    List<String> names = TABLES.get(table).names();
    for (String name : only) {
      if (!names.contains(name)) {
        throw UserError.usage(
            "reproduce: --only: unknown set %s%s", name, Nearest.hint(name, names));
      }
    }
    if (root != null && !Files.isDirectory(root)) {
      throw UserError.failed("--data-root %s: there is no such folder; check the path", root);
    }
    List<String> rootless = TABLES.get(table).rootless();
    boolean needsRoot = !rootless.containsAll(only.isEmpty() ? names : only);
    if (root == null && needsRoot && !renderOnly) {
      throw UserError.usage(
          "reproduce: --data-root is missing; %s",
          rootless.isEmpty()
              ? "%s needs it".formatted(table)
              : "%s needs it for all but --only %s".formatted(table, String.join(",", rootless)));
    }
    List<String> fixed = TABLES.get(table).fixed();
    if (!seeds.isEmpty() && fixed.contains(SEEDS) || epochs != null && fixed.contains(EPOCHS)) {
      throw UserError.usage(
          "reproduce: table %s takes no %s", table, seeds.isEmpty() ? EPOCHS : SEEDS);
    }
    if (out != null) {
      checkOut();
    }
  }

  /** Before hours of work, that its page can be written and replaces no model. */
  private void checkOut() {
    if (Files.isDirectory(out)) {
      throw UserError.usage("reproduce: --out %s is a folder; name a file in it", out);
    }
    Path folder = out.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw UserError.failed("--out %s: there is no folder %s; create it first", out, folder);
    }
    if (out.toString().endsWith(".safetensors") || out.toString().endsWith(".jsonl")) {
      throw UserError.usage("reproduce: --out %s is to be a page, such as %s.md", out, table);
    }
  }

  /** The command without the options that leave the rows as they are. */
  private String madeBy(Map<String, String> given) {
    List<String> words = new ArrayList<>(List.of("./goldcrest reproduce", table));
    if (root != null) {
      words.add("--data-root " + root);
    }
    if (!only.isEmpty()) {
      words.add("--only " + String.join(",", only));
    }
    if (!seeds.isEmpty()) {
      words.add("--seeds " + seeds.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
    if (epochs != null) {
      words.add("--epochs " + epochs);
    }
    if (threads != null) {
      words.add("--threads " + threads);
    }
    given.forEach((option, file) -> words.add("--" + option + " " + file));
    return String.join(" ", words);
  }

  /** A section that names the steps without a row; empty if there is none. */
  private static String missing(List<String> planned, List<? extends RowFile.Finished> rows) {
    List<String> keys = new ArrayList<>(planned);
    keys.removeAll(rows.stream().map(RowFile.Finished::key).toList());
    return keys.isEmpty()
        ? ""
        : """

            ## Not run yet

            %s. With the finished rows (.jsonl) in its folder, goldcrest-results/ unless
            --work names another, the same command runs these alone.
            """
            .formatted(String.join(", ", keys));
  }

  private static void write(Path file, String document) throws IOException {
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    Files.writeString(temporary, document);
    Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private record Finished(
      String table, String document, List<?> rows, int planned, boolean complete)
      implements Report {
    @Override
    public void print(PrintStream out) {
      out.print(document);
    }

    @Override
    public Object json() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("table", table);
      object.put("planned", planned);
      object.put("finished", rows.size());
      object.put("rows", rows);
      return object;
    }

    @Override
    public int exitCode() {
      return complete ? ExitCodes.OK : ExitCodes.FAILED;
    }
  }
}
