package dev.goldcrest.torch;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.text.TextConfig;
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

/**
 * Trains what turns a text into one row of numbers: logits of a classifier, an encoder's vector.
 */
abstract class TextTrainer extends Trainer {
  private static final int BATCHES_SORTED_TOGETHER = 32;

  private final List<List<String>> texts;
  private final TextBatcher batcher;
  private final String output;
  private final int batchSize;
  private final double misspell;

  /**
   * A trainer at step 0.
   *
   * @param texts segmented, to learn from
   * @param output of the model that is trained, (B, values)
   * @param misspell probability that training gives a word one random edit
   */
  TextTrainer(
      Architecture model,
      TextConfig text,
      List<List<String>> texts,
      String output,
      StepRecipe recipe,
      int batchSize,
      double misspell,
      Beginning start) {
    super(model, recipe, (texts.size() + batchSize - 1) / batchSize, start);
    this.texts = texts;
    this.output = output;
    this.batchSize = batchSize;
    this.misspell = misspell;
    this.batcher = new TextBatcher(text, model.lengthMultiple(), model.maxLength());
  }

  /**
   * The summed loss of some texts, a scalar.
   *
   * @param output of the model, a row for each of {@code rows}
   * @param rows indices of the texts
   */
  abstract Tensor loss(Tensor output, int[] rows);

  @Override
  final int words(int[] batch) {
    int words = 0;
    for (int text : batch) {
      words += texts.get(text).size();
    }
    return words;
  }

  /** Shuffled, then of like length within a few batches, then shuffled as batches. */
  @Override
  final List<int[]> order(int epoch) {
    SplittableRandom random = shuffling(epoch);
    int[] shuffled = new int[texts.size()];
    for (int i = 0; i < shuffled.length; i++) {
      int j = random.nextInt(i + 1);
      shuffled[i] = shuffled[j];
      shuffled[j] = i;
    }
    List<int[]> batches = new ArrayList<>();
    int chunk = batchSize * BATCHES_SORTED_TOGETHER;
    for (int from = 0; from < shuffled.length; from += chunk) {
      List<Integer> sorted = new ArrayList<>();
      for (int i = from; i < Math.min(from + chunk, shuffled.length); i++) {
        sorted.add(shuffled[i]);
      }
      sorted.sort((a, b) -> Integer.compare(texts.get(a).size(), texts.get(b).size()));
      for (int i = 0; i < sorted.size(); i += batchSize) {
        batches.add(
            sorted.subList(i, Math.min(i + batchSize, sorted.size())).stream()
                .mapToInt(Integer::intValue)
                .toArray());
      }
    }
    Collections.shuffle(batches, new java.util.Random(random.nextLong()));
    return batches;
  }

  @Override
  final double backward(int worker, int[] batch) {
    int count = workers().count();
    int[] rows = new int[(batch.length - worker + count - 1) / count];
    List<List<String>> part = new ArrayList<>(rows.length);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = batch[worker + i * count];
      part.add(texts.get(rows[i]));
    }
    if (rows.length == 0) {
      return 0;
    }
    TextBatch laid = batcher.batch(part, misspell, random(worker));
    try (PointerScope scope = new PointerScope()) {
      Tensor found = run(laid, true, leaves(worker), noise(worker));
      Tensor loss = loss(found, rows).div(new Scalar((double) batch.length));
      loss.backward();
      return loss.item_float();
    }
  }

  private Tensor run(TextBatch batch, boolean training, Map<String, Tensor> weights, Noise noise) {
    Traces.Traced traced = traced(training, Architecture.WHOLE, batch.sizes());
    Map<String, Tensor> feeds = feeds(batch, traced.graph());
    Precision precision = precision(training);
    return new TorchOps(traced.graph(), traced.plan(), weights, feeds, noise, precision)
        .run()
        .get(output);
  }

  private static Map<String, Tensor> feeds(TextBatch batch, Graph graph) {
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
                        throw new IllegalStateException("a model of texts has no input " + name);
                  });
            });
    return feeds;
  }

  /** The output of each of {@code others}, by the weights that are kept. */
  final float[][] outputs(List<List<String>> others) {
    List<Integer> byLength = new ArrayList<>();
    for (int i = 0; i < others.size(); i++) {
      byLength.add(i);
    }
    byLength.sort((a, b) -> Integer.compare(others.get(a).size(), others.get(b).size()));
    float[][] outputs = new float[others.size()][];
    workers()
        .run(
            worker -> {
              int size = Math.max(1, batchSize / workers().count());
              for (int from = worker * size;
                  from < byLength.size();
                  from += size * workers().count()) {
                List<Integer> rows = byLength.subList(from, Math.min(from + size, byLength.size()));
                read(others, rows, outputs);
              }
              return null;
            });
    return outputs;
  }

  private void read(List<List<String>> others, List<Integer> rows, float[][] into) {
    TextBatch batch = batcher.batch(rows.stream().map(others::get).toList(), 0, null);
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      float[] flat = Torch.floats(run(batch, false, kept(), null));
      int values = flat.length / rows.size();
      for (int i = 0; i < rows.size(); i++) {
        into[rows.get(i)] = Arrays.copyOfRange(flat, i * values, (i + 1) * values);
      }
    }
  }
}
