package dev.goldcrest.app.data;

/** The one door to recordings of frames. */
public final class Frames {
  private Frames() {}

  /**
   * Loads what {@code spec} names: a table, gzip-packed or not, {@code -} for standard input, or a
   * folder of features in the layout of LSTR's authors, {@code FOLDER}, {@code FOLDER:train} or
   * {@code FOLDER:test}.
   *
   * @throws DataException in one sentence, for everything that can be wrong with the data
   */
  public static FrameSet load(String spec, FrameOptions options) throws DataException {
    if (options.intervals() != null && options.maxGap() > 0) {
      throw new DataException(
          "--intervals count from the start of a recording, which --max-gap would move; leave one"
              + " of them out");
    }
    if (!spec.equals("-") && NpyFolder.is(spec)) {
      if (options.intervals() != null || options.namesColumns() || options.maxGap() > 0) {
        throw new DataException(
            spec
                + " is a folder of features, which has its labels in target_perframe and no columns;"
                + " leave --intervals, --max-gap and the names of columns out");
      }
      return NpyFolder.read(spec, options.period(), options.missing() != null);
    }
    return FrameTables.read(spec, options);
  }
}
