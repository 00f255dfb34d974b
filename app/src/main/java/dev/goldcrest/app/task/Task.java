package dev.goldcrest.app.task;

import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.compress.Subject;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.safetensors.FormatException;

/**
 * What a model can be for. A new task is one implementation and one line in {@link Tasks}; the
 * verbs parse the command line, find the task and hand over.
 */
public interface Task {
  /** As {@code --task} and the model file call it. */
  String name();

  /**
   * Looks whether a file holds all that this task needs.
   *
   * @param name of the file, for error messages
   */
  void check(ModelFile model, String name) throws FormatException;

  /** Trains and writes a model file. */
  Report train(Terminal terminal, TrainCommand command) throws Exception;

  /** Measures a model of this task on data. */
  Report evaluate(Terminal terminal, EvaluateCommand command, ModelFile model) throws Exception;

  /** A model of this task as compression sees it; reads what data the command names. */
  Subject compressing(Terminal terminal, CompressCommand command, ModelFile model) throws Exception;

  /** Answers line by line; what it prints goes out while it runs. */
  Report predict(Terminal terminal, PredictCommand command, ModelFile model) throws Exception;
}
