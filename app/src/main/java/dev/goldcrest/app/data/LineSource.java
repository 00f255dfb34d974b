package dev.goldcrest.app.data;

import java.io.InputStream;

/**
 * The good lines of a file: undecodable ones went to {@link BadLines#bad}, and so did blank ones,
 * except at the end of the file, where editors leave them.
 */
final class LineSource {
  private final LineReader reader;
  private final BadLines badLines;
  private String held;
  private long heldNumber;
  private long number;
  private boolean keepBlankLines;

  LineSource(InputStream in, String file, BadLines badLines) {
    this.reader = new LineReader(in, file);
    this.badLines = badLines;
  }

  String file() {
    return reader.file();
  }

  /** The 1-based number of the line {@link #next} returned last. */
  long number() {
    return number;
  }

  /** From here on blank lines are lines: inside a quoted CSV field they belong to the text. */
  void keepBlankLines() {
    keepBlankLines = true;
  }

  /** The next line without consuming it, or null at the end. */
  String peek() throws DataException {
    if (held == null) {
      held = read();
    }
    return held;
  }

  String next() throws DataException {
    String line = peek();
    held = null;
    number = heldNumber;
    return line;
  }

  private String read() throws DataException {
    long firstBlank = 0;
    while (true) {
      String line;
      try {
        line = reader.next();
      } catch (BadLineException e) {
        badLines.bad(reader.number(), e.getMessage());
        continue;
      }
      if (line == null) {
        return null;
      }
      if (keepBlankLines) {
        heldNumber = reader.number();
        return line;
      }
      if (line.isBlank()) {
        firstBlank = firstBlank == 0 ? reader.number() : firstBlank;
        continue;
      }
      if (firstBlank != 0) {
        badLines.bad(firstBlank, "the line is empty; remove it");
      }
      heldNumber = reader.number();
      return line;
    }
  }
}
