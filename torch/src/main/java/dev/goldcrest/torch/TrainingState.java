package dev.goldcrest.torch;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.torch.optim.Optimiser;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Everything that a run carries from step to step: weights, the optimiser's moments, the average of
 * the weights, and the number of steps. A few flat arrays and numbers are a whole checkpoint,
 * because all randomness is drawn from the position.
 */
final class TrainingState implements AutoCloseable {
  private static final String WEIGHTS = "weights";
  private static final String AVERAGE = "average";
  private static final String SNAPSHOT = "snapshot.";

  private final StepRecipe recipe;
  private final FlatParameters weights;
  private final FlatParameters average;
  private final Tensor decayed;
  private final Optimiser optimiser;
  private final List<float[]> snapshots = new ArrayList<>();

  /** What a checkpoint keeps. */
  record Snapshot(long steps, double previousRate, Map<String, float[]> arrays) {}

  TrainingState(Graph graph, Map<String, float[]> initial, StepRecipe recipe) {
    this.recipe = recipe;
    weights = new FlatParameters(graph.parameters().values());
    weights.set(initial);
    average = new FlatParameters(graph.parameters().values());
    average.set(initial);
    decayed = weights.decayMask();
    optimiser = new Optimiser(recipe.rule(), weights.buffer(), decayed);
  }

  FlatParameters weights() {
    return weights;
  }

  /** The weights that are evaluated and kept. */
  FlatParameters kept() {
    return recipe.averages() ? average : weights;
  }

  /** Steps taken so far. */
  long steps() {
    return optimiser.steps();
  }

  /** One step of the optimiser and of the average; {@code gradient} is overwritten. */
  void update(Tensor gradient) {
    if (recipe.clip() > 0) {
      Optimiser.clip(gradient, recipe.clip());
    }
    optimiser.step(gradient, recipe.schedule().rate(steps()));
    if (recipe.average() > 0) {
      // Early on the average follows quickly, so that it never remembers the random start.
      double decay = Math.min(recipe.average(), (1.0 + steps()) / (10.0 + steps()));
      average.buffer().lerp_(weights.buffer(), new Scalar(1 - decay));
    }
  }

  /** The end of an epoch: where snapshots are averaged, these weights join them. */
  void endEpoch() {
    if (recipe.snapshots() == 0) {
      return;
    }
    snapshots.add(Torch.floats(weights.buffer()));
    if (snapshots.size() > recipe.snapshots()) {
      snapshots.remove(0);
    }
    float[] mean = new float[snapshots.get(0).length];
    for (float[] snapshot : snapshots) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += snapshot[i] / snapshots.size();
      }
    }
    Torch.write(average.buffer(), mean);
  }

  Snapshot snapshot() {
    Optimiser.Snapshot moments = optimiser.snapshot();
    Map<String, float[]> arrays = new LinkedHashMap<>(moments.buffers());
    arrays.put(WEIGHTS, Torch.floats(weights.buffer()));
    if (recipe.averages()) {
      arrays.put(AVERAGE, Torch.floats(average.buffer()));
    }
    for (int i = 0; i < snapshots.size(); i++) {
      arrays.put(SNAPSHOT + i, snapshots.get(i));
    }
    return new Snapshot(moments.steps(), moments.previousRate(), arrays);
  }

  void restore(Snapshot snapshot) {
    Map<String, float[]> moments = new LinkedHashMap<>(snapshot.arrays());
    Torch.write(weights.buffer(), moments.remove(WEIGHTS));
    if (recipe.averages()) {
      Torch.write(average.buffer(), moments.remove(AVERAGE));
    }
    snapshots.clear();
    while (moments.containsKey(SNAPSHOT + snapshots.size())) {
      snapshots.add(moments.remove(SNAPSHOT + snapshots.size()));
    }
    optimiser.restore(new Optimiser.Snapshot(snapshot.steps(), snapshot.previousRate(), moments));
  }

  @Override
  public void close() {
    optimiser.close();
    weights.close();
    average.close();
    decayed.close();
  }
}
