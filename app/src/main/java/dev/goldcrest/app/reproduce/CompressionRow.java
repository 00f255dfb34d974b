package dev.goldcrest.app.reproduce;

/**
 * A finished step of the compression table.
 *
 * @param group which promise it belongs to
 * @param set name of the data set
 * @param step {@code dense} or what was made of it
 * @param recipe names the commands it was made by; a row of others is out of date
 */
record CompressionRow(
    String group,
    String set,
    String step,
    String recipe,
    Size size,
    Score score,
    Device device,
    Origin origin)
    implements RowFile.Finished {
  /**
   * @param bytes of the file
   * @param inner bytes of its tensors without tables of words and the layer back to them
   */
  record Size(long bytes, long inner, long parameters) {}

  /**
   * @param metric of the official test file: accuracy 0 to 1, BLEU 0 to 100
   * @param lost against the model that it was made of, in points; negative for a gain
   * @param p of a paired bootstrap: how easily such a difference comes by chance
   */
  record Score(String metric, int examples, double value, double lost, double p) {}

  /**
   * @param macs of one prediction
   * @param paperMacs as Lite Transformer's authors count, 30 tokens on each side; 0 for others
   * @param p50Micros median of a prediction on one thread
   * @param denseP50Micros of the model that it was made of, timed in turns
   */
  record Device(long macs, long paperMacs, double p50Micros, double denseP50Micros) {}

  @Override
  public String key() {
    return key(group, set, step);
  }

  static String key(String group, String set, String step) {
    return group + "-" + set + "-" + step;
  }
}
