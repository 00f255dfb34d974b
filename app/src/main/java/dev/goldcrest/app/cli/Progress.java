package dev.goldcrest.app.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.LongSupplier;

/**
 * The one line that says how long work is going:
 *
 * <pre>epoch 3/10 · 41% · loss 0.312 · dev 0.861 (best 0.874 @2) · 12.4k tok/s · 0.8 Wh · ETA 2m10s
 * </pre>
 *
 * <p>On a terminal the line is rewritten at most ten times a second; elsewhere a line is printed
 * every ten seconds and at the end of each epoch. Safe to call from any thread.
 */
public final class Progress implements AutoCloseable {
  private static final long LIVE_INTERVAL = 100_000_000L;
  private static final long PLAIN_INTERVAL = 10_000_000_000L;
  private static final String ERASE_REST = "\u001b[K";

  /**
   * What is known now. Unknown numbers are NaN and left out of the line; so are counts below one.
   *
   * @param epoch from 1
   * @param fraction of the current epoch that is done, 0-1
   * @param dev the dev metric after the last finished epoch, 0-1
   * @param best the best of them, reached at {@code bestEpoch}
   * @param wattHours since the start
   * @param secondsLeft until the whole run ends
   */
  public record State(
      int epoch,
      int epochs,
      double fraction,
      double loss,
      double dev,
      double best,
      int bestEpoch,
      double tokensPerSecond,
      double wattHours,
      double secondsLeft) {}

  private final PrintStream err;
  private final boolean live;
  private final boolean plain;
  private final int columns;
  private final LongSupplier nanos;
  private long shownAt;
  private State shown;
  private int width;

  Progress(PrintStream err, boolean live, boolean plain, int columns, LongSupplier nanos) {
    this.err = err;
    this.live = live;
    this.plain = plain;
    this.columns = columns;
    this.nanos = nanos;
  }

  /** Shows {@code state} when enough time has passed or an epoch has ended. Cheap otherwise. */
  public synchronized void update(State state) {
    long now = nanos.getAsLong();
    boolean ended = state.fraction() >= 1 && !state.equals(shown);
    if (shown != null && !ended && now - shownAt < (live ? LIVE_INTERVAL : PLAIN_INTERVAL)) {
      return;
    }
    shownAt = now;
    shown = state;
    String line = format(state);
    if (live) {
      rewrite(line);
    } else {
      err.println(line);
    }
    err.flush();
  }

  /** Clears the live line so that something else can be printed; the next update brings it back. */
  synchronized void interrupt() {
    if (width > 0) {
      rewrite("");
      err.print('\r');
      width = 0;
    }
  }

  /** Leaves the last state on the screen and ends the line. */
  @Override
  public synchronized void close() {
    if (width > 0) {
      err.println();
      err.flush();
      width = 0;
    }
  }

  private void rewrite(String line) {
    String fitting = line.length() < columns ? line : line.substring(0, Math.max(0, columns - 1));
    int stale = Math.max(0, width - fitting.length());
    err.print('\r' + fitting + (plain ? " ".repeat(stale) : ERASE_REST));
    width = fitting.length();
  }

  static String format(State s) {
    StringJoiner line = new StringJoiner(" · ");
    if (s.epoch() > 0) {
      line.add("epoch " + s.epoch() + (s.epochs() > 0 ? "/" + s.epochs() : ""));
    }
    if (!Double.isNaN(s.fraction())) {
      line.add((int) Math.floor(100 * Math.min(1, Math.max(0, s.fraction()))) + "%");
    }
    if (!Double.isNaN(s.loss())) {
      line.add(String.format(Locale.ROOT, "loss %.3f", s.loss()));
    }
    if (!Double.isNaN(s.dev())) {
      String best =
          Double.isNaN(s.best())
              ? ""
              : String.format(Locale.ROOT, " (best %.3f @%d)", s.best(), s.bestEpoch());
      line.add(String.format(Locale.ROOT, "dev %.3f", s.dev()) + best);
    }
    if (!Double.isNaN(s.tokensPerSecond())) {
      line.add(rate(s.tokensPerSecond()) + " tok/s");
    }
    if (!Double.isNaN(s.wattHours())) {
      line.add(
          String.format(Locale.ROOT, s.wattHours() < 10 ? "%.1f Wh" : "%.0f Wh", s.wattHours()));
    }
    if (!Double.isNaN(s.secondsLeft())) {
      line.add("ETA " + duration(s.secondsLeft()));
    }
    return line.toString();
  }

  private static String rate(double perSecond) {
    if (perSecond < 1_000) {
      return String.format(Locale.ROOT, "%.0f", perSecond);
    }
    return perSecond < 999_950
        ? String.format(Locale.ROOT, "%.1fk", perSecond / 1_000)
        : String.format(Locale.ROOT, "%.1fM", perSecond / 1_000_000);
  }

  /** Seconds as {@code 45s}, {@code 2m10s} or {@code 3h05m}. */
  public static String duration(double seconds) {
    long s = Math.max(0, Math.round(seconds));
    if (s < 60) {
      return s + "s";
    }
    return s < 3_600
        ? String.format(Locale.ROOT, "%dm%02ds", s / 60, s % 60)
        : String.format(Locale.ROOT, "%dh%02dm", s / 3_600, s % 3_600 / 60);
  }
}
