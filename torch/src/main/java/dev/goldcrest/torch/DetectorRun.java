package dev.goldcrest.torch;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Lstr;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A detector's training from the first step to the weights that score best in stream mode. A run
 * that is killed and resumed ends in the same weights, bit for bit.
 */
public final class DetectorRun {
  private final Architecture model;
  private final List<Recording> train;
  private final List<Recording> dev;
  private final int ignored;
  private final DetectorOptions options;
  private final Score score;
  private final Path checkpoint;
  private final Beginning start;

  /** What the scores of the dev recordings are worth, the more the better. */
  public interface Score {
    /**
     * @param logits (T, classes) of each recording
     */
    double of(List<float[]> logits);
  }

  /**
   * How a run ended.
   *
   * @param weights the best by path, as the file will hold them; empty if no epoch was completed
   * @param score of these weights on dev
   * @param best the epoch they come from; its accuracy is the score
   * @param epochs all that were completed
   * @param finished false if the run was told to stop before its end
   */
  public record Outcome(
      Map<String, float[]> weights,
      double score,
      TrainingRun.Epoch best,
      List<TrainingRun.Epoch> epochs,
      boolean finished) {}

  /**
   * A run on normalised recordings.
   *
   * @param ignored class whose frames are neither learned nor judged, or -1
   * @param checkpoint where to keep the run at rest, or null for nowhere
   */
  public DetectorRun(
      Architecture model,
      List<Recording> train,
      List<Recording> dev,
      int ignored,
      DetectorOptions options,
      Score score,
      Path checkpoint) {
    this(model, train, dev, ignored, options, score, checkpoint, Beginning.FRESH);
  }

  /** A run that goes on from trained weights. */
  public DetectorRun(
      Architecture model,
      List<Recording> train,
      List<Recording> dev,
      int ignored,
      DetectorOptions options,
      Score score,
      Path checkpoint,
      Beginning start) {
    if (train.isEmpty() || dev.isEmpty()) {
      throw new IllegalArgumentException(
          "training needs recordings to learn from and recordings to check on");
    }
    Lstr lstr = (Lstr) model.dense();
    for (List<Recording> part : List.of(train, dev)) {
      for (Recording recording : part) {
        if (recording.features() != lstr.features() || recording.classes() != lstr.classes()) {
          throw new IllegalArgumentException(
              "a recording has "
                  + recording.features()
                  + " features and "
                  + recording.classes()
                  + " classes, the model "
                  + lstr.features()
                  + " and "
                  + lstr.classes());
        }
      }
    }
    this.model = model;
    this.train = List.copyOf(train);
    this.dev = List.copyOf(dev);
    this.ignored = ignored;
    this.options = options;
    this.score = score;
    this.checkpoint = checkpoint;
    this.start = start;
  }

  /**
   * Trains to the end, or until {@code stop} says so between two steps; then the checkpoint holds
   * the run.
   *
   * @param resume go on from the checkpoint if there is one
   * @param half the weights will be stored as 16-bit floats: score what these give back
   * @param expired ends the epoch at the next step, scores it and so ends the run in time
   * @throws DivergedException if the loss stops being finite; the last checkpoint is intact
   */
  public Outcome run(
      boolean resume,
      boolean half,
      BooleanSupplier stop,
      BooleanSupplier expired,
      TrainingRun.Listener listener)
      throws IOException {
    try (DetectorTrainer trainer = new DetectorTrainer(model, train, ignored, options, start)) {
      TrainingLoop.Plan plan =
          new TrainingLoop.Plan(
              options.epochs(),
              (long) options.epochs() * trainer.stepsPerEpoch(),
              options.patience());
      TrainingLoop loop =
          new TrainingLoop(trainer, plan, new DevScore(trainer), checkpoint, recipe());
      boolean finished = loop.run(resume, stop, expired, listener);
      if (loop.best().isEmpty()) {
        return new Outcome(Map.of(), Double.NaN, null, List.of(), finished);
      }
      Map<String, float[]> kept =
          half ? TrainingLoop.rounded(loop.best(), model.forms()) : loop.best();
      trainer.use(kept);
      double reached = score.of(trainer.logits(dev));
      return new Outcome(kept, reached, loop.bestEpoch(), loop.epochs(), finished);
    }
  }

  /** A run that takes its time. */
  public Outcome run(
      boolean resume, boolean half, BooleanSupplier stop, TrainingRun.Listener listener)
      throws IOException {
    return run(resume, half, stop, () -> false, listener);
  }

  /** The score of dev; among equal ones the loss decides. */
  private final class DevScore implements TrainingLoop.Judge {
    private final DetectorTrainer trainer;

    DevScore(DetectorTrainer trainer) {
      this.trainer = trainer;
    }

    @Override
    public TrainingRun.Epoch score(int number, double loss) {
      List<float[]> logits = trainer.logits(dev);
      return new TrainingRun.Epoch(number, loss, score.of(logits), trainer.loss(dev, logits));
    }

    @Override
    public boolean better(TrainingRun.Epoch one, TrainingRun.Epoch other) {
      return one.devAccuracy() != other.devAccuracy()
          ? one.devAccuracy() > other.devAccuracy()
          : one.devLoss() < other.devLoss();
    }
  }

  /** Everything that decides what the run computes, as one line. */
  private String recipe() {
    long data = ignored;
    for (List<Recording> part : List.of(train, dev)) {
      for (Recording recording : part) {
        data = Noise.mix(data * 31 + recording.fingerprint());
      }
    }
    return Traces.described(model)
        + " "
        + options
        + " "
        + Long.toHexString(data)
        + start.described();
  }
}
