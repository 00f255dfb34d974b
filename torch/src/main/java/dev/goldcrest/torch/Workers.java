package dev.goldcrest.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/**
 * A fixed number of threads that each take their part of every batch. Their gradients are added in
 * the order of the workers, so the result depends on their number but not on timing.
 */
final class Workers implements AutoCloseable {
  private final ExecutorService threads;
  private final int count;

  Workers(int count) {
    this.count = count;
    this.threads =
        Executors.newFixedThreadPool(
            count,
            task -> {
              Thread thread = new Thread(task, "goldcrest-worker");
              thread.setDaemon(true);
              return thread;
            });
  }

  int count() {
    return count;
  }

  /** Runs {@code part} for every worker and returns the results in their order. */
  <T> List<T> run(IntFunction<T> part) {
    List<Future<T>> running = new ArrayList<>();
    for (int worker = 0; worker < count; worker++) {
      int index = worker;
      running.add(threads.submit(() -> part.apply(index)));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : running) {
      results.add(result(future));
    }
    return results;
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("training was interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("a training worker failed: " + e.getCause(), e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
