package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.Units;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.compress.Compression;
import dev.goldcrest.compress.Planner;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How large a model's file will be, known before it is trained, and what would fit instead. */
public final class SizeBudget {
  private static final Pattern SIZE =
      Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(B|KB|MB|GB)?", Pattern.CASE_INSENSITIVE);

  /** In how few bits weights may be stored, the gentler first. */
  private static final WeightForms.Stored[] STORED = {
    WeightForms.Stored.INT8, WeightForms.Stored.KMEANS4
  };

  /** Of a weight then. */
  public static final double FEWEST_BYTES = 0.5;

  private static final int SHRINKING_STEPS = 64;

  /** Widths stay multiples of this. */
  private static final int WIDTH_STEP = 8;

  /** Fewer bits than this confuse words with each other: other widths shrink first. */
  private static final int FEWEST_FEATURES = 256;

  private static final int FEWEST_WORDS = 500;

  /** What another setting changes in the metadata. */
  private static final int HEADER_SLACK = 256;

  private SizeBudget() {}

  /** Bytes of {@code 200KB}, {@code 1.5MB} or {@code 900000}; 1 KB is 1,000 bytes. */
  public static long parse(String text) {
    Matcher matcher = SIZE.matcher(text.trim());
    if (matcher.matches()) {
      String unit = matcher.group(2) == null ? "B" : matcher.group(2).toUpperCase(Locale.ROOT);
      double factor =
          switch (unit) {
            case "KB" -> 1e3;
            case "MB" -> 1e6;
            case "GB" -> 1e9;
            default -> 1;
          };
      double bytes = Double.parseDouble(matcher.group(1)) * factor;
      if (bytes >= 1 && bytes < 1e15) {
        return (long) bytes;
      }
    }
    throw UserError.usage("--max-size: '%s' is not a size such as 200KB, 1.5MB or 900000", text);
  }

  /** The file that a recipe will end in, but for what its weights learn. */
  static ModelFile file(Recipe recipe, List<String> labels, Map<String, Object> provenance) {
    // As many digits as a calibration can have.
    ClassifierModel.Calibration calibration =
        new ClassifierModel.Calibration(1.2345678901234567, 0.12345678901234567);
    ClassifierModel model =
        new ClassifierModel(
            recipe.architecture(),
            recipe.text(),
            labels,
            calibration,
            provenance,
            drawn(recipe.architecture()));
    return model.file();
  }

  /** First weights: their codes are as hard to pack as any. */
  public static Weights drawn(Architecture architecture) {
    return Weights.initial(smallest(architecture), 1);
  }

  /** The bytes that a model will take as a file, in the forms of its architecture. */
  public static long bytes(ModelFile model, boolean half) {
    return Planner.bytes(Compression.encoded(model), half);
  }

  /**
   * The least that has to be done to how weights are stored for a file to fit: nothing, or fewer
   * bits, around which training learns; null where no form is small enough.
   *
   * @param half whether floats are stored in 16 bits; who asked for 32 gets no fewer
   */
  public static Compression fitting(ModelFile file, Compression design, boolean half, long budget) {
    if (bytes(file, half) <= budget) {
      return design;
    }
    for (WeightForms.Stored stored : STORED) {
      ModelFile fewer = file.with(Compression.storing(file.architecture(), stored), file.weights());
      if (half && bytes(fewer, true) <= budget) {
        return design.withStored(stored);
      }
    }
    return null;
  }

  /** Says that weights have fewer bits than usual, and why. */
  public static void say(Terminal terminal, Compression design, long budget) {
    terminal.notice(
        "to fit into %s the weights are stored as %s; training learns around the rounding",
        Units.bytes(budget), design.stored().name().toLowerCase(Locale.ROOT));
  }

  /**
   * The refusal of a recipe whose file is larger than the budget, naming the widest narrower one
   * that is not.
   *
   * @param file with these choices
   */
  static UserError unreachable(
      long budget, ModelFile file, Choices choices, Corpus corpus, Recipe recipe, boolean half) {
    long parameters = parameters(recipe.architecture());
    long needed = bytes(file, half);
    String start = start(budget, file, half);
    if (!half && needed - parameters * (Float.BYTES - Short.BYTES) <= budget) {
      return UserError.unreachable("%s; --half would fit", start);
    }
    if (choices.start() != null) {
      return UserError.unreachable("%s; a model that goes on from --init keeps its widths", start);
    }
    Search search =
        new Search(needed, parameters, choices, corpus, recipe, half ? Short.BYTES : Float.BYTES);
    if (half) {
      Search coded =
          new Search(fewestBytes(file), parameters, choices, corpus, recipe, FEWEST_BYTES);
      // Codebooks are dear in the smallest models.
      search = coded.nearest(budget) == null ? search : coded;
    }
    Map<String, String> fitting = search.nearest(budget);
    if (fitting == null) {
      return UserError.unreachable(
          "%s and narrower ones still %s; there is no such small %s for %d labels",
          start, Units.bytes(search.smallest), choices.architecture(), corpus.labels().size());
    }
    return UserError.unreachable(
        "%s; the nearest that fits takes %s: %s",
        start, Units.bytes(search.bytes(fitting)), options(fitting));
  }

  /**
   * The post-condition, whatever was foreseen: a file that is larger is put aside.
   *
   * @param budget in bytes, or null
   */
  public static void requireKept(Path out, Long budget) throws IOException {
    if (budget == null || Files.size(out) <= budget) {
      return;
    }
    long bytes = Files.size(out);
    Path aside = out.resolveSibling(out.getFileName() + ".larger");
    Files.move(out, aside, StandardCopyOption.REPLACE_EXISTING);
    throw UserError.unreachable(
        "--max-size %s: the trained model takes %s after all and stands in %s; compress --max-size"
            + " makes it smaller",
        Units.bytes(budget), Units.bytes(bytes), aside);
  }

  /** What is too large, and how large. */
  public static String start(long budget, ModelFile file, boolean half) {
    return String.format(
        Locale.ROOT,
        "--max-size %s: the model would take %s (%,d weights)%s",
        Units.bytes(budget),
        Units.bytes(bytes(file, half)),
        parameters(file.architecture()),
        half ? ", as kmeans4 still " + Units.bytes(fewestBytes(file)) : "");
  }

  /** Bytes of a file whose weights have the fewest bits there are. */
  public static long fewestBytes(ModelFile file) {
    WeightForms.Stored fewest = STORED[STORED.length - 1];
    return bytes(file.with(Compression.storing(file.architecture(), fewest), file.weights()), true);
  }

  /** Looks for narrower models that fit. */
  private static final class Search {
    private final long needed;
    private final long parameters;
    private final Choices choices;
    private final Corpus corpus;
    private final Recipe recipe;
    private final double width;
    private long smallest;

    Search(
        long needed, long parameters, Choices choices, Corpus corpus, Recipe recipe, double width) {
      this.needed = needed;
      this.parameters = parameters;
      this.choices = choices;
      this.corpus = corpus;
      this.recipe = recipe;
      this.width = width;
      this.smallest = needed;
    }

    /** All widths by the same share, then single ones as wide as there is room; null for none. */
    Map<String, String> nearest(long budget) {
      for (int step = SHRINKING_STEPS - 1; step > 0; step--) {
        Map<String, String> narrower = narrower(recipe, (double) step / SHRINKING_STEPS);
        long bytes = bytes(narrower);
        smallest = Math.min(smallest, bytes);
        if (bytes <= budget) {
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
      Recipe other = Recipe.of(choices.with(settings), corpus.shape(), corpus.trainingWords());
      return needed
          + (long) ((SizeBudget.parameters(other.architecture()) - parameters) * width)
          - lostWords(recipe, other)
          + HEADER_SLACK;
    }
  }

  /** Settings that scale the widths of a recipe's model by {@code share}. */
  private static Map<String, String> narrower(Recipe recipe, double share) {
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
  private static long lostWords(Recipe recipe, Recipe candidate) {
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

  /** Weights of a model. */
  public static long parameters(Architecture architecture) {
    long sum = 0;
    for (Value parameter : smallest(architecture).parameters().values()) {
      sum += parameter.shape().size();
    }
    return sum;
  }

  private static Graph smallest(Architecture architecture) {
    return architecture.trace(Architecture.WHOLE, architecture.smallest());
  }

  private static String options(Map<String, String> settings) {
    StringJoiner options = new StringJoiner(" ");
    settings.forEach((name, value) -> options.add("--set " + name + "=" + value));
    return options.toString();
  }
}
