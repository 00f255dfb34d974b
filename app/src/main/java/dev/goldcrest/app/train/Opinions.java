package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Progress;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.runtime.safetensors.HalfFloat;
import dev.goldcrest.torch.EncoderData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * What a teacher thinks of texts, a row of numbers for each, computed once: rows go to a file as
 * they come, so that a later run, or one that goes on after a crash, asks only about what is new.
 */
public final class Opinions implements EncoderData.Vectors {
  /** Texts that a thread answers before it writes. */
  private static final int CHUNK = 64;

  private final int dimension;
  private final short[][] rows;
  private final int asked;

  /** Who is asked. Safe for several threads. */
  public interface Oracle {
    /** Values of a row. */
    int dimension();

    /** Another one has another fingerprint, most likely. */
    long fingerprint();

    /** The row of a text. */
    float[] think(String text);
  }

  private Opinions(int dimension, short[][] rows, int asked) {
    this.dimension = dimension;
    this.rows = rows;
    this.asked = asked;
  }

  /**
   * Asks about each text that the file does not know yet, the first ones first; about equal texts
   * once.
   *
   * @param file made if it is not there
   * @param replace whether what it has of another oracle may be thrown away
   * @param enough whether no further text is to be asked about; any thread calls it
   */
  public static Opinions of(
      Terminal terminal,
      Oracle oracle,
      List<String> texts,
      Path file,
      boolean replace,
      int threads,
      BooleanSupplier enough)
      throws IOException {
    try (OpinionFile store = OpinionFile.open(file, oracle, replace)) {
      short[][] rows = new short[texts.size()][];
      Map<String, Integer> unknown = new LinkedHashMap<>();
      int known = 0;
      for (int i = 0; i < rows.length; i++) {
        rows[i] = store.row(texts.get(i));
        if (rows[i] == null) {
          unknown.putIfAbsent(texts.get(i), i);
        } else {
          known++;
        }
      }
      store.forget();
      int asked = 0;
      if (!unknown.isEmpty() && !enough.getAsBoolean()) {
        terminal.say(
            String.format(
                "asking the teacher about %,d texts%s",
                unknown.size(), known == 0 ? "" : String.format(", %,d are known", known)));
        List<Integer> questions = new ArrayList<>(unknown.values());
        try (Progress progress = terminal.progress()) {
          asked = new Round(oracle, texts, questions, rows, store, progress, enough).run(threads);
        }
      }
      for (int i = 0; i < rows.length; i++) {
        rows[i] = rows[i] == null ? rows[unknown.get(texts.get(i))] : rows[i];
      }
      return new Opinions(oracle.dimension(), rows, asked);
    }
  }

  /** Whether there is a row for a text; there is for all unless it was enough before. */
  public boolean has(int row) {
    return rows[row] != null;
  }

  /** Texts without a row. */
  public int missing() {
    int missing = 0;
    for (short[] row : rows) {
      missing += row == null ? 1 : 0;
    }
    return missing;
  }

  /** Texts that were asked about, since the file did not know them. */
  public int asked() {
    return asked;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public void copyTo(int row, float[] into, int at) {
    short[] halves = rows[row];
    for (int i = 0; i < dimension; i++) {
      into[at + i] = HalfFloat.toFloat(halves[i]);
    }
  }

  /** One row. */
  public float[] row(int row) {
    float[] values = new float[dimension];
    copyTo(row, values, 0);
    return values;
  }

  /** The rows of some of the texts. */
  public EncoderData.Vectors of(int[] texts) {
    short[][] some = new short[texts.length][];
    for (int i = 0; i < texts.length; i++) {
      some[i] = rows[texts[i]];
    }
    return new Opinions(dimension, some, 0);
  }

  /** The questions of one run. */
  private static final class Round {
    private final Oracle oracle;
    private final List<String> texts;
    private final List<Integer> unknown;
    private final short[][] rows;
    private final OpinionFile store;
    private final Progress progress;
    private final BooleanSupplier enough;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final long start = System.nanoTime();

    Round(
        Oracle oracle,
        List<String> texts,
        List<Integer> unknown,
        short[][] rows,
        OpinionFile store,
        Progress progress,
        BooleanSupplier enough) {
      this.oracle = oracle;
      this.texts = texts;
      this.unknown = unknown;
      this.rows = rows;
      this.store = store;
      this.progress = progress;
      this.enough = enough;
    }

    /** Texts that were answered. */
    int run(int threads) throws IOException {
      ExecutorService pool =
          Executors.newFixedThreadPool(
              threads,
              task -> {
                Thread thread = new Thread(task, "goldcrest-teacher");
                thread.setDaemon(true);
                return thread;
              });
      try {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          running.add(pool.submit(this::work));
        }
        for (Future<?> future : running) {
          future.get();
        }
        return done.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("the teacher was interrupted", e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof UncheckedIOException cause) {
          throw cause.getCause();
        }
        throw new IllegalStateException("the teacher failed: " + e.getCause(), e.getCause());
      } finally {
        pool.shutdownNow();
      }
    }

    private void work() {
      while (!enough.getAsBoolean()) {
        int from = next.getAndAdd(CHUNK);
        if (from >= unknown.size()) {
          return;
        }
        int to = Math.min(from + CHUNK, unknown.size());
        Map<String, short[]> answered = new LinkedHashMap<>();
        for (int i = from; i < to && (i == from || !enough.getAsBoolean()); i++) {
          int text = unknown.get(i);
          short[] row = halves(oracle.think(texts.get(text)));
          rows[text] = row;
          answered.put(texts.get(text), row);
        }
        store.append(answered);
        show(done.addAndGet(answered.size()), (System.nanoTime() - start) / 1e9);
      }
    }

    private void show(int finished, double seconds) {
      double unknownYet = Double.NaN;
      double left = seconds / finished * (unknown.size() - finished);
      progress.update(
          new Progress.State(
              0,
              0,
              (double) finished / unknown.size(),
              unknownYet,
              unknownYet,
              unknownYet,
              0,
              unknownYet,
              unknownYet,
              left));
    }

    private short[] halves(float[] values) {
      short[] halves = new short[values.length];
      for (int i = 0; i < values.length; i++) {
        if (!Float.isFinite(values[i])) {
          throw new IllegalStateException("its answer is not a number");
        }
        halves[i] = HalfFloat.fromFloat(values[i]);
      }
      return halves;
    }
  }
}
