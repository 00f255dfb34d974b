package dev.goldcrest.app.cli;

import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Something the user can put right. The message is the one sentence the user sees: it names the
 * file and the line where there is one, says what is wrong with both values, and what to do about
 * it.
 */
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /** An error that ends the process with {@code exitCode}, one of {@link ExitCodes}. */
  public UserError(int exitCode, String sentence) {
    super(sentence);
    this.exitCode = exitCode;
  }

  /** A command line that makes no sense: exit code 2. */
  public static UserError usage(String format, Object... args) {
    return new UserError(ExitCodes.USAGE, String.format(format, args));
  }

  /**
   * Runs what judges the user's settings ({@code --arch}, {@code --preset}, {@code --set}) and
   * turns its {@link IllegalArgumentException} into a usage error with the same sentence.
   */
  public static <T> T judging(Supplier<T> settings) {
    try {
      return settings.get();
    } catch (IllegalArgumentException e) {
      throw new UserError(ExitCodes.USAGE, e.getMessage());
    }
  }

  /** A bad file or a failed run: exit code 1. */
  public static UserError failed(String format, Object... args) {
    return new UserError(ExitCodes.FAILED, String.format(format, args));
  }

  /**
   * A bad line of a data file: exit code 1.
   *
   * @param line counted from 1, as editors do
   */
  public static UserError atLine(Path file, long line, String format, Object... args) {
    return new UserError(
        ExitCodes.FAILED, file + " line " + line + ": " + String.format(format, args));
  }

  /** A budget no model meets: exit code 3. */
  public static UserError unreachable(String format, Object... args) {
    return new UserError(ExitCodes.UNREACHABLE, String.format(format, args));
  }

  public int exitCode() {
    return exitCode;
  }
}
