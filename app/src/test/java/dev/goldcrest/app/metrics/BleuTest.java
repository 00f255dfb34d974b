package dev.goldcrest.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class BleuTest {

  @TestFactory
  Stream<DynamicTest> golden_multiBleuAndFairseq_giveTheirNumbers() throws IOException {
    return GoldenTexts.cases("bleu.json").stream()
        .map(golden -> DynamicTest.dynamicTest(golden.name(), () -> golden(golden)));
  }

  private static void golden(GoldenTexts.Case golden) throws IOException {
    List<String> hypotheses = golden.texts("hyp");
    List<List<String>> references = golden.references();
    multiBleu(golden.numbers("multi_bleu"), hypotheses, references);
    multiBleu(
        golden.numbers("multi_bleu.lc"),
        lower(hypotheses),
        references.stream().map(BleuTest::lower).toList());
    Bleu fairseq = Bleu.of(BleuStyle.FAIRSEQ, hypotheses, references);
    assertThat(fairseq.score()).isCloseTo(golden.numbers("fairseq.score")[0], within(1e-9));
    assertThat(fairseq.brevityPenalty()).isCloseTo(golden.numbers("fairseq.bp")[0], within(1e-9));
    double[] precisions = golden.numbers("fairseq.precisions");
    double[] sentences = golden.numbers("fairseq.sentence_bleu");
    for (int i = 0; i < precisions.length; i++) {
      assertThat(fairseq.precisions().get(i)).isCloseTo(precisions[i], within(1e-9));
    }
    List<BleuCounts> counts = BleuCounts.of(BleuStyle.FAIRSEQ, hypotheses, references);
    for (int i = 0; i < sentences.length; i++) {
      assertThat(Bleu.ofSentence(counts.get(i)).score()).isCloseTo(sentences[i], within(1e-9));
    }
  }

  private static void multiBleu(
      double[] expected, List<String> hypotheses, List<List<String>> references) {
    Bleu bleu = Bleu.of(BleuStyle.MULTI_BLEU, hypotheses, references);
    assertThat(bleu.score()).isCloseTo(expected[0], within(0.005001));
    for (int order = 0; order < 4; order++) {
      assertThat(100 * bleu.precisions().get(order))
          .isCloseTo(expected[1 + order], within(0.05001));
    }
    assertThat(bleu.brevityPenalty()).isCloseTo(expected[5], within(0.0005001));
    assertThat(bleu.lengthRatio()).isCloseTo(expected[6], within(0.0005001));
    assertThat((double) bleu.hypothesisLength()).isEqualTo(expected[7]);
    assertThat((double) bleu.referenceLength()).isEqualTo(expected[8]);
  }

  private static List<String> lower(List<String> texts) {
    return texts.stream().map(text -> text.toLowerCase(Locale.ROOT)).toList();
  }

  /** The example of sacreBLEU's own documentation, with the numbers of its own tests. */
  @Test
  void sacrebleu_itsOwnExample_givesItsNumbers() {
    List<String> hypotheses =
        List.of("The dog bit the man.", "It wasn't surprising.", "The man had just bitten him.");
    List<List<String>> references =
        List.of(
            List.of("The dog bit the man.", "The dog had bit the man."),
            List.of("It was not unexpected.", "No one was surprised."),
            List.of("The man bit him first.", "The man had bitten the dog."));
    assertThat(Bleu.of(BleuStyle.SACREBLEU, hypotheses, references).score())
        .isCloseTo(48.530827, within(1e-6));
    assertThat(Bleu.of(BleuStyle.MULTI_BLEU, hypotheses, references).score())
        .isCloseTo(49.1919566, within(1e-6));
    assertThat(Bleu.of(BleuStyle.SACREBLEU, List.of("", "", ""), references).score()).isZero();
  }

  /** Worked by hand. */
  @Test
  void sacrebleu_ordersWithoutMatch_areSmoothedExponentially() {
    // The cat sat here . / The cat is here . : 4/5, 2/4, 0/3 as 1/6, 0/2 as 1/8.
    Bleu bleu =
        Bleu.of(
            BleuStyle.SACREBLEU,
            List.of("The cat sat here."),
            List.of(List.of("The cat is here.")));
    assertThat(bleu.precisions()).containsExactly(0.8, 0.5, 0.5 / 3, 0.25 / 2);
    assertThat(bleu.score()).isCloseTo(100 * Math.pow(0.8 * 0.5 / 48, 0.25), within(1e-9));
    // No word right: 0, not a smoothed number.
    assertThat(
            Bleu.of(BleuStyle.SACREBLEU, List.of("a b c d"), List.of(List.of("e f g h"))).score())
        .isZero();
    // Three tokens have no 4-gram: the corpus scores 0 even where all is right.
    assertThat(Bleu.of(BleuStyle.SACREBLEU, List.of("a b c"), List.of(List.of("a b c"))).score())
        .isZero();
  }

  /** Worked by hand from the rules of mteval-v13a. */
  @Test
  void tokens_13a_partsPunctuationButNotNumbers() {
    assertThat(
            BleuStyle.SACREBLEU.tokens(
                "\"Hello,\" she said: 3.5% of\u00A01,000-2,000 (don't!) &quot;x&amp;y&quot; U.S. 4."))
        .containsExactly(
            ("\" Hello , \" she said : 3.5 % of 1,000 - 2,000 ( don't ! ) \" x & y \" U . S . 4 .")
                .split(" "));
    assertThat(BleuStyle.SACREBLEU.tokens("ein-zwei, „drei“ a<skipped>b x_y"))
        .containsExactly("ein-zwei", ",", "„drei“", "ab", "x", "_", "y");
    assertThat(BleuStyle.MULTI_BLEU.tokens(" a,b\t c\u00A0d ")).containsExactly("a,b", "c\u00A0d");
    assertThat(BleuStyle.FAIRSEQ.tokens(" a c\u00A0d ")).containsExactly("a", "c", "d");
  }

  @Test
  void pack_thenUnpack_givesTheSameSums() {
    List<BleuCounts> sentences =
        BleuCounts.of(
            BleuStyle.SACREBLEU,
            List.of("a dog runs over the wet grass.", "", "x"),
            List.of(List.of("the dog runs over grass."), List.of("two"), List.of("x")));
    List<BleuCounts> back = BleuCounts.unpack(BleuCounts.pack(sentences));
    assertThat(back).hasSize(3);
    for (int i = 0; i < 3; i++) {
      for (int order = 1; order <= BleuCounts.ORDERS; order++) {
        assertThat(back.get(i).matched(order)).isEqualTo(sentences.get(i).matched(order));
        assertThat(back.get(i).written(order)).isEqualTo(sentences.get(i).written(order));
      }
      assertThat(back.get(i).hypothesisLength()).isEqualTo(sentences.get(i).hypothesisLength());
      assertThat(back.get(i).referenceLength()).isEqualTo(sentences.get(i).referenceLength());
    }
  }

  @Test
  void unpack_damagedLine_isRefused() {
    String line =
        BleuCounts.pack(BleuCounts.of(BleuStyle.SACREBLEU, List.of("x"), List.of(List.of("x"))));
    assertThatIllegalArgumentException().isThrownBy(() -> BleuCounts.unpack(line.substring(4)));
    assertThatIllegalArgumentException().isThrownBy(() -> BleuCounts.unpack("?"));
  }

  @Test
  void of_unequalLists_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bleu.of(BleuStyle.SACREBLEU, List.of("a"), List.of()))
        .withMessageContaining("1 sentences and references for 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bleu.of(BleuStyle.SACREBLEU, List.of("a"), List.of(List.of())));
  }

  @Test
  void bootstrap_betterSystem_survives() {
    List<String> good = new ArrayList<>();
    List<String> poor = new ArrayList<>();
    List<List<String>> references = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      references.add(List.of("a b c d e f g" + i));
      good.add(i % 3 == 0 ? "a b c d e x y" : "a b c d e f y");
      poor.add(i % 2 == 0 ? "a b c d e x y" : "a b c d e f y");
    }
    List<BleuCounts> first = BleuCounts.of(BleuStyle.SACREBLEU, good, references);
    List<BleuCounts> second = BleuCounts.of(BleuStyle.SACREBLEU, poor, references);
    PairedBootstrap test = PairedBootstrap.ofBleu(BleuStyle.SACREBLEU, first, second, 1000, 1);
    assertThat(test.difference())
        .isCloseTo(
            Bleu.of(BleuStyle.SACREBLEU, good, references).score()
                - Bleu.of(BleuStyle.SACREBLEU, poor, references).score(),
            within(1e-12))
        .isPositive();
    assertThat(test.interval().low()).isLessThan(test.difference());
    assertThat(test.interval().high()).isGreaterThan(test.difference());
    // One sentence in three is worse, one in two is: 10 of 60 apart, not beyond chance at 1 %.
    assertThat(test.p()).isBetween(0.01, 0.2);
    List<BleuCounts> perfect =
        BleuCounts.of(
            BleuStyle.SACREBLEU, references.stream().map(all -> all.get(0)).toList(), references);
    PairedBootstrap clear = PairedBootstrap.ofBleu(BleuStyle.SACREBLEU, perfect, second, 1000, 1);
    assertThat(clear.p()).isEqualTo(2.0 / 1001);
    assertThat(PairedBootstrap.ofBleu(BleuStyle.SACREBLEU, second, perfect, 1000, 1).difference())
        .isEqualTo(-clear.difference());
    assertThat(PairedBootstrap.ofBleu(BleuStyle.SACREBLEU, first, first, 100, 1))
        .isEqualTo(new PairedBootstrap(0, new Interval(0, 0), 1, 100));
  }
}
