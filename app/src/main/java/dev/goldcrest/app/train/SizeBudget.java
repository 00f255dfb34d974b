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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How large a model's file will be, known before it is trained, and what would fit instead. */
public final class SizeBudget {
  private static final Pattern SIZE =
      Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(B|KB|MB|GB)?", Pattern.CASE_INSENSITIVE);

  /** In how few bits weights may be stored. */
  private static final WeightForms.Stored FEWEST = WeightForms.Stored.KMEANS4;

  /** Of a weight then. */
  static final double FEWEST_BYTES = 0.5;

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
   * The least that has to be done to a model for its file to fit: nothing, fewer bits, around which
   * training learns, or two factors in place of each weight from the start; null where nothing is
   * enough.
   *
   * @param half whether floats are stored in 16 bits; who asked for 32 gets no fewer
   */
  public static Compression fitting(ModelFile file, Choices choices, boolean half, long budget) {
    for (Compression plan : plans(file.architecture(), choices, half)) {
      if (bytes(file, plan, half) <= budget) {
        return plan;
      }
    }
    return null;
  }

  /**
   * What was asked for and what may be done besides, the gentlest first. Ranks that were asked for,
   * and the shapes of weights to go on from, stay.
   */
  private static List<Compression> plans(Architecture model, Choices choices, boolean half) {
    Compression asked = choices.design();
    boolean shaped = choices.start() != null || asked.reshapes();
    List<Compression> plans = new ArrayList<>(List.of(asked));
    for (Compression plan : half ? Planner.designable(model) : List.<Compression>of()) {
      if (!plan.reshapes()) {
        plans.add(asked.withStored(plan.stored()));
      } else if (!shaped) {
        plans.add(plan);
      }
    }
    return plans;
  }

  /** The bytes of the file whose weights are as the plan says. */
  static long bytes(ModelFile file, Compression plan, boolean half) {
    Architecture as = plan.designed(file.architecture());
    boolean same = as.forms().ranks().equals(file.architecture().forms().ranks());
    return bytes(file.with(as, same ? file.weights() : drawn(as)), half);
  }

  /** The smallest file there is without other settings. */
  static Planner.Found smallest(ModelFile file, Choices choices, boolean half) {
    return plans(file.architecture(), choices, half).stream()
        .map(plan -> new Planner.Found(plan, bytes(file, plan, half), false))
        .min(Comparator.comparingLong(Planner.Found::bytes))
        .orElseThrow();
  }

  /** Says in which way the model is not the usual one, and why. */
  public static void say(Terminal terminal, Compression design, long budget) {
    String factors = ranks(design);
    terminal.notice(
        "to fit into %s %sthe weights are stored as %s; training learns around the rounding",
        Units.bytes(budget),
        factors.isEmpty()
            ? ""
            : "each large weight is two factors from the start (" + factors + ") and ",
        design.stored().name().toLowerCase(Locale.ROOT));
  }

  /** The ranks of a plan as options. */
  static String ranks(Compression design) {
    return design.withStored(null).options();
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

  /** What is too large, how large, and what that could not be helped by. */
  static String start(
      long budget, ModelFile file, Planner.Found least, Choices choices, boolean half) {
    StringBuilder start = new StringBuilder();
    start.append(
        String.format(
            Locale.ROOT,
            "--max-size %s: the model would take %s (%,d weights)",
            Units.bytes(budget),
            Units.bytes(bytes(file, half)),
            parameters(file.architecture())));
    if (half) {
      start.append(", as kmeans4 still ").append(Units.bytes(fewestBytes(file)));
      if (least.plan().reshapes() && !choices.design().reshapes()) {
        start.append(", with ").append(ranks(least.plan()));
        start.append(" still ").append(Units.bytes(least.bytes()));
      }
    }
    return start.toString();
  }

  /**
   * The smallest there is, as options that are kept.
   *
   * @param least without other settings
   * @param narrowest the file of the smallest model that others give
   * @param settings these, as options
   */
  static String nearest(
      Planner.Found least, ModelFile narrowest, String settings, Choices choices, boolean half) {
    long narrow = smallest(narrowest, choices, half).bytes();
    String options = narrow < least.bytes() ? narrow + " " + settings : "" + least.bytes();
    return "the nearest is --max-size " + options;
  }

  /** Bytes of a file whose weights have the fewest bits there are. */
  static long fewestBytes(ModelFile file) {
    return bytes(file.with(Compression.storing(file.architecture(), FEWEST), file.weights()), true);
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
    return architecture.whole();
  }
}
