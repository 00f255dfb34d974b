package dev.goldcrest.app.task;

import dev.goldcrest.app.cli.DataOptions;
import dev.goldcrest.app.train.TrainingRequest;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The command line of {@code compress} as far as a task needs it.
 *
 * @param model the model file's name as given
 * @param data what to train on with, or null
 * @param dev what to score on and to choose the best weights by, or null
 * @param devTarget the other side of {@code dev}, line by line, or null
 * @param reading how the data files are laid out
 * @param request how to train on; its choices begin with nothing
 */
public record CompressCommand(
    String model,
    String data,
    String dev,
    String devTarget,
    DataOptions reading,
    TrainingRequest request) {
  /** The data files' names as given. */
  public List<String> files() {
    return Stream.of(data, dev, reading.target(), devTarget).filter(Objects::nonNull).toList();
  }
}
