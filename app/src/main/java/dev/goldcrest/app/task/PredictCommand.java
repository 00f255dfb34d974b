package dev.goldcrest.app.task;

/**
 * The command line of {@code predict}, parsed.
 *
 * @param model the model file's name as given
 * @param file inputs, one a line; {@code -} is standard input
 * @param top answers a line, the most probable first
 * @param beam of the search for texts, or null for the model's own
 * @param missing of streams: cell that stands for a missing value, or null
 * @param json one JSON object a line
 */
public record PredictCommand(
    String model, String file, int top, Integer beam, String missing, boolean json) {}
