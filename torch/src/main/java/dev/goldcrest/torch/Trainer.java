package dev.goldcrest.torch;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.Initializer;
import dev.goldcrest.runtime.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * The step that all kinds of training share: workers take gradients of their parts of a batch,
 * these are added in a fixed order, and the optimiser moves. Every random choice is drawn from
 * (seed, step), so that a resumed run ends in the bytes of an uninterrupted one; the number of
 * workers belongs to the recipe.
 */
abstract class Trainer implements AutoCloseable {
  private final Architecture model;
  private final StepRecipe recipe;
  private final int stepsPerEpoch;
  private final Traces traces;
  private final Workers workers;
  private final TrainingState state;
  private final List<FlatParameters> gradients = new ArrayList<>();
  private final List<Map<String, Tensor>> leaves = new ArrayList<>();
  private final Map<String, Tensor> kept;
  private List<int[]> order;
  private int orderedEpoch = -1;

  /** A trainer at step 0. */
  Trainer(Architecture model, StepRecipe recipe, int stepsPerEpoch) {
    this(model, recipe, stepsPerEpoch, Beginning.FRESH);
  }

  /** A trainer at step 0 of a run that goes on from trained weights. */
  Trainer(Architecture model, StepRecipe recipe, int stepsPerEpoch, Beginning start) {
    Torch.load();
    this.model = model;
    this.recipe = recipe;
    this.stepsPerEpoch = stepsPerEpoch;
    this.traces = new Traces(model);
    Graph whole = traces.of(false, Architecture.WHOLE, model.smallest()).graph();
    Map<String, float[]> initial = new LinkedHashMap<>(Initializer.initial(whole, recipe.seed()));
    Weights given = start.weights();
    given.paths().forEach(path -> initial.put(path, given.get(path)));
    this.state = new TrainingState(whole, initial, recipe, start);
    this.workers = new Workers(recipe.workers());
    for (int worker = 0; worker < workers.count(); worker++) {
      FlatParameters gradient = new FlatParameters(whole.parameters().values());
      gradients.add(gradient);
      leaves.add(state.weights().leaves(gradient));
    }
    this.kept = state.kept().views();
  }

  /** The examples of each step of an epoch: a function of the seed and the epoch alone. */
  abstract List<int[]> order(int epoch);

  /**
   * Adds the gradient of one worker's part of the batch's mean loss to its leaves.
   *
   * @return that part of the loss
   */
  abstract double backward(int worker, int[] batch);

  /** How many words or tokens a batch reads, for the rate that is shown. */
  abstract int words(int[] batch);

  /**
   * What a step did.
   *
   * @param epoch from 0
   * @param done steps done in the epoch, this one included
   * @param loss mean loss of its examples
   * @param words words read
   */
  record Step(int epoch, int done, double loss, int words) {}

  /**
   * Takes the next step.
   *
   * @throws DivergedException if the loss is not finite; the state is then of no use
   */
  final Step step() {
    int epoch = epoch();
    int position = (int) (state.steps() % stepsPerEpoch);
    if (orderedEpoch != epoch) {
      order = order(epoch);
      orderedEpoch = epoch;
    }
    int[] batch = order.get(position);
    double loss = step(batch);
    if (!Double.isFinite(loss)) {
      throw new DivergedException(epoch, position, loss);
    }
    return new Step(epoch, position + 1, loss, words(batch));
  }

  private double step(int[] batch) {
    List<Double> losses =
        workers.run(
            worker -> {
              gradients.get(worker).buffer().zero_();
              return backward(worker, batch);
            });
    double loss = 0;
    for (double part : losses) {
      loss += part;
    }
    if (Double.isFinite(loss)) {
      update();
    }
    return loss;
  }

  private void update() {
    try (PointerScope scope = new PointerScope()) {
      Tensor gradient = gradients.get(0).buffer();
      for (int worker = 1; worker < gradients.size(); worker++) {
        gradient.add_(gradients.get(worker).buffer());
      }
      state.update(gradient);
    }
  }

  /** Weights, moments and position, to be saved or restored between steps. */
  final TrainingState state() {
    return state;
  }

  final int stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /** The epoch that the next step belongs to, from 0. */
  final int epoch() {
    return (int) (state.steps() / stepsPerEpoch);
  }

  final Architecture model() {
    return model;
  }

  final Workers workers() {
    return workers;
  }

  /** What products are taken in: scores in float32 always. */
  final Precision precision(boolean training) {
    return training ? recipe.precision() : Precision.FLOAT32;
  }

  final Traces.Traced traced(boolean training, String entry, Sizes sizes) {
    return traces.of(training, entry, sizes);
  }

  /** Weights by path that collect this worker's gradients. */
  final Map<String, Tensor> leaves(int worker) {
    return leaves.get(worker);
  }

  /** The weights that scores are taken from, by path. */
  final Map<String, Tensor> kept() {
    return kept;
  }

  /** What orders the examples of an epoch. */
  final SplittableRandom shuffling(int epoch) {
    return new SplittableRandom(Noise.mix(Noise.mix(recipe.seed()) + epoch));
  }

  /** What a worker draws from in the step that is being taken, beside dropout. */
  final SplittableRandom random(int worker) {
    return new SplittableRandom(Noise.mix(Noise.mix(recipe.seed() ^ state.steps()) + worker + 1));
  }

  /** What dropout draws from in the step that is being taken. */
  final Noise noise(int worker) {
    return new Noise(recipe.seed(), state.steps(), worker);
  }

  /** The weights that scores are taken from, copied out by path. */
  final Map<String, float[]> weights() {
    return state.kept().get();
  }

  /** Makes scores be taken from these weights from now on; ends training. */
  final void use(Map<String, float[]> weights) {
    state.kept().set(weights);
  }

  @Override
  public void close() {
    workers.close();
    leaves.forEach(views -> views.values().forEach(Tensor::close));
    kept.values().forEach(Tensor::close);
    gradients.forEach(FlatParameters::close);
    state.close();
  }
}
