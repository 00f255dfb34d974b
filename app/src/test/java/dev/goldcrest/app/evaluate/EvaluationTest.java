package dev.goldcrest.app.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.app.cli.TinyModels;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.runtime.Classification;
import dev.goldcrest.runtime.TextClassifier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final Speed UNMEASURED = new Speed(1, 2, 3, Double.NaN);

  private final TextClassifier classifier =
      new TextClassifier(TinyModels.of(List.of("cold", "hot", "mild")));

  @AfterEach
  void close() {
    classifier.close();
  }

  private static Dataset data(String label, int count) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      examples.add(new Example(label, "text number " + i * 7919));
    }
    return new Dataset("made up", examples);
  }

  @Test
  void of_keepsTheOrderOfTheData() {
    Dataset data = data("hot", 200);
    Evaluation evaluation = Evaluation.of(classifier, data, UNMEASURED);
    assertThat(evaluation.examples()).isEqualTo(200);
    int right = 0;
    for (int i = 0; i < 200; i++) {
      Classification alone = classifier.classify(data.examples().get(i).text());
      assertThat(evaluation.predicted().get(i)).isEqualTo(alone);
      right += alone.label().equals("hot") ? 1 : 0;
    }
    assertThat(evaluation.accuracy()).isCloseTo(right / 200.0, within(1e-12));
    assertThat(evaluation.worst())
        .hasSize(Math.min(50, 200 - right))
        .isSortedAccordingTo((a, b) -> Double.compare(b.probability(), a.probability()))
        .allMatch(error -> error.gold().equals("hot") && !error.predicted().equals("hot"));
  }

  @Test
  void of_labelsTheModelDoesNotKnow_areAllErrors() {
    Evaluation evaluation = Evaluation.of(classifier, data("freezing", 9), UNMEASURED);
    assertThat(evaluation.accuracy()).isZero();
    assertThat(evaluation.macroF1()).isZero();
    assertThat(evaluation.unseenLabels()).isEqualTo(9);
    assertThat(evaluation.unseen()).containsEntry("freezing", 9);
  }

  @Test
  void of_textWithoutWords_isCountedAndNotTrusted() {
    Dataset data =
        new Dataset("made up", List.of(new Example("hot", "\u200b"), new Example("hot", "sun")));
    Evaluation evaluation = Evaluation.of(classifier, data, UNMEASURED);
    assertThat(evaluation.wordless()).isEqualTo(1);
    assertThat(evaluation.predicted().get(0).trusted()).isFalse();
  }

  /** The rival sleeps, so its time is known; a swap of the two columns would show. */
  @Test
  void speed_ofARival_isTheRivals() {
    List<String> texts = data("hot", 30).examples().stream().map(Example::text).toList();
    Speed speed =
        Speed.of(
            classifier,
            texts,
            text -> {
              LockSupport.parkNanos(300_000);
              return text;
            });
    assertThat(speed.rivalP50Micros()).isGreaterThan(300);
    assertThat(speed.p50Micros()).isPositive().isLessThan(speed.rivalP50Micros());
    assertThat(speed.p90Micros()).isGreaterThanOrEqualTo(speed.p50Micros());
    assertThat(speed.firstP50Micros()).isPositive();
    assertThat(Speed.of(classifier, texts).rivalP50Micros()).isNaN();
  }
}
