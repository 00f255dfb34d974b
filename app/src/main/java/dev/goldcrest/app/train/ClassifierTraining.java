package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Split;
import dev.goldcrest.app.task.TrainCommand;

/** The verb {@code train} for classifiers: from its command line to a trained model. */
public final class ClassifierTraining {
  private ClassifierTraining() {}

  /** Reads the data, trains and writes the model. */
  public static Report run(Terminal terminal, TrainCommand command) throws Exception {
    String architecture =
        command.architecture() == null ? Recipe.ARCHITECTURE : command.architecture();
    TrainingRequest request =
        new TrainingRequest(
            new Choices(
                architecture,
                command.preset(),
                command.settings(),
                command.epochs(),
                command.batch(),
                command.learningRate(),
                command.seed(),
                command.workers()),
            command.out(),
            command.force(),
            command.resume(),
            command.half(),
            command.maxBytes(),
            command.maxMinutes(),
            command.log(),
            command.line());
    request.check(command.files());
    Dataset all = command.reading().load(terminal, command.data());
    Split split =
        command.dev() == null
            ? Split.holdOut(all)
            : new Split(all, command.reading().load(terminal, command.dev()));
    return TrainingJob.run(terminal, request, split)
        .<Report>map(trained -> new TrainReport(trained, request))
        .orElse(new Stopped(request.checkpoint()));
  }
}
