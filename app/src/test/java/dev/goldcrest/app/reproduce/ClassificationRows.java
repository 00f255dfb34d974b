package dev.goldcrest.app.reproduce;

/** Made-up rows. */
final class ClassificationRows {
  private ClassificationRows() {}

  static ClassificationRow row(
      String set, ClassificationStep.Variant variant, long seed, double accuracy, double misspelt) {
    Double inScope = set.equals("clinc150") ? accuracy + 0.1 : null;
    return new ClassificationRow(
        set,
        variant,
        seed,
        "f00d",
        new ClassificationRow.Scores(700, accuracy, inScope, 0.9, misspelt, 0, 1),
        new ClassificationRow.Linear(
            "linear", 0.97, inScope, 0.6, 4_000_000, seed == 1 ? 0.4 : 0.01),
        new ClassificationRow.Device(650_000, 320_000, 9, 3_000_000, 21.04, 140),
        new ClassificationRow.Training(0.96, 12, 9, 300, false, 2),
        new Origin(
            "./goldcrest train --seed " + seed,
            "./goldcrest evaluate",
            "abc",
            "2 x X",
            "2026-01-01T00:00:00Z"));
  }
}
