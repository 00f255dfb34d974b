package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Units;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.Weights;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
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

  /** The bytes of the file that a recipe will end in. */
  static long bytes(
      Recipe recipe, List<String> labels, Map<String, Object> provenance, boolean half) {
    Map<String, float[]> zeros = new LinkedHashMap<>();
    for (Value parameter : smallest(recipe.architecture()).parameters().values()) {
      zeros.put(parameter.path(), new float[parameter.shape().size()]);
    }
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
            Weights.of(zeros));
    return bytes(model.file(), half);
  }

  /** The bytes that a model takes as a file. */
  public static long bytes(ModelFile model, boolean half) {
    Counter counter = new Counter();
    try {
      model.write(counter, half);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a counter does no input or output
    }
    return counter.bytes;
  }

  /**
   * Refuses a recipe whose file is larger than the budget, naming the widest narrower one that is
   * not.
   *
   * @param needed bytes of the file with these choices
   */
  static void require(
      long budget, long needed, Choices choices, Corpus corpus, Recipe recipe, boolean half) {
    if (needed <= budget) {
      return;
    }
    int width = half ? Short.BYTES : Float.BYTES;
    long parameters = parameters(recipe.architecture());
    String start =
        String.format(
            Locale.ROOT,
            "--max-size %s: the model would take %s (%,d weights)",
            Units.bytes(budget),
            Units.bytes(needed),
            parameters);
    if (!half && needed - parameters * (Float.BYTES - Short.BYTES) <= budget) {
      throw UserError.unreachable("%s; --half would fit", start);
    }
    if (choices.start() != null) {
      throw UserError.unreachable("%s; a model that goes on from --init keeps its widths", start);
    }
    Search search = new Search(needed, parameters, choices, corpus, recipe, width);
    Map<String, String> fitting = search.nearest(budget);
    if (fitting == null) {
      throw UserError.unreachable(
          "%s and narrower ones still %s; there is no such small %s for %d labels",
          start, Units.bytes(search.smallest), choices.architecture(), corpus.labels().size());
    }
    throw UserError.unreachable(
        "%s; the nearest that fits takes %s: %s",
        start, Units.bytes(search.bytes(fitting)), options(fitting));
  }

  /** Looks for narrower models that fit. */
  private static final class Search {
    private final long needed;
    private final long parameters;
    private final Choices choices;
    private final Corpus corpus;
    private final Recipe recipe;
    private final int width;
    private long smallest;

    Search(long needed, long parameters, Choices choices, Corpus corpus, Recipe recipe, int width) {
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
          + (SizeBudget.parameters(other.architecture()) - parameters) * width
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

  static long parameters(Architecture architecture) {
    long sum = 0;
    for (Value parameter : smallest(architecture).parameters().values()) {
      sum += parameter.shape().size();
    }
    return sum;
  }

  private static Graph smallest(Architecture architecture) {
    return architecture.trace(Architecture.WHOLE, new Sizes(1, architecture.lengthMultiple(), 1));
  }

  private static String options(Map<String, String> settings) {
    StringJoiner options = new StringJoiner(" ");
    settings.forEach((name, value) -> options.add("--set " + name + "=" + value));
    return options.toString();
  }

  private static final class Counter extends OutputStream {
    private long bytes;

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      bytes += length;
    }
  }
}
