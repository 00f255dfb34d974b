package dev.goldcrest.torch;

import dev.goldcrest.core.graph.Graph;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Everything that a run carries from step to step: weights, AdamW's two moments, the running average of the weights, and
 * the position. Four flat arrays and two numbers are a whole checkpoint, because all randomness is drawn from the
 * position.
 */
public final class TrainingState implements AutoCloseable {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final FlatParameters weights;
  private final FlatParameters average;
  private final Tensor first;
  private final Tensor second;
  private final Tensor decays;
  private long step;
  private int epoch;

  TrainingState(Graph graph, Map<String, float[]> initial) {
    weights = new FlatParameters(graph.parameters().values());
    weights.set(initial);
    average = new FlatParameters(graph.parameters().values());
    average.set(initial);
    first = torch.zeros(weights.buffer().numel());
    second = torch.zeros(weights.buffer().numel());
    decays = weights.decayMask();
  }

  FlatParameters weights() {
    return weights;
  }

  FlatParameters average() {
    return average;
  }

  /** Steps taken so far. */
  public long step() {
    return step;
  }

  /** Epochs completed so far. */
  public int epoch() {
    return epoch;
  }

  void endEpoch() {
    epoch++;
  }

  /** One AdamW step (Loshchilov and Hutter, 2019) on the whole buffer; {@code gradient} is overwritten. */
  void update(Tensor gradient, double rate, TrainingOptions options) {
    if (options.clip() > 0) {
      double norm = gradient.norm().item_float();
      if (norm > options.clip()) {
        gradient.mul_(new Scalar(options.clip() / norm));
      }
    }
    step++;
    first.mul_(new Scalar(BETA1)).add_(gradient, new Scalar(1 - BETA1));
    second.mul_(new Scalar(BETA2)).addcmul_(gradient, gradient, new Scalar(1 - BETA2));
    Tensor p = weights.buffer();
    if (options.weightDecay() > 0) {
      p.addcmul_(p, decays, new Scalar(-rate * options.weightDecay()));
    }
    Tensor spread = second.div(new Scalar(1 - Math.pow(BETA2, step))).sqrt_().add_(new Scalar(EPSILON));
    p.addcdiv_(first, spread, new Scalar(-rate / (1 - Math.pow(BETA1, step))));
    if (options.average() > 0) {
      // Early on the average follows quickly, so that it never remembers the random start.
      double decay = Math.min(options.average(), (1.0 + step) / (10.0 + step));
      average.buffer().lerp_(p, new Scalar(1 - decay));
    }
  }

  /** The arrays of a checkpoint by name. */
  public Map<String, float[]> arrays() {
    Map<String, float[]> arrays = new LinkedHashMap<>();
    arrays.put("weights", Torch.floats(weights.buffer()));
    arrays.put("average", Torch.floats(average.buffer()));
    arrays.put("first", Torch.floats(first));
    arrays.put("second", Torch.floats(second));
    return arrays;
  }

  /** Goes back to what {@link #arrays} held at a position. */
  public void restore(Map<String, float[]> arrays, long atStep, int atEpoch) {
    for (var entry : arrays.entrySet()) {
      if (entry.getValue().length != weights.buffer().numel()) {
        throw new IllegalArgumentException(
            "checkpoint array " + entry.getKey() + " has " + entry.getValue().length + " values, the model has "
                + weights.buffer().numel());
      }
    }
    Torch.write(weights.buffer(), arrays.get("weights"));
    Torch.write(average.buffer(), arrays.get("average"));
    Torch.write(first, arrays.get("first"));
    Torch.write(second, arrays.get("second"));
    step = atStep;
    epoch = atEpoch;
  }

  @Override
  public void close() {
    weights.close();
    average.close();
    first.close();
    second.close();
    decays.close();
  }
}
