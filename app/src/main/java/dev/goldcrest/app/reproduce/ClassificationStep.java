package dev.goldcrest.app.reproduce;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** One training run of the table, and what is measured on its model. */
record ClassificationStep(TextSet set, Variant variant, long seed) {
  /** What is trained. */
  enum Variant {
    /** The default recipe. */
    MODEL,
    /** The same with a table of word vectors instead of hashed words. */
    TWIN,
    /** What {@code demo} trains in about two minutes. */
    DEMO;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * All steps, the cheap sets first so that a table stands early.
   *
   * @param names sets to include; empty for all
   * @param seeds to use instead of each set's own; empty for those, 1 and up
   */
  static List<ClassificationStep> plan(Collection<String> names, List<Long> seeds) {
    List<ClassificationStep> steps = new ArrayList<>();
    for (TextSet set : TextSet.ALL) {
      if (!names.isEmpty() && !names.contains(set.name())) {
        continue;
      }
      List<Long> wanted = new ArrayList<>(seeds);
      for (long seed = 1; seeds.isEmpty() && seed <= set.seeds(); seed++) {
        wanted.add(seed);
      }
      for (long seed : wanted) {
        steps.add(new ClassificationStep(set, Variant.MODEL, seed));
      }
      steps.add(new ClassificationStep(set, Variant.TWIN, wanted.get(0)));
      if (set.demo() != null) {
        steps.add(new ClassificationStep(set, Variant.DEMO, wanted.get(0)));
      }
    }
    return steps;
  }

  /** {@code snips-twin-seed1}: names files and rows. */
  String key() {
    return key(set.name(), variant, seed);
  }

  static String key(String set, Variant variant, long seed) {
    return set + "-" + variant.text() + "-seed" + seed;
  }
}
