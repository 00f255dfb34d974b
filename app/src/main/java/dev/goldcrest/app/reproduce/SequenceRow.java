package dev.goldcrest.app.reproduce;

/**
 * A finished step of the sequence table. BLEU and chrF are 0 to 100, ROUGE is 0 to 1.
 *
 * @param set name of the data set
 * @param budget what it is compared within
 * @param recipe names the recipe it was trained with; a row of another recipe is out of date
 * @param texts scores of written texts, null for a language model
 * @param running scores of running text, null for other models
 * @param lead of the first model of the budget over this one, null for that model itself and where
 *     none was measured
 * @param search how fast the search is beside libtorch's, null where that was not measured
 */
record SequenceRow(
    String set,
    String budget,
    String architecture,
    long seed,
    String recipe,
    Texts texts,
    Running running,
    Lead lead,
    Search search,
    Cost cost,
    Training training,
    Origin origin)
    implements RowFile.Finished {
  /**
   * @param perplexity per token of the references
   * @param sentences {@link dev.goldcrest.app.metrics.BleuCounts#pack packed}, for the bootstrap
   * @param p50Millis median of one text, beam as the file says, one thread
   */
  record Texts(
      int examples,
      double bleu,
      double chrf,
      double rouge1,
      double rouge2,
      double rougeL,
      double perplexity,
      int truncated,
      String sentences,
      double p50Millis) {}

  /**
   * @param perplexity per word
   * @param context tokens of a block
   * @param unknown tokens that stand for words the model does not know
   */
  record Running(double perplexity, long tokens, int context, long unknown) {}

  /**
   * The first model's BLEU with the same seed minus this one's, and whether that survives a paired
   * bootstrap over the sentences.
   *
   * @param over the first model's recipe
   * @param low end of the middle 95 % of the resampled differences, high likewise
   */
  record Lead(String over, double difference, double low, double high, double p) {}

  /**
   * @param different sentences for which SIMD, plain loops and libtorch do not find the same target
   * @param millis the runtime's median of a sentence on one thread
   * @param torchMillis eager libtorch's in the same run
   */
  record Search(String kernels, int sentences, int different, double millis, double torchMillis) {}

  /**
   * @param paperMacs of the lengths that the table says, as the paper counts
   * @param macs of the same lengths, every multiply-add
   */
  record Cost(long bytes, long parameters, long paperMacs, long macs) {}

  /**
   * @param devPerplexity per token
   * @param seconds by the clock, pauses and other work included
   * @param cpuSeconds of all threads; null in rows from before it was noted
   * @param resumed whether seconds leave out an earlier process, whose checkpoint did not say
   * @param gigaflops of the model's own work, 10^9 operations a second
   */
  record Training(
      double devPerplexity,
      int epochs,
      int bestEpoch,
      double seconds,
      Double cpuSeconds,
      boolean resumed,
      int threads,
      double tokensPerSecond,
      double gigaflops) {}

  @Override
  public String key() {
    return key(set, budget, architecture, seed);
  }

  static String key(String set, String budget, String architecture, long seed) {
    return set + "-" + budget.replace(" ", "") + "-" + architecture + "-seed" + seed;
  }
}
