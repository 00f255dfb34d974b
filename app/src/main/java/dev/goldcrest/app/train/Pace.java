package dev.goldcrest.app.train;

import dev.goldcrest.torch.DetectorRun;
import dev.goldcrest.torch.EncoderRun;
import dev.goldcrest.torch.LabelledText;
import dev.goldcrest.torch.SequenceRun;
import dev.goldcrest.torch.TrainingRun;
import java.io.IOException;
import java.util.List;

/**
 * How fast this machine trains a recipe, from a few steps that are thrown away.
 *
 * @param epochSeconds training and dev scoring of one epoch
 * @param epochWattHours energy of that
 */
public record Pace(double epochSeconds, double epochWattHours) {
  /** Steps until the code is compiled. */
  private static final int WARM_STEPS = 20;

  private static final int TIMED_STEPS = 40;

  /** Steps of thousands of tokens take long, but each is compiled code soon. */
  private static final int WARM_BATCHES = 4;

  private static final double TIMED_SECONDS = 8;

  /** What the trial may take of the time and the energy that are left. */
  private static final double TRIAL_SHARE = 0.2;

  /** Reading without learning takes about a third of the time. */
  private static final double SCORING_SHARE = 1 / 3.0;

  /** What the end of a run takes: the last scoring, calibration, the file. */
  private static final double SPARE = 0.97;

  static Pace measure(
      Recipe recipe,
      List<String> labels,
      List<LabelledText> train,
      List<LabelledText> dev,
      Attended attended)
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
            recipe.teaching(),
            recipe.start());
    Watch watch = new Watch(WARM_STEPS, attended);
    trial.run(false, false, watch::enough, watch);
    return watch.pace(words(train) + SCORING_SHARE * words(dev));
  }

  /**
   * How fast an encoder learns.
   *
   * @param trial a run without checkpoint
   */
  public static Pace measure(
      EncoderRun trial, List<List<String>> train, List<List<String>> dev, Attended attended)
      throws IOException {
    Watch watch = new Watch(WARM_STEPS, attended);
    trial.run(false, weights -> weights, watch::enough, () -> false, watch);
    return watch.pace(sizes(train) + SCORING_SHARE * sizes(dev));
  }

  private static double sizes(List<List<String>> texts) {
    return texts.stream().mapToLong(List::size).sum();
  }

  /**
   * @param trial a run without checkpoint
   */
  static Pace measure(SequenceRun trial, SequenceCorpus corpus, Attended attended)
      throws IOException {
    Watch watch = new Watch(WARM_BATCHES, attended);
    trial.run(false, false, watch::enough, () -> false, watch);
    return watch.pace(corpus.train().tokens() + SCORING_SHARE * corpus.dev().tokens());
  }

  /**
   * How fast a detector learns. What scoring takes is timed too: in stream mode frames are read
   * otherwise than in training.
   *
   * @param trial a run without checkpoint
   */
  public static Pace measure(DetectorRun trial, Attended attended) throws IOException {
    Watch watch = new Watch(WARM_BATCHES, attended);
    trial.run(false, false, () -> false, watch::enough, watch);
    double share = watch.timed == 0 ? 0 : (double) watch.perEpoch / watch.timed;
    return new Pace(
        share * watch.seconds + watch.scoringSeconds,
        share * watch.wattHours + watch.scoringWattHours);
  }

  /** Epochs that fit into the time and the energy that are left. */
  double fitting(Attended attended) {
    return Math.min(
        SPARE * attended.secondsLeft() / Math.max(epochSeconds, 1e-9),
        SPARE * attended.wattHoursLeft() / Math.max(epochWattHours, 1e-12));
  }

  private static double words(List<LabelledText> texts) {
    return texts.stream().mapToLong(text -> text.words().size()).sum();
  }

  static final class Watch implements TrainingRun.Listener {
    private final int warm;
    private final long start = System.nanoTime();
    private final double most;
    private final double mostWattHours;
    private int steps;
    private long last = start;
    private long words;
    private double seconds;
    private final Attended attended;
    private double before;
    private double wattHours;
    private int timed;
    private int perEpoch;
    private double scoringSeconds;
    private double scoringWattHours;

    Watch(int warm, Attended attended) {
      this.warm = warm;
      this.attended = attended;
      this.before = attended.wattHours();
      this.most = TRIAL_SHARE * attended.secondsLeft();
      this.mostWattHours = before + TRIAL_SHARE * attended.wattHoursLeft();
    }

    /** Enough steps, or enough time or energy where they are slow. */
    boolean enough() {
      return steps >= warm + TIMED_STEPS
          || steps > 1
              && (seconds > TIMED_SECONDS || (last - start) / 1e9 > most || before > mostWattHours);
    }

    Pace pace(double words) {
      double share = this.words == 0 ? 0 : words / this.words;
      return new Pace(share * seconds, share * wattHours);
    }

    @Override
    public void step(int epoch, int done, int ofEpoch, double loss, int read) {
      long now = System.nanoTime();
      double used = attended.wattHours();
      perEpoch = ofEpoch;
      // Those before count only where there are no more; the first one waits for libraries too.
      if (++steps == 2 || steps == warm + 1) {
        timed = 0;
        words = 0;
        seconds = 0;
        wattHours = 0;
      }
      timed++;
      words += read;
      seconds += (now - last) / 1e9;
      wattHours += used - before;
      last = now;
      before = used;
    }

    @Override
    public void epoch(TrainingRun.Epoch epoch, TrainingRun.Epoch best) {
      long now = System.nanoTime();
      double used = attended.wattHours();
      scoringSeconds = (now - last) / 1e9;
      scoringWattHours = used - before;
      last = now;
      before = used;
    }
  }
}
