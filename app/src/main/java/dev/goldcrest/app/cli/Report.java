package dev.goldcrest.app.cli;

import java.io.PrintStream;

/** What a verb found out, for a reader or for a program. */
public interface Report {
  /** Prints the result for a reader; called without {@code --json}. */
  void print(PrintStream out);

  /**
   * The object whose JSON becomes the last line of stdout: a record or a map. Null when the verb
   * has already streamed its objects, one a line.
   */
  Object json();

  /** One of {@link ExitCodes}. */
  default int exitCode() {
    return ExitCodes.OK;
  }
}
