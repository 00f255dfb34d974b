package dev.goldcrest.app.cli;

import dev.goldcrest.app.data.DataException;
import dev.goldcrest.app.data.DataFormat;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Datasets;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.FrameOptions;
import dev.goldcrest.app.data.FrameSet;
import dev.goldcrest.app.data.Frames;
import dev.goldcrest.app.data.ParallelDataset;
import dev.goldcrest.app.data.ParallelDatasets;
import dev.goldcrest.app.data.ParallelOptions;
import dev.goldcrest.app.data.ReadOptions;
import dev.goldcrest.app.data.TextCorpus;
import dev.goldcrest.app.data.TextPool;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * How a verb's data files are laid out: mixed into every verb that reads labelled, parallel or
 * running text.
 */
public final class DataOptions {
  // Kinds of data, as messages call them.
  private static final String LABELLED = "labelled texts";
  private static final String PARALLEL = "parallel text";
  private static final String STREAMS = "streams";

  /** What headers call a label or a text. */
  private static final Set<String> COLUMN_NAMES =
      Set.of(
          "label",
          "labels",
          "class",
          "category",
          "intent",
          "tag",
          "target",
          "sentiment",
          "y",
          "text",
          "sentence",
          "utterance",
          "content",
          "message",
          "review",
          "question",
          "x");

  @Option(
      names = "--format",
      defaultValue = "AUTO",
      paramLabel = "FORMAT",
      description = "auto, tsv, table, jsonl or fasttext")
  private DataFormat format;

  @Option(
      names = "--text-column",
      paramLabel = "NAME",
      description = "column or JSON field of the text, for files that name theirs")
  private String textColumn;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description = "column or JSON field of the label")
  private String labelColumn;

  @Option(
      names = "--columns",
      paramLabel = "N,N",
      description = "columns of parallel text, what is read first (default: 1,2)")
  private String columns;

  @Option(
      names = "--target",
      paramLabel = "FILE",
      description = "the other side of --data, line by line, instead of a second column")
  private String target;

  @Option(names = "--skip-bad-lines", description = "count bad lines and go on without them")
  private boolean skipBadLines;

  @Option(
      names = "--recording-column",
      paramLabel = "NAME",
      description = "streams: column of the recording's id, for files with a header")
  private String recordingColumn;

  @Option(
      names = "--time-column",
      paramLabel = "NAME",
      description = "streams: column of the frame's time in seconds")
  private String timeColumn;

  @Option(
      names = "--feature-columns",
      split = ",",
      paramLabel = "NAME",
      description = "streams: columns of the features (default: all others)")
  private List<String> featureColumns = List.of();

  @Option(
      names = "--missing",
      paramLabel = "CELL",
      description = "streams: what stands for a missing value, beside nothing and NaN")
  private String missing;

  @Option(
      names = "--intervals",
      paramLabel = "FILE",
      description = "streams: labels as recording, first and last second, label")
  private String intervals;

  @Option(
      names = "--period",
      defaultValue = "0",
      paramLabel = "SECONDS",
      description = "streams: from one frame to the next, where no column tells")
  private double period;

  @Option(
      names = "--max-gap",
      defaultValue = "0",
      paramLabel = "SECONDS",
      description = "streams: a longer time without a frame begins a new recording")
  private double maxGap;

  /** As a command line without any of these options has them. */
  public static DataOptions defaults() {
    return CommandLine.populateCommand(new DataOptions());
  }

  /** How frames are laid out. */
  public FrameOptions frames() {
    return new FrameOptions(
        recordingColumn,
        timeColumn,
        featureColumns,
        labelColumn == null ? List.of() : List.of(labelColumn.split(",")),
        missing,
        intervals,
        period,
        maxGap,
        skipBadLines);
  }

  /** Loads recordings and says what is odd about them. */
  public FrameSet loadFrames(Terminal terminal, String spec) throws Exception {
    refuseOthers(STREAMS);
    FrameSet data = Frames.load(spec, frames());
    if (data.skippedBadLines() > 0) {
      terminal.notice("%s: skipped %,d bad lines", data.name(), data.skippedBadLines());
    }
    if (data.missing() > 0) {
      terminal.notice("%s: %,d values are missing", data.name(), data.missing());
    }
    if (data.gaps() > 0) {
      terminal.notice(
          "%s: %,d steps in time are longer than one and a half periods of %s s; --max-gap begins"
              + " a new recording there",
          data.name(), data.gaps(), data.period());
    }
    return data;
  }

  /** The same for a reader. */
  public ReadOptions read() {
    return new ReadOptions(format, textColumn, labelColumn, skipBadLines);
  }

  /** How parallel text is laid out. */
  private ParallelOptions parallel() {
    return UserError.judging(
        () -> {
          ParallelOptions usual = ParallelOptions.defaults().withSkipBadLines(skipBadLines);
          return columns == null ? usual : usual.withColumns(columns);
        });
  }

  /** The file of the targets that belongs to {@code --data}, or null. */
  public String target() {
    return target;
  }

  /**
   * Loads parallel text and says what was left out of it.
   *
   * @param other the file of the targets, or null where they are a column of {@code spec}
   */
  public ParallelDataset parallel(Terminal terminal, String spec, String other)
      throws DataException {
    refuseNamedColumns("parallel text has no header, --columns tells its sides");
    refuseOthers(PARALLEL);
    ParallelDataset data =
        other == null
            ? ParallelDatasets.load(spec, parallel())
            : ParallelDatasets.load(spec, other, parallel());
    noteSkipped(terminal, data.name(), data.skippedBadLines());
    return data;
  }

  /** Loads running text and says what was left out of it. */
  public TextCorpus text(Terminal terminal, String spec) throws DataException {
    refuseNamedColumns("running text has no columns");
    refuseOthers("running text");
    TextCorpus text = TextCorpus.load(spec, skipBadLines);
    noteSkipped(terminal, text.name(), text.skippedBadLines());
    return text;
  }

  /** Loads texts without labels. */
  public TextPool texts(String spec) throws DataException {
    refuseNamedColumns("here a line is a text, or FILE#2 the second column");
    refuseOthers("texts without labels");
    if (skipBadLines) {
      throw UserError.usage("--skip-bad-lines is for labelled texts and running text");
    }
    return TextPool.read(List.of(spec), List.of());
  }

  /** Refuses what says how data of another kind are laid out. */
  private void refuseOthers(String kind) {
    refuse(isNamed(), "--format", LABELLED, kind);
    refuse(textColumn != null, "--text-column", LABELLED, kind);
    refuse(columns != null, "--columns", PARALLEL, kind);
    refuse(target != null, "--target", PARALLEL, kind);
    refuse(recordingColumn != null, "--recording-column", STREAMS, kind);
    refuse(timeColumn != null, "--time-column", STREAMS, kind);
    refuse(!featureColumns.isEmpty(), "--feature-columns", STREAMS, kind);
    refuse(missing != null, "--missing", STREAMS, kind);
    refuse(intervals != null, "--intervals", STREAMS, kind);
    refuse(period != 0, "--period", STREAMS, kind);
    refuse(maxGap != 0, "--max-gap", STREAMS, kind);
  }

  private static void refuse(boolean given, String option, String reader, String kind) {
    if (given && !reader.equals(kind)) {
      throw UserError.usage("%s is for %s, not for %s", option, reader, kind);
    }
  }

  private boolean isNamed() {
    return format != null && format != DataFormat.AUTO;
  }

  private void refuseNamedColumns(String why) {
    if (isNamed() || textColumn != null || labelColumn != null) {
      throw UserError.usage(
          "--format, --text-column and --label-column are for labelled texts; %s", why);
    }
  }

  private static void noteSkipped(Terminal terminal, String name, int lines) {
    if (lines > 0) {
      terminal.notice("%s: skipped %,d bad lines", name, lines);
    }
  }

  /** Loads a data set and says what was left out of it. */
  public Dataset load(Terminal terminal, String spec) throws Exception {
    refuseOthers(LABELLED);
    Dataset data = Datasets.load(spec, read());
    noteSkipped(terminal, data.name(), data.skippedBadLines());
    if (data.rowsWithIgnoredColumns() > 0) {
      terminal.notice(
          "%s: %,d rows have further columns, which are never read",
          data.name(), data.rowsWithIgnoredColumns());
    }
    if (startsWithHeader(data.examples())) {
      terminal.notice(
          "%s: its first line looks like a header and counts as an example; name the columns with"
              + " --label-column and --text-column",
          data.name());
    }
    return data;
  }

  /** Whether the first of several examples is two usual names of columns, met nowhere else. */
  static boolean startsWithHeader(List<Example> examples) {
    if (examples.size() < 2) {
      return false;
    }
    String label = examples.get(0).label();
    return COLUMN_NAMES.contains(label.toLowerCase(Locale.ROOT))
        && COLUMN_NAMES.contains(examples.get(0).text().trim().toLowerCase(Locale.ROOT))
        && examples.stream().skip(1).noneMatch(example -> example.label().equals(label));
  }
}
