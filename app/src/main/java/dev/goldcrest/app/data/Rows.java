package dev.goldcrest.app.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects what a reader finds and decides once what happens to a bad line. */
final class Rows {
  private final String file;
  private final boolean skipBadLines;
  private final List<Example> examples = new ArrayList<>();
  private final Map<String, String> labels = new HashMap<>();
  private int skipped;
  private int ignoredColumns;
  private String firstComplaint;

  Rows(String file, boolean skipBadLines) {
    this.file = file;
    this.skipBadLines = skipBadLines;
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

  /** A bad line: an error with its place, or one more skipped line. */
  void bad(long line, String what) throws DataException {
    if (!skipBadLines) {
      throw DataException.at(file, line, what + " (--skip-bad-lines leaves such lines out)");
    }
    skipped++;
    if (firstComplaint == null) {
      firstComplaint = "line " + line + ": " + what;
    }
  }

  Dataset finish() throws DataException {
    if (examples.isEmpty()) {
      throw new DataException(
          skipped == 0
              ? file + " is empty; give it one example a line, label<TAB>text"
              : file + " has no good line among " + skipped + "; " + firstComplaint);
    }
    return new Dataset(file, examples, skipped, ignoredColumns);
  }
}
