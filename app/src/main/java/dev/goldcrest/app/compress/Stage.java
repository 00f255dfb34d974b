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
 * @param memory at the peak of a prediction; {@link Memory#NONE} before all stages are there
 * @param p50Micros median of one prediction on one thread, the first and the last stage in turns;
 *     NaN before that and for the others
 */
record Stage(
    String name,
    ModelFile model,
    long bytes,
    Subject.Score score,
    long macs,
    Memory memory,
    double p50Micros) {
  Stage named(String other) {
    return new Stage(other, model, bytes, score, macs, memory, p50Micros);
  }

  Stage with(ModelFile other, long itsBytes) {
    return new Stage(name, other, itsBytes, score, macs, memory, p50Micros);
  }

  Stage weighed(Memory measured) {
    return new Stage(name, model, bytes, score, macs, measured, p50Micros);
  }

  Stage timed(double micros) {
    return new Stage(name, model, bytes, score, macs, memory, micros);
  }
}
