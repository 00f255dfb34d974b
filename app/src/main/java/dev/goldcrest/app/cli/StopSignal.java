package dev.goldcrest.app.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a long run end well when the process is asked to stop (Ctrl-C, SIGTERM). The run polls
 * {@link #requested()} between steps; once asked, it writes its checkpoint and closes this. Until
 * then the process is held back, at most {@code patienceSeconds}.
 *
 * <pre>
 * try (StopSignal stop = StopSignal.install(terminal, 60)) {
 *   while (!stop.requested() &amp;&amp; step()) {}
 *   checkpoint.write();
 * }
 * </pre>
 */
public final class StopSignal implements AutoCloseable {
  private final Terminal terminal;
  private final long patienceSeconds;
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook = new Thread(this::asked, "goldcrest-stop");
  private volatile boolean requested;

  private StopSignal(Terminal terminal, long patienceSeconds) {
    this.terminal = terminal;
    this.patienceSeconds = patienceSeconds;
  }

  /** Listens from now until {@link #close()}. */
  public static StopSignal install(Terminal terminal, long patienceSeconds) {
    StopSignal signal = new StopSignal(terminal, patienceSeconds);
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  /** Whether the run should write its checkpoint and return. */
  public boolean requested() {
    return requested;
  }

  /** The run is over and its files are whole: the process may end. */
  @Override
  public void close() {
    finished.countDown();
    if (!requested) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // Asked to stop in this very moment; the hook finds the run finished.
      }
    }
  }

  private void asked() {
    requested = true;
    if (finished.getCount() == 0) {
      return;
    }
    terminal.say("stopping: the checkpoint is being written");
    try {
      if (finished.await(patienceSeconds, TimeUnit.SECONDS)) {
        terminal.say("stopped; --resume continues from here");
      } else {
        terminal.say("stopped without a new checkpoint; --resume continues from the last one");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
