package dev.goldcrest.app.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects the examples a reader finds. */
final class Rows {
  private final String file;
  private final BadLines badLines;
  private final List<Example> examples = new ArrayList<>();
  private final Map<String, String> labels = new HashMap<>();
  private int ignoredColumns;

  Rows(String file, boolean skipBadLines) {
    this.file = file;
    this.badLines = new BadLines(file, skipBadLines);
  }

  /** Takes a row; equal labels share one string, so memory is the texts' own. */
  void add(long line, String rawLabel, String text) throws DataException {
    String label = rawLabel.strip();
    if (label.isEmpty()) {
      bad(line, "the label is empty; put a label before the text");
    } else if (text.isBlank()) {
      bad(line, "label \"" + Quoting.shorten(label) + "\" has no text; every label needs one");
    } else {
      examples.add(new Example(labels.computeIfAbsent(label, same -> same), text));
    }
  }

  void ignoredColumns() {
    ignoredColumns++;
  }

  void bad(long line, String what) throws DataException {
    badLines.bad(line, what);
  }

  BadLines badLines() {
    return badLines;
  }

  Dataset finish() throws DataException {
    if (examples.isEmpty()) {
      throw badLines.nothing("one example a line, label<TAB>text");
    }
    return new Dataset(file, examples, badLines.skipped(), ignoredColumns);
  }
}
