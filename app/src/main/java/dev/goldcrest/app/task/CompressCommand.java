package dev.goldcrest.app.task;

import dev.goldcrest.app.cli.DataOptions;
import dev.goldcrest.app.data.TextPool;
import dev.goldcrest.app.train.TrainingRequest;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
    return Stream.of(data, dev, reading.target(), devTarget)
        .filter(Objects::nonNull)
        .map(TextPool::file)
        .toList();
  }

  /** What is read and written besides the page. */
  public List<Path> filesBeside() {
    Stream<Path> others =
        Stream.of(
            Path.of(model),
            request.out(),
            request.checkpoint(),
            request.opinions(),
            request.runRecord(),
            request.spending().emissions());
    return Stream.concat(others, files().stream().map(CompressCommand::path))
        .filter(Objects::nonNull)
        .toList();
  }

  /** Null for what is no file name, such as a built-in set's where that has none. */
  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      return null;
    }
  }
}
