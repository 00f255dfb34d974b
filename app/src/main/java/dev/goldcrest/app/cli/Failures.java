package dev.goldcrest.app.cli;

import dev.goldcrest.app.data.DataException;
import dev.goldcrest.core.graph.ShapeException;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.torch.DivergedException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** Turns what went wrong while a verb ran into an exit code and one sentence. */
final class Failures {
  private Failures() {}

  static int exitCode(Throwable thrown) {
    if (thrown instanceof UserError error) {
      return error.exitCode();
    }
    // Shapes are wrong when settings do not go together: 96 channels in 5 heads.
    return thrown instanceof ShapeException ? ExitCodes.USAGE : ExitCodes.FAILED;
  }

  static String sentence(Throwable thrown) {
    if (speaksToUsers(thrown)) {
      return thrown.getMessage();
    }
    if (thrown instanceof NoSuchFileException e) {
      return e.getFile() + ": no such file; check the path";
    }
    if (thrown instanceof AccessDeniedException e) {
      return e.getFile() + ": permission denied; check the rights of the file and its folder";
    }
    if (thrown instanceof FileAlreadyExistsException e) {
      return e.getFile() + ": exists already; --force replaces it";
    }
    if (thrown instanceof CharacterCodingException) {
      return "a file is not UTF-8; convert it, for example with iconv";
    }
    if (writerSpeaks(thrown)) {
      return thrown.getMessage() + (diskFull(thrown) ? "; free some space and run again" : "");
    }
    if (diskFull(thrown)) {
      String file = thrown instanceof FileSystemException e ? e.getFile() : null;
      return (file == null ? "" : file + ": ")
          + "no space left on the disk; free some and run again";
    }
    if (thrown instanceof FileSystemException e && e.getReason() != null) {
      return e.getFile() + ": " + e.getReason().toLowerCase(Locale.ROOT);
    }
    if (thrown instanceof OutOfMemoryError) {
      return String.format(
          Locale.ROOT,
          "out of memory (%s) with a heap of %,d MB; GOLDCREST_JAVA_OPTS=-Xmx4g gives it more",
          thrown.getMessage(),
          Runtime.getRuntime().maxMemory() / 1_000_000);
    }
    return "unexpected " + describe(thrown) + "; set GOLDCREST_DEBUG=1 for the trace";
  }

  /** Whether the message is a sentence made to be shown. */
  private static boolean speaksToUsers(Throwable thrown) {
    return thrown instanceof UserError
        || thrown instanceof DataException
        || thrown instanceof FormatException
        || thrown instanceof ShapeException
        || thrown instanceof DivergedException;
  }

  /** The writer of model files says itself which file it could not write and what became of it. */
  private static boolean writerSpeaks(Throwable thrown) {
    String message = thrown.getMessage();
    return thrown instanceof IOException && message != null && message.startsWith("cannot write ");
  }

  private static boolean diskFull(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      String message = t.getMessage();
      if (t instanceof java.io.IOException && message != null) {
        if (message.contains("No space left") || message.contains("not enough space")) {
          return true;
        }
      }
    }
    return false;
  }

  private static String describe(Throwable thrown) {
    String message = thrown.getMessage();
    String text = message == null ? "" : message.lines().findFirst().orElse("").strip();
    return thrown.getClass().getSimpleName() + (text.isEmpty() ? "" : " (" + text + ")");
  }
}
