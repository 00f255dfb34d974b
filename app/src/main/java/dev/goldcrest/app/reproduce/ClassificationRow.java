package dev.goldcrest.app.reproduce;

/**
 * A finished step. Accuracies are shares, 0 to 1.
 *
 * @param set name of the data set
 * @param recipe names the recipe it was trained with; a row of another recipe is out of date
 * @param scores of the model on the official test file
 * @param linear the linear model fitted on the same training file
 * @param device what the file costs where it runs
 */
record ClassificationRow(
    String set,
    ClassificationStep.Variant variant,
    long seed,
    String recipe,
    Scores scores,
    Linear linear,
    Device device,
    Training training,
    Origin origin)
    implements RowFile.Finished {
  /**
   * @param inScope accuracy over the examples whose gold label is in scope, null without such a
   *     label
   * @param misspelt accuracy with one random edit in each word
   * @param truncated texts longer than the model reads
   * @param unseen examples whose label training did not have
   */
  record Scores(
      int examples,
      double accuracy,
      Double inScope,
      double macroF1,
      double misspelt,
      int truncated,
      int unseen) {}

  /**
   * @param p of a paired bootstrap against the model: how easily such a difference comes by chance
   */
  record Linear(
      String name, double accuracy, Double inScope, double misspelt, long bytes, double p) {}

  /**
   * @param words median of the test texts, for which {@code macs} count
   * @param p50Micros median of a warm prediction on one thread
   * @param firstP50Micros the same when the text is read for the first time
   */
  record Device(
      long bytes, long parameters, int words, long macs, double p50Micros, double firstP50Micros) {}

  /**
   * @param seconds of all processes that had a part in it
   * @param resumed whether seconds leave out an earlier process, whose checkpoint did not say
   */
  record Training(
      double devAccuracy,
      int epochs,
      int bestEpoch,
      double seconds,
      boolean resumed,
      int threads) {}

  @Override
  public String key() {
    return ClassificationStep.key(set, variant, seed);
  }
}
