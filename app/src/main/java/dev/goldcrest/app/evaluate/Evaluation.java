package dev.goldcrest.app.evaluate;

import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.metrics.ConfusionMatrix;
import dev.goldcrest.runtime.Classification;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.TextClassifier;
import dev.goldcrest.runtime.text.WordSegmenter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How a model does on labelled text. Predictions are the device's: the same kernels, file and
 * threshold that an application uses.
 *
 * @param predicted the answer to each example, in the order of the data
 * @param confusion gold against predicted labels; accuracy and macro F1 follow from it
 * @param trusted answers whose probability reaches the model's threshold
 * @param trustedRight those of them that are right
 * @param truncated texts with more words than the model reads
 * @param wordless texts without any word
 * @param unseen how many examples carry each label that the model does not know; all are errors
 * @param worst the wrong answers the model was most sure of, the surest first
 * @param speed of one prediction
 */
public record Evaluation(
    List<Classification> predicted,
    ConfusionMatrix confusion,
    int trusted,
    int trustedRight,
    int truncated,
    int wordless,
    SortedMap<String, Integer> unseen,
    List<WorstError> worst,
    Speed speed) {
  private static final int WORST = 50;

  /** A wrong answer; {@code probability} is the model's own for {@code predicted}. */
  public record WorstError(String gold, String predicted, double probability, String text) {}

  public Evaluation {
    predicted = List.copyOf(predicted);
    unseen = Collections.unmodifiableSortedMap(new TreeMap<>(unseen));
    worst = List.copyOf(worst);
  }

  /** Classifies every example, then times single predictions on one thread. */
  public static Evaluation of(TextClassifier classifier, Dataset data) {
    return of(classifier, data, Speed.of(classifier, texts(data)));
  }

  /** Classifies every example on all processors; {@code speed} was measured by the caller. */
  public static Evaluation of(TextClassifier classifier, Dataset data, Speed speed) {
    List<Example> examples = data.examples();
    Classification[] answers = new Classification[examples.size()];
    IntStream.range(0, answers.length)
        .parallel()
        .forEach(i -> answers[i] = classifier.classify(examples.get(i).text()));
    return of(classifier.model(), examples, Arrays.asList(answers), speed);
  }

  private static Evaluation of(
      ClassifierModel model, List<Example> examples, List<Classification> answers, Speed speed) {
    Set<String> known = new HashSet<>(model.labels());
    WordSegmenter segmenter = new WordSegmenter(model.text().lowerCase());
    List<String> gold = new ArrayList<>(examples.size());
    List<String> labels = new ArrayList<>(examples.size());
    SortedMap<String, Integer> unseen = new TreeMap<>();
    List<WorstError> wrong = new ArrayList<>();
    int trusted = 0;
    int trustedRight = 0;
    int truncated = 0;
    int wordless = 0;
    for (int i = 0; i < answers.size(); i++) {
      Example example = examples.get(i);
      Classification answer = answers.get(i);
      boolean right = answer.label().equals(example.label());
      gold.add(example.label());
      labels.add(answer.label());
      trusted += answer.trusted() ? 1 : 0;
      trustedRight += answer.trusted() && right ? 1 : 0;
      truncated += answer.truncated() ? 1 : 0;
      wordless += segmenter.words(example.text(), 1, new ArrayList<>()) == 0 ? 1 : 0;
      if (!known.contains(example.label())) {
        unseen.merge(example.label(), 1, Integer::sum);
      }
      if (!right) {
        wrong.add(
            new WorstError(example.label(), answer.label(), answer.probability(), example.text()));
      }
    }
    wrong.sort(Comparator.comparingDouble(WorstError::probability).reversed());
    return new Evaluation(
        answers,
        ConfusionMatrix.of(gold, labels),
        trusted,
        trustedRight,
        truncated,
        wordless,
        unseen,
        wrong.subList(0, Math.min(WORST, wrong.size())),
        speed);
  }

  static List<String> texts(Dataset data) {
    return data.examples().stream().map(Example::text).toList();
  }

  public int examples() {
    return predicted.size();
  }

  /** Share of right answers, 0-1. */
  public double accuracy() {
    return confusion.accuracy();
  }

  /** Mean F1 over the labels that occur in gold or predicted, 0-1. */
  public double macroF1() {
    return confusion.macroF1();
  }

  /** Examples whose label the model does not know. */
  public int unseenLabels() {
    return unseen.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Share of answers that reach the threshold, 0-1. */
  public double trustedShare() {
    return (double) trusted / examples();
  }

  /** Share of right answers among those that reach the threshold, 0-1; NaN if none does. */
  public double trustedAccuracy() {
    return trusted == 0 ? Double.NaN : (double) trustedRight / trusted;
  }

  /** Median time of one warm prediction on one thread, string in, label out. */
  public double p50Micros() {
    return speed.p50Micros();
  }
}
