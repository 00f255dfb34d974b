package dev.goldcrest.app.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Stdout that remembers why it failed. A {@link PrintStream} keeps only that it did, which makes a
 * full disk look like a reader who left.
 */
final class ResultStream extends FilterOutputStream {
  private IOException failure;

  ResultStream(OutputStream to) {
    super(to);
  }

  /** Prints to this, in UTF-8 whatever the locale says. */
  PrintStream print() {
    return new PrintStream(this, true, StandardCharsets.UTF_8);
  }

  /** The first failure, or null. A pipe whose reader left ({@code | head -1}) is none. */
  IOException failure() {
    return failure;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      if (failure == null
          && !String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("pipe")) {
        failure = e;
      }
      throw e;
    }
  }
}
