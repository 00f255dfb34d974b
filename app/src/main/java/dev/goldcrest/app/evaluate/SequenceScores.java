package dev.goldcrest.app.evaluate;

import dev.goldcrest.app.cli.Json;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.Units;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.data.ParallelDataset;
import dev.goldcrest.app.data.TextCorpus;
import dev.goldcrest.app.task.EvaluateCommand;
import dev.goldcrest.runtime.LanguageModel;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.decode.DecodingOptions;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Scores models that write the way a device would run them. */
public final class SequenceScores {
  private static final int SHOWN = 3;

  private SequenceScores() {}

  /** Measures a translator or summariser on the pairs that {@code command} names. */
  public static Report ofPairs(Terminal terminal, EvaluateCommand command, SequenceModel model)
      throws Exception {
    ParallelDataset data =
        command.reading().parallel(terminal, command.data(), command.reading().target());
    DecodingOptions decoding =
        command.beam() == null
            ? model.decoding()
            : UserError.judging(() -> model.decoding().withBeam(command.beam()));
    SequenceEvaluation evaluation = SequenceEvaluation.of(model, data, decoding);
    if (evaluation.truncated() > 0) {
      terminal.notice(
          "%,d texts are longer than the %,d tokens that the model reads and were cut",
          evaluation.truncated(), model.architecture().maxLength() - 1);
    }
    if (evaluation.unscored() > 0) {
      terminal.notice(
          "%,d references are longer than the model writes and take no part in the perplexity",
          evaluation.unscored());
    }
    long bytes = Files.size(Path.of(command.model()));
    return new Pairs(command.model(), model, bytes, data, decoding, evaluation);
  }

  /** Measures a language model on the text that {@code command} names. */
  public static Report ofText(Terminal terminal, EvaluateCommand command, SequenceModel model)
      throws Exception {
    TextCorpus text = command.reading().text(terminal, command.data());
    int most = model.architecture().maxLength();
    int context = command.context() == null ? most : command.context();
    if (context < 1 || context > most) {
      throw UserError.usage(
          "evaluate: --context must be from 1 to the %d tokens that the model reads, is %d",
          most, context);
    }
    long bytes = Files.size(Path.of(command.model()));
    try (LanguageModel language = new LanguageModel(model)) {
      LanguageModel.Score score = language.score(text.lines().iterator(), context);
      return new Text(command.model(), command.data(), model, bytes, text.lines().size(), score);
    }
  }

  private static void line(PrintStream out, String what, String format, Object... args) {
    out.printf(Locale.ROOT, "%-12s %s%n", what, String.format(Locale.ROOT, format, args));
  }

  private record Pairs(
      String file,
      SequenceModel model,
      long bytes,
      ParallelDataset data,
      DecodingOptions decoding,
      SequenceEvaluation evaluation)
      implements Report {
    @Override
    public void print(PrintStream out) {
      SequenceEvaluation e = evaluation;
      String first = data.several() ? ", of several references the first counts" : "";
      line(out, "model", "%s, %s, %s", file, model.architecture().name(), Units.bytes(bytes));
      line(out, "data", "%s, %,d pairs%s", data.name(), data.size(), first);
      line(
          out,
          "BLEU",
          "%.2f  (13a, cased, beam %d, length penalty %s; brevity %.3f)",
          e.bleu().score(),
          decoding.beam(),
          decoding.lengthPenalty(),
          e.bleu().brevityPenalty());
      line(out, "chrF", "%.2f  (beta 2)", e.chrf());
      line(
          out,
          "ROUGE F1",
          "1 %.4f, 2 %.4f, L %.4f  (no stems)",
          e.rouge().rouge1().f1(),
          e.rouge().rouge2().f1(),
          e.rouge().rougeL().f1());
      line(out, "perplexity", "%.3f per token, over %,d tokens", e.perplexity(), e.scored());
      line(out, "speed", "%.1f ms a text, median, one thread", e.p50Millis());
      List<String> sources = data.sources();
      for (int i = 0; i < Math.min(SHOWN, e.written().size()); i++) {
        out.println();
        line(out, "source", "%s", Units.printable(sources.get(i)));
        line(out, "written", "%s", Units.printable(e.written().get(i)));
        line(out, "reference", "%s", Units.printable(data.references().get(i)));
      }
    }

    @Override
    public Object json() {
      SequenceEvaluation e = evaluation;
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("task", model.task());
      object.put("model", file);
      object.put("data", data.name());
      object.put("examples", data.size());
      object.put("bleu", e.bleu().score());
      object.put("chrf", e.chrf());
      object.put("rouge1", e.rouge().rouge1().f1());
      object.put("rouge2", e.rouge().rouge2().f1());
      object.put("rougeL", e.rouge().rougeL().f1());
      object.put("perplexity", Json.number(e.perplexity()));
      object.put("tokens", e.scored());
      object.put("brevityPenalty", e.bleu().brevityPenalty());
      object.put("beam", decoding.beam());
      object.put("lengthPenalty", decoding.lengthPenalty());
      object.put("modelBytes", bytes);
      object.put("p50Millis", e.p50Millis());
      object.put("truncated", e.truncated());
      return object;
    }
  }

  private record Text(
      String file,
      String name,
      SequenceModel model,
      long bytes,
      int lines,
      LanguageModel.Score score)
      implements Report {
    @Override
    public void print(PrintStream out) {
      line(out, "model", "%s, %s, %s", file, model.architecture().name(), Units.bytes(bytes));
      line(out, "data", "%s, %,d lines", name, lines);
      line(
          out,
          "perplexity",
          "%.2f per word, %.2f per token, in blocks of %,d tokens",
          score.perplexityPerWord(),
          score.perplexityPerToken(),
          score.context());
      line(
          out,
          "over",
          "%,d tokens, %,d words, an end each line; %,d tokens are unknown words",
          score.tokens(),
          score.words(),
          score.unknown());
    }

    @Override
    public Object json() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("task", model.task());
      object.put("model", file);
      object.put("data", name);
      object.put("lines", lines);
      object.put("perplexity", Json.number(score.perplexityPerWord()));
      object.put("perplexityPerToken", Json.number(score.perplexityPerToken()));
      object.put("context", score.context());
      object.put("tokens", score.tokens());
      object.put("words", score.words());
      object.put("unknown", score.unknown());
      object.put("modelBytes", bytes);
      return object;
    }
  }
}
