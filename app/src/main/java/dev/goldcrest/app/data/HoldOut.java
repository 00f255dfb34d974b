package dev.goldcrest.app.data;

import java.util.ArrayList;
import java.util.List;

/** The rule by which every kind of data gives up a part to choose the best checkpoint by. */
record HoldOut<T>(List<T> train, List<T> dev, String devName) {
  private static final int PERIOD = 10;

  /** Rows whose 0-based number mod 10 is 9 go to {@code dev}. */
  static <T> HoldOut<T> of(String name, String kind, List<T> rows) throws DataException {
    if (rows.size() < PERIOD) {
      throw new DataException(
          name
              + " has "
              + rows.size()
              + " "
              + kind
              + ", too few to hold out every tenth; give a second file with --dev");
    }
    List<T> train = new ArrayList<>();
    List<T> dev = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      (i % PERIOD == PERIOD - 1 ? dev : train).add(rows.get(i));
    }
    return new HoldOut<>(train, dev, name + " (every tenth row)");
  }
}
