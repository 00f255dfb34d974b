package dev.goldcrest.torch.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.goldcrest.torch.Torch;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LossesTest {
  private static final Map<String, double[]> GOLDEN = GoldenNumbers.read("label-smoothing.tsv");

  @BeforeAll
  static void load() {
    assumeTrue(
        Torch.available(),
        "libtorch's natives are not there for this system: losses are not checked");
  }

  private static Tensor logits() {
    return Tensor.create(GoldenNumbers.floats(GOLDEN.get("in.logits")), 6, 9);
  }

  private static Tensor targets() {
    double[] given = GOLDEN.get("in.target");
    long[] targets = new long[given.length];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = (long) given[i];
    }
    return Tensor.create(targets);
  }

  @Test
  void crossEntropy_smoothed_isFairseqsSumAndLibtorchs() {
    try (PointerScope scope = new PointerScope()) {
      assertThat(Losses.crossEntropy(logits(), targets(), null, 0.1, 1).item_double())
          .isCloseTo(GOLDEN.get("out.fairseq_loss_sum")[0], within(1e-4))
          .isCloseTo(GOLDEN.get("out.torch_ce_smoothed_sum")[0], within(1e-4));
      assertThat(Losses.crossEntropy(logits(), targets(), null, 0, 1).item_double())
          .isCloseTo(GOLDEN.get("out.fairseq_nll_sum")[0], within(1e-4));
      assertThat(Losses.meanCrossEntropy(logits(), targets(), null, 0.1, 1).item_double())
          .isCloseTo(GOLDEN.get("out.torch_ce_smoothed_mean")[0], within(1e-5));
    }
  }

  @Test
  void crossEntropy_gradient_isTheOriginals() {
    try (PointerScope scope = new PointerScope()) {
      Tensor logits = logits().set_requires_grad(true);
      double cotangent = GOLDEN.get("cot.fairseq_loss_sum")[0];
      Losses.crossEntropy(logits, targets(), null, 0.1, 1)
          .mul(new org.bytedeco.pytorch.Scalar(cotangent))
          .backward();
      double[] expected = GOLDEN.get("grad.in.logits");
      float[] actual = new float[expected.length];
      try (FloatPointer data = logits.grad().data_ptr_float()) {
        data.get(actual);
      }
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-5));
      }
    }
  }

  @Test
  void meanCrossEntropy_classWeights_isTheHandWorkedMean() {
    try (PointerScope scope = new PointerScope()) {
      Tensor logits = Tensor.create(new float[] {0, 0, 0, (float) Math.log(3)}, 2, 2);
      Tensor targets = Tensor.create(new long[] {0, 1});
      Tensor weights = Tensor.create(new float[] {3, 1});
      // (3 ln 2 + ln(4/3)) / (3 + 1)
      assertThat(
              Losses.meanCrossEntropy(logits, targets, weights, 0, Losses.NOTHING_IGNORED)
                  .item_double())
          .isCloseTo((3 * Math.log(2) + Math.log(4 / 3.0)) / 4, within(1e-6));
    }
  }

  @Test
  void cosineAndRelation_byHand() {
    try (PointerScope scope = new PointerScope()) {
      Tensor found = Losses.unit(Tensor.create(new float[] {3, 4, 0, 2, -1, 0}, 3, 2));
      Tensor wanted = Tensor.create(new float[] {1, 0, 0, 1, -1, 0}, 3, 2);
      // Cosines 0.6, 1 and 1.
      assertThat(Losses.cosine(found, wanted).item_double()).isCloseTo(0.4, within(1e-6));
      // Pairs: 0.8 for 0, -0.6 for -1, 0 for 0; each stands in the matrix twice.
      assertThat(Losses.relation(found, wanted).item_double())
          .isCloseTo(2 * (0.64 + 0.16) / 2, within(1e-6));
    }
  }

  @Test
  void turned_isTheSquaredLengthInTheDirections() {
    try (PointerScope scope = new PointerScope()) {
      Tensor found = Tensor.create(new float[] {1, 2, 3, 4}, 2, 2);
      Tensor wanted = Tensor.create(new float[] {0, 2, 1, 1}, 2, 2);
      Tensor directions = Tensor.create(new float[] {1, 0, 2, 3}, 2, 2);
      // Differences (1, 0) and (2, 3) become (1, 0) and (8, 9).
      assertThat(Losses.turned(found, wanted, directions).item_double())
          .isCloseTo(1 + 64 + 81, within(1e-4));
    }
  }
}
