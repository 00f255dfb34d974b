package dev.goldcrest.app.data;

import java.util.ArrayList;
import java.util.List;

/** A training part and the part that chooses the best checkpoint. */
public record Split(Dataset train, Dataset dev) {
  private static final int PERIOD = 10;

  /**
   * Holds out the examples whose 0-based number mod 10 is 9. Numbers count good rows, so skipped
   * bad lines do not leave gaps.
   *
   * @throws DataException if there are fewer than ten examples
   */
  public static Split holdOut(Dataset all) throws DataException {
    if (all.size() < PERIOD) {
      throw new DataException(
          all.name()
              + " has "
              + all.size()
              + " examples, too few to hold out every tenth; give a second file with --dev");
    }
    List<Example> train = new ArrayList<>();
    List<Example> dev = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      (i % PERIOD == PERIOD - 1 ? dev : train).add(all.examples().get(i));
    }
    return new Split(
        new Dataset(all.name(), train, all.skippedBadLines(), all.rowsWithIgnoredColumns()),
        new Dataset(all.name() + " (every tenth row)", dev));
  }
}
