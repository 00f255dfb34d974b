package dev.goldcrest.app.task;

import dev.goldcrest.app.cli.DataOptions;
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
 * @param maxMinutes of training, or null
 * @param log a file for one JSON object an epoch, or null
 * @param init the model file to go on from, or null
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
    Double maxMinutes,
    Path log,
    String init,
    String teacher,
    List<String> unlabelled,
    String line) {
  /** The data files' names as given. */
  public List<String> files() {
    return Stream.of(data, dev, reading.target(), devTarget).filter(Objects::nonNull).toList();
  }
}
