package dev.goldcrest.torch.optim;

/** Arithmetic that schedules share. */
final class Schedules {
  private Schedules() {}

  /**
   * How far the decay is: 0 when warm-up ends, 1 from update {@code updates} on; negative during
   * warm-up.
   */
  static double progress(long update, long warmup, long updates) {
    if (update < warmup) {
      return -1;
    }
    return Math.min(1, (double) (update - warmup) / Math.max(1, updates - warmup));
  }
}
