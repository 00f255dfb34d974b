package dev.goldcrest.torch;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.safetensors.HalfFloat;
import dev.goldcrest.runtime.text.TextConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
  private static final long CHECKPOINT_NANOS = 60_000_000_000L;
  private static final String PLANNED = "planned";

  private final Architecture model;
  private final TextConfig text;
  private final List<String> labels;
  private final List<LabelledText> train;
  private final List<LabelledText> dev;
  private final TrainingOptions options;
  private final Path checkpoint;
  private final Weights start;
  private final List<Epoch> epochs = new ArrayList<>();
  private Map<String, float[]> best = new LinkedHashMap<>();
  private double lossSum;

  /**
   * What an epoch gave.
   *
   * @param number from 1
   * @param loss mean training loss
   * @param devAccuracy share of dev examples labelled right, 0 to 1
   * @param devLoss mean negative log-likelihood of the dev labels, in nats
   */
  public record Epoch(int number, double loss, double devAccuracy, double devLoss) {
    boolean betterThan(Epoch other) {
      return devAccuracy != other.devAccuracy
          ? devAccuracy > other.devAccuracy
          : devLoss < other.devLoss;
    }
  }

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
    /** The model of this outcome. */
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
    this(model, text, labels, train, dev, options, checkpoint, Weights.of(Map.of()));
  }

  /**
   * A run that goes on from trained weights.
   *
   * @param start by path; the weights that are not in it are drawn from the seed
   */
  public TrainingRun(
      Architecture model,
      TextConfig text,
      List<String> labels,
      List<LabelledText> train,
      List<LabelledText> dev,
      TrainingOptions options,
      Path checkpoint,
      Weights start) {
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
    this.start = start;
  }

  /**
   * Trains to the end, or until {@code stop} says so between two steps; then the checkpoint holds
   * the run.
   *
   * @param resume go on from the checkpoint if there is one
   * @param half the weights will be stored as 16-bit floats: score and calibrate what these give
   *     back
   * @throws DivergedException if the loss stops being finite; the last checkpoint is intact
   */
  public Outcome run(boolean resume, boolean half, BooleanSupplier stop, Listener listener)
      throws IOException {
    try (ClassifierTrainer trainer =
        new ClassifierTrainer(model, text, train, labels.size(), options, start)) {
      if (resume && checkpoint != null && Files.exists(checkpoint)) {
        restore(trainer, Checkpoint.load(checkpoint));
      }
      boolean finished = loop(trainer, stop, listener);
      if (!finished) {
        save(trainer);
      }
      return outcome(trainer, half, finished);
    }
  }

  private boolean loop(ClassifierTrainer trainer, BooleanSupplier stop, Listener listener)
      throws IOException {
    long saved = System.nanoTime();
    while (trainer.epoch() < options.epochs() && !exhausted()) {
      if (stop.getAsBoolean()) {
        return false;
      }
      ClassifierTrainer.Step step = trainer.step();
      lossSum += step.loss();
      listener.step(
          step.epoch() + 1,
          step.done(),
          trainer.stepsPerEpoch(),
          lossSum / step.done(),
          step.words());
      boolean ended = step.done() == trainer.stepsPerEpoch();
      if (ended) {
        endEpoch(trainer, step, listener);
      }
      if (checkpoint != null && (ended || System.nanoTime() - saved > CHECKPOINT_NANOS)) {
        save(trainer);
        saved = System.nanoTime();
      }
    }
    return true;
  }

  private void endEpoch(ClassifierTrainer trainer, ClassifierTrainer.Step step, Listener listener) {
    float[][] logits = trainer.logits(dev);
    Epoch epoch =
        new Epoch(
            step.epoch() + 1,
            lossSum / step.done(),
            Calibrator.accuracy(logits, dev),
            Calibrator.negativeLogLikelihood(logits, dev, 1));
    lossSum = 0;
    Epoch before = bestEpoch();
    epochs.add(epoch);
    if (before == null || epoch.betterThan(before)) {
      best = trainer.weights();
    }
    listener.epoch(epoch, bestEpoch());
  }

  private Epoch bestEpoch() {
    Epoch found = null;
    for (Epoch epoch : epochs) {
      if (found == null || epoch.betterThan(found)) {
        found = epoch;
      }
    }
    return found;
  }

  private boolean exhausted() {
    return options.patience() > 0
        && !epochs.isEmpty()
        && epochs.get(epochs.size() - 1).number() - bestEpoch().number() >= options.patience();
  }

  private Outcome outcome(ClassifierTrainer trainer, boolean half, boolean finished) {
    if (best.isEmpty()) {
      return new Outcome(
          Map.of(), Double.NaN, null, List.of(), ClassifierModel.Calibration.NONE, finished);
    }
    Map<String, float[]> chosen = favouring(trainer, best);
    Map<String, float[]> kept = half ? rounded(chosen) : chosen;
    trainer.use(kept);
    float[][] logits = trainer.logits(dev);
    return new Outcome(
        kept,
        Calibrator.accuracy(logits, dev),
        bestEpoch(),
        List.copyOf(epochs),
        Calibrator.fit(logits, dev),
        finished);
  }

  /** The weights with the head's bias of the reject label raised as far as the options allow. */
  private Map<String, float[]> favouring(ClassifierTrainer trainer, Map<String, float[]> weights) {
    int label = labels.indexOf(options.rejectLabel());
    if (label < 0) {
      return weights;
    }
    trainer.use(weights);
    float raise = (float) Calibrator.favour(trainer.logits(dev), dev, label);
    Map<String, float[]> changed = new LinkedHashMap<>(weights);
    float[] bias = weights.get(trainer.headBias()).clone();
    bias[label] += raise;
    changed.put(trainer.headBias(), bias);
    return changed;
  }

  private static Map<String, float[]> rounded(Map<String, float[]> weights) {
    Map<String, float[]> rounded = new LinkedHashMap<>();
    weights.forEach(
        (path, values) -> {
          float[] halves = new float[values.length];
          for (int i = 0; i < values.length; i++) {
            halves[i] = HalfFloat.toFloat(HalfFloat.fromFloat(values[i]));
          }
          rounded.put(path, halves);
        });
    return rounded;
  }

  /**
   * The {@link TrainingOptions#epochs} of the run that a checkpoint holds, for callers whose choice
   * of them does not come out the same twice.
   */
  public static int plannedEpochs(Path checkpoint) throws IOException {
    return ((Number) Checkpoint.load(checkpoint).progress().get(PLANNED)).intValue();
  }

  private void save(ClassifierTrainer trainer) throws IOException {
    if (checkpoint == null) {
      return;
    }
    List<Object> history = new ArrayList<>();
    for (Epoch epoch : epochs) {
      history.add(
          List.of((long) epoch.number(), epoch.loss(), epoch.devAccuracy(), epoch.devLoss()));
    }
    Map<String, Object> progress = new LinkedHashMap<>();
    progress.put(PLANNED, (long) options.epochs());
    progress.put("lossSum", lossSum);
    progress.put("epochs", history);
    new Checkpoint(recipe(), trainer.state().snapshot(), best, progress).save(checkpoint);
  }

  private void restore(ClassifierTrainer trainer, Checkpoint saved) throws FormatException {
    if (!saved.recipe().equals(recipe())) {
      throw Checkpoint.unusable(
          checkpoint,
          "belongs to a run with other data or settings; repeat that command, or start without --resume");
    }
    trainer.state().restore(saved.state());
    best = saved.best();
    lossSum = ((Number) saved.progress().get("lossSum")).doubleValue();
    for (Object entry : (List<?>) saved.progress().get("epochs")) {
      List<?> row = (List<?>) entry;
      epochs.add(
          new Epoch(
              ((Number) row.get(0)).intValue(),
              ((Number) row.get(1)).doubleValue(),
              ((Number) row.get(2)).doubleValue(),
              ((Number) row.get(3)).doubleValue()));
    }
  }

  /** Everything that decides what the run computes, as one line. */
  private String recipe() {
    long data = 0;
    for (List<LabelledText> part : List.of(train, dev)) {
      for (LabelledText example : part) {
        data = Noise.mix(data * 31 + example.hashCode());
      }
    }
    return model.name()
        + " "
        + model.settings()
        + " "
        + options
        + " "
        + labels.hashCode()
        + " "
        + text.toString().hashCode()
        + " "
        + Long.toHexString(data)
        + (start.paths().isEmpty() ? "" : " " + Integer.toHexString(startHash()));
  }

  private int startHash() {
    int hash = 0;
    for (String path : start.paths()) {
      hash = 31 * hash + path.hashCode() + Arrays.hashCode(start.get(path));
    }
    return hash;
  }
}
