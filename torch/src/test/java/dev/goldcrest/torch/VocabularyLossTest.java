package dev.goldcrest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.MemoryPlan;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.Initializer;
import dev.goldcrest.runtime.text.Tokenizer;
import dev.goldcrest.torch.optim.Losses;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The loss that never holds all logits against libtorch's, which does. */
class VocabularyLossTest {
  private static final int[] IDS = {2, 5, 6, 7, 8, 2, 9, 10, 0, 0};
  private static final int[] TARGETS = {5, 6, 7, 8, 2, 9, 10, 2, 0, 0};
  private static final double SCALE = 0.125;

  @BeforeAll
  static void load() {
    Torch.load();
  }

  private record Traced(Graph graph, FlatParameters weights, FlatParameters gradients) {
    static Traced of(boolean tied, int vocabulary) {
      Architecture model = Echo.model(vocabulary, 8, false, tied);
      Graph graph = model.trace(Architecture.WHOLE, new Sizes(2, 5, 1));
      FlatParameters weights = new FlatParameters(graph.parameters().values());
      weights.set(Initializer.initial(graph, 7));
      return new Traced(graph, weights, new FlatParameters(graph.parameters().values()));
    }

    TorchOps ops(Map<String, Tensor> leaves, Precision precision) {
      Map<String, Tensor> feeds = new LinkedHashMap<>(Map.of("ids", Torch.indices(IDS, 2, 5)));
      return new TorchOps(graph, MemoryPlan.of(graph), leaves, feeds, null, precision);
    }

    VocabularyLoss loss(Map<String, Tensor> leaves, Precision precision) {
      return new VocabularyLoss(
          ops(leaves, precision), graph.output("logits"), leaves, TARGETS, precision);
    }
  }

  /**
   * The largest vocabulary is taken in pieces of a few rows. With smoothing libtorch's own gradient
   * is off by a thousandth there: it adds up 300,000 equal shares one after the other.
   */
  @ParameterizedTest
  @CsvSource({
    "true, 12, 0",
    "true, 12, 0.1",
    "false, 12, 0",
    "false, 12, 0.1",
    "false, 30000, 0.1",
    "false, 300000, 0"
  })
  void backward_anyVocabulary_lossAndGradientsAreThoseOfCrossEntropy(
      boolean tied, int vocabulary, double smoothing) {
    Both both = Both.of(tied, vocabulary, smoothing, Precision.FLOAT32);
    assertThat(both.loss()).isCloseTo(both.wantedLoss(), within(1e-5 * both.wantedLoss()));
    both.gradients()
        .forEach(
            (path, values) -> {
              float[] wanted = both.wanted().get(path);
              double worst = 0;
              double largest = 0;
              for (int i = 0; i < values.length; i++) {
                worst = Math.max(worst, Math.abs(values[i] - wanted[i]));
                largest = Math.max(largest, Math.abs(wanted[i]));
              }
              assertThat(worst).as(path).isLessThan(1e-4 * largest + 2e-6);
            });
  }

  /** The largest vocabulary is taken in pieces; operands have eight binary digits. */
  @ParameterizedTest
  @CsvSource({"true, 12, 0.1", "false, 12, 0.1", "false, 1100000, 0"})
  void backward_rounded_gradientIsNearThatOfCrossEntropy(
      boolean tied, int vocabulary, double smoothing) {
    Both both = Both.of(tied, vocabulary, smoothing, Precision.BFLOAT16);
    assertThat(both.loss()).isCloseTo(both.wantedLoss(), within(5e-3 * both.wantedLoss()));
    double apart = 0;
    double length = 0;
    for (String path : both.wanted().keySet()) {
      for (int i = 0; i < both.wanted().get(path).length; i++) {
        double wanted = both.wanted().get(path)[i];
        apart += Math.pow(both.gradients().get(path)[i] - wanted, 2);
        length += wanted * wanted;
      }
    }
    assertThat(Math.sqrt(apart / length)).isPositive().isLessThan(0.1);
  }

  /** Loss and gradients in pieces, and those of libtorch over all logits in float32. */
  private record Both(
      double loss, double wantedLoss, Map<String, float[]> gradients, Map<String, float[]> wanted) {
    static Both of(boolean tied, int vocabulary, double smoothing, Precision precision) {
      Traced traced = Traced.of(tied, vocabulary);
      double wantedLoss;
      try (PointerScope scope = new PointerScope()) {
        Map<String, Tensor> leaves = traced.weights().leaves(traced.gradients());
        Tensor logits =
            traced.ops(leaves, Precision.FLOAT32).run().get("logits").reshape(10, vocabulary);
        Tensor targets = Torch.indices(TARGETS, TARGETS.length);
        Tensor loss =
            Losses.crossEntropy(logits, targets, null, smoothing, Tokenizer.PAD)
                .mul(new Scalar(SCALE));
        loss.backward();
        wantedLoss = loss.item_double();
      }
      Map<String, float[]> wanted = traced.gradients().get();
      traced.gradients().buffer().zero_();
      try (PointerScope scope = new PointerScope()) {
        Map<String, Tensor> leaves = traced.weights().leaves(traced.gradients());
        double loss = traced.loss(leaves, precision).backward(smoothing, SCALE);
        return new Both(loss, wantedLoss, traced.gradients().get(), wanted);
      }
    }
  }

  @Test
  void sum_withPadding_isThatOfCrossEntropyOverTheRest() {
    Traced traced = Traced.of(false, 12);
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Map<String, Tensor> leaves = traced.weights().views();
      Tensor logits = traced.ops(leaves, Precision.FLOAT32).run().get("logits").reshape(10, 12);
      Tensor targets = Torch.indices(TARGETS, TARGETS.length);
      double expected = Losses.crossEntropy(logits, targets, null, 0, Tokenizer.PAD).item_double();
      float[] flat = Torch.floats(logits);
      int right = 0;
      for (int row = 0; row < 8; row++) {
        int best = 0;
        for (int id = 1; id < 12; id++) {
          best = flat[row * 12 + id] > flat[row * 12 + best] ? id : best;
        }
        right += best == TARGETS[row] ? 1 : 0;
      }
      TokenLoss.Sum sum = traced.loss(leaves, Precision.FLOAT32).sum();
      assertThat(sum.loss()).isCloseTo(expected, within(1e-5 * expected));
      assertThat(sum.right()).isEqualTo(right);
    }
  }
}
