package dev.goldcrest.app.reproduce;

/**
 * A finished row of the distillation table. Accuracies are shares, 0 to 1.
 *
 * @param recipe names the recipe it was made by, that of the models it needs included
 * @param scores of a classifier on the official test file, or null
 * @param encoder of the general encoder, or null
 * @param bytes of the model's file
 * @param macs multiply-adds for 12 words
 */
record DistilRow(
    String set,
    DistilStep.Variant variant,
    long seed,
    String recipe,
    Scores scores,
    Encoder encoder,
    long bytes,
    long parameters,
    long macs,
    double seconds,
    Origin origin)
    implements RowFile.Finished {
  /**
   * @param trainTexts with labels
   * @param inScope accuracy over the examples whose gold label is in scope, null without such a
   *     label
   * @param linear accuracy of the linear model fitted on the same examples
   * @param chance of a paired bootstrap over the test examples: how likely the difference to the
   *     same model from scratch is by chance; null of what is not fine-tuned from the encoder
   */
  record Scores(
      int trainTexts,
      double accuracy,
      Double inScope,
      double devAccuracy,
      double linear,
      Double linearInScope,
      Double chance,
      int epochs) {}

  /**
   * @param cosine mean cosine to the teacher's vectors of held-out texts
   */
  record Encoder(int trainTexts, int devTexts, double cosine, double epochs) {}

  @Override
  public String key() {
    return new DistilStep(set, variant, seed).key();
  }
}
