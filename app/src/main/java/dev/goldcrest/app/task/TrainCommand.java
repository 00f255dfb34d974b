package dev.goldcrest.app.task;

import dev.goldcrest.app.cli.DataOptions;
import dev.goldcrest.app.data.TextPool;
import dev.goldcrest.app.energy.Spending;
import dev.goldcrest.app.train.Choices;
import dev.goldcrest.compress.Compression;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The command line of {@code train}, parsed. Null means not given: the task's recipe decides.
 *
 * @param data what to learn from
 * @param dev what to choose the best model by, or null
 * @param devTarget the other side of {@code dev}, line by line, or null
 * @param reading how the data files are laid out
 * @param out the model file
 * @param architecture name, or null
 * @param preset its named settings, or null
 * @param settings by name
 * @param epochs at most, or null
 * @param batch examples or tokens a step, or null
 * @param learningRate peak, or null
 * @param seed of everything random
 * @param workers threads that share each batch
 * @param resume go on from the checkpoint of an interrupted run
 * @param force replace an existing model or checkpoint
 * @param half store weights as 16-bit floats
 * @param maxBytes of the model file, or null
 * @param spending what training may take, and how that is counted
 * @param log a file for one JSON object an epoch, or null
 * @param init the model file to go on from, or null
 * @param design how the weights differ from the architecture's from the start
 * @param teacher the model file to learn from beside the labels, or null
 * @param unlabelled files of texts that only the teacher has an opinion about
 * @param line as it was typed
 */
public record TrainCommand(
    String data,
    String dev,
    String devTarget,
    DataOptions reading,
    Path out,
    String architecture,
    String preset,
    Map<String, String> settings,
    Integer epochs,
    Integer batch,
    Double learningRate,
    long seed,
    int workers,
    boolean resume,
    boolean force,
    boolean half,
    Long maxBytes,
    Spending spending,
    Path log,
    String init,
    Compression design,
    String teacher,
    List<String> unlabelled,
    String line) {
  /**
   * What was asked for of the recipe.
   *
   * @param otherwise the architecture where none is named
   */
  public Choices choices(String otherwise) {
    return new Choices(
        architecture == null ? otherwise : architecture,
        preset,
        settings,
        epochs,
        batch,
        learningRate,
        seed,
        workers,
        null,
        design,
        null);
  }

  /** Names of the files that are read, but for a model that may go on under its name. */
  public List<String> files() {
    Stream<String> given = Stream.of(data, dev, reading.target(), devTarget, teacher);
    return Stream.concat(given, unlabelled.stream().map(TextPool::file))
        .filter(Objects::nonNull)
        .toList();
  }
}
