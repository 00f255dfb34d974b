package dev.goldcrest.torch;

import dev.goldcrest.core.graph.Op;

/** The numbers of {@link Op.Sinusoids} as a row-major array. */
final class SinusoidTable {
  private SinusoidTable() {}

  static float[] of(Op.Sinusoids op) {
    int half = op.channels() / 2;
    float[] table = new float[op.time().size() * op.channels()];
    for (int t = 0; t < op.time().size(); t++) {
      for (int i = 0; i < half; i++) {
        double angle = (op.start() + t) * Math.pow(10_000, -(double) i / (half - 1));
        table[t * op.channels() + i] = (float) Math.sin(angle);
        table[t * op.channels() + half + i] = (float) Math.cos(angle);
      }
    }
    return table;
  }
}
