package dev.goldcrest.torch;

import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.runtime.text.Tokenizer;
import dev.goldcrest.torch.optim.Losses;
import java.util.Arrays;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Cross-entropy over a vocabulary, in nats, with targets of 0 (padding) left out.
 *
 * <p>Where the logits are a linear map, the largest product of a small model, they are never whole
 * in memory: some rows at a time are mapped, turned into their gradient and mapped back, which
 * stays in the cache and skips padding. Loss and gradient are those of {@link Losses#crossEntropy}.
 *
 * <p>With smoothing s the gradient of a row of logits is softmax - (1 - s) wanted - s / V. Its last
 * term is the same for every token, so it passes through the map as a sum over tokens or rows
 * instead of being taken from each logit.
 */
final class VocabularyLoss implements TokenLoss {
  /** Logits at a time: four megabytes... */
  private static final int LOGITS = 1 << 20;

  /** ...and more where a product costs less than adding what it gives to the gradient. */
  private static final int ROUNDED_LOGITS = 1 << 23;

  private final TorchOps ops;
  private final Value logits;
  private final Map<String, Tensor> weights;
  private final Tensor targets;
  private final Tensor rows;
  private final Precision precision;

  /**
   * @param ops runs the graph whose output {@code logits} is
   * @param logits (..., V)
   * @param weights by path, as the ops have them
   * @param targets one for each row of the logits; 0 for none
   * @param precision of the products that gradients come from
   */
  VocabularyLoss(
      TorchOps ops, Value logits, Map<String, Tensor> weights, int[] targets, Precision precision) {
    this.ops = ops;
    this.logits = logits;
    this.weights = weights;
    this.precision = precision;
    int count = 0;
    int[] kept = new int[targets.length];
    int[] wanted = new int[targets.length];
    for (int i = 0; i < targets.length; i++) {
      if (targets[i] != Tokenizer.PAD) {
        kept[count] = i;
        wanted[count++] = targets[i];
      }
    }
    this.targets = Torch.indices(Arrays.copyOf(wanted, count), count);
    this.rows = count == targets.length ? null : Torch.indices(Arrays.copyOf(kept, count), count);
  }

  private boolean linear() {
    return logits.op() instanceof Op.Linear && logits.input(1).op() instanceof Op.Parameter;
  }

  @Override
  public double backward(double smoothing, double scale) {
    if (linear()) {
      return linearBackward(smoothing, scale);
    }
    Tensor loss =
        Losses.crossEntropy(
                kept(ops.run().get("logits")), targets, null, smoothing, Losses.NOTHING_IGNORED)
            .mul(new Scalar(scale));
    loss.backward();
    return loss.item_float();
  }

  private double linearBackward(double smoothing, double scale) {
    Tensor features = kept(ops.runTo(logits)); // (N, C)
    Tensor gradient;
    double loss = 0;
    try (NoGradGuard guard = new NoGradGuard()) {
      gradient = torch.empty_like(features);
      Tensor weight = precision.operand(weight(1));
      long step = rowsAtATime(precision == Precision.FLOAT32 ? LOGITS : ROUNDED_LOGITS);
      for (long from = 0; from < features.size(0); from += step) {
        long count = Math.min(step, features.size(0) - from);
        try (PointerScope scope = new PointerScope()) {
          Tensor part = features.narrow(0, from, count);
          Tensor into = gradient.narrow(0, from, count);
          Tensor wanted = targets.narrow(0, from, count);
          loss += rowsBackward(part, weight, wanted, into, smoothing, scale);
        }
      }
      loss += smoothTerm(features, gradient, smoothing, scale);
    }
    features.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
    return loss * scale;
  }

  private long rowsAtATime(int atATime) {
    return Math.max(1, atATime / logits.shape().at(-1));
  }

  /**
   * Everything but the sums over the vocabulary that smoothing brings.
   *
   * @param weight as the precision has it
   */
  private double rowsBackward(
      Tensor features, Tensor weight, Tensor wanted, Tensor into, double smoothing, double scale) {
    Tensor part = precision.operand(features);
    Tensor scores = precision.result(scores(part, weight));
    Tensor column = wanted.unsqueeze(1);
    Tensor logs = scores.log_softmax(1);
    double right = logs.gather(1, column).sum().item_double();
    double normaliser = scores.gather(1, column).sum().item_double() - right;
    Tensor slope = logs.exp_();
    slope.scatter_add_(
        1, column, torch.full(new long[] {wanted.size(0), 1}, new Scalar(smoothing - 1)));
    Tensor back = precision.operand(slope);
    if (precision == Precision.FLOAT32) {
      torch.mm_out(into, back, weight);
      weight(1).grad().addmm_(back.t(), part, new Scalar(1.0), new Scalar(scale));
    } else {
      into.copy_(back.mm(weight));
      weight(1).grad().add_(back.t().mm(part), new Scalar(scale));
    }
    into.mul_(new Scalar(scale));
    if (logits.inputs().size() == 3) {
      weight(2).grad().add_(slope.sum(0), new Scalar(scale));
    }
    return smoothing * normaliser - (1 - smoothing) * right;
  }

  /** What the even share of the target adds to the gradients, and to the loss: its mean logit. */
  private double smoothTerm(Tensor features, Tensor gradient, double smoothing, double scale) {
    if (smoothing == 0) {
      return 0;
    }
    double share = smoothing / logits.shape().at(-1);
    Tensor columns = weight(1).sum(0); // (C)
    Tensor sum = features.sum(0); // (C)
    gradient.sub_(columns, new Scalar(scale * share));
    weight(1).grad().sub_(sum, new Scalar(scale * share));
    double scores = columns.dot(sum).item_double();
    if (logits.inputs().size() == 3) {
      double rows = features.size(0);
      weight(2).grad().sub_(new Scalar(scale * share * rows));
      scores += rows * weight(2).sum().item_double();
    }
    return -share * scores;
  }

  private Tensor weight(int operand) {
    return weights.get(logits.input(operand).path());
  }

  private Tensor scores(Tensor part, Tensor weight) {
    return logits.inputs().size() == 3
        ? torch.linear(part, weight, new TensorOptional(precision.operand(weight(2))))
        : torch.linear(part, weight);
  }

  /** The rows of x (..., C) that have a target, (N, C). */
  private Tensor kept(Tensor x) {
    Tensor flat = x.reshape(-1, x.size(-1));
    return rows == null ? flat : flat.index_select(0, rows);
  }

  @Override
  public Sum sum() {
    Tensor features = kept(linear() ? ops.runTo(logits) : ops.run().get("logits"));
    double loss = 0;
    long right = 0;
    long step = rowsAtATime(LOGITS);
    for (long from = 0; from < features.size(0); from += step) {
      long count = Math.min(step, features.size(0) - from);
      try (PointerScope scope = new PointerScope()) {
        Tensor part = features.narrow(0, from, count);
        Tensor wanted = targets.narrow(0, from, count);
        Tensor scores = linear() ? scores(part, weight(1)) : part;
        loss += Losses.crossEntropy(scores, wanted, null, 0, Losses.NOTHING_IGNORED).item_double();
        right += scores.argmax(new LongOptional(1), false).eq(wanted).sum().item_long();
      }
    }
    return new Sum(loss, right);
  }
}
