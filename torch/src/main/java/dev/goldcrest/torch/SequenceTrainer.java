package dev.goldcrest.torch;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Trains a model to foretell tokens: translations and summaries, or running text. */
final class SequenceTrainer extends Trainer {
  private final SequenceOptions options;
  private final SequenceData train;
  private final List<Integer> cutoffs;

  /** A trainer at step 0. */
  SequenceTrainer(
      Architecture model, SequenceData train, SequenceOptions options, Beginning start) {
    super(model, options.step(train.batches()), train.batches(), start);
    this.options = options;
    this.train = train;
    this.cutoffs = new Settings(model.settings()).integers("cutoffs", "", 1, Integer.MAX_VALUE);
  }

  @Override
  List<int[]> order(int epoch) {
    return train.order(shuffling(epoch));
  }

  @Override
  int words(int[] batch) {
    return train.tokens(batch);
  }

  @Override
  double backward(int worker, int[] batch) {
    int[] part = SequenceData.part(batch, worker, workers().count());
    if (part.length == 0) {
      return 0;
    }
    SequenceBatch sentences = train.batch(part);
    try (PointerScope scope = new PointerScope()) {
      return loss(sentences, true, leaves(worker), noise(worker))
          .backward(options.labelSmoothing(), 1.0 / train.targets(batch));
    }
  }

  private TokenLoss loss(
      SequenceBatch batch, boolean training, Map<String, Tensor> weights, Noise noise) {
    Map<String, Tensor> feeds = feeds(batch);
    Precision precision = precision(training);
    if (!cutoffs.isEmpty()) {
      return adaptiveLoss(batch, feeds, training, weights, noise, precision);
    }
    Traces.Traced traced = traced(training, Architecture.WHOLE, batch.sizes());
    TorchOps ops = new TorchOps(traced.graph(), traced.plan(), weights, feeds, noise, precision);
    return new VocabularyLoss(
        ops, traced.graph().output("logits"), weights, batch.targets(), precision);
  }

  private TokenLoss adaptiveLoss(
      SequenceBatch batch,
      Map<String, Tensor> feeds,
      boolean training,
      Map<String, Tensor> weights,
      Noise noise,
      Precision precision) {
    AdaptiveLoss.Targets targets = AdaptiveLoss.Targets.of(batch.targets(), cutoffs);
    Sizes plain = batch.sizes();
    Sizes sizes = new Sizes(plain.batch(), plain.time(), 1, 0, targets.sizes());
    for (int tail = 0; tail < cutoffs.size(); tail++) {
      int[] rows = targets.rows().get(tail);
      feeds.put("tail." + tail + ".rows", Torch.indices(rows, rows.length));
    }
    Traces.Traced traced = traced(training, Architecture.ADAPTIVE, sizes);
    TorchOps ops = new TorchOps(traced.graph(), traced.plan(), weights, feeds, noise, precision);
    return new AdaptiveLoss(targets, ops.run());
  }

  private static Map<String, Tensor> feeds(SequenceBatch batch) {
    Sizes sizes = batch.sizes();
    Map<String, Tensor> feeds = new LinkedHashMap<>();
    feeds.put("ids", Torch.indices(batch.ids(), sizes.batch(), sizes.time()));
    if (batch.source() != null) {
      feeds.put("source", Torch.indices(batch.source(), sizes.batch(), sizes.source()));
      feeds.put("sourceMask", Torch.floats(batch.sourceMask(), sizes.batch(), sizes.source()));
    }
    return feeds;
  }

  /**
   * How well the weights that are kept foretell.
   *
   * @param loss mean negative log-likelihood of a token, in nats
   * @param accuracy share of the tokens that were the likeliest
   */
  record Score(double loss, double accuracy) {}

  Score score(SequenceData data) {
    List<int[]> batches = data.inOrder();
    List<TokenLoss.Sum> sums =
        workers()
            .run(
                worker -> {
                  TokenLoss.Sum sum = new TokenLoss.Sum(0, 0);
                  for (int i = worker; i < batches.size(); i += workers().count()) {
                    sum = sum.plus(sum(data.batch(batches.get(i))));
                  }
                  return sum;
                });
    TokenLoss.Sum sum = new TokenLoss.Sum(0, 0);
    for (TokenLoss.Sum part : sums) {
      sum = sum.plus(part);
    }
    return new Score(sum.loss() / data.targets(), (double) sum.right() / data.targets());
  }

  private TokenLoss.Sum sum(SequenceBatch batch) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      return loss(batch, false, kept(), null).sum();
    }
  }
}
