package dev.goldcrest.torch;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.torch.optim.Optimiser;
import dev.goldcrest.torch.optim.Rule;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Everything that a run carries from step to step: weights, the optimiser's moments, the running
 * average of the weights, and the number of steps. A few flat arrays and numbers are a whole
 * checkpoint, because all randomness is drawn from the position.
 */
final class TrainingState implements AutoCloseable {
  private static final String WEIGHTS = "weights";
  private static final String AVERAGE = "average";

  private final FlatParameters weights;
  private final FlatParameters average;
  private final Tensor decayed;
  private final Optimiser optimiser;

  /** What a checkpoint keeps. */
  record Snapshot(long steps, double previousRate, Map<String, float[]> arrays) {}

  TrainingState(Graph graph, Map<String, float[]> initial, double weightDecay) {
    weights = new FlatParameters(graph.parameters().values());
    weights.set(initial);
    average = new FlatParameters(graph.parameters().values());
    average.set(initial);
    decayed = weights.decayMask();
    optimiser = new Optimiser(Rule.AdamW.of(weightDecay), weights.buffer(), decayed);
  }

  FlatParameters weights() {
    return weights;
  }

  FlatParameters average() {
    return average;
  }

  /** Steps taken so far. */
  long steps() {
    return optimiser.steps();
  }

  /** One step of the optimiser and of the average; {@code gradient} is overwritten. */
  void update(Tensor gradient, double rate, TrainingOptions options) {
    if (options.clip() > 0) {
      Optimiser.clip(gradient, options.clip());
    }
    optimiser.step(gradient, rate);
    if (options.average() > 0) {
      // Early on the average follows quickly, so that it never remembers the random start.
      double decay = Math.min(options.average(), (1.0 + steps()) / (10.0 + steps()));
      average.buffer().lerp_(weights.buffer(), new Scalar(1 - decay));
    }
  }

  Snapshot snapshot() {
    Optimiser.Snapshot moments = optimiser.snapshot();
    Map<String, float[]> arrays = new LinkedHashMap<>(moments.buffers());
    arrays.put(WEIGHTS, Torch.floats(weights.buffer()));
    arrays.put(AVERAGE, Torch.floats(average.buffer()));
    return new Snapshot(moments.steps(), moments.previousRate(), arrays);
  }

  void restore(Snapshot snapshot) {
    Map<String, float[]> moments = new LinkedHashMap<>(snapshot.arrays());
    float[] savedWeights = moments.remove(WEIGHTS);
    float[] savedAverage = moments.remove(AVERAGE);
    optimiser.restore(new Optimiser.Snapshot(snapshot.steps(), snapshot.previousRate(), moments));
    Torch.write(weights.buffer(), savedWeights);
    Torch.write(average.buffer(), savedAverage);
  }

  @Override
  public void close() {
    optimiser.close();
    weights.close();
    average.close();
    decayed.close();
  }
}
