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
  private static final String CODEBOOK = "codebook.";

  private final StepRecipe recipe;
  private final FlatParameters weights;
  private final FlatParameters average;
  private final Tensor decayed;
  private final Tensor left;
  private final Tensor shares;
  private final Rounding rounding;
  private final FlatParameters seen;
  private final FlatParameters seenAverage;
  private final Optimiser optimiser;
  private final List<float[]> snapshots = new ArrayList<>();

  /** What a checkpoint keeps. */
  record Snapshot(long steps, double previousRate, Map<String, float[]> arrays) {}

  /**
   * @param graph declares every parameter, in the forms that their files will have
   * @param initial every parameter by path
   * @param start says which weights stay where they are or take less than whole steps
   */
  TrainingState(Graph graph, Map<String, float[]> initial, StepRecipe recipe, Beginning start) {
    this.recipe = recipe;
    weights = new FlatParameters(graph.parameters().values());
    weights.set(initial);
    average = new FlatParameters(graph.parameters().values());
    average.set(initial);
    decayed = weights.decayMask();
    optimiser = new Optimiser(recipe.rule(), weights.buffer(), decayed);
    left = start.pruned().isEmpty() ? null : weights.zeros(start.pruned());
    shares = start.rates().isEmpty() ? null : weights.shares(start.rates());
    rounding = Rounding.of(graph.parameters().values(), graph.forms());
    seen = rounding == null ? weights : new FlatParameters(graph.parameters().values());
    seenAverage =
        rounding == null || !recipe.averages()
            ? recipe.averages() ? average : seen
            : new FlatParameters(graph.parameters().values());
    round(false);
    roundKept();
  }

  /** The weights as training computes with them: rounded where their file will round them. */
  FlatParameters weights() {
    return seen;
  }

  /** The weights that are evaluated and kept, rounded likewise. */
  FlatParameters kept() {
    return seenAverage;
  }

  private void round(boolean learn) {
    if (rounding != null) {
      rounding.apply(weights, seen, learn);
    }
  }

  private void roundKept() {
    if (rounding != null && recipe.averages()) {
      rounding.apply(average, seenAverage, false);
    }
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
    step(gradient);
    if (left != null) {
      weights.buffer().mul_(left);
    }
    round(true);
    if (recipe.average() > 0) {
      // Early on the average follows quickly, so that it never remembers the random start.
      double decay = Math.min(recipe.average(), (1.0 + steps()) / (10.0 + steps()));
      average.buffer().lerp_(weights.buffer(), new Scalar(1 - decay));
    }
  }

  private void step(Tensor gradient) {
    double rate = recipe.schedule().rate(steps());
    if (shares == null) {
      optimiser.step(gradient, rate);
      return;
    }
    try (Tensor before = weights.buffer().clone()) {
      optimiser.step(gradient, rate);
      before.lerp_(weights.buffer(), shares);
      weights.buffer().copy_(before);
    }
  }

  /** The end of an epoch: where snapshots are averaged, these weights join them. */
  void endEpoch() {
    if (recipe.snapshots() > 0) {
      averageSnapshots();
    }
    roundKept();
  }

  private void averageSnapshots() {
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
    if (rounding != null) {
      rounding.codebooks().forEach((path, values) -> arrays.put(CODEBOOK + path, values));
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
    restoreCodebooks(moments);
    optimiser.restore(new Optimiser.Snapshot(snapshot.steps(), snapshot.previousRate(), moments));
    round(false);
    roundKept();
  }

  private void restoreCodebooks(Map<String, float[]> arrays) {
    Map<String, float[]> codebooks = new LinkedHashMap<>();
    arrays.forEach(
        (name, values) -> {
          if (name.startsWith(CODEBOOK)) {
            codebooks.put(name.substring(CODEBOOK.length()), values);
          }
        });
    arrays.keySet().removeIf(name -> name.startsWith(CODEBOOK));
    if (rounding != null) {
      rounding.restore(codebooks);
    }
  }

  @Override
  public void close() {
    optimiser.close();
    if (rounding != null) {
      rounding.close();
      seen.close();
    }
    if (seenAverage != seen && seenAverage != average) {
      seenAverage.close();
    }
    if (left != null) {
      left.close();
    }
    if (shares != null) {
      shares.close();
    }
    weights.close();
    average.close();
    decayed.close();
  }
}
