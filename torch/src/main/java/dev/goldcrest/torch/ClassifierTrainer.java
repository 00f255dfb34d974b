package dev.goldcrest.torch;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.text.TextConfig;
import dev.goldcrest.torch.optim.Losses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Trains a classifier of texts with AdamW. */
final class ClassifierTrainer extends Trainer {
  private static final int BATCHES_SORTED_TOGETHER = 32;

  private final TrainingOptions options;
  private final List<LabelledText> train;
  private final TextBatcher batcher;
  private final Tensor classWeights;

  /** A trainer at step 0. */
  ClassifierTrainer(
      Architecture model,
      TextConfig text,
      List<LabelledText> train,
      int classes,
      TrainingOptions options) {
    this(model, text, train, classes, options, Beginning.FRESH);
  }

  /** A trainer at step 0 of a run that goes on from trained weights. */
  ClassifierTrainer(
      Architecture model,
      TextConfig text,
      List<LabelledText> train,
      int classes,
      TrainingOptions options,
      Beginning start) {
    super(model, options.step(train.size()), options.stepsPerEpoch(train.size()), start);
    this.options = options;
    this.train = train;
    this.batcher = new TextBatcher(text, model.lengthMultiple(), model.maxLength());
    this.classWeights = classWeights(classes);
  }

  @Override
  int words(int[] batch) {
    int words = 0;
    for (int example : batch) {
      words += train.get(example).words().size();
    }
    return words;
  }

  /** Shuffled, then of like length within a few batches, then shuffled as batches. */
  @Override
  List<int[]> order(int epoch) {
    SplittableRandom random = shuffling(epoch);
    int[] shuffled = new int[train.size()];
    for (int i = 0; i < shuffled.length; i++) {
      int j = random.nextInt(i + 1);
      shuffled[i] = shuffled[j];
      shuffled[j] = i;
    }
    List<int[]> batches = new ArrayList<>();
    int chunk = options.batchSize() * BATCHES_SORTED_TOGETHER;
    for (int from = 0; from < shuffled.length; from += chunk) {
      List<Integer> sorted = new ArrayList<>();
      for (int i = from; i < Math.min(from + chunk, shuffled.length); i++) {
        sorted.add(shuffled[i]);
      }
      sorted.sort(
          (a, b) -> Integer.compare(train.get(a).words().size(), train.get(b).words().size()));
      for (int i = 0; i < sorted.size(); i += options.batchSize()) {
        batches.add(
            sorted.subList(i, Math.min(i + options.batchSize(), sorted.size())).stream()
                .mapToInt(Integer::intValue)
                .toArray());
      }
    }
    Collections.shuffle(batches, new java.util.Random(random.nextLong()));
    return batches;
  }

  @Override
  double backward(int worker, int[] batch) {
    List<LabelledText> part = new ArrayList<>();
    for (int i = worker; i < batch.length; i += workers().count()) {
      part.add(train.get(batch[i]));
    }
    if (part.isEmpty()) {
      return 0;
    }
    TextBatch texts = batcher.batch(part, options.misspell(), random(worker));
    try (PointerScope scope = new PointerScope()) {
      Traces.Traced traced = traced(true, Architecture.WHOLE, texts.sizes());
      Tensor logits =
          new TorchOps(
                  traced.graph(),
                  traced.plan(),
                  leaves(worker),
                  feeds(texts, traced.graph()),
                  noise(worker))
              .run()
              .get("logits");
      Tensor loss = loss(logits, part, texts.labels()).div(new Scalar((double) batch.length));
      loss.backward();
      return loss.item_float();
    }
  }

  private Tensor loss(Tensor logits, List<LabelledText> texts, int[] labels) {
    SoftLabel first = texts.get(0).soft();
    if (first == null) {
      return Losses.crossEntropy(
          logits,
          Torch.indices(labels, labels.length),
          classWeights,
          options.labelSmoothing(),
          Losses.NOTHING_IGNORED);
    }
    float[] targets = new float[labels.length * first.size()];
    for (int row = 0; row < labels.length; row++) {
      texts.get(row).soft().copyTo(targets, row * first.size());
    }
    return Losses.softCrossEntropy(
        logits,
        Torch.floats(targets, labels.length, first.size()),
        classWeights,
        options.labelSmoothing());
  }

  private Map<String, Tensor> feeds(TextBatch batch, Graph graph) {
    Map<String, Tensor> feeds = new LinkedHashMap<>();
    graph
        .inputs()
        .forEach(
            (name, input) -> {
              long[] shape = TorchGraph.sizes(input.shape());
              feeds.put(
                  name,
                  switch (name) {
                    case "features" -> Torch.floats(batch.features(), shape);
                    case "ids" -> Torch.indices(batch.ids(), shape);
                    case "mask" -> Torch.floats(batch.mask(), shape);
                    default ->
                        throw new IllegalStateException("a text classifier has no input " + name);
                  });
            });
    return feeds;
  }

  /** Logits of every text, by the weights that are kept. */
  float[][] logits(List<LabelledText> texts) {
    List<Integer> byLength = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      byLength.add(i);
    }
    byLength.sort(
        (a, b) -> Integer.compare(texts.get(a).words().size(), texts.get(b).words().size()));
    float[][] logits = new float[texts.size()][];
    workers()
        .run(
            worker -> {
              int size = Math.max(1, options.batchSize() / workers().count());
              for (int from = worker * size;
                  from < byLength.size();
                  from += size * workers().count()) {
                score(
                    texts, byLength.subList(from, Math.min(from + size, byLength.size())), logits);
              }
              return null;
            });
    return logits;
  }

  private void score(List<LabelledText> texts, List<Integer> rows, float[][] into) {
    List<LabelledText> part = new ArrayList<>();
    for (int row : rows) {
      part.add(texts.get(row));
    }
    TextBatch batch = batcher.batch(part, 0, null);
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Traces.Traced traced = traced(false, Architecture.WHOLE, batch.sizes());
      Tensor output =
          new TorchOps(traced.graph(), traced.plan(), kept(), feeds(batch, traced.graph()), null)
              .run()
              .get("logits");
      float[] flat = Torch.floats(output);
      int classes = flat.length / rows.size();
      for (int i = 0; i < rows.size(); i++) {
        into[rows.get(i)] = Arrays.copyOfRange(flat, i * classes, (i + 1) * classes);
      }
    }
  }

  /** Path of the bias that the logits end with. */
  String headBias() {
    return traced(false, Architecture.WHOLE, model().smallest())
        .graph()
        .output("logits")
        .input(2)
        .path();
  }

  private Tensor classWeights(int classes) {
    if (options.balance() == 0) {
      return null;
    }
    float[] counts = new float[classes];
    for (LabelledText text : train) {
      counts[text.label()]++;
    }
    float[] weights = new float[classes];
    double sum = 0;
    for (int i = 0; i < classes; i++) {
      weights[i] =
          counts[i] == 0
              ? 0
              : (float) Math.pow(train.size() / (double) counts[i], options.balance());
      sum += weights[i] * counts[i];
    }
    for (int i = 0; i < classes; i++) {
      weights[i] *= (float) (train.size() / sum);
    }
    return Torch.floats(weights, classes);
  }

  @Override
  public void close() {
    super.close();
    if (classWeights != null) {
      classWeights.close();
    }
  }
}
