package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Units;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.compress.Compression;
import dev.goldcrest.compress.Planner;
import dev.goldcrest.runtime.ModelFile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * Looks for classifiers that are narrower than one that does not fit.
 *
 * @param choices of the one
 * @param half whether floats are stored in 16 bits
 * @param files the file that a recipe will end in, but for what its weights learn
 */
record ClassifierNarrowing(
    Choices choices,
    Corpus corpus,
    Recipe recipe,
    boolean half,
    Function<Recipe, ModelFile> files) {
  private static final int STEPS = 64;

  /** Widths stay multiples of this. */
  private static final int WIDTH_STEP = 8;

  /** Fewer bits than this confuse words with each other: other widths shrink first. */
  private static final int FEWEST_FEATURES = 256;

  private static final int FEWEST_WORDS = 500;

  /** What another setting changes in the metadata. */
  private static final int HEADER_SLACK = 256;

  /**
   * The refusal of the recipe, whose file is larger than the budget, naming the widest narrower one
   * that is not, or the smallest there is.
   */
  UserError unreachable(long budget) {
    ModelFile file = files.apply(recipe);
    long needed = SizeBudget.bytes(file, half);
    Planner.Found least = SizeBudget.smallest(file, choices, half);
    String start = SizeBudget.start(budget, file, least, choices, half);
    long parameters = SizeBudget.parameters(recipe.architecture());
    if (!half && needed - parameters * (Float.BYTES - Short.BYTES) <= budget) {
      return UserError.unreachable("%s; --half would fit", start);
    }
    if (choices.start() != null) {
      return UserError.unreachable("%s; a model that goes on from --init keeps its widths", start);
    }
    String nearest = choices.design().reshapes() ? otherRanks(budget) : null;
    if (nearest == null) {
      nearest = estimated(budget, file, needed, parameters);
    }
    if (nearest == null) {
      nearest = exact(budget);
    }
    if (nearest != null) {
      return UserError.unreachable("%s; the nearest that fits takes %s", start, nearest);
    }
    Map<String, String> narrowest = narrower(1);
    return UserError.unreachable(
        "%s; there is no such small %s for %d labels, %s",
        start,
        choices.architecture(),
        corpus.labels().size(),
        SizeBudget.nearest(
            least, files.apply(recipe(choices, narrowest)), options(narrowest), choices, half));
  }

  /** Where ranks were asked for: with others, or with none, it may fit. */
  private String otherRanks(long budget) {
    Choices free = choices.withDesign(Compression.NONE);
    ModelFile dense = files.apply(recipe(free, Map.of()));
    Compression plan = SizeBudget.fitting(dense, free, half, budget);
    return plan == null
        ? null
        : Units.bytes(SizeBudget.bytes(dense, plan, half))
            + (plan.reshapes() ? ": " + SizeBudget.ranks(plan) : " without factors by design");
  }

  private String estimated(long budget, ModelFile file, long needed, long parameters) {
    Search search = new Search(needed, parameters, half ? Short.BYTES : Float.BYTES);
    if (half) {
      Search coded = new Search(SizeBudget.fewestBytes(file), parameters, SizeBudget.FEWEST_BYTES);
      // Codebooks are dear in the smallest models.
      search = coded.nearest(budget) == null ? search : coded;
    }
    Map<String, String> fitting = search.nearest(budget);
    return fitting == null ? null : Units.bytes(search.bytes(fitting)) + ": " + options(fitting);
  }

  /** Where estimates, which are no less than what they estimate, find nothing. */
  private String exact(long budget) {
    String nearest = null;
    for (int step = 1; step < STEPS; step++) {
      Map<String, String> narrower = narrower(step);
      ModelFile file = files.apply(recipe(choices, narrower));
      long bytes = SizeBudget.smallest(file, choices, half).bytes();
      if (bytes > budget) {
        return nearest;
      }
      nearest = Units.bytes(bytes) + ": " + options(narrower);
    }
    return nearest;
  }

  private Recipe recipe(Choices some, Map<String, String> settings) {
    return Recipe.of(some.with(settings), corpus.shape(), corpus.trainingWords());
  }

  /** Estimates by the number of weights. */
  private final class Search {
    private final long needed;
    private final long parameters;
    private final double width;

    Search(long needed, long parameters, double width) {
      this.needed = needed;
      this.parameters = parameters;
      this.width = width;
    }

    /** All widths by the same share, then single ones as wide as there is room; null for none. */
    Map<String, String> nearest(long budget) {
      for (int step = STEPS - 1; step > 0; step--) {
        Map<String, String> narrower = narrower(step);
        if (bytes(narrower) <= budget) {
          widen(narrower, "wordHidden", budget);
          widen(narrower, "ffn", budget);
          return narrower;
        }
      }
      return null;
    }

    private void widen(Map<String, String> settings, String name, long budget) {
      while (settings.containsKey(name)) {
        Map<String, String> wider = new LinkedHashMap<>(settings);
        int width = Integer.parseInt(settings.get(name)) + WIDTH_STEP;
        wider.put(name, Integer.toString(width));
        int most = Integer.parseInt(recipe.architecture().settings().get(name));
        if (width > most || bytes(wider) > budget) {
          return;
        }
        settings.putAll(wider);
      }
    }

    /** Bytes of the file with these settings, or a few more. */
    long bytes(Map<String, String> settings) {
      Recipe other = recipe(choices, settings);
      return needed
          + (long) ((SizeBudget.parameters(other.architecture()) - parameters) * width)
          - lostWords(other)
          + HEADER_SLACK;
    }
  }

  /** Settings that scale the widths of the recipe's model by a share of {@link #STEPS}. */
  private Map<String, String> narrower(int step) {
    double share = (double) step / STEPS;
    Map<String, String> given = recipe.architecture().settings();
    Map<String, String> narrower = new LinkedHashMap<>();
    int heads = Integer.parseInt(given.getOrDefault("heads", "1"));
    scale(narrower, given, "dim", share, 2 * heads, 2 * heads);
    scale(narrower, given, "wordHidden", share, WIDTH_STEP, WIDTH_STEP);
    scale(narrower, given, "ffn", share, WIDTH_STEP, WIDTH_STEP);
    if (recipe.text().projection() != null) {
      double later = Math.min(1, 2 * share);
      scale(narrower, given, "features", later, WIDTH_STEP, FEWEST_FEATURES);
    } else {
      scale(narrower, given, "vocabulary", share, 1, FEWEST_WORDS);
    }
    return narrower;
  }

  private static void scale(
      Map<String, String> into,
      Map<String, String> given,
      String name,
      double share,
      int step,
      int least) {
    int value = Integer.parseInt(given.getOrDefault(name, "0"));
    int scaled = Math.max(least, (int) (value * share) / step * step);
    if (scaled < value) {
      into.put(name, Integer.toString(scaled));
    }
  }

  /** Bytes of the words that a smaller vocabulary no longer lists. */
  private long lostWords(Recipe candidate) {
    if (recipe.text().vocabulary() == null) {
      return 0;
    }
    int kept = candidate.text().vocabulary().size();
    long bytes = 0;
    for (String word :
        recipe.text().vocabulary().subList(kept, recipe.text().vocabulary().size())) {
      bytes += word.length();
    }
    return bytes;
  }

  private static String options(Map<String, String> settings) {
    StringJoiner options = new StringJoiner(" ");
    settings.forEach((name, value) -> options.add("--set " + name + "=" + value));
    return options.toString();
  }
}
