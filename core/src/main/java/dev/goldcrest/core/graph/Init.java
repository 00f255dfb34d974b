package dev.goldcrest.core.graph;

/**
 * How a parameter starts. A recipe only: whoever holds tensors draws the numbers, seeded by (seed,
 * path), so that neither the order of declaration nor the interpreter changes them. The fans of a
 * weight (out, in, ...) are {@code in} and {@code out} times the product of the remaining axes.
 */
public sealed interface Init {
  /** Every element equals {@code value}. */
  record Constant(double value) implements Init {}

  /** Normal with mean 0. */
  record Normal(double deviation) implements Init {}

  /** Uniform in [-bound, bound]. */
  record Uniform(double bound) implements Init {}

  /** Uniform with bound gain * sqrt(6 / (fanIn + fanOut)) (Glorot and Bengio, 2010). */
  record Xavier(double gain) implements Init {}

  /** Uniform with bound 1 / sqrt(fanIn), what torch.nn.Linear and Conv1d start from. */
  record FanIn() implements Init {}

  /** The recipe that draws for any shape what this one draws for {@code shape}. */
  default Init ofShape(Shape shape) {
    if (!(this instanceof Xavier) && !(this instanceof FanIn)) {
      return this;
    }
    return new Uniform(bound(shape));
  }

  /** Of a uniform start, the bound for a weight of {@code shape}. */
  default double bound(Shape shape) {
    if (this instanceof Uniform uniform) {
      return uniform.bound();
    }
    long positions = shape.rank() > 2 ? shape.size(2, shape.rank()) : 1;
    double fanOut = shape.rank() > 0 ? (double) shape.at(0) * positions : 1;
    double fanIn = shape.rank() > 1 ? (double) shape.at(1) * positions : fanOut;
    return this instanceof Xavier xavier
        ? xavier.gain() * Math.sqrt(6 / (fanIn + fanOut))
        : 1 / Math.sqrt(fanIn);
  }

  /** All zero. */
  Init ZEROS = new Constant(0);

  /** All one. */
  Init ONES = new Constant(1);
}
