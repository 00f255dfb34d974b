package dev.goldcrest.app.data;

/**
 * How to read parallel text.
 *
 * @param sourceColumn of a TSV, counted from 1; not read where each side has a file
 * @param targetColumn the same
 * @param skipBadLines whether a bad line is counted and left out instead of being an error
 */
public record ParallelOptions(int sourceColumn, int targetColumn, boolean skipBadLines) {

  public ParallelOptions {
    if (sourceColumn < 1 || targetColumn < 1 || sourceColumn == targetColumn) {
      throw columns(sourceColumn + "," + targetColumn);
    }
  }

  /** Columns 1 and 2, no bad line skipped. */
  public static ParallelOptions defaults() {
    return new ParallelOptions(1, 2, false);
  }

  /**
   * Columns as people type them, source before target: {@code 2,1}.
   *
   * @throws IllegalArgumentException in one sentence, made to be shown
   */
  public ParallelOptions withColumns(String typed) {
    String[] parts = typed.split(",", -1);
    if (parts.length != 2) {
      throw columns(typed);
    }
    try {
      return new ParallelOptions(
          Integer.parseInt(parts[0].strip()), Integer.parseInt(parts[1].strip()), skipBadLines);
    } catch (NumberFormatException e) {
      throw columns(typed);
    }
  }

  public ParallelOptions withSkipBadLines(boolean skip) {
    return new ParallelOptions(sourceColumn, targetColumn, skip);
  }

  private static IllegalArgumentException columns(String given) {
    return new IllegalArgumentException(
        "--columns takes two different column numbers counted from 1, such as 1,2, not "
            + Quoting.shorten(given));
  }
}
