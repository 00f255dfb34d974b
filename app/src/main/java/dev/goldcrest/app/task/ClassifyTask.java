package dev.goldcrest.app.task;

import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.compress.ClassifierSubject;
import dev.goldcrest.app.compress.Subject;
import dev.goldcrest.app.evaluate.ClassifierScores;
import dev.goldcrest.app.train.ClassifierTraining;
import dev.goldcrest.runtime.Classification;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.TextClassifier;
import dev.goldcrest.runtime.safetensors.FormatException;
import java.util.List;

/** Labels for texts. */
final class ClassifyTask implements Task {
  @Override
  public String name() {
    return ClassifierModel.TASK;
  }

  @Override
  public void check(ModelFile model, String name) throws FormatException {
    ClassifierModel.of(model, name);
  }

  @Override
  public Report train(Terminal terminal, TrainCommand command) throws Exception {
    return ClassifierTraining.run(terminal, command);
  }

  @Override
  public Report evaluate(Terminal terminal, EvaluateCommand command, ModelFile model)
      throws Exception {
    return ClassifierScores.of(terminal, command, ClassifierModel.of(model, command.model()));
  }

  @Override
  public Subject compressing(Terminal terminal, CompressCommand command, ModelFile model)
      throws Exception {
    return ClassifierSubject.of(terminal, command, model);
  }

  @Override
  public Report predict(Terminal terminal, PredictCommand command, ModelFile model)
      throws Exception {
    int[] truncated = {0};
    try (TextClassifier classifier =
        new TextClassifier(ClassifierModel.of(model, command.model()))) {
      LineByLine.run(
          terminal,
          command.file(),
          text -> {
            List<Classification> best = classifier.classify(text, command.top());
            truncated[0] += best.get(0).truncated() ? 1 : 0;
            return command.json() ? ClassifierAnswers.object(best) : ClassifierAnswers.line(best);
          });
    }
    if (truncated[0] > 0) {
      terminal.notice("%,d texts were longer than the model reads and were cut", truncated[0]);
    }
    return LineByLine.done();
  }
}
