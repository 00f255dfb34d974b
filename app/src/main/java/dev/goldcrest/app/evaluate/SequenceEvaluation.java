package dev.goldcrest.app.evaluate;

import dev.goldcrest.app.data.ParallelDataset;
import dev.goldcrest.app.metrics.Bleu;
import dev.goldcrest.app.metrics.BleuStyle;
import dev.goldcrest.app.metrics.Chrf;
import dev.goldcrest.app.metrics.Rouge;
import dev.goldcrest.runtime.GeneratedText;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.Summarizer;
import dev.goldcrest.runtime.Translator;
import dev.goldcrest.runtime.decode.DecodingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * How well a translator or summariser writes, against the first of several references. Its texts
 * are the device's: the same kernels, file and search that an application uses.
 *
 * @param written the text for each source, in the order of the data
 * @param bleu sacreBLEU's, case counting
 * @param chrf 0-100
 * @param rouge means over the texts, without stems
 * @param perplexity of a token of the references
 * @param scored tokens that it is over
 * @param unscored references too long for that
 * @param truncated sources longer than the model reads
 * @param p50Millis median time of one text on one thread, warm
 */
public record SequenceEvaluation(
    List<String> written,
    Bleu bleu,
    double chrf,
    Rouge rouge,
    double perplexity,
    long scored,
    int unscored,
    int truncated,
    double p50Millis) {
  private static final int TIMED = 100;
  private static final int WARM = 20;

  public SequenceEvaluation {
    written = List.copyOf(written);
  }

  /** Writes every text with {@code decoding}, on all processors, and scores what is written. */
  public static SequenceEvaluation of(
      SequenceModel model, ParallelDataset data, DecodingOptions decoding) {
    if (model.task().equals(SequenceModel.TRANSLATE)) {
      try (Translator translator = new Translator(model)) {
        return of(model, data, text -> translator.translate(text, 1, decoding).get(0));
      }
    }
    try (Summarizer summarizer = new Summarizer(model)) {
      return of(model, data, text -> summarizer.summarize(text, 1, decoding).get(0));
    }
  }

  private static SequenceEvaluation of(
      SequenceModel model, ParallelDataset data, Function<String, GeneratedText> writer) {
    List<String> sources = data.sources();
    GeneratedText[] texts = new GeneratedText[sources.size()];
    IntStream.range(0, texts.length)
        .parallel()
        .forEach(i -> texts[i] = writer.apply(sources.get(i)));
    List<String> written = Arrays.stream(texts).map(GeneratedText::text).toList();
    List<String> references = data.references();
    PairScorer scorer = new PairScorer(model);
    for (int i = 0; i < sources.size(); i++) {
      scorer.add(sources.get(i), references.get(i));
    }
    return new SequenceEvaluation(
        written,
        Bleu.ofSingle(BleuStyle.SACREBLEU, written, references),
        Chrf.of(written, references),
        Rouge.mean(written, references, false),
        scorer.perplexity(),
        scorer.tokens(),
        scorer.unscored(),
        (int) Arrays.stream(texts).filter(GeneratedText::truncated).count(),
        median(sources, writer));
  }

  /** The code is warm when all texts have been written. */
  private static double median(List<String> sources, Function<String, GeneratedText> writer) {
    int step = Math.max(1, sources.size() / TIMED);
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < sources.size(); i += step) {
      long start = System.nanoTime();
      writer.apply(sources.get(i));
      millis.add((System.nanoTime() - start) / 1e6);
    }
    List<Double> warm = millis.subList(Math.min(WARM, millis.size() / 2), millis.size());
    double[] sorted = warm.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
