package dev.goldcrest.torch;

import dev.goldcrest.core.models.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A training run of a translator, a summariser or a language model: evaluates after each epoch,
 * keeps the weights of the smallest dev loss, writes checkpoints and resumes from one, bit for bit.
 */
public final class SequenceRun {
  private final Architecture model;
  private final SequenceData train;
  private final SequenceData dev;
  private final SequenceOptions options;
  private final Path checkpoint;
  private final Beginning start;

  /**
   * How a run ended.
   *
   * @param weights the best by path, as the file will hold them; empty if no epoch was completed
   * @param devLoss of these weights, mean negative log-likelihood of a token in nats; NaN if there
   *     are none
   * @param best the epoch they come from
   * @param epochs all that were completed
   * @param finished false if the run was told to stop before its end
   */
  public record Outcome(
      Map<String, float[]> weights,
      double devLoss,
      TrainingRun.Epoch best,
      List<TrainingRun.Epoch> epochs,
      boolean finished) {}

  /**
   * @param checkpoint where to keep the run at rest, or null for nowhere
   */
  public SequenceRun(
      Architecture model,
      SequenceData train,
      SequenceData dev,
      SequenceOptions options,
      Path checkpoint) {
    this(model, train, dev, options, checkpoint, Beginning.FRESH);
  }

  /** A run that goes on from trained weights. */
  public SequenceRun(
      Architecture model,
      SequenceData train,
      SequenceData dev,
      SequenceOptions options,
      Path checkpoint,
      Beginning start) {
    this.model = model;
    this.train = train;
    this.dev = dev;
    this.options = options;
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
    try (SequenceTrainer trainer = new SequenceTrainer(model, train, options, start)) {
      TrainingLoop.Plan plan =
          new TrainingLoop.Plan(
              options.epochs(), options.steps(trainer.stepsPerEpoch()), options.patience());
      TrainingLoop loop =
          new TrainingLoop(trainer, plan, new DevLoss(trainer), checkpoint, recipe());
      boolean finished = loop.run(resume, stop, expired, listener);
      if (loop.best().isEmpty()) {
        return new Outcome(Map.of(), Double.NaN, null, List.of(), finished);
      }
      if (!half) {
        double loss = loop.bestEpoch().devLoss();
        return new Outcome(loop.best(), loss, loop.bestEpoch(), loop.epochs(), finished);
      }
      Map<String, float[]> kept = TrainingLoop.rounded(loop.best(), model.forms());
      trainer.use(kept);
      double loss = trainer.score(dev).loss();
      return new Outcome(kept, loss, loop.bestEpoch(), loop.epochs(), finished);
    }
  }

  private final class DevLoss implements TrainingLoop.Judge {
    private final SequenceTrainer trainer;

    DevLoss(SequenceTrainer trainer) {
      this.trainer = trainer;
    }

    @Override
    public TrainingRun.Epoch score(int number, double loss) {
      SequenceTrainer.Score score = trainer.score(dev);
      return new TrainingRun.Epoch(number, loss, score.accuracy(), score.loss());
    }

    @Override
    public boolean better(TrainingRun.Epoch one, TrainingRun.Epoch other) {
      return one.devLoss() < other.devLoss();
    }
  }

  private String recipe() {
    return Traces.described(model)
        + " "
        + options
        + " "
        + Long.toHexString(train.fingerprint())
        + " "
        + Long.toHexString(dev.fingerprint())
        + start.described();
  }
}
