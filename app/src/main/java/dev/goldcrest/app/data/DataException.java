package dev.goldcrest.app.data;

/**
 * A mistake in a user's data: the message is one sentence that names the file, the line where there
 * is one, and the remedy. Made to be printed without a stack trace.
 */
public final class DataException extends Exception {
  private static final long serialVersionUID = 1L;

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A complaint about one line, {@code file:line: what}. */
  static DataException at(String file, long line, String what) {
    return new DataException(file + ":" + line + ": " + what);
  }
}
