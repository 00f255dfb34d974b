package dev.goldcrest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.MemoryPlan;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.Initializer;
import dev.goldcrest.runtime.text.Tokenizer;
import dev.goldcrest.torch.optim.Losses;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An adaptive softmax of a few rows against all of its probabilities. */
class AdaptiveLossTest {
  private static final int VOCABULARY = 40;
  private static final List<Integer> CUTOFFS = List.of(12, 25);
  private static final int[] IDS = {2, 5, 13, 7, 30, 2, 9, 39};
  private static final int[] TARGETS = {5, 13, 7, 30, 2, 9, 39, 12};
  private static final double SCALE = 0.25;

  @BeforeAll
  static void load() {
    Torch.load();
  }

  private static Architecture model() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("task", "lm");
    settings.put("vocabulary", "" + VOCABULARY);
    settings.put("cutoffs", "12,25");
    settings.put("dim", "16");
    settings.put("decoderLayers", "1");
    settings.put("heads", "2");
    return Architectures.of("transformer", new Settings(settings));
  }

  private static Tensor logits(Graph graph, Map<String, Tensor> leaves) {
    Map<String, Tensor> feeds = new LinkedHashMap<>(Map.of("ids", Torch.indices(IDS, 2, 4)));
    return new TorchOps(graph, MemoryPlan.of(graph), leaves, feeds, null)
        .run()
        .get("logits")
        .reshape(TARGETS.length, VOCABULARY);
  }

  private static double whole(Graph graph, Map<String, Tensor> leaves, boolean backward) {
    Tensor logits = logits(graph, leaves);
    Tensor targets = Torch.indices(TARGETS, TARGETS.length);
    Tensor loss =
        Losses.crossEntropy(logits, targets, null, 0, Losses.NOTHING_IGNORED)
            .mul(new Scalar(SCALE));
    if (backward) {
      loss.backward();
    }
    return loss.item_double();
  }

  private static AdaptiveLoss adaptive(
      Architecture model, Map<String, Tensor> leaves, int[] words) {
    AdaptiveLoss.Targets targets = AdaptiveLoss.Targets.of(words, CUTOFFS);
    Graph graph = model.trace(Architecture.ADAPTIVE, new Sizes(2, 4, 1, 0, targets.sizes()));
    Map<String, Tensor> feeds = new LinkedHashMap<>(Map.of("ids", Torch.indices(IDS, 2, 4)));
    for (int tail = 0; tail < CUTOFFS.size(); tail++) {
      int[] rows = targets.rows().get(tail);
      feeds.put("tail." + tail + ".rows", Torch.indices(rows, rows.length));
    }
    return new AdaptiveLoss(
        targets, new TorchOps(graph, MemoryPlan.of(graph), leaves, feeds, null).run());
  }

  @Test
  void backward_someRows_lossAndGradientsAreThoseOfAllProbabilities() {
    Architecture model = model();
    Graph graph = model.trace(Architecture.WHOLE, new Sizes(2, 4, 1));
    FlatParameters weights = new FlatParameters(graph.parameters().values());
    weights.set(Initializer.initial(graph, 5));
    FlatParameters gradient = new FlatParameters(graph.parameters().values());
    double expected;
    try (PointerScope scope = new PointerScope()) {
      expected = whole(graph, weights.leaves(gradient), true);
    }
    Map<String, float[]> wanted = gradient.get();
    gradient.buffer().zero_();
    try (PointerScope scope = new PointerScope()) {
      double actual = adaptive(model, weights.leaves(gradient), TARGETS).backward(0, SCALE);
      assertThat(actual).isCloseTo(expected, within(1e-5 * expected));
    }
    gradient
        .get()
        .forEach(
            (path, values) -> {
              double worst = 0;
              for (int i = 0; i < values.length; i++) {
                worst = Math.max(worst, Math.abs(values[i] - wanted.get(path)[i]));
              }
              assertThat(worst).as(path).isLessThan(2e-6);
            });
  }

  @Test
  void sum_ofThoseRows_isThatOfAllProbabilities() {
    Architecture model = model();
    Graph graph = model.trace(Architecture.WHOLE, new Sizes(2, 4, 1));
    FlatParameters weights = new FlatParameters(graph.parameters().values());
    weights.set(Initializer.initial(graph, 5));
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      double expected = whole(graph, weights.views(), false) / SCALE;
      TokenLoss.Sum sum = adaptive(model, weights.views(), TARGETS).sum();
      assertThat(sum.loss()).isCloseTo(expected, within(1e-5 * expected));
    }
  }

  /**
   * Words below the first cutoff and bands stand side by side; a band is as likely as its words.
   */
  private static int likeliest(float[] logits) {
    int best = 0;
    double most = 0;
    int[] ends = {CUTOFFS.get(0), CUTOFFS.get(1), VOCABULARY};
    for (int word = 0; word < ends[0]; word++) {
      if (Math.exp(logits[word]) > most) {
        most = Math.exp(logits[word]);
        best = word;
      }
    }
    for (int band = 1; band < ends.length; band++) {
      int first = ends[band - 1];
      double sum = 0;
      for (int word = first; word < ends[band]; word++) {
        sum += Math.exp(logits[word]);
        first = logits[word] > logits[first] ? word : first;
      }
      if (sum > most) {
        most = sum;
        best = first;
      }
    }
    return best;
  }

  @Test
  void right_likeliestWordsAndOthers_areCountedApart() {
    Architecture model = model();
    Graph graph = model.trace(Architecture.WHOLE, new Sizes(2, 4, 1));
    FlatParameters weights = new FlatParameters(graph.parameters().values());
    boolean common = false;
    boolean rare = false;
    for (int seed = 1; seed <= 8; seed++) {
      weights.set(Initializer.initial(graph, seed));
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        float[] all = Torch.floats(logits(graph, weights.views()));
        int[] words = new int[TARGETS.length];
        int right = 0;
        for (int i = 0; i < words.length; i++) {
          int best = likeliest(Arrays.copyOfRange(all, i * VOCABULARY, (i + 1) * VOCABULARY));
          common |= best < CUTOFFS.get(0);
          rare |= best >= CUTOFFS.get(0);
          words[i] = i % 3 == 0 ? (best + 1) % VOCABULARY : best;
          right += words[i] == best && best != Tokenizer.PAD ? 1 : 0;
        }
        assertThat(adaptive(model, weights.views(), words).sum().right()).isEqualTo(right);
      }
    }
    assertThat(common && rare).as("words of either kind were the likeliest").isTrue();
  }

  @Test
  void targets_ofABatch_areSharedOutByBand() {
    AdaptiveLoss.Targets targets = AdaptiveLoss.Targets.of(new int[] {5, 12, 0, 39, 24}, CUTOFFS);
    assertThat(targets.head()).containsExactly(5, 12, -100, 13, 12);
    assertThat(targets.sizes()).containsExactly(64, 64);
    assertThat(targets.rows().get(0)).startsWith(1, 4, 0);
    assertThat(targets.words().get(0)).startsWith(0, 12, -100);
    assertThat(targets.rows().get(1)).startsWith(3, 0);
    assertThat(targets.words().get(1)).startsWith(14, -100);
  }

  @Test
  void run_adaptiveModel_learns() throws IOException {
    SequenceData text = Echo.stream(900, VOCABULARY, 12, 120, 1);
    SequenceData dev = Echo.stream(200, VOCABULARY, 12, 120, 2);
    TrainingRun.Listener quiet =
        new TrainingRun.Listener() {
          @Override
          public void step(int epoch, int done, int steps, double loss, int words) {}

          @Override
          public void epoch(TrainingRun.Epoch epoch, TrainingRun.Epoch best) {}
        };
    SequenceRun run = new SequenceRun(model(), text, dev, Echo.options(8, 1e-2), null);
    SequenceRun.Outcome outcome = run.run(false, false, () -> false, () -> false, quiet);
    double first = outcome.epochs().get(0).devLoss();
    assertThat(outcome.best().devLoss()).isLessThan(0.8 * first);
    assertThat(outcome.best().devAccuracy()).isGreaterThan(0.3);
  }
}
