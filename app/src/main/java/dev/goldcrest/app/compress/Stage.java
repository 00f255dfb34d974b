package dev.goldcrest.app.compress;

import dev.goldcrest.runtime.ModelFile;

/**
 * A model on its way to being smaller, as it was measured.
 *
 * @param name what was done to it last
 * @param model as a reader of its file gets it
 * @param bytes of that file
 * @param score of it
 * @param macs of one prediction
 * @param memoryBytes at the peak of a prediction, measured: see {@link Memory}
 * @param p50Micros median of one prediction on one thread, timed in turns with the other stages;
 *     NaN before that
 */
record Stage(
    String name,
    ModelFile model,
    long bytes,
    Subject.Score score,
    long macs,
    long memoryBytes,
    double p50Micros) {
  Stage timed(double micros) {
    return new Stage(name, model, bytes, score, macs, memoryBytes, micros);
  }
}
