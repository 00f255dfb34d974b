package dev.goldcrest.app.data;

/** A training part and the part that chooses the best checkpoint. */
public record Split(Dataset train, Dataset dev) {

  /**
   * Holds out the examples whose 0-based number mod 10 is 9. Numbers count good rows, so skipped
   * bad lines do not leave gaps.
   *
   * @throws DataException if there are fewer than ten examples
   */
  public static Split holdOut(Dataset all) throws DataException {
    HoldOut<Example> parts = HoldOut.of(all.name(), "examples", all.examples());
    return new Split(
        new Dataset(all.name(), parts.train(), all.skippedBadLines(), all.rowsWithIgnoredColumns()),
        new Dataset(parts.devName(), parts.dev()));
  }
}
