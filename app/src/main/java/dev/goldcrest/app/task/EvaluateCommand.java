package dev.goldcrest.app.task;

import dev.goldcrest.app.cli.DataOptions;
import java.nio.file.Path;

/**
 * The command line of {@code evaluate}, parsed.
 *
 * @param model the model file's name as given
 * @param data what to measure it on
 * @param reading how the data file is laid out
 * @param linearData training data for a linear model measured beside it, or null
 * @param errors worst mistakes to show
 * @param beam of the search for texts, or null for the model's own
 * @param context tokens of a block of running text, or null for all that the model reads
 * @param seed of whatever is random
 * @param report a file for an HTML page, or null
 * @param recording whose timeline the page shows, or null for the first
 * @param teacher the encoder that an encoder is compared with, or null
 */
public record EvaluateCommand(
    String model,
    String data,
    DataOptions reading,
    String linearData,
    int errors,
    Integer beam,
    Integer context,
    long seed,
    Path report,
    String recording,
    String teacher) {
  /** Without a page. */
  public EvaluateCommand(
      String model, String data, DataOptions reading, String linearData, int errors, long seed) {
    this(model, data, reading, linearData, errors, null, null, seed, null, null, null);
  }
}
