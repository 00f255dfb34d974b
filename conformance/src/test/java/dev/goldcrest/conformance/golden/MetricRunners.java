package dev.goldcrest.conformance.golden;

import dev.goldcrest.app.metrics.Bleu;
import dev.goldcrest.app.metrics.BleuCounts;
import dev.goldcrest.app.metrics.BleuStyle;
import dev.goldcrest.app.metrics.Rouge;
import dev.goldcrest.runtime.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/** Scores of texts by Moses, fairseq, Google's rouge_scorer and ROUGE-1.5.5. */
final class MetricRunners {
  private static final String APP = "app.metrics";

  /** Half a unit of the last decimal the programs print. */
  private static final double[] MULTI_BLEU_PRINTED = {
    0.005, 0.05, 0.05, 0.05, 0.05, 0.0005, 0.0005, 0, 0
  };

  private static final double ROUNDING = 1e-9;
  private static final double ROUGE155_PRINTED = 1e-5;
  private static final double ROUGE155_AVERAGE = 1e-3;
  private static final int ROUGE155_RESAMPLES = 1000;

  private MetricRunners() {}

  static void bleu(GoldenCase golden) throws IOException {
    List<String> hypotheses = golden.texts("hyp");
    List<List<String>> references = references(golden, hypotheses.size());
    multiBleu(golden, "multi_bleu", hypotheses, references);
    multiBleu(
        golden,
        "multi_bleu.lc",
        lower(hypotheses),
        references.stream().map(MetricRunners::lower).toList());
    List<BleuCounts> sentences = BleuCounts.of(BleuStyle.FAIRSEQ, hypotheses, references);
    BleuCounts all = BleuCounts.sum(sentences);
    Bleu bleu = Bleu.of(BleuStyle.FAIRSEQ, all);
    golden.requireOutput("fairseq.score", new double[] {bleu.score()}, APP);
    golden.requireOutput("fairseq.precisions", doubles(bleu.precisions()), APP);
    golden.requireOutput("fairseq.bp", new double[] {bleu.brevityPenalty()}, APP);
    double[] matched = new double[4];
    double[] written = new double[4];
    for (int order = 1; order <= 4; order++) {
      matched[order - 1] = all.matched(order);
      written[order - 1] = all.written(order);
    }
    golden.requireOutput("fairseq.match", matched, APP);
    golden.requireOutput("fairseq.count", written, APP);
    golden.requireOutput(
        "fairseq.len_pred_ref", new double[] {all.hypothesisLength(), all.referenceLength()}, APP);
    golden.requireOutput(
        "fairseq.sentence_bleu",
        sentences.stream().mapToDouble(counts -> Bleu.ofSentence(counts).score()).toArray(),
        APP);
  }

  private static void multiBleu(
      GoldenCase golden, String output, List<String> hypotheses, List<List<String>> references)
      throws IOException {
    Bleu bleu = Bleu.of(BleuStyle.MULTI_BLEU, hypotheses, references);
    List<Double> actual = new ArrayList<>(List.of(bleu.score()));
    bleu.precisions().forEach(precision -> actual.add(100 * precision));
    actual.add(bleu.brevityPenalty());
    actual.add(bleu.lengthRatio());
    actual.add((double) bleu.hypothesisLength());
    actual.add((double) bleu.referenceLength());
    // Compared in units of the printed decimals, so that each number has its own tolerance.
    double[] printed = golden.array("out." + output);
    for (int i = 0; i < printed.length; i++) {
      double off = Math.abs(actual.get(i) - printed[i]);
      if (!(off <= MULTI_BLEU_PRINTED[i] + ROUNDING)) {
        throw new AssertionError(
            output + "[" + i + "] is " + actual.get(i) + ", multi-bleu prints " + printed[i]);
      }
    }
    if (printed.length != actual.size()) {
      throw new AssertionError(output + " has " + printed.length + " numbers");
    }
  }

  /** The file has all first references, then all second ones. */
  private static List<List<String>> references(GoldenCase golden, int sentences)
      throws IOException {
    List<List<String>> references = new ArrayList<>();
    for (int i = 0; i < sentences; i++) {
      List<String> all = new ArrayList<>();
      for (Object stream : Json.array(Json.parse(golden.text("refs")), "refs")) {
        all.add((String) Json.array(stream, "refs").get(i));
      }
      references.add(all);
    }
    return references;
  }

  private static List<String> lower(List<String> texts) {
    return texts.stream().map(text -> text.toLowerCase(Locale.ROOT)).toList();
  }

  private static double[] doubles(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  static void rouge(GoldenCase golden) throws IOException {
    rouge(golden, false, "google.", "rouge155.");
    rouge(golden, true, "google.stem.", "rouge155.stem.");
    golden.forget("(sets of n-grams, case and stops of its own: another measure)", "out.pltrdy.*");
  }

  private static void rouge(GoldenCase golden, boolean stem, String google, String perl)
      throws IOException {
    List<String> hypotheses = golden.texts("hyp");
    List<String> references = golden.texts("ref");
    List<Rouge> scores = new ArrayList<>();
    for (int i = 0; i < hypotheses.size(); i++) {
      scores.add(Rouge.of(hypotheses.get(i), references.get(i), stem));
    }
    golden.requireOutput(google + "rouge1", table(scores, Rouge::rouge1), APP);
    golden.requireOutput(google + "rouge2", table(scores, Rouge::rouge2), APP);
    golden.requireOutput(google + "rougeL", table(scores, Rouge::rougeL), APP);
    golden.requireOutput(google + "rougeLsum", table(scores, Rouge::rougeLsum), APP);
    printed(golden, perl + "1", table(scores, Rouge::rouge1));
    printed(golden, perl + "2", table(scores, Rouge::rouge2));
    printed(golden, perl + "L", table(scores, Rouge::rougeLsum));
    double[] averages =
        Stream.<Function<Rouge, Rouge.Score>>of(Rouge::rouge1, Rouge::rouge2, Rouge::rougeLsum)
            .mapToDouble(kind -> resampledMean(scores, kind))
            .toArray();
    golden.requireOutput(perl + "average_F_1_2_L", averages, APP, ROUGE155_AVERAGE, 0);
  }

  private static void printed(GoldenCase golden, String output, double[] actual)
      throws IOException {
    golden.requireOutput(output, actual, APP, ROUGE155_PRINTED, 0);
  }

  private static double[] table(List<Rouge> scores, Function<Rouge, Rouge.Score> kind) {
    return scores.stream()
        .map(kind)
        .flatMap(score -> Stream.of(score.precision(), score.recall(), score.f1()))
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  /**
   * The average ROUGE-1.5.5 prints is a mean over resampled sets of pairs. Its draws are Perl's,
   * the 48-bit generator of drand48, seeded with the number of the resample.
   */
  private static double resampledMean(List<Rouge> scores, Function<Rouge, Rouge.Score> kind) {
    double sum = 0;
    for (long seed = 0; seed < ROUGE155_RESAMPLES; seed++) {
      long state = (seed << 16) + 0x330E;
      for (int i = 0; i < scores.size(); i++) {
        state = state * 0x5DEECE66DL + 0xB & (1L << 48) - 1;
        int drawn = (int) (scores.size() * (state / (double) (1L << 48)));
        sum += kind.apply(scores.get(drawn)).f1();
      }
    }
    return sum / ROUGE155_RESAMPLES / scores.size();
  }
}
