package dev.goldcrest.app.reproduce;

import java.util.List;
import java.util.Objects;

/**
 * A data set of the classification table. Shares are in percent, as papers print them.
 *
 * @param name of its folder below the data root, or of a built-in set
 * @param hasDev whether it has a dev part of its own; otherwise every tenth training row is held
 *     out
 * @param seeds of the published row
 * @param bounds of the accuracy
 * @param outOfScope the label that the in-scope reading leaves out, or null
 * @param inScope bounds over the examples of other gold labels; null without {@code outOfScope}
 * @param demo bounds of the two-minute demo, or null where it does not train on this set
 */
record TextSet(
    String name,
    boolean hasDev,
    int seeds,
    Bounds bounds,
    String outOfScope,
    Bounds inScope,
    Bounds demo) {
  /** Where the fastText numbers come from. */
  static final String FAST_TEXT =
      "fastText 0.9.2, measured on the same files: dim 50, word bigrams, 25 epochs, a 41 MB file";

  /** Built into the application, so no data root is needed. */
  static final String GLOSSES = "glosses";

  /**
   * What an accuracy is held against.
   *
   * @param fastText on the same test file
   * @param must what the table owes
   * @param goal what would be good
   */
  record Bounds(double fastText, double must, double goal) {}

  /** The rows of the table, from short texts to long ones. */
  static final List<TextSet> ALL =
      List.of(
          of("snips", true, 3, 97.4, 97.4, 98.3),
          of("atis", true, 3, 94.4, 95.5, 97.0),
          of("mrda", true, 1, 89.4, 89.4, 90.5),
          of("swda", true, 1, 71.2, 71.5, 74.0),
          new TextSet(
              "clinc150",
              true,
              3,
              new Bounds(76.5, 78.0, 83.0),
              "oos",
              new Bounds(89.4, 90.0, 92.0),
              null),
          of("sst2", true, 3, 80.3, 80.3, 83.0),
          of("ag_news_10pct", false, 3, 84.9, 85.5, 88.0),
          of("imdb", false, 1, 89.6, 88.0, 90.5),
          new TextSet(
              GLOSSES,
              true,
              3,
              new Bounds(74.4, 79.0, 82.0),
              null,
              null,
              new Bounds(74.4, 73.0, 76.0)));

  private static TextSet of(
      String name, boolean hasDev, int seeds, double fastText, double must, double goal) {
    return new TextSet(name, hasDev, seeds, new Bounds(fastText, must, goal), null, null, null);
  }

  /** The label that the in-scope reading of a set leaves out; null for others, these or not. */
  static String outOfScope(String set) {
    return ALL.stream()
        .filter(each -> each.name().equals(set))
        .map(TextSet::outOfScope)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  static List<String> names() {
    return ALL.stream().map(TextSet::name).toList();
  }
}
