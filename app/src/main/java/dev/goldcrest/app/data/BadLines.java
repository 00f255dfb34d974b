package dev.goldcrest.app.data;

/** Decides once what happens to a bad line: an error with its place, or one more skipped line. */
final class BadLines {
  private final String file;
  private final boolean skip;
  private int skipped;
  private String first;

  /** Of {@code file}, unless a complaint names another. */
  BadLines(String file, boolean skip) {
    this.file = file;
    this.skip = skip;
  }

  void bad(long line, String what) throws DataException {
    bad(file, line, what);
  }

  /** The same where several files are read side by side. */
  void bad(String place, long line, String what) throws DataException {
    if (!skip) {
      throw DataException.at(place, line, what + " (--skip-bad-lines leaves such lines out)");
    }
    skipped++;
    if (first == null) {
      first = "line " + line + ": " + what;
    }
  }

  int skipped() {
    return skipped;
  }

  /**
   * What to say when nothing was left.
   *
   * @param remedy what the file should hold, after "give it "
   */
  DataException nothing(String remedy) {
    return new DataException(
        skipped == 0
            ? file + " is empty; give it " + remedy
            : file + " has no good line among " + skipped + "; " + first);
  }
}
