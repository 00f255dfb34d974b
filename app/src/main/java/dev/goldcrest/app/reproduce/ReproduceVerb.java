package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.cli.ExitCodes;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.cli.Verb;
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
  private static final int MOST_WORKERS = 2;

  private static final String CLASSIFICATION = "classification";
  private static final String STREAMS = "streams";
  private static final String SEQUENCE = "sequence";
  private static final String DISTILLATION = "distillation";

  @Parameters(
      paramLabel = "TABLE",
      description = "classification, sequence, streams or distillation")
  private String table;

  @Option(names = "--data-root", paramLabel = "DIR", description = "folder of the data sets")
  private Path root;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "SET",
      description = "these sets, or of streams these kinds of rows, instead of all")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--seeds",
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

  @Option(names = "--out", paramLabel = "FILE", description = "also write the table there")
  private Path out;

  @Option(names = "--render-only", description = "render what is finished, train nothing")
  private boolean renderOnly;

  @Option(names = "--epochs", paramLabel = "N", description = "instead of the recipe's, for a look")
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
    int workers =
        threads != null
            ? threads
            : Math.min(MOST_WORKERS, Runtime.getRuntime().availableProcessors());
    if (table.equals(STREAMS)) {
      return streams(workers);
    }
    if (table.equals(SEQUENCE)) {
      return sequence(workers);
    }
    if (table.equals(DISTILLATION)) {
      return distillation(workers);
    }
    List<Step> plan = Step.plan(only, seeds);
    ClassificationTable running = new ClassificationTable(terminal, root, work, epochs, workers);
    boolean complete = renderOnly || running.run(plan);
    List<Row> rows = running.finished(plan);
    String document = Tables.render(rows, commandLine());
    if (out != null) {
      write(document);
    }
    return new Finished(table, document, rows, plan.size(), complete);
  }

  private Report sequence(int workers) throws Exception {
    List<SequenceSet.Step> plan = SequenceSet.plan(only, seeds);
    SequenceTable running = new SequenceTable(terminal, root, work, epochs, workers);
    boolean complete = renderOnly || running.run(plan);
    List<SequenceRow> rows = running.finished(plan);
    String document = SequencePage.render(rows, commandLine());
    if (out != null) {
      write(document);
    }
    return new Finished(table, document, rows, plan.size(), complete);
  }

  private Report distillation(int workers) throws Exception {
    List<DistilStep> plan = DistilStep.plan(only, seeds);
    DistilTable running = new DistilTable(terminal, root, work, epochs, workers);
    boolean complete = renderOnly || running.run(plan);
    List<DistilRow> rows = running.finished(plan);
    String document = DistilPage.render(rows, commandLine());
    if (out != null) {
      write(document);
    }
    return new Finished(table, document, rows, plan.size(), complete);
  }

  private Report streams(int workers) throws Exception {
    StreamsTable running = new StreamsTable(terminal, root, work, epochs, workers);
    boolean complete = renderOnly || running.run(seeds, only);
    var rows = running.finished(seeds, only);
    String document = StreamsPage.render(rows, commandLine());
    if (out != null) {
      write(document);
    }
    return new Finished(table, document, rows, StreamsTable.planned(seeds, only), complete);
  }

  private void check() {
    List<String> tables = List.of(CLASSIFICATION, SEQUENCE, STREAMS, DISTILLATION);
    if (!tables.contains(table)) {
      throw UserError.usage("reproduce: unknown table %s%s", table, Nearest.hint(table, tables));
    }
    List<String> names =
        switch (table) {
          case STREAMS -> StreamsTable.names();
          case SEQUENCE -> SequenceSet.names();
          case DISTILLATION -> DistilStep.names();
          default -> TextSet.names();
        };
    for (String name : only) {
      if (!names.contains(name)) {
        throw UserError.usage(
            "reproduce: --only: unknown set %s%s", name, Nearest.hint(name, names));
      }
    }
    if (root != null && !Files.isDirectory(root)) {
      throw UserError.failed("--data-root %s: there is no such folder; check the path", root);
    }
    boolean needsRoot =
        !table.equals(CLASSIFICATION)
            || only.isEmpty()
            || !only.stream().allMatch(TextSet.GLOSSES::equals);
    if (root == null && needsRoot && !renderOnly) {
      throw UserError.usage(
          "reproduce: --data-root is missing; only classification with --only %s does without",
          TextSet.GLOSSES);
    }
    if (out != null && Files.isDirectory(out)) {
      throw UserError.usage("reproduce: --out %s is a folder; name a file in it", out);
    }
  }

  private void write(String document) throws IOException {
    Path temporary = out.resolveSibling("." + out.getFileName() + ".tmp");
    Files.writeString(temporary, document);
    Files.move(temporary, out, StandardCopyOption.REPLACE_EXISTING);
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
