package dev.goldcrest.runtime;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Workspaces for one thread each that calls borrow and give back, so that any number of threads may
 * call and a warm call makes none. As many are kept as there are processors.
 */
final class Workspaces<W> {
  private final String owner;
  private final Supplier<W> make;
  private final ConcurrentLinkedQueue<W> idle = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  /**
   * @param owner for the error message after {@link #close}
   */
  Workspaces(String owner, Supplier<W> make) {
    this.owner = owner;
    this.make = make;
  }

  W borrow() {
    if (closed) {
      throw new IllegalStateException("the " + owner + " is closed");
    }
    W workspace = idle.poll();
    return workspace != null ? workspace : make.get();
  }

  void giveBack(W workspace) {
    if (!closed && idle.size() < Runtime.getRuntime().availableProcessors()) {
      idle.offer(workspace);
    }
  }

  void close() {
    closed = true;
    idle.clear();
  }
}
