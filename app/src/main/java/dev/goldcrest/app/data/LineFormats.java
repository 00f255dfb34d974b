package dev.goldcrest.app.data;

/** The two formats that a line and an {@code indexOf} can read: headerless TSV and fastText. */
final class LineFormats {
  static final String FASTTEXT_PREFIX = "__label__";

  private LineFormats() {}

  /**
   * {@code label<TAB>text}; what follows a second tab may hold the answer and is never looked at.
   */
  static void readTsv(LineSource lines, Rows rows) throws DataException {
    for (String line = lines.next(); line != null; line = lines.next()) {
      int tab = line.indexOf('\t');
      if (tab < 0) {
        rows.bad(lines.number(), "no tab between label and text; write label<TAB>text");
        continue;
      }
      int end = line.indexOf('\t', tab + 1);
      if (end >= 0) {
        rows.ignoredColumns();
      }
      String text = end < 0 ? line.substring(tab + 1) : line.substring(tab + 1, end);
      rows.add(lines.number(), line.substring(0, tab), text);
    }
  }

  /** {@code __label__x text}, one label a line. */
  static void readFastText(LineSource lines, Rows rows) throws DataException {
    for (String line = lines.next(); line != null; line = lines.next()) {
      if (!line.startsWith(FASTTEXT_PREFIX)) {
        rows.bad(lines.number(), "the line does not begin with __label__; write __label__x text");
        continue;
      }
      int end = FASTTEXT_PREFIX.length();
      while (end < line.length() && !Character.isWhitespace(line.charAt(end))) {
        end++;
      }
      String text = line.substring(end).stripLeading();
      if (text.startsWith(FASTTEXT_PREFIX)) {
        rows.bad(lines.number(), "the line has more than one label; keep one");
        continue;
      }
      rows.add(lines.number(), line.substring(FASTTEXT_PREFIX.length(), end), text);
    }
  }
}
