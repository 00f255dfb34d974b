package dev.goldcrest.app.task;

import dev.goldcrest.app.cli.Json;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.compress.Subject;
import dev.goldcrest.app.compress.TextSubject;
import dev.goldcrest.app.evaluate.SequenceScores;
import dev.goldcrest.app.train.SequenceTraining;
import dev.goldcrest.runtime.LanguageModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.safetensors.FormatException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Running text: how likely it is, and how it goes on. */
final class LanguageTask implements Task {
  @Override
  public String name() {
    return SequenceModel.LANGUAGE_MODEL;
  }

  @Override
  public void check(ModelFile model, String file) throws FormatException {
    SequenceModel.of(model, file);
  }

  @Override
  public Report train(Terminal terminal, TrainCommand command) throws Exception {
    return SequenceTraining.run(terminal, name(), command);
  }

  @Override
  public Report evaluate(Terminal terminal, EvaluateCommand command, ModelFile model)
      throws Exception {
    return SequenceScores.ofText(terminal, command, SequenceModel.of(model, command.model()));
  }

  /** Scores each line by itself. */
  @Override
  public Subject compressing(Terminal terminal, CompressCommand command, ModelFile model)
      throws Exception {
    return TextSubject.of(terminal, command);
  }

  @Override
  public Report predict(Terminal terminal, PredictCommand command, ModelFile model)
      throws Exception {
    try (LanguageModel language = new LanguageModel(SequenceModel.of(model, command.model()))) {
      LineByLine.texts(
          terminal,
          command.file(),
          text -> {
            LanguageModel.Score score = language.score(text);
            return command.json() ? object(score) : line(score);
          });
    }
    return LineByLine.done();
  }

  private static String line(LanguageModel.Score score) {
    return String.format(Locale.ROOT, "%.4f\t%.2f", -score.surprise(), score.perplexityPerWord());
  }

  private static String object(LanguageModel.Score score) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("logProbability", -score.surprise());
    object.put("perplexity", Json.number(score.perplexityPerWord()));
    object.put("tokens", score.tokens());
    object.put("unknown", score.unknown());
    return Json.line(object);
  }
}
