package dev.goldcrest.torch.optim;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Steps one flat buffer of parameters by one flat gradient. All parameters of a model are views of
 * such a buffer, so a step is a handful of calls whatever the number of layers, and its state is
 * one or two arrays.
 */
public final class Optimiser implements AutoCloseable {
  /** Added to the norm that clipping divides by, as libtorch does. */
  private static final double CLIP_EPSILON = 1e-6;

  private final Rule rule;
  private final Tensor parameters;
  private final Tensor decayed;
  private final Map<String, Tensor> state = new LinkedHashMap<>();
  private long steps;
  private double previousRate = Double.NaN;

  /**
   * What a checkpoint keeps.
   *
   * @param steps taken so far
   * @param previousRate rate of the last step; NaN before the first
   * @param buffers by name, each as long as the parameters
   */
  public record Snapshot(long steps, double previousRate, Map<String, float[]> buffers) {}

  /**
   * An optimiser at its first step. The tensors stay the caller's.
   *
   * @param parameters (P), F32, stepped in place
   * @param decayed (P), 1 where weight decay applies and 0 where it does not; null when it applies
   *     everywhere
   */
  public Optimiser(Rule rule, Tensor parameters, Tensor decayed) {
    if (parameters.dim() != 1 || !parameters.is_contiguous()) {
      throw new IllegalArgumentException(
          "optimiser: parameters must be one flat buffer, got " + parameters.dim() + " axes");
    }
    if (decayed != null && decayed.numel() != parameters.numel()) {
      throw new IllegalArgumentException(
          "optimiser: decay mask has "
              + decayed.numel()
              + " elements for "
              + parameters.numel()
              + " parameters");
    }
    this.rule = rule;
    this.parameters = parameters;
    this.decayed = decayed;
    if (rule instanceof Rule.Sgd || rule instanceof Rule.FairseqNag) {
      addState("momentum");
    } else {
      addState("mean");
      addState("square");
    }
  }

  private void addState(String name) {
    try (Tensor detached = parameters.detach()) {
      state.put(name, torch.zeros_like(detached));
    }
  }

  /**
   * Scales {@code gradient} in place so that its Euclidean norm is at most {@code most}.
   *
   * @return the norm before; not finite when the gradient is not
   */
  public static double clip(Tensor gradient, double most) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      double norm = gradient.norm(new Scalar(2.0)).item_double();
      double factor = most / (norm + CLIP_EPSILON);
      if (factor < 1) {
        gradient.mul_(new Scalar(factor));
      }
      return norm;
    }
  }

  /** One step. {@code gradient} (P) is left as it is. */
  public void step(Tensor gradient, double rate) {
    if (gradient.numel() != parameters.numel()) {
      throw new IllegalArgumentException(
          "optimiser: gradient has "
              + gradient.numel()
              + " elements for "
              + parameters.numel()
              + " parameters");
    }
    steps++;
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      if (rule instanceof Rule.Adam adam) {
        Tensor root = moments(plusDecay(gradient, adam.decay()), adam.beta1(), adam.beta2());
        adamStep(root, rate, adam.beta1(), adam.beta2(), adam.epsilon());
      } else if (rule instanceof Rule.AdamW adam) {
        shrink(rate * adam.decay());
        Tensor root = moments(gradient, adam.beta1(), adam.beta2());
        adamStep(root, rate, adam.beta1(), adam.beta2(), adam.epsilon());
      } else if (rule instanceof Rule.FairseqAdam adam) {
        shrink(rate * adam.decay());
        Tensor root =
            moments(gradient, adam.beta1(), adam.beta2()).add_(new Scalar(adam.epsilon()));
        double corrected = rate * Math.sqrt(correction(adam.beta2())) / correction(adam.beta1());
        parameters.addcdiv_(state.get("mean"), root, new Scalar(-corrected));
      } else if (rule instanceof Rule.Sgd sgd) {
        sgdStep(sgd, plusDecay(gradient, sgd.decay()), rate);
      } else if (rule instanceof Rule.FairseqNag nag) {
        nagStep(nag, gradient, rate);
      }
    }
    previousRate = rate;
  }

  /** Takes the gradient into both moments and returns the root of the second, a new tensor. */
  private Tensor moments(Tensor gradient, double beta1, double beta2) {
    state.get("mean").mul_(new Scalar(beta1)).add_(gradient, new Scalar(1 - beta1));
    return state
        .get("square")
        .mul_(new Scalar(beta2))
        .addcmul_(gradient, gradient, new Scalar(1 - beta2))
        .sqrt();
  }

  private void adamStep(Tensor root, double rate, double beta1, double beta2, double epsilon) {
    root.div_(new Scalar(Math.sqrt(correction(beta2)))).add_(new Scalar(epsilon));
    parameters.addcdiv_(state.get("mean"), root, new Scalar(-rate / correction(beta1)));
  }

  private double correction(double beta) {
    return 1 - Math.pow(beta, steps);
  }

  private void sgdStep(Rule.Sgd sgd, Tensor gradient, double rate) {
    Tensor velocity = state.get("momentum").mul_(new Scalar(sgd.momentum())).add_(gradient);
    Tensor direction =
        sgd.nesterov() ? gradient.add(velocity, new Scalar(sgd.momentum())) : velocity;
    parameters.add_(direction, new Scalar(-rate));
  }

  private void nagStep(Rule.FairseqNag nag, Tensor gradient, double rate) {
    // The first velocity, and one from a step of rate 0, is 0: any factor will do.
    double rescaled = nag.momentum() * (previousRate > 0 ? rate / previousRate : 1);
    Tensor velocity = state.get("momentum");
    shrink(rate * nag.decay());
    parameters.add_(velocity, new Scalar(nag.momentum() * rescaled));
    parameters.add_(gradient, new Scalar(-(1 + nag.momentum()) * rate));
    velocity.mul_(new Scalar(rescaled)).add_(gradient, new Scalar(-rate));
  }

  /** Decoupled decay: parameters -= share * parameters where decay applies. */
  private void shrink(double share) {
    if (share == 0) {
      return;
    }
    if (decayed == null) {
      parameters.mul_(new Scalar(1 - share));
    } else {
      parameters.addcmul_(parameters, decayed, new Scalar(-share));
    }
  }

  /** L2 decay: gradient + decay * parameters where decay applies. */
  private Tensor plusDecay(Tensor gradient, double decay) {
    if (decay == 0) {
      return gradient;
    }
    return decayed == null
        ? gradient.add(parameters, new Scalar(decay))
        : gradient.addcmul(parameters, decayed, new Scalar(decay));
  }

  /** Steps taken so far. */
  public long steps() {
    return steps;
  }

  /** Copies the state out. */
  public Snapshot snapshot() {
    Map<String, float[]> buffers = new LinkedHashMap<>();
    state.forEach(
        (name, tensor) -> {
          float[] values = new float[Math.toIntExact(tensor.numel())];
          try (FloatPointer data = tensor.data_ptr_float()) {
            data.get(values);
          }
          buffers.put(name, values);
        });
    return new Snapshot(steps, previousRate, buffers);
  }

  /** Goes on from {@code snapshot}; the next step gives the bits that it would have given there. */
  public void restore(Snapshot snapshot) {
    if (!snapshot.buffers().keySet().equals(state.keySet())) {
      throw new IllegalArgumentException(
          "optimiser: "
              + rule
              + " keeps "
              + state.keySet()
              + ", the checkpoint has "
              + snapshot.buffers().keySet());
    }
    state.forEach(
        (name, tensor) -> {
          float[] values = snapshot.buffers().get(name);
          if (values.length != tensor.numel()) {
            throw new IllegalArgumentException(
                "optimiser: "
                    + name
                    + " has "
                    + tensor.numel()
                    + " elements, the checkpoint "
                    + values.length);
          }
          try (FloatPointer data = tensor.data_ptr_float()) {
            data.put(values, 0, values.length);
          }
        });
    steps = snapshot.steps();
    previousRate = snapshot.previousRate();
  }

  @Override
  public void close() {
    state.values().forEach(Tensor::close);
    state.clear();
  }
}
