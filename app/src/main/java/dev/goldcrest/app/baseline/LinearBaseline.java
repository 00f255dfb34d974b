package dev.goldcrest.app.baseline;

import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Example;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The linear model that every trained network has to beat: hashed n-grams into liblinear (Fan et
 * al., JMLR 2008). Up to four recipes are fitted, words with or without character n-grams and with
 * or without idf, and the one with the best dev accuracy is kept, the earlier one when two are
 * equal. Recipes whose estimated work is beyond a fixed budget are left out, so that a baseline
 * takes seconds, at most about a minute, on one thread. The same data and seed give the same model.
 */
public final class LinearBaseline {
  private static final Recipe[] RECIPES = {
    new Recipe(false, true),
    new Recipe(false, false),
    new Recipe(true, false),
    new Recipe(true, true)
  };

  /** Nonzero features times planes, summed over the recipes fitted; some 10 million a second. */
  private static final long WORK = 300_000_000L;

  /** Nonzero features held at once, at about 30 bytes each. */
  private static final long FEATURES = 12_000_000L;

  private static final int MAX_FEATURES_OF_A_TEXT = 4000;
  private static final int MIN_FEATURES_OF_A_TEXT = 64;
  private static final int SAMPLE = 1000;

  private final LinearModel model;
  private final double devAccuracy;
  private final double seconds;
  private final ThreadLocal<LinearModel.Predictor> predictors;

  private LinearBaseline(LinearModel model, double devAccuracy, double seconds) {
    this.model = model;
    this.devAccuracy = devAccuracy;
    this.seconds = seconds;
    this.predictors = ThreadLocal.withInitial(model::predictor);
  }

  /**
   * Fits the recipes the budget allows and keeps the best on {@code dev}.
   *
   * @throws IllegalArgumentException if {@code train} has fewer than two labels or {@code dev} no
   *     examples
   */
  public static LinearBaseline fit(Dataset train, Dataset dev, long seed) {
    return fit(train, dev, seed, RECIPES.length);
  }

  /**
   * Fits the first recipe alone, words with idf, for a demo that has no time for more.
   *
   * @throws IllegalArgumentException as {@link #fit(Dataset, Dataset, long)}
   */
  public static LinearBaseline quick(Dataset train, Dataset dev, long seed) {
    return fit(train, dev, seed, 1);
  }

  private static LinearBaseline fit(Dataset train, Dataset dev, long seed, int recipes) {
    int labels = (int) train.examples().stream().map(Example::label).distinct().count();
    if (labels < 2 || dev.size() == 0) {
      throw new IllegalArgumentException(
          "baseline: "
              + labels
              + " labels in "
              + train.name()
              + ", "
              + dev.size()
              + " dev examples");
    }
    final long start = System.nanoTime();
    LinearModel best = null;
    double bestAccuracy = -1;
    long work = 0;
    for (Recipe recipe : Arrays.asList(RECIPES).subList(0, recipes)) {
      double mean = meanFeatures(train, recipe);
      long features = (long) (mean * train.size());
      long needed = features * LinearModel.problems(labels);
      boolean first = best == null;
      if (!first && (features > FEATURES || work + needed > WORK)) {
        continue;
      }
      work += needed;
      LinearModel model = LinearModel.fit(train, recipe, featureLimit(train.size()), seed);
      double accuracy = accuracy(model.predictor(), dev);
      if (accuracy > bestAccuracy) {
        best = model;
        bestAccuracy = accuracy;
      }
    }
    return new LinearBaseline(best, bestAccuracy, (System.nanoTime() - start) * 1e-9);
  }

  /** Fewer features a text the more texts there are, so that memory stays within bounds. */
  private static int featureLimit(int texts) {
    long fair = 2 * FEATURES / texts;
    return (int) Math.max(MIN_FEATURES_OF_A_TEXT, Math.min(MAX_FEATURES_OF_A_TEXT, fair));
  }

  private static double meanFeatures(Dataset train, Recipe recipe) {
    Ngrams ngrams = new Ngrams(recipe.characters(), featureLimit(train.size()));
    int step = Math.max(1, train.size() / SAMPLE);
    long sum = 0;
    int read = 0;
    for (int i = 0; i < train.size(); i += step) {
      ngrams.read(train.examples().get(i).text());
      sum += ngrams.buckets().length;
      read++;
    }
    return (double) sum / read;
  }

  private static double accuracy(LinearModel.Predictor predictor, Dataset dataset) {
    int right = 0;
    for (Example example : dataset.examples()) {
      right += predictor.predict(example.text()).equals(example.label()) ? 1 : 0;
    }
    return (double) right / dataset.size();
  }

  /** The same features fitted to other examples. */
  LinearModel again(Dataset train, long seed) {
    return LinearModel.fit(train, model.recipe(), featureLimit(train.size()), seed);
  }

  /** The most likely label of a text. Thread-safe. */
  public String predict(String text) {
    return predictors.get().predict(text);
  }

  /** The predicted label of every example, in order. */
  public List<String> predict(Dataset dataset) {
    List<String> predicted = new ArrayList<>(dataset.size());
    for (Example example : dataset.examples()) {
      predicted.add(predict(example.text()));
    }
    return predicted;
  }

  /** Accuracy on a data set, 0-1. */
  public double score(Dataset dataset) {
    return accuracy(predictors.get(), dataset);
  }

  /** What was fitted, for tables: the features of the recipe that won. */
  public String name() {
    return model.recipe().toString();
  }

  /** Accuracy on the dev part the recipe was chosen by, 0-1. */
  public double devAccuracy() {
    return devAccuracy;
  }

  /** Wall time of fitting all recipes, in seconds. */
  public double seconds() {
    return seconds;
  }

  /**
   * The size of the file {@link #writeTo} writes, without compression: four bytes for each nonzero
   * weight, plus the index: a bucket number, an idf where used and one bit a label per feature.
   */
  public long bytes() {
    Counter counter = new Counter();
    try {
      writeTo(counter);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a counter does no input or output
    }
    return counter.bytes;
  }

  /** Writes the model; the stream is flushed, not closed. */
  public void writeTo(OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(new BufferedOutputStream(out, 1 << 16));
    model.writeTo(data);
    data.flush();
  }

  private static final class Counter extends OutputStream {
    private long bytes;

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      bytes += length;
    }
  }
}
