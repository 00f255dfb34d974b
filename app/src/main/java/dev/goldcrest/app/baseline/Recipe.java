package dev.goldcrest.app.baseline;

/**
 * Which features a baseline uses.
 *
 * @param characters character 3- to 5-grams within words beside word 1- and 2-grams
 * @param idf whether a feature is weighted by ln((1 + rows) / (1 + rows with it)) + 1
 */
record Recipe(boolean characters, boolean idf) {
  @Override
  public String toString() {
    return "linear, words 1-2" + (characters ? " + characters 3-5" : "") + (idf ? ", idf" : "");
  }
}
