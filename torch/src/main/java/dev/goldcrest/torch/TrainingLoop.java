package dev.goldcrest.torch;

import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.safetensors.HalfFloat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * From the first step to the best weights, whatever is trained: scores each epoch, keeps the best,
 * stops early, writes checkpoints and resumes from one.
 */
final class TrainingLoop {
  private static final long CHECKPOINT_NANOS = 60_000_000_000L;
  private static final String PLANNED = "planned";
  private static final String SPENT = "spent";

  private final Trainer trainer;
  private final Plan plan;
  private final Judge judge;
  private final Path checkpoint;
  private final String recipe;
  private final List<TrainingRun.Epoch> epochs = new ArrayList<>();
  private Map<String, float[]> best = new LinkedHashMap<>();
  private double lossSum;

  /**
   * How long to train.
   *
   * @param epochs that were asked for
   * @param steps that these are
   * @param patience epochs without a better one before training stops; 0 for never
   */
  record Plan(double epochs, long steps, int patience) {}

  /** Scores the weights that are kept. */
  interface Judge {
    TrainingRun.Epoch score(int number, double loss);

    boolean better(TrainingRun.Epoch one, TrainingRun.Epoch other);
  }

  /**
   * @param checkpoint where to keep the run at rest, or null for nowhere
   * @param recipe everything that decides what the run computes, as one line
   */
  TrainingLoop(Trainer trainer, Plan plan, Judge judge, Path checkpoint, String recipe) {
    this.trainer = trainer;
    this.plan = plan;
    this.judge = judge;
    this.checkpoint = checkpoint;
    this.recipe = recipe;
  }

  /**
   * Trains to the end, or until {@code stop} says so between two steps; then the checkpoint holds
   * the run.
   *
   * @param resume go on from the checkpoint if there is one
   * @param expired ends the epoch, and with it the run, at the next step
   * @return whether the run came to its end
   */
  boolean run(
      boolean resume, BooleanSupplier stop, BooleanSupplier expired, TrainingRun.Listener listener)
      throws IOException {
    if (resume && checkpoint != null && Files.exists(checkpoint)) {
      restore(Checkpoint.load(checkpoint), listener);
    }
    boolean finished = loop(stop, expired, listener);
    if (!finished) {
      save(listener);
    }
    return finished;
  }

  private boolean loop(BooleanSupplier stop, BooleanSupplier expired, TrainingRun.Listener listener)
      throws IOException {
    long saved = System.nanoTime();
    boolean over = false;
    while (!over && trainer.state().steps() < plan.steps() && !exhausted()) {
      if (stop.getAsBoolean()) {
        return false;
      }
      Trainer.Step step = trainer.step();
      lossSum += step.loss();
      int steps = stepsOf(step.epoch());
      listener.step(step.epoch() + 1, step.done(), steps, lossSum / step.done(), step.words());
      over = expired.getAsBoolean();
      boolean ended = step.done() == steps || over;
      if (ended) {
        endEpoch(step, listener);
      }
      if (checkpoint != null && (ended || System.nanoTime() - saved > CHECKPOINT_NANOS)) {
        save(listener);
        saved = System.nanoTime();
      }
    }
    return true;
  }

  /** Fewer in the last epoch when the plan ends within it. */
  private int stepsOf(int epoch) {
    long before = (long) epoch * trainer.stepsPerEpoch();
    return (int) Math.min(trainer.stepsPerEpoch(), plan.steps() - before);
  }

  private void endEpoch(Trainer.Step step, TrainingRun.Listener listener) {
    trainer.state().endEpoch();
    TrainingRun.Epoch epoch = judge.score(step.epoch() + 1, lossSum / step.done());
    lossSum = 0;
    TrainingRun.Epoch before = bestEpoch();
    epochs.add(epoch);
    if (before == null || judge.better(epoch, before)) {
      best = trainer.weights();
    }
    listener.epoch(epoch, bestEpoch());
  }

  private boolean exhausted() {
    return plan.patience() > 0
        && !epochs.isEmpty()
        && epochs.get(epochs.size() - 1).number() - bestEpoch().number() >= plan.patience();
  }

  /** The best weights so far by path; empty before the first epoch ends. */
  Map<String, float[]> best() {
    return best;
  }

  /** The epoch that they come from, or null. */
  TrainingRun.Epoch bestEpoch() {
    TrainingRun.Epoch found = null;
    for (TrainingRun.Epoch epoch : epochs) {
      if (found == null || judge.better(epoch, found)) {
        found = epoch;
      }
    }
    return found;
  }

  List<TrainingRun.Epoch> epochs() {
    return List.copyOf(epochs);
  }

  /** What 16-bit floats give back of the weights; those stored in fewer bits stay what they are. */
  static Map<String, float[]> rounded(Map<String, float[]> weights, WeightForms forms) {
    Map<String, float[]> rounded = new LinkedHashMap<>();
    weights.forEach(
        (path, values) -> {
          WeightForms.Stored stored = forms.stored(path);
          if (stored != WeightForms.Stored.F32 && stored != WeightForms.Stored.F16) {
            rounded.put(path, values);
            return;
          }
          float[] halves = new float[values.length];
          for (int i = 0; i < values.length; i++) {
            halves[i] = HalfFloat.toFloat(HalfFloat.fromFloat(values[i]));
          }
          rounded.put(path, halves);
        });
    return rounded;
  }

  /** The {@link Plan#epochs} of the run that a checkpoint holds. */
  static double plannedEpochs(Path checkpoint) throws IOException {
    Object planned = Checkpoint.load(checkpoint).progress().get(PLANNED);
    if (!(planned instanceof Number epochs)) {
      throw Checkpoint.damaged(checkpoint, FormatException.Reason.UNUSABLE_METADATA, null);
    }
    return epochs.doubleValue();
  }

  /** Weights that are kept for the end are looked at no more until then. */
  private static void requireAlike(Map<String, float[]> best, Map<String, float[]> weights) {
    boolean alike = best.isEmpty() || best.keySet().equals(weights.keySet());
    for (Map.Entry<String, float[]> each : best.entrySet()) {
      alike = alike && each.getValue().length == weights.get(each.getKey()).length;
    }
    if (!alike) {
      throw new IllegalArgumentException("the best weights are those of another model");
    }
  }

  private void save(TrainingRun.Listener listener) throws IOException {
    if (checkpoint == null) {
      return;
    }
    List<Object> history = new ArrayList<>();
    for (TrainingRun.Epoch epoch : epochs) {
      history.add(
          List.of((long) epoch.number(), epoch.loss(), epoch.devAccuracy(), epoch.devLoss()));
    }
    Map<String, Object> progress = new LinkedHashMap<>();
    progress.put(PLANNED, plan.epochs());
    progress.put("lossSum", lossSum);
    progress.put("epochs", history);
    Spent spent = listener.spent();
    progress.put(SPENT, List.of(spent.wattHours(), spent.cpuSeconds(), spent.seconds()));
    new Checkpoint(recipe, trainer.state().snapshot(), best, progress).save(checkpoint);
  }

  private void restore(Checkpoint saved, TrainingRun.Listener listener) throws FormatException {
    if (!recipe.equals(saved.recipe())) {
      throw Checkpoint.unusable(
          checkpoint,
          "belongs to a run with other data or settings; repeat that command, or begin anew with"
              + " --force instead of --resume or without this file");
    }
    try {
      take(saved);
      listener.resumed(spent(saved.progress().get(SPENT)));
    } catch (ClassCastException
        | NullPointerException
        | IndexOutOfBoundsException
        | IllegalArgumentException e) { // no such run was saved by us
      throw Checkpoint.damaged(checkpoint, FormatException.Reason.UNUSABLE_METADATA, e);
    }
  }

  /** Checkpoints of earlier versions do not say. */
  private static Spent spent(Object saved) {
    if (saved == null) {
      return Spent.NONE;
    }
    double[] all =
        ((List<?>) saved).stream().mapToDouble(each -> ((Number) each).doubleValue()).toArray();
    return new Spent(all[0], all[1], all[2]);
  }

  private void take(Checkpoint saved) {
    long steps = saved.state().steps();
    if (steps < 0 || steps > plan.steps()) {
      throw new IllegalArgumentException(steps + " steps of " + plan.steps());
    }
    requireAlike(saved.best(), trainer.weights());
    trainer.state().restore(saved.state());
    best = saved.best();
    lossSum = ((Number) saved.progress().get("lossSum")).doubleValue();
    for (Object entry : (List<?>) saved.progress().get("epochs")) {
      List<?> row = (List<?>) entry;
      epochs.add(
          new TrainingRun.Epoch(
              ((Number) row.get(0)).intValue(),
              ((Number) row.get(1)).doubleValue(),
              ((Number) row.get(2)).doubleValue(),
              ((Number) row.get(3)).doubleValue()));
    }
  }
}
