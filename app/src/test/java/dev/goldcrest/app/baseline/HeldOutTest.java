package dev.goldcrest.app.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.LabelSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeldOutTest {
  private static final String[] WORDS = {"lamp", "song", "rain"};
  private static final int WRONG = 17;

  /** Texts whose label one word gives away, but for one whose label is wrong. */
  private static Dataset texts(int count) {
    Random random = new Random(1);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int label = i == WRONG ? (i + 1) % 3 : i % 3;
      String text = "please " + WORDS[i % 3] + " number " + random.nextInt(9) + " now";
      examples.add(new Example("label" + label, text));
    }
    return new Dataset("texts", examples);
  }

  private static float[][] probabilities(Dataset train) {
    return HeldOut.probabilities(train, LinearBaseline.quick(train, train, 1), 1);
  }

  @Test
  void probabilities_ofEachExample_sumToOneAndFavourItsLabel() {
    Dataset train = texts(150);
    LabelSet labels = LabelSet.of(train);
    float[][] found = probabilities(train);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i][0] + found[i][1] + found[i][2]).isCloseTo(1, within(1e-5f));
      if (i != WRONG) {
        assertThat(found[i][labels.indexOf("label" + i % 3)]).isGreaterThan(0.8f);
      }
    }
  }

  /** A model that had seen the example would believe its label. */
  @Test
  void probabilities_wrongLabel_isDoubted() {
    Dataset train = texts(150);
    int wrong = LabelSet.of(train).indexOf(train.examples().get(WRONG).label());
    assertThat(probabilities(train)[WRONG][wrong]).isLessThan(0.2f);
  }

  @Test
  void probabilities_twoLabels_areOfTheRightOne() {
    List<Example> two = new ArrayList<>(texts(150).examples());
    two.removeIf(example -> example.label().equals("label2"));
    Dataset train = new Dataset("two", two);
    int lamp = LabelSet.of(train).indexOf("label0");
    assertThat(probabilities(train)[0][lamp]).isGreaterThan(0.8f);
  }

  @Test
  void probabilities_labelOfOneExample_isImprobableElsewhere() {
    List<Example> rare = new ArrayList<>(texts(150).examples());
    rare.add(new Example("once", "snow"));
    Dataset train = new Dataset("rare", rare);
    float[][] found = probabilities(train);
    int once = LabelSet.of(train).indexOf("once");
    assertThat(found[150][once]).isZero();
    assertThat(found[0][once]).isLessThan(0.1f);
  }
}
