package dev.goldcrest.app.train;

import dev.goldcrest.app.data.DataFormat;
import dev.goldcrest.app.data.ReadOptions;
import picocli.CommandLine.Option;

/** The options that say how data files are laid out. */
final class DataOptions {
  @Option(
      names = "--format",
      defaultValue = "AUTO",
      paramLabel = "FORMAT",
      description = "auto, tsv (label<TAB>text), table (with a header), jsonl or fasttext")
  private DataFormat format;

  @Option(
      names = "--text-column",
      paramLabel = "NAME",
      description = "column or field of the text (default: text)")
  private String textColumn;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description = "column or field of the label (default: label)")
  private String labelColumn;

  @Option(names = "--skip-bad-lines", description = "count and skip bad lines instead of stopping")
  private boolean skipBadLines;

  ReadOptions read() {
    return ReadOptions.defaults()
        .withFormat(format)
        .withColumns(textColumn, labelColumn)
        .withSkipBadLines(skipBadLines);
  }
}
