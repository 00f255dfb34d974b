package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.ModelFiles;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Split;
import dev.goldcrest.app.task.TrainCommand;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.ModelFile;
import java.util.List;

/** The verb {@code train} for classifiers: from its command line to a trained model. */
public final class ClassifierTraining {
  private ClassifierTraining() {}

  /** Reads the data, trains and writes the model. */
  public static Report run(Terminal terminal, TrainCommand command) throws Exception {
    Start start = start(terminal, command);
    String architecture = start == null ? Recipe.ARCHITECTURE : start.architecture().name();
    TrainingRequest request =
        new TrainingRequest(
            command.choices(architecture).withStart(start).withTeacher(teacher(terminal, command)),
            command.out(),
            command.force(),
            command.resume(),
            command.half(),
            command.maxBytes(),
            command.spending(),
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

  private static Teacher teacher(Terminal terminal, TrainCommand command) throws Exception {
    if (command.teacher() == null) {
      if (!command.unlabelled().isEmpty()) {
        throw UserError.usage(
            "train: --unlabelled needs --teacher, who has opinions about texts without labels");
      }
      return null;
    }
    return Teacher.load(terminal, command.teacher(), command.unlabelled());
  }

  private static Start start(Terminal terminal, TrainCommand command) throws Exception {
    if (command.init() == null) {
      return null;
    }
    if (command.preset() != null) {
      throw UserError.usage("train: --init brings its settings; leave out --preset");
    }
    ModelFile file = ModelFiles.load(terminal, command.init());
    String own = file.architecture().name();
    if (command.architecture() != null && !command.architecture().equals(own)) {
      throw UserError.usage(
          "train: --init %s is a %s, --arch says %s; leave out --arch",
          command.init(), own, command.architecture());
    }
    if (!List.of(EmbeddingModel.TASK, ClassifierModel.TASK).contains(file.task())) {
      throw UserError.failed(
          "train: --init %s is for task %s; a classifier goes on from an encoder or a classifier",
          command.init(), file.task());
    }
    return Start.of(file, command.init());
  }
}
