package dev.goldcrest.torch;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.text.TextConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A training run from the first step to the calibrated model: evaluates after each epoch, keeps the
 * best weights, stops early, writes checkpoints and resumes from one. A run that is killed and
 * resumed ends in the same model, bit for bit.
 */
public final class TrainingRun {
  private final Architecture model;
  private final TextConfig text;
  private final List<String> labels;
  private final List<LabelledText> train;
  private final List<LabelledText> dev;
  private final TrainingOptions options;
  private final Path checkpoint;
  private final Teaching teaching;
  private final Beginning start;

  /**
   * What an epoch gave.
   *
   * @param number from 1
   * @param loss mean training loss
   * @param devAccuracy share of dev examples labelled right, or of dev tokens foretold, 0 to 1
   * @param devLoss mean negative log-likelihood of the dev labels or tokens, in nats
   */
  public record Epoch(int number, double loss, double devAccuracy, double devLoss) {}

  /**
   * How a run ended.
   *
   * @param weights the best by path, as the file will hold them; empty if no epoch was completed
   * @param devAccuracy of these weights, 0 to 1; NaN if there are none
   * @param best the epoch they come from
   * @param epochs all that were completed
   * @param calibration learned on dev with the best weights
   * @param finished false if the run was told to stop before its end
   */
  public record Outcome(
      Map<String, float[]> weights,
      double devAccuracy,
      Epoch best,
      List<Epoch> epochs,
      ClassifierModel.Calibration calibration,
      boolean finished) {
    /**
     * The model of this outcome. Where its forms store weights in codes, who saves it has to make
     * those first.
     */
    public ClassifierModel model(
        Architecture architecture,
        TextConfig text,
        List<String> labels,
        Map<String, Object> provenance) {
      return new ClassifierModel(
          architecture, text, labels, calibration, provenance, Weights.of(weights));
    }
  }

  /** Hears how the run goes. */
  public interface Listener {
    /**
     * @param epoch from 1
     * @param done steps done of the epoch's {@code steps}
     * @param loss mean loss of the epoch so far
     * @param words words that the step read
     */
    void step(int epoch, int done, int steps, double loss, int words);

    /**
     * @param best the best epoch so far, perhaps this one
     */
    void epoch(Epoch epoch, Epoch best);

    /** What checkpoints are to say of the run so far. */
    default Spent spent() {
      return Spent.NONE;
    }

    /** What the run took before this process, as its checkpoint says. */
    default void resumed(Spent before) {}
  }

  /**
   * A run on segmented texts.
   *
   * @param dev labels of -1 stand for labels that training has not seen; they are never right
   * @param checkpoint where to keep the run at rest, or null for nowhere
   */
  public TrainingRun(
      Architecture model,
      TextConfig text,
      List<String> labels,
      List<LabelledText> train,
      List<LabelledText> dev,
      TrainingOptions options,
      Path checkpoint) {
    this(model, text, labels, train, dev, options, checkpoint, null, Beginning.FRESH);
  }

  /**
   * A run that goes on from trained weights.
   *
   * @param teaching how to learn from what the examples are {@link LabelledText#taught}; null for
   *     not at all
   */
  public TrainingRun(
      Architecture model,
      TextConfig text,
      List<String> labels,
      List<LabelledText> train,
      List<LabelledText> dev,
      TrainingOptions options,
      Path checkpoint,
      Teaching teaching,
      Beginning start) {
    if (train.isEmpty() || dev.isEmpty()) {
      throw new IllegalArgumentException(
          "training needs examples to learn from and examples to check on");
    }
    if (!options.rejectLabel().isEmpty() && !labels.contains(options.rejectLabel())) {
      throw new IllegalArgumentException(
          "rejectLabel '" + options.rejectLabel() + "' is no label of the training data");
    }
    this.model = model;
    this.text = text;
    this.labels = labels;
    this.train = train;
    this.dev = dev;
    this.options = options;
    this.checkpoint = checkpoint;
    this.teaching = teaching;
    this.start = start;
  }

  /**
   * Trains to the end, or until {@code stop} says so between two steps; then the checkpoint holds
   * the run.
   *
   * @param resume go on from the checkpoint if there is one
   * @param half the weights will be stored as 16-bit floats: score and calibrate what these give
   *     back
   * @param expired ends the epoch at the next step, scores it and so ends the run in time
   * @throws DivergedException if the loss stops being finite; the last checkpoint is intact
   */
  public Outcome run(
      boolean resume,
      boolean half,
      BooleanSupplier stop,
      BooleanSupplier expired,
      Listener listener)
      throws IOException {
    try (ClassifierTrainer trainer =
        new ClassifierTrainer(model, text, train, labels.size(), options, teaching, start)) {
      TrainingLoop.Plan plan =
          new TrainingLoop.Plan(
              options.epochs(),
              (long) options.epochs() * trainer.stepsPerEpoch(),
              options.patience());
      TrainingLoop loop =
          new TrainingLoop(trainer, plan, new DevScore(trainer), checkpoint, recipe());
      boolean finished = loop.run(resume, stop, expired, listener);
      return outcome(trainer, loop, half, finished);
    }
  }

  /** A run that takes its time. */
  public Outcome run(boolean resume, boolean half, BooleanSupplier stop, Listener listener)
      throws IOException {
    return run(resume, half, stop, () -> false, listener);
  }

  /** Accuracy on dev; among equal ones the loss decides. */
  private final class DevScore implements TrainingLoop.Judge {
    private final ClassifierTrainer trainer;

    DevScore(ClassifierTrainer trainer) {
      this.trainer = trainer;
    }

    @Override
    public Epoch score(int number, double loss) {
      float[][] logits = trainer.logits(dev);
      return new Epoch(
          number,
          loss,
          Calibrator.accuracy(logits, dev),
          Calibrator.negativeLogLikelihood(logits, dev, 1));
    }

    @Override
    public boolean better(Epoch one, Epoch other) {
      return one.devAccuracy() != other.devAccuracy()
          ? one.devAccuracy() > other.devAccuracy()
          : one.devLoss() < other.devLoss();
    }
  }

  private Outcome outcome(
      ClassifierTrainer trainer, TrainingLoop loop, boolean half, boolean finished) {
    if (loop.best().isEmpty()) {
      return new Outcome(
          Map.of(), Double.NaN, null, List.of(), ClassifierModel.Calibration.NONE, finished);
    }
    Map<String, float[]> chosen = favouring(trainer, loop.best());
    Map<String, float[]> kept = half ? TrainingLoop.rounded(chosen, model.forms()) : chosen;
    trainer.use(kept);
    float[][] logits = trainer.logits(dev);
    return new Outcome(
        kept,
        Calibrator.accuracy(logits, dev),
        loop.bestEpoch(),
        loop.epochs(),
        Calibrator.fit(logits, dev),
        finished);
  }

  /**
   * The weights with the head's bias of the reject label raised as far as options and start allow.
   */
  private Map<String, float[]> favouring(ClassifierTrainer trainer, Map<String, float[]> weights) {
    int label = labels.indexOf(options.rejectLabel());
    if (label < 0) {
      return weights;
    }
    trainer.use(weights);
    float[][] logits = trainer.logits(dev);
    // Who brings a head may bring one that favours the label.
    double raise =
        start.weights().paths().contains(trainer.headBias())
            ? Calibrator.favourInAll(logits, dev, label)
            : Calibrator.favour(logits, dev, label);
    Map<String, float[]> changed = new LinkedHashMap<>(weights);
    float[] bias = weights.get(trainer.headBias()).clone();
    bias[label] += (float) raise;
    changed.put(trainer.headBias(), bias);
    return changed;
  }

  /**
   * The epochs that the run plans which a checkpoint holds, whatever it trains, for callers whose
   * choice of them does not come out the same twice.
   */
  public static double plannedEpochs(Path checkpoint) throws IOException {
    return TrainingLoop.plannedEpochs(checkpoint);
  }

  /** Everything that decides what the run computes, as one line. */
  private String recipe() {
    long data = 0;
    for (List<LabelledText> part : List.of(train, dev)) {
      for (LabelledText example : part) {
        data = Noise.mix(data * 31 + example.hashCode());
      }
    }
    return Traces.described(model)
        + " "
        + options
        + " "
        + labels.hashCode()
        + " "
        + text.toString().hashCode()
        + " "
        + Long.toHexString(data)
        + (teaching == null ? "" : " " + teaching)
        + start.described();
  }
}
