package dev.goldcrest.app;

import dev.goldcrest.app.cli.Cli;
import dev.goldcrest.app.cli.Terminal;

/** Where {@code ./goldcrest} arrives. */
public final class Main {
  private Main() {}

  /** Runs one verb and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(Cli.run(Terminal.ofProcess(), args));
  }
}
