package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.data.DataException;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Datasets;
import dev.goldcrest.app.data.ReadOptions;
import dev.goldcrest.app.data.Split;

/**
 * The parts of a data set, each as {@code --data} takes it.
 *
 * @param dev or null: then every tenth training row is held out
 */
record Parts(String train, String dev, String test) {
  /** The rows of one of them. */
  static Dataset read(String part) throws DataException {
    return Datasets.load(part, ReadOptions.defaults());
  }

  /**
   * What a training reads.
   *
   * @param rows of {@code train}, perhaps not all
   */
  Split split(Dataset rows) throws DataException {
    return dev == null ? Split.holdOut(rows) : new Split(rows, read(dev));
  }
}
