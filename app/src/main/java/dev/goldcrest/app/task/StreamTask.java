package dev.goldcrest.app.task;

import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.compress.Subject;
import dev.goldcrest.app.stream.StreamAnswers;
import dev.goldcrest.app.stream.StreamScores;
import dev.goldcrest.app.stream.StreamSubject;
import dev.goldcrest.app.stream.StreamTraining;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.StreamModel;
import dev.goldcrest.runtime.safetensors.FormatException;

/** What happens in a stream, frame by frame. */
final class StreamTask implements Task {
  @Override
  public String name() {
    return StreamModel.TASK;
  }

  @Override
  public void check(ModelFile model, String name) throws FormatException {
    StreamModel.of(model, name);
  }

  @Override
  public Report train(Terminal terminal, TrainCommand command) throws Exception {
    return StreamTraining.run(terminal, command);
  }

  @Override
  public Report evaluate(Terminal terminal, EvaluateCommand command, ModelFile model)
      throws Exception {
    return StreamScores.of(terminal, command, StreamModel.of(model, command.model()));
  }

  @Override
  public Subject compressing(Terminal terminal, CompressCommand command, ModelFile model)
      throws Exception {
    return StreamSubject.of(terminal, command, model);
  }

  @Override
  public Report predict(Terminal terminal, PredictCommand command, ModelFile model)
      throws Exception {
    return StreamAnswers.run(terminal, command, StreamModel.of(model, command.model()));
  }
}
