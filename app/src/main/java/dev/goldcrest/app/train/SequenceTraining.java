package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.DataOptions;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.data.DataException;
import dev.goldcrest.app.data.ParallelDataset;
import dev.goldcrest.app.data.TextCorpus;
import dev.goldcrest.app.task.TrainCommand;
import dev.goldcrest.runtime.SequenceModel;

/** The verb {@code train} for models that write: from its command line to a trained model. */
public final class SequenceTraining {
  private SequenceTraining() {}

  private record Parts(SequenceTexts train, SequenceTexts dev) {}

  /**
   * Reads the data, trains and writes the model.
   *
   * @param task of {@link SequenceModel}
   */
  public static Report run(Terminal terminal, String task, TrainCommand command) throws Exception {
    TrainingRequest request =
        new TrainingRequest(
            command.choices(SequenceRecipe.ARCHITECTURE),
            command.out(),
            command.force(),
            command.resume(),
            command.half(),
            command.maxBytes(),
            command.spending(),
            command.log(),
            command.line());
    UserError.judging(() -> SequenceRecipe.judge(task, request.choices()));
    request.checkFiles(command.files());
    boolean text = task.equals(SequenceModel.LANGUAGE_MODEL);
    Parts parts = text ? text(terminal, command) : pairs(terminal, command);
    return SequenceJob.run(terminal, task, request, parts.train(), parts.dev())
        .<Report>map(SequenceReport::new)
        .orElse(new Stopped(request.checkpoint()));
  }

  private static Parts text(Terminal terminal, TrainCommand command) throws DataException {
    DataOptions reading = command.reading();
    if (reading.target() != null || command.devTarget() != null) {
      throw UserError.usage("train: a language model has no other side; leave out --target");
    }
    TextCorpus all = reading.text(terminal, command.data());
    TextCorpus.Split split =
        command.dev() == null
            ? all.holdOut()
            : new TextCorpus.Split(all, reading.text(terminal, command.dev()));
    return new Parts(SequenceTexts.of(split.train()), SequenceTexts.of(split.dev()));
  }

  private static Parts pairs(Terminal terminal, TrainCommand command) throws DataException {
    DataOptions reading = command.reading();
    if (command.dev() == null && command.devTarget() != null) {
      throw UserError.usage("train: --dev-target is the other side of --dev, which is missing");
    }
    ParallelDataset all = reading.parallel(terminal, command.data(), reading.target());
    ParallelDataset.Split split =
        command.dev() == null
            ? all.holdOut()
            : new ParallelDataset.Split(
                all, reading.parallel(terminal, command.dev(), command.devTarget()));
    return new Parts(SequenceTexts.of(split.train()), SequenceTexts.of(split.dev()));
  }
}
