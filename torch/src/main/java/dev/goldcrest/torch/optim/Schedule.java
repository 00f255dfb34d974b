package dev.goldcrest.torch.optim;

/**
 * The learning rate of each update, in doubles, a function of the update's number alone: resuming
 * needs no state.
 */
public sealed interface Schedule {
  /**
   * The rate of one update.
   *
   * @param update 0 for the first
   */
  double rate(long update);

  /** One rate throughout. */
  record Constant(double rate) implements Schedule {
    @Override
    public double rate(long update) {
      return rate;
    }
  }

  /**
   * Linear warm-up, then linear decay to {@code floor}, which update {@code updates} reaches. The
   * first update already takes a step: rate peak / warmup.
   */
  record WarmupLinear(double peak, long warmup, long updates, double floor) implements Schedule {
    @Override
    public double rate(long update) {
      double progress = Schedules.progress(update, warmup, updates);
      return progress < 0 ? peak * (update + 1) / warmup : peak + (floor - peak) * progress;
    }
  }

  /**
   * As {@link WarmupLinear} with half a cosine for the decay (Loshchilov and Hutter, arXiv
   * 1608.03983).
   */
  record WarmupCosine(double peak, long warmup, long updates, double floor) implements Schedule {
    @Override
    public double rate(long update) {
      double progress = Schedules.progress(update, warmup, updates);
      return progress < 0
          ? peak * (update + 1) / warmup
          : floor + 0.5 * (peak - floor) * (1 + Math.cos(Math.PI * progress));
    }
  }

  /**
   * LSTR's: half a cosine over all updates, times a linear warm-up from {@code factor} to 1 over
   * the first {@code warmup} of them.
   */
  record CosineTimesWarmup(double peak, double factor, long warmup, long updates)
      implements Schedule {
    @Override
    public double rate(long update) {
      double risen = update < warmup ? (double) update / warmup : 1;
      double half = (1 + Math.cos(Math.PI * update / Math.max(1, updates))) / 2;
      return peak * (factor * (1 - risen) + risen) * half;
    }
  }

  /**
   * fairseq's {@code inverse_sqrt}: linear from {@code initial} to {@code peak} over {@code warmup}
   * updates, then falling as 1 / sqrt(update).
   *
   * @param initial rate of update 0; negative for fairseq's default, 0 (or the peak when there is
   *     no warm-up)
   */
  record FairseqInverseSqrt(double peak, long warmup, double initial) implements Schedule {
    @Override
    public double rate(long update) {
      double start = initial >= 0 ? initial : warmup > 0 ? 0 : peak;
      if (update < warmup || update == 0) {
        return start + update * ((peak - start) / Math.max(warmup, 1));
      }
      return peak * Math.sqrt(warmup) * Math.pow(update, -0.5);
    }
  }

  /**
   * fairseq's {@code cosine} with warm restarts: linear from {@code initial} to {@code most}, then
   * periods of half a cosine from {@code most} to {@code least}, period i being {@code growth}^i
   * times as long as the first and both bounds {@code shrink}^i times as high.
   *
   * @param least what fairseq calls {@code lr}
   * @param most what fairseq calls {@code max_lr}
   * @param initial rate of update 0, which fairseq sets when it is built and follows even without
   *     warm-up; negative for {@code least}
   * @param period updates of the first period
   */
  record FairseqCosine(
      double least,
      double most,
      long warmup,
      double initial,
      long period,
      double growth,
      double shrink)
      implements Schedule {
    @Override
    public double rate(long update) {
      double start = initial >= 0 ? initial : least;
      if (update == 0) {
        return start;
      }
      if (update < warmup) {
        return start + update * ((most - start) / warmup);
      }
      long past = update - warmup;
      double index;
      double within;
      double length;
      if (growth == 1) {
        index = Math.floor((double) past / period);
        length = period;
        within = past - period * index;
      } else {
        index = Math.floor(Math.log(1 - (double) past / period * (1 - growth)) / Math.log(growth));
        length = Math.pow(growth, index) * period;
        within = past - (1 - Math.pow(growth, index)) / (1 - growth) * period;
      }
      double height = Math.pow(shrink, index);
      return height * (least + 0.5 * (most - least) * (1 + Math.cos(Math.PI * within / length)));
    }
  }
}
