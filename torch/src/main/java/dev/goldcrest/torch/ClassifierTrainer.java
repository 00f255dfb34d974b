package dev.goldcrest.torch;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.MemoryPlan;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.Initializer;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.text.TextConfig;
import dev.goldcrest.torch.optim.Losses;
import dev.goldcrest.torch.optim.Schedule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Trains a classifier of texts with AdamW. Every random choice is drawn from (seed, step), so that
 * a resumed run ends in the bytes of an uninterrupted one; the number of workers belongs to the
 * recipe.
 */
final class ClassifierTrainer implements AutoCloseable {
  private static final int KEPT_GRAPHS = 512;
  private static final int BATCHES_SORTED_TOGETHER = 32;

  private final Architecture model;
  private final TrainingOptions options;
  private final List<LabelledText> train;
  private final TextBatcher batcher;
  private final Workers workers;
  private final Map<Object, Traced> graphs =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Object, Traced> eldest) {
              return size() > KEPT_GRAPHS;
            }
          });
  private final TrainingState state;
  private final List<FlatParameters> gradients = new ArrayList<>();
  private final List<Map<String, Tensor>> leaves = new ArrayList<>();
  private final Map<String, Tensor> averaged;
  private final Tensor classWeights;
  private final int stepsPerEpoch;
  private final Schedule schedule;
  private List<int[]> order;
  private int orderedEpoch = -1;

  private record Traced(Graph graph, MemoryPlan plan) {}

  private record Key(boolean training, Sizes sizes) {}

  /** A trainer at step 0. */
  ClassifierTrainer(
      Architecture model,
      TextConfig text,
      List<LabelledText> train,
      int classes,
      TrainingOptions options) {
    this(model, text, train, classes, options, Weights.of(Map.of()));
  }

  /**
   * A trainer at step 0 of a run that goes on from trained weights.
   *
   * @param start by path; the weights that are not in it are drawn from the seed
   */
  ClassifierTrainer(
      Architecture model,
      TextConfig text,
      List<LabelledText> train,
      int classes,
      TrainingOptions options,
      Weights start) {
    Torch.load();
    this.model = model;
    this.options = options;
    this.train = train;
    this.batcher = new TextBatcher(text, model.lengthMultiple(), model.maxLength());
    this.workers = new Workers(options.workers());
    this.stepsPerEpoch = (train.size() + options.batchSize() - 1) / options.batchSize();
    Graph whole = traced(false, new Sizes(1, model.lengthMultiple(), 1)).graph();
    this.schedule = options.schedule((long) options.epochs() * stepsPerEpoch);
    Map<String, float[]> initial = new LinkedHashMap<>(Initializer.initial(whole, options.seed()));
    start.paths().forEach(path -> initial.put(path, start.get(path)));
    this.state = new TrainingState(whole, initial, options.weightDecay());
    for (int worker = 0; worker < workers.count(); worker++) {
      FlatParameters gradient = new FlatParameters(whole.parameters().values());
      gradients.add(gradient);
      leaves.add(state.weights().leaves(gradient));
    }
    this.averaged = (options.average() > 0 ? state.average() : state.weights()).views();
    this.classWeights = classWeights(classes);
  }

  /** Weights, moments and position, to be saved or restored between steps. */
  TrainingState state() {
    return state;
  }

  int stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /** The epoch that the next step belongs to, from 0. */
  int epoch() {
    return (int) (state.steps() / stepsPerEpoch);
  }

  /**
   * What a step did.
   *
   * @param epoch from 0
   * @param done steps done in the epoch, this one included
   * @param loss mean loss of its examples
   * @param words words read
   */
  record Step(int epoch, int done, double loss, int words) {}

  /**
   * Takes the next step.
   *
   * @throws DivergedException if the loss is not finite; the state is then of no use
   */
  Step step() {
    int epoch = epoch();
    int position = (int) (state.steps() % stepsPerEpoch);
    if (orderedEpoch != epoch) {
      order = order(epoch);
      orderedEpoch = epoch;
    }
    int[] batch = order.get(position);
    double loss = step(batch);
    if (!Double.isFinite(loss)) {
      throw new DivergedException(epoch, position, loss);
    }
    int words = 0;
    for (int example : batch) {
      words += train.get(example).words().size();
    }
    return new Step(epoch, position + 1, loss, words);
  }

  /**
   * Examples of each step of an epoch: shuffled, then of like length within a few batches, then
   * shuffled as batches.
   */
  private List<int[]> order(int epoch) {
    SplittableRandom random = new SplittableRandom(Noise.mix(Noise.mix(options.seed()) + epoch));
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

  private double step(int[] batch) {
    List<Double> losses = workers.run(worker -> backward(worker, batch));
    double loss = 0;
    for (double part : losses) {
      loss += part;
    }
    if (Double.isFinite(loss)) {
      update();
    }
    return loss;
  }

  /**
   * One worker's share of a step; its gradient buffer then holds the gradient of its part of the
   * mean loss.
   */
  private double backward(int worker, int[] batch) {
    List<LabelledText> part = new ArrayList<>();
    for (int i = worker; i < batch.length; i += workers.count()) {
      part.add(train.get(batch[i]));
    }
    gradients.get(worker).buffer().zero_();
    if (part.isEmpty()) {
      return 0;
    }
    long step = state.steps();
    SplittableRandom random =
        new SplittableRandom(Noise.mix(Noise.mix(options.seed() ^ step) + worker + 1));
    TextBatch texts = batcher.batch(part, options.misspell(), random);
    try (PointerScope scope = new PointerScope()) {
      Traced traced = traced(true, texts.sizes());
      Noise noise = new Noise(options.seed(), step, worker);
      Tensor logits =
          new TorchOps(
                  traced.graph(),
                  traced.plan(),
                  leaves.get(worker),
                  feeds(texts, traced.graph()),
                  noise)
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

  private void update() {
    try (PointerScope scope = new PointerScope()) {
      Tensor gradient = gradients.get(0).buffer();
      for (int worker = 1; worker < gradients.size(); worker++) {
        gradient.add_(gradients.get(worker).buffer());
      }
      state.update(gradient, schedule.rate(state.steps()), options);
    }
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

  /** Logits of every text, by the averaged weights when there are any. */
  float[][] logits(List<LabelledText> texts) {
    List<Integer> byLength = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      byLength.add(i);
    }
    byLength.sort(
        (a, b) -> Integer.compare(texts.get(a).words().size(), texts.get(b).words().size()));
    float[][] logits = new float[texts.size()][];
    workers.run(
        worker -> {
          int size = Math.max(1, options.batchSize() / workers.count());
          for (int from = worker * size; from < byLength.size(); from += size * workers.count()) {
            score(texts, byLength.subList(from, Math.min(from + size, byLength.size())), logits);
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
      Traced traced = traced(false, batch.sizes());
      Tensor output =
          new TorchOps(traced.graph(), traced.plan(), averaged, feeds(batch, traced.graph()), null)
              .run()
              .get("logits");
      float[] flat = Torch.floats(output);
      int classes = flat.length / rows.size();
      for (int i = 0; i < rows.size(); i++) {
        into[rows.get(i)] = java.util.Arrays.copyOfRange(flat, i * classes, (i + 1) * classes);
      }
    }
  }

  /** The weights that {@link #logits} reads, by path. */
  Map<String, float[]> weights() {
    return (options.average() > 0 ? state.average() : state.weights()).get();
  }

  /** Path of the bias that the logits end with. */
  String headBias() {
    return traced(false, new Sizes(1, model.lengthMultiple(), 1))
        .graph()
        .output("logits")
        .input(2)
        .path();
  }

  /** Makes {@link #logits} read these weights from now on; ends training. */
  void use(Map<String, float[]> weights) {
    (options.average() > 0 ? state.average() : state.weights()).set(weights);
  }

  private Traced traced(boolean training, Sizes sizes) {
    return graphs.computeIfAbsent(
        new Key(training, sizes),
        key -> {
          Graph graph =
              Graph.trace(training, scope -> model.build(scope, Architecture.WHOLE, sizes));
          return new Traced(graph, MemoryPlan.of(graph));
        });
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
    workers.close();
    leaves.forEach(views -> views.values().forEach(Tensor::close));
    averaged.values().forEach(Tensor::close);
    gradients.forEach(FlatParameters::close);
    if (classWeights != null) {
      classWeights.close();
    }
    state.close();
  }
}
