package dev.goldcrest.app.task;

import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.compress.PairsSubject;
import dev.goldcrest.app.compress.Subject;
import dev.goldcrest.app.evaluate.SequenceScores;
import dev.goldcrest.app.train.SequenceTraining;
import dev.goldcrest.runtime.GeneratedText;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.Summarizer;
import dev.goldcrest.runtime.Translator;
import dev.goldcrest.runtime.decode.DecodingOptions;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.safetensors.FormatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A text for a text.
 *
 * @param name {@link SequenceModel#TRANSLATE} or {@link SequenceModel#SUMMARIZE}
 */
record WritingTask(String name) implements Task {
  @Override
  public void check(ModelFile model, String file) throws FormatException {
    SequenceModel.of(model, file);
  }

  @Override
  public Report train(Terminal terminal, TrainCommand command) throws Exception {
    return SequenceTraining.run(terminal, name, command);
  }

  @Override
  public Report evaluate(Terminal terminal, EvaluateCommand command, ModelFile model)
      throws Exception {
    return SequenceScores.ofPairs(terminal, command, SequenceModel.of(model, command.model()));
  }

  /** What writes at most so many texts for one. */
  private interface Writer {
    List<GeneratedText> write(String text);
  }

  @Override
  public Subject compressing(Terminal terminal, CompressCommand command, ModelFile model)
      throws Exception {
    return PairsSubject.of(terminal, name, command);
  }

  @Override
  public Report predict(Terminal terminal, PredictCommand command, ModelFile file)
      throws Exception {
    SequenceModel model = SequenceModel.of(file, command.model());
    DecodingOptions decoding =
        UserError.judging(
            () ->
                command.beam() == null
                    ? model.decoding().withBeam(Math.max(model.decoding().beam(), command.top()))
                    : model.decoding().withBeam(command.beam()));
    if (decoding.beam() < command.top()) {
      throw UserError.usage(
          "predict: --top %d is more texts than a search with --beam %d finds",
          command.top(), command.beam());
    }
    if (name.equals(SequenceModel.TRANSLATE)) {
      try (Translator translator = new Translator(model)) {
        return predict(
            terminal, command, text -> translator.translate(text, command.top(), decoding));
      }
    }
    try (Summarizer summarizer = new Summarizer(model)) {
      return predict(
          terminal, command, text -> summarizer.summarize(text, command.top(), decoding));
    }
  }

  private static Report predict(Terminal terminal, PredictCommand command, Writer writer)
      throws Exception {
    int[] truncated = {0};
    LineByLine.texts(
        terminal,
        command.file(),
        text -> {
          List<GeneratedText> best = writer.write(text);
          truncated[0] += best.get(0).truncated() ? 1 : 0;
          return command.json() ? object(best) : line(best, command.top());
        });
    if (truncated[0] > 0) {
      terminal.notice("%,d texts were longer than the model reads and were cut", truncated[0]);
    }
    return LineByLine.done();
  }

  /** The text; where several were asked for, all on the line with their scores. */
  private static String line(List<GeneratedText> best, int top) {
    if (top == 1) {
      return LineByLine.onLine(best.get(0).text());
    }
    StringBuilder line = new StringBuilder();
    for (GeneratedText text : best) {
      line.append(line.length() > 0 ? "\t" : "")
          .append(LineByLine.onLine(text.text()))
          .append('\t')
          .append(String.format(Locale.ROOT, "%.4f", text.score()));
    }
    return line.toString();
  }

  private static String object(List<GeneratedText> best) {
    List<Object> all = new ArrayList<>();
    for (GeneratedText text : best) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("text", text.text());
      one.put("score", text.score());
      all.add(one);
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("text", best.get(0).text());
    object.put("score", best.get(0).score());
    object.put("truncated", best.get(0).truncated());
    object.put("top", all);
    return Json.write(object);
  }
}
