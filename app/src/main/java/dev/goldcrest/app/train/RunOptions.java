package dev.goldcrest.app.train;

import picocli.CommandLine.Option;

/**
 * How a run is carried out: the same options for {@code train}, {@code distill}, {@code compress}.
 */
public final class RunOptions {
  private static final int MOST_WORKERS = 2;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "of everything random")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "workers that share each batch, and a teacher's work; another number gives another model"
              + " (default: the processors, at most 2)")
  private Integer threads;

  @Option(names = "--resume", description = "go on from the checkpoint of an interrupted run")
  private boolean resume;

  @Option(
      names = "--force",
      description = "replace an existing model or checkpoint, throw away another teacher's answers")
  private boolean force;

  /** Of everything random. */
  public long seed() {
    return seed;
  }

  /** Threads that were asked for, or null. */
  public Integer threads() {
    return threads;
  }

  /** Threads that share each batch. */
  public int workers() {
    return workers(threads);
  }

  /**
   * As many threads as were asked for, or as there are processors, at most two.
   *
   * @param asked or null
   */
  public static int workers(Integer asked) {
    return asked != null
        ? asked
        : Math.min(MOST_WORKERS, Runtime.getRuntime().availableProcessors());
  }

  /** Whether to go on from the checkpoint of an interrupted run. */
  public boolean resume() {
    return resume;
  }

  /** Whether an existing model or checkpoint may be replaced. */
  public boolean force() {
    return force;
  }
}
