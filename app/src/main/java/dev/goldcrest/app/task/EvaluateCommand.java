package dev.goldcrest.app.task;

import dev.goldcrest.app.cli.DataOptions;

/**
 * The command line of {@code evaluate}, parsed.
 *
 * @param model the model file's name as given
 * @param data what to measure it on
 * @param reading how the data file is laid out
 * @param linearData training data for a linear model measured beside it, or null
 * @param errors worst mistakes to show
 * @param seed of whatever is random
 */
public record EvaluateCommand(
    String model, String data, DataOptions reading, String linearData, int errors, long seed) {}
