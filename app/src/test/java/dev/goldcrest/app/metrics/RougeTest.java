package dev.goldcrest.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RougeTest {

  @TestFactory
  Stream<DynamicTest> golden_rougeScorer_givesItsNumbers() throws IOException {
    return GoldenTexts.cases("rouge.json").stream()
        .map(golden -> DynamicTest.dynamicTest(golden.name(), () -> golden(golden)));
  }

  private static void golden(GoldenTexts.Case golden) throws IOException {
    List<String> hypotheses = golden.texts("hyp");
    List<String> references = golden.texts("ref");
    for (boolean stem : new boolean[] {false, true}) {
      String prefix = stem ? "stem." : "";
      for (int i = 0; i < hypotheses.size(); i++) {
        Rouge rouge = Rouge.of(hypotheses.get(i), references.get(i), stem);
        close(rouge.rouge1(), golden.triple(prefix + "rouge1", i));
        close(rouge.rouge2(), golden.triple(prefix + "rouge2", i));
        close(rouge.rougeL(), golden.triple(prefix + "rougeL", i));
        close(rouge.rougeLsum(), golden.triple(prefix + "rougeLsum", i));
      }
    }
  }

  private static void close(Rouge.Score score, double[] expected) {
    assertThat(score.precision()).isCloseTo(expected[0], within(1e-9));
    assertThat(score.recall()).isCloseTo(expected[1], within(1e-9));
    assertThat(score.f1()).isCloseTo(expected[2], within(1e-9));
  }

  @Test
  void mean_twoTexts_averagesEachNumber() {
    Rouge mean = Rouge.mean(List.of("the cat", "nothing"), List.of("the cat sat", "at all"), false);
    close(mean.rouge1(), new double[] {0.5, 1 / 3.0, 0.4}); // F1 4/5 and 0
    close(mean.rouge2(), new double[] {0.5, 0.25, 1 / 3.0});
    assertThatIllegalArgumentException().isThrownBy(() -> Rouge.mean(List.of(), List.of(), false));
  }

  /** Examples of Porter's paper and of the word list beside his programs. */
  @Test
  void stem_examplesOfPorter_areHis() {
    String[] pairs = {
      "caresses caress",
      "ponies poni",
      "ties ti",
      "cats cat",
      "feed feed",
      "agreed agre",
      "plastered plaster",
      "bled bled",
      "motoring motor",
      "sing sing",
      "conflated conflat",
      "troubled troubl",
      "sized size",
      "hopping hop",
      "tanned tan",
      "falling fall",
      "hissing hiss",
      "fizzed fizz",
      "failing fail",
      "filing file",
      "happy happi",
      "sky sky",
      "relational relat",
      "conditional condit",
      "rational ration",
      "digitizer digit",
      "radically radic",
      "vietnamization vietnam",
      "operator oper",
      "hopefulness hope",
      "formality formal",
      "sensibility sensibl",
      "triplicate triplic",
      "electrical electr",
      "goodness good",
      "revival reviv",
      "allowance allow",
      "inference infer",
      "airliner airlin",
      "adjustable adjust",
      "replacement replac",
      "adjustment adjust",
      "dependent depend",
      "adoption adopt",
      "communism commun",
      "activate activ",
      "effective effect",
      "bowdlerize bowdler",
      "probate probat",
      "rate rate",
      "cease ceas",
      "controlling control",
      "rolling roll",
      "generalizations gener",
      "oscillators oscil",
      "analogies analog",
      "by by"
    };
    for (String pair : pairs) {
      String[] words = pair.split(" ");
      assertThat(PorterStemmer.stem(words[0])).as(words[0]).isEqualTo(words[1]);
    }
  }
}
