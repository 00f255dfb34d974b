package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.reproduce.ClassificationStep.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Renders the classification table as Markdown, from finished rows alone. */
final class ClassificationPage {
  /** Below this a difference is taken for one. */
  private static final double SIGNIFICANT = 0.05;

  private final List<ClassificationRow> rows;

  private ClassificationPage(List<ClassificationRow> rows) {
    this.rows = rows;
  }

  /**
   * One line of the first table: a set, the in-scope part of one, or the demo.
   *
   * @param whole whether it is about all examples, as {@link ClassificationRow.Linear#p} is
   */
  private record Line(
      TextSet set,
      String name,
      Variant variant,
      boolean whole,
      Function<ClassificationRow, Double> ours,
      Function<ClassificationRow, Double> linear,
      TextSet.Bounds bounds) {}

  /**
   * The whole document.
   *
   * @param rows at most one for each set, variant and seed
   * @param command that made them
   */
  static String render(List<ClassificationRow> rows, String command) {
    return new ClassificationPage(rows).document(command);
  }

  private String document(String command) {
    StringBuilder out = new StringBuilder();
    out.append("# Text classification\n\n");
    out.append("Made by `").append(command).append("`. Every number is measured on the official");
    out.append(" test file with the model file read back from disk; accuracy in percent, the mean");
    out.append(" over the seeds. One default recipe.\n\n");
    if (rows.isEmpty()) {
      return out.append("No row is finished yet.\n").toString();
    }
    scores(out);
    out.append('\n');
    notes(out);
    out.append("\n## On the device\n\n");
    device(out);
    out.append("\n## One typing error in each word\n\n");
    robustness(out);
    out.append("\n## Where it loses\n\n");
    losses(out);
    out.append("\n## Every run\n\n");
    runs(out);
    return out.toString();
  }

  private static List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    Function<ClassificationRow, Double> ours = row -> row.scores().accuracy();
    Function<ClassificationRow, Double> linear = row -> row.linear().accuracy();
    for (TextSet set : TextSet.ALL) {
      String name =
          set.name() + (set.outOfScope() == null ? "" : ", " + set.outOfScope() + " a class");
      lines.add(new Line(set, name, Variant.MODEL, true, ours, linear, set.bounds()));
      if (set.inScope() != null) {
        lines.add(
            new Line(
                set,
                set.name() + ", in scope only",
                Variant.MODEL,
                false,
                row -> row.scores().inScope(),
                row -> row.linear().inScope(),
                set.inScope()));
      }
      if (set.demo() != null) {
        String demo = set.name() + ", two-minute demo";
        lines.add(new Line(set, demo, Variant.DEMO, true, ours, linear, set.demo()));
      }
    }
    return lines;
  }

  private void scores(StringBuilder out) {
    out.append("| set | goldcrest | by seed | twin | liblinear | fastText | must | goal |\n");
    out.append("|---|---:|---|---:|---:|---:|---:|---:|\n");
    for (Line line : lines()) {
      List<ClassificationRow> models = of(line.set(), line.variant());
      if (models.isEmpty()) {
        continue;
      }
      List<ClassificationRow> twins = twins(line);
      List<String> bySeed = new ArrayList<>();
      models.forEach(row -> bySeed.add(percent(line.ours().apply(row))));
      cells(
          out,
          line.name(),
          "**" + percent(mean(models, line.ours()::apply)) + "**",
          String.join(" ", bySeed),
          twins.isEmpty() ? "-" : percent(mean(twins, line.ours()::apply)),
          percent(line.linear().apply(models.get(0))) + (line.whole() ? tie(models) : ""),
          one(line.bounds().fastText()),
          one(line.bounds().must()),
          one(line.bounds().goal()));
    }
  }

  /** Marks a difference to the linear model that is as likely chance. */
  private static String tie(List<ClassificationRow> models) {
    return models.get(0).linear().p() > SIGNIFICANT ? " ~" : "";
  }

  private void notes(StringBuilder out) {
    out.append("- **twin**: the same model and recipe with a table of word vectors (`--set");
    out.append(" embedding=table`) instead of hashed words, one seed.\n");
    out.append("- **liblinear**: hashed n-grams, the best of up to four recipes by dev accuracy,");
    out.append(" fitted in the same run; `~` where a paired bootstrap over the test examples");
    out.append(" (seed ").append(rows.get(0).seed());
    out.append(") finds no difference to the model at p 0.05.\n");
    out.append("- **fastText**: ").append(TextSet.FAST_TEXT).append(".\n");
    out.append("- **must**, **goal**: what this table owes, and what would be worth days.\n");
  }

  private void device(StringBuilder out) {
    out.append("| set | file | twin's file | liblinear's | weights | words | multiply-adds |");
    out.append(" prediction | of a new text | training |\n");
    out.append("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (TextSet set : TextSet.ALL) {
      List<ClassificationRow> models = of(set, Variant.MODEL);
      if (models.isEmpty()) {
        continue;
      }
      List<ClassificationRow> twins = of(set, Variant.TWIN);
      ClassificationRow first = models.get(0);
      boolean partial = models.stream().anyMatch(row -> row.training().resumed());
      cells(
          out,
          set.name(),
          kilobytes(first.device().bytes()),
          twins.isEmpty() ? "-" : kilobytes(twins.get(0).device().bytes()),
          kilobytes(first.linear().bytes()),
          count(first.device().parameters()),
          count(first.device().words()),
          count(first.device().macs()),
          micros(mean(models, row -> row.device().p50Micros())),
          micros(mean(models, row -> row.device().firstP50Micros())),
          (partial ? "over " : "") + minutes(mean(models, row -> row.training().seconds())));
    }
    out.append("\n1 KB is 1,000 bytes. Multiply-adds for the median test text, the network of");
    out.append(" each word included. A prediction is string in, label out, warm, one thread,");
    out.append(" median; a device keeps the vectors of words it has met, so a text it reads for");
    out.append(" the first time takes longer. Times on a shared machine are what they are.\n");
  }

  private void robustness(StringBuilder out) {
    out.append("| set | goldcrest | drop | twin | drop | liblinear | drop |\n");
    out.append("|---|---:|---:|---:|---:|---:|---:|\n");
    for (TextSet set : TextSet.ALL) {
      List<ClassificationRow> models = of(set, Variant.MODEL);
      List<ClassificationRow> twins = of(set, Variant.TWIN);
      if (models.isEmpty() || twins.isEmpty()) {
        continue;
      }
      ClassificationRow.Linear linear = models.get(0).linear();
      cells(
          out,
          set.name(),
          percent(mean(models, row -> row.scores().misspelt())),
          percent(drop(models)),
          percent(mean(twins, row -> row.scores().misspelt())),
          percent(drop(twins)),
          percent(linear.misspelt()),
          percent(linear.accuracy() - linear.misspelt()));
    }
    out.append(
        "\nOne random edit (insert, delete, substitute or swap) in every word of every test");
    out.append(" text, the same for all; drops in points.");
    TextSet snips = TextSet.ALL.get(0);
    if (!of(snips, Variant.MODEL).isEmpty() && !of(snips, Variant.TWIN).isEmpty()) {
      double ours = drop(of(snips, Variant.MODEL));
      double twins = drop(of(snips, Variant.TWIN));
      out.append(" On snips hashed words lose ").append(percent(ours)).append(" points where a");
      out.append(" table of words loses ").append(percent(twins)).append(": ");
      out.append(
          ours <= twins / 2
              ? "at most half as much, as promised."
              : "more than half as much, which was the promise.");
    }
    out.append('\n');
  }

  private static double drop(List<ClassificationRow> rows) {
    return mean(rows, row -> row.scores().accuracy() - row.scores().misspelt());
  }

  private void losses(StringBuilder out) {
    List<String> found = new ArrayList<>();
    for (Line line : lines()) {
      List<ClassificationRow> models = of(line.set(), line.variant());
      if (models.isEmpty()) {
        continue;
      }
      double ours = mean(models, line.ours()::apply);
      List<ClassificationRow> twins = twins(line);
      double twin = twins.isEmpty() ? Double.NaN : mean(twins, line.ours()::apply);
      double linear = line.linear().apply(models.get(0));
      List<String> against = new ArrayList<>();
      against(against, ours, line.bounds().must() / 100, "what is owed");
      against(against, ours, line.bounds().fastText() / 100, "fastText");
      against(against, ours, linear, "liblinear");
      against(against, ours, twin, "the twin");
      if (!against.isEmpty()) {
        found.add("- " + line.name() + ": " + String.join(", ", against));
      }
    }
    out.append(found.isEmpty() ? "Nowhere in this table.\n" : String.join("\n", found) + "\n");
  }

  private static void against(List<String> losses, double ours, double theirs, String whose) {
    // To the digit that is printed: 97.36 is 97.4.
    if (Math.round(1000 * ours) < Math.round(1000 * theirs)) {
      losses.add(one(100 * (theirs - ours)) + " below " + whose);
    }
  }

  private void runs(StringBuilder out) {
    out.append("| run | accuracy | macro F1 | dev | best epoch | minutes | threads | unseen |");
    out.append(" cut | commit | machine | finished |\n");
    out.append("|---|---:|---:|---:|---:|---:|---:|---:|---:|---|---|---|\n");
    for (ClassificationRow row : rows) {
      ClassificationRow.Training training = row.training();
      cells(
          out,
          row.set() + " " + row.variant().text() + " seed " + row.seed(),
          two(row.scores().accuracy()),
          two(row.scores().macroF1()),
          two(training.devAccuracy()),
          training.bestEpoch() + " of " + training.epochs(),
          (training.resumed() ? "over " : "") + one(training.seconds() / 60),
          count(training.threads()),
          count(row.scores().unseen()),
          count(row.scores().truncated()),
          row.origin().commit(),
          row.origin().machine(),
          row.origin().finished());
    }
    out.append("\nThe same by hand:\n\n```\n");
    for (ClassificationRow row : rows) {
      out.append(row.origin().train()).append('\n').append(row.origin().evaluate()).append('\n');
    }
    out.append("```\n");
  }

  private List<ClassificationRow> of(TextSet set, Variant variant) {
    return rows.stream()
        .filter(row -> row.set().equals(set.name()) && row.variant() == variant)
        .toList();
  }

  /** The twin had the full recipe, so the demo has none. */
  private List<ClassificationRow> twins(Line line) {
    return line.variant() == Variant.MODEL ? of(line.set(), Variant.TWIN) : List.of();
  }

  private static double mean(
      List<ClassificationRow> rows, ToDoubleFunction<ClassificationRow> value) {
    return rows.stream().mapToDouble(value).average().orElse(Double.NaN);
  }

  private static void cells(StringBuilder out, String... cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static String percent(double share) {
    return one(100 * share);
  }

  private static String one(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String two(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share);
  }

  private static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String kilobytes(long bytes) {
    return String.format(Locale.ROOT, "%,d KB", Math.round(bytes / 1000.0));
  }

  private static String micros(double micros) {
    return String.format(Locale.ROOT, micros < 100 ? "%.1f us" : "%,.0f us", micros);
  }

  private static String minutes(double seconds) {
    return String.format(Locale.ROOT, "%.1f min", seconds / 60);
  }
}
