package dev.goldcrest.app.cli;

import dev.goldcrest.app.task.Tasks;
import dev.goldcrest.core.graph.ShapeException;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The models that verbs are given, with a sentence for everything that can be wrong with them. */
public final class ModelFiles {
  private ModelFiles() {}

  /** A path that leads to a file. */
  static Path existing(String given) {
    Path path;
    try {
      path = Path.of(given);
    } catch (InvalidPathException e) {
      throw UserError.failed("'%s' is not a file name; check it", given);
    }
    if (given.isEmpty() || Files.notExists(path)) {
      throw UserError.failed("%s: there is no such model file; check the path", given);
    }
    if (Files.isDirectory(path)) {
      throw UserError.failed("%s is a directory; name the model file in it", given);
    }
    return path;
  }

  /** Loads a model; what the runtime has to say about this machine goes to the terminal. */
  public static ModelFile load(Terminal terminal, String given) {
    Path path = existing(given);
    Warnings.to(sentence -> terminal.notice("%s", sentence));
    try {
      ModelFile file = ModelFile.load(path);
      if (!Tasks.names().contains(file.task())) {
        throw UserError.failed(
            "%s is for task %s, which this Goldcrest does not know; use a newer one",
            given, Units.printable(file.task()));
      }
      Tasks.of(file.task()).check(file, given);
      return file;
    } catch (ShapeException e) {
      throw UserError.failed("%s: its settings make no model: %s", given, e.getMessage());
    } catch (IOException e) {
      throw unreadable(given, e);
    }
  }

  /** The sentence of a file that could not be read. */
  static UserError unreadable(String given, IOException e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return UserError.failed("%s", message.contains(given) ? message : given + ": " + message);
  }
}
