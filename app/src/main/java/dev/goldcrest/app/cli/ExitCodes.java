package dev.goldcrest.app.cli;

/** What the process says when it ends. Settled: scripts depend on these four numbers. */
public final class ExitCodes {
  /** Everything asked for was done; notices may have been given. */
  public static final int OK = 0;

  /** A file was bad, a resource was missing, or something unexpected happened. */
  public static final int FAILED = 1;

  /** The command line itself makes no sense. */
  public static final int USAGE = 2;

  /** No model within the given budget exists. */
  public static final int UNREACHABLE = 3;

  private ExitCodes() {}
}
