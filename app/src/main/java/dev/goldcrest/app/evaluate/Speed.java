package dev.goldcrest.app.evaluate;

import dev.goldcrest.runtime.TextClassifier;
import dev.goldcrest.runtime.TextEmbedder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * How long single predictions take on one thread, string in, label out, in microseconds.
 *
 * @param p50Micros median when code is compiled and, where a model keeps the vectors of words it
 *     has met, those of the texts are there
 * @param p90Micros nine of ten take at most this, likewise
 * @param firstP50Micros median when code is compiled but each text is read for the first time, so
 *     that words new to the model have to be projected
 * @param rivalP50Micros median of another predictor, timed in turns with this one; NaN if there was
 *     none
 */
public record Speed(
    double p50Micros, double p90Micros, double firstP50Micros, double rivalP50Micros) {
  /** Where nobody asks for it. */
  public static final Speed UNMEASURED = new Speed(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  private static final int MOST_TEXTS = 2_000;
  private static final int LEAST_TEXTS = 200;
  private static final int LEAST_CALLS = 4_000;
  private static final long SAMPLE_SEED = 1;
  private static final long WARM_NANOS = 1_500_000_000L;
  private static final long TIMED_NANOS = 2_000_000_000L;

  /** Where results go, so that no prediction can be optimised away. */
  private static volatile int sink;

  /** Times a model on up to 2,000 of the texts, drawn at random. */
  public static Speed of(TextClassifier classifier, List<String> texts) {
    return of(classifier, texts, null);
  }

  /**
   * Times a model and a rival in turns, so that whatever else the machine does meets both.
   *
   * @param rival text to label, or null
   */
  public static Speed of(TextClassifier classifier, List<String> texts, Function<String, ?> rival) {
    try (TextClassifier forgetful = new TextClassifier(classifier.model())) {
      return of(classifier::classify, forgetful::classify, texts, rival);
    }
  }

  /** Times an encoder and another one in turns. */
  public static Speed of(TextEmbedder encoder, List<String> texts, TextEmbedder rival) {
    try (TextEmbedder forgetful = new TextEmbedder(encoder.model())) {
      return of(encoder::embed, forgetful::embed, texts, rival::embed);
    }
  }

  private static Speed of(
      Function<String, ?> ours,
      Function<String, ?> forgetful,
      List<String> texts,
      Function<String, ?> rival) {
    String[] drawn = sample(texts);
    String[] read = Arrays.copyOf(drawn, warm(ours, rival, drawn));
    double[][] micros = time(ours, rival, read);
    double rivals = rival == null ? Double.NaN : quantile(micros[1], 0.5);
    double first = quantile(firstReadings(forgetful, read), 0.5);
    return new Speed(quantile(micros[0], 0.5), quantile(micros[0], 0.9), first, rivals);
  }

  /** In an order that does not follow the file's, which may be sorted by label or length. */
  private static String[] sample(List<String> texts) {
    List<String> shuffled = new ArrayList<>(texts);
    Collections.shuffle(shuffled, new Random(SAMPLE_SEED));
    return shuffled.subList(0, Math.min(MOST_TEXTS, shuffled.size())).toArray(new String[0]);
  }

  /**
   * Reads the texts over and over until there were enough calls for the compiler or enough time.
   *
   * @return how many of the texts were read, all of them unless they are very long
   */
  private static int warm(Function<String, ?> ours, Function<String, ?> rival, String[] texts) {
    long start = System.nanoTime();
    int call = 0;
    while (call < Math.max(texts.length, LEAST_CALLS)) {
      String text = texts[call % texts.length];
      predict(ours, text);
      if (rival != null) {
        predict(rival, text);
      }
      call++;
      if (call >= LEAST_TEXTS && System.nanoTime() - start > WARM_NANOS) {
        break;
      }
    }
    return Math.min(call, texts.length);
  }

  /** {ours, the rival's} microseconds, one call of each after the other. */
  private static double[][] time(
      Function<String, ?> ours, Function<String, ?> rival, String[] texts) {
    int rounds = Math.max(1, LEAST_CALLS / texts.length);
    double[][] micros = new double[rival == null ? 1 : 2][rounds * texts.length];
    long start = System.nanoTime();
    int calls = 0;
    while (calls < micros[0].length) {
      String text = texts[calls % texts.length];
      long before = System.nanoTime();
      predict(ours, text);
      long between = System.nanoTime();
      micros[0][calls] = (between - before) / 1e3;
      if (rival != null) {
        between = System.nanoTime();
        predict(rival, text);
        micros[1][calls] = (System.nanoTime() - between) / 1e3;
      }
      calls++;
      if (calls >= LEAST_TEXTS && System.nanoTime() - start > TIMED_NANOS) {
        break;
      }
    }
    for (int i = 0; i < micros.length; i++) {
      micros[i] = Arrays.copyOf(micros[i], calls);
    }
    return micros;
  }

  private static double[] firstReadings(Function<String, ?> forgetful, String[] texts) {
    double[] micros = new double[texts.length];
    for (int i = 0; i < texts.length; i++) {
      long before = System.nanoTime();
      predict(forgetful, texts[i]);
      micros[i] = (System.nanoTime() - before) / 1e3;
    }
    return micros;
  }

  private static void predict(Function<String, ?> model, String text) {
    sink = model.apply(text).hashCode();
  }

  private static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = (int) (share * (sorted.length - 1));
    boolean even = share == 0.5 && sorted.length % 2 == 0;
    return even ? (sorted[middle] + sorted[middle + 1]) / 2 : sorted[middle];
  }
}
