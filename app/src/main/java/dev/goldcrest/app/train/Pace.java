package dev.goldcrest.app.train;

import dev.goldcrest.torch.LabelledText;
import dev.goldcrest.torch.TrainingRun;
import java.io.IOException;
import java.util.List;

/**
 * How fast this machine trains a recipe, from a few steps that are thrown away.
 *
 * @param epochSeconds training and dev scoring of one epoch
 */
record Pace(double epochSeconds) {
  /** Steps until the code is compiled. */
  private static final int WARM_STEPS = 20;

  private static final int TIMED_STEPS = 40;

  /** Reading without learning takes about a third of the time. */
  private static final double SCORING_SHARE = 1 / 3.0;

  /** What the end of a run takes: the last scoring, calibration, the file. */
  private static final double SPARE = 0.97;

  static Pace measure(
      Recipe recipe, List<String> labels, List<LabelledText> train, List<LabelledText> dev)
      throws IOException {
    TrainingRun trial =
        new TrainingRun(
            recipe.architecture(),
            recipe.text(),
            labels,
            train,
            dev,
            recipe.training(),
            null,
            recipe.start());
    Watch watch = new Watch();
    trial.run(false, false, () -> watch.steps >= WARM_STEPS + TIMED_STEPS, watch);
    double words = words(train) + SCORING_SHARE * words(dev);
    return new Pace(watch.words == 0 ? 0 : words * watch.seconds / watch.words);
  }

  /** Epochs that fit, at least one. */
  int epochs(double seconds) {
    double fitting = SPARE * seconds / Math.max(epochSeconds, 1e-9);
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, fitting));
  }

  private static double words(List<LabelledText> texts) {
    return texts.stream().mapToLong(text -> text.words().size()).sum();
  }

  private static final class Watch implements TrainingRun.Listener {
    private int steps;
    private long last;
    private long words;
    private double seconds;

    @Override
    public void step(int epoch, int done, int perEpoch, double loss, int read) {
      long now = System.nanoTime();
      if (++steps > WARM_STEPS) {
        words += read;
        seconds += (now - last) / 1e9;
      }
      last = now;
    }

    @Override
    public void epoch(TrainingRun.Epoch epoch, TrainingRun.Epoch best) {
      last = System.nanoTime();
    }
  }
}
