package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.reproduce.DistilStep.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Renders the distillation table as Markdown, from finished rows alone. */
final class DistilPage {
  /** Points that the fine-tuned general encoder owes over the same model from scratch on sst2. */
  private static final double OWED_ON_SST2 = 3;

  /** A difference that chance alone gives at most so often is one. */
  private static final double SELDOM = 0.05;

  /** Points that it owes over liblinear with few labels. */
  private static final double OWED_WITH_FEW = 15;

  private static final long MOST_TAUGHT_BYTES = 300_000;

  private final List<DistilRow> rows;

  private DistilPage(List<DistilRow> rows) {
    this.rows = rows;
  }

  /** The whole document. */
  static String render(List<DistilRow> rows, String command) {
    StringBuilder out = new StringBuilder("# Distillation\n\n");
    out.append("Made by `").append(command).append("`. Accuracy in percent on the official test");
    out.append(" files, the mean over the seeds, with the model files read back from disk.\n\n");
    return out.append(sections(rows)).toString();
  }

  /** The parts of the document, to stand in another one. */
  static String sections(List<DistilRow> rows) {
    if (rows.isEmpty()) {
      return "No row is finished yet.\n";
    }
    DistilPage page = new DistilPage(rows);
    StringBuilder out = new StringBuilder();
    page.encoder(out);
    page.tuned(out);
    page.taught(out);
    page.losses(out);
    page.runs(out);
    return out.toString();
  }

  private void encoder(StringBuilder out) {
    for (DistilRow row : of(DistilStep.BASE, Variant.ENCODER)) {
      out.append("## A general encoder without a vocabulary\n\n");
      out.append(
          String.format(
              Locale.ROOT,
              "%,d weights, %s, %,d multiply-adds for 12 words. It read %,d texts without labels"
                  + " %.1f times and gives vectors whose mean cosine to MiniLM's is **%.4f** on"
                  + " %,d held-out texts; %.0f minutes.%n%n",
              row.parameters(),
              kilobytes(row.bytes()),
              row.macs(),
              row.encoder().trainTexts(),
              row.encoder().epochs(),
              row.encoder().cosine(),
              row.encoder().devTexts(),
              row.seconds() / 60));
    }
  }

  private void tuned(StringBuilder out) {
    List<Gain> gains = gains();
    if (gains.isEmpty()) {
      return;
    }
    out.append("## Fine-tuned from the general encoder\n\n");
    out.append(
        "| set | texts | seeds | from scratch | fine-tuned | gain (p) | liblinear | owed |\n");
    out.append("|---|---:|---:|---:|---:|---:|---:|---|\n");
    gains.forEach(gain -> out.append(line(gain)));
    out.append(
        "\nFrom scratch is the same architecture on the labels alone. p, a seed each, is of a");
    out.append(" paired bootstrap over the test examples: how likely chance alone gives such a");
    out.append(" difference. With its labels and 16-bit floats a model takes ");
    List<DistilRow> tuned = rows.stream().filter(row -> row.variant() == Variant.TUNED).toList();
    out.append(kilobytes(tuned.stream().mapToLong(DistilRow::bytes).min().orElse(0)));
    out.append(" to ");
    out.append(kilobytes(tuned.stream().mapToLong(DistilRow::bytes).max().orElse(0)));
    out.append("; `compress --quantize int8` halves that and measures what it costs in time.\n\n");
  }

  /**
   * What the general encoder is worth on a set, in points, the mean over the seeds.
   *
   * @param after the fine-tuned rows
   */
  private record Gain(
      String set, boolean few, List<DistilRow> after, double from, double to, double linear) {
    private String name() {
      boolean scoped = few && after.get(0).scores().inScope() != null;
      return set
          + (few ? ", " + DistilStep.FEW + " labels a class" : "")
          + (scoped ? ", in scope" : "");
    }

    /** Whether chance alone seldom gives such differences, in most seeds and either direction. */
    private boolean told() {
      long seldom =
          after.stream()
              .map(row -> row.scores().chance())
              .filter(p -> p != null && p <= SELDOM)
              .count();
      return 2 * seldom > after.size();
    }

    private double points() {
      return to - from;
    }
  }

  private List<Gain> gains() {
    List<Gain> gains = new ArrayList<>();
    for (String set : DistilStep.TUNED_SETS) {
      gain(gains, set, Variant.SCRATCH, Variant.TUNED);
      gain(gains, set, Variant.FEW_SCRATCH, Variant.FEW_TUNED);
    }
    return gains;
  }

  private void gain(List<Gain> gains, String set, Variant scratch, Variant tuned) {
    List<DistilRow> before = of(set, scratch);
    List<DistilRow> after = new ArrayList<>(of(set, tuned));
    Set<Long> both = before.stream().map(DistilRow::seed).collect(Collectors.toSet());
    after.removeIf(row -> !both.contains(row.seed()));
    before = before.stream().filter(row -> has(after, row.seed())).toList();
    if (before.isEmpty() || after.isEmpty()) {
      return;
    }
    boolean few = tuned == Variant.FEW_TUNED;
    boolean scoped = few && after.get(0).scores().inScope() != null;
    Function<DistilRow, Double> ours =
        row -> scoped ? row.scores().inScope() : row.scores().accuracy();
    Function<DistilRow, Double> theirs =
        row -> scoped ? row.scores().linearInScope() : row.scores().linear();
    gains.add(
        new Gain(
            set,
            few,
            after,
            100 * mean(before, ours),
            100 * mean(after, ours),
            100 * mean(after, theirs)));
  }

  private static boolean has(List<DistilRow> rows, long seed) {
    return rows.stream().anyMatch(row -> row.seed() == seed);
  }

  private static String line(Gain gain) {
    double owed = gain.set().equals("sst2") ? OWED_ON_SST2 : 0;
    String verdict =
        gain.few()
            ? verdict(gain.to() - gain.linear(), OWED_WITH_FEW, true, "over liblinear")
            : verdict(gain.points(), owed, gain.told(), "over scratch");
    String chance =
        gain.after().stream()
            .map(row -> row.scores().chance())
            .filter(Objects::nonNull)
            .map(p -> String.format(Locale.ROOT, "%.3f", p))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "| %s | %,d | %d | %.1f | **%.1f** | %+.1f%s | %.1f | %s |%n",
        gain.name(),
        gain.after().get(0).scores().trainTexts(),
        gain.after().size(),
        gain.from(),
        gain.to(),
        gain.points(),
        chance.isEmpty() ? "" : " (" + chance + ")",
        gain.linear(),
        verdict);
  }

  private static String verdict(double gain, double owed, boolean told, String over) {
    String wanted =
        owed == 0 ? "more than 0 " + over : String.format(Locale.ROOT, "%.0f %s", owed, over);
    boolean held = owed == 0 ? gain > 0 : gain >= owed;
    if (held && !told) {
      return wanted + ": not told apart";
    }
    return wanted + (held ? ": held" : String.format(Locale.ROOT, ": not held (%+.1f)", gain));
  }

  private void taught(StringBuilder out) {
    List<String> lines = new ArrayList<>();
    for (String set : DistilStep.TAUGHT_SETS) {
      taught(lines, set);
    }
    if (lines.isEmpty()) {
      return;
    }
    out.append("## Taught by a fine-tuned MiniLM\n\n");
    out.append("| set | teacher | its file | taught | its file | must | goal |\n");
    out.append("|---|---:|---:|---:|---:|---:|---:|\n");
    lines.forEach(out::append);
    out.append('\n');
  }

  private void taught(List<String> lines, String set) {
    List<DistilRow> teachers = of(set, Variant.TEACHER);
    List<DistilRow> taught = of(set, Variant.TAUGHT);
    if (teachers.isEmpty() || taught.isEmpty()) {
      return;
    }
    boolean scoped = taught.get(0).scores().inScope() != null;
    Function<DistilRow, Double> score =
        row -> scoped ? row.scores().inScope() : row.scores().accuracy();
    double must = scoped ? 92 : 83;
    double goal = scoped ? 93.5 : 86;
    long bytes = taught.get(0).bytes();
    lines.add(
        String.format(
            Locale.ROOT,
            "| %s | %.1f | %s | **%.1f** | %s%s | %.1f | %.1f |%n",
            set + (scoped ? ", in scope" : ""),
            100 * mean(teachers, score),
            kilobytes(teachers.get(0).bytes()),
            100 * mean(taught, score),
            kilobytes(bytes),
            bytes > MOST_TAUGHT_BYTES ? " (too large)" : "",
            must,
            goal));
  }

  private void losses(StringBuilder out) {
    List<String> found = new ArrayList<>();
    for (Gain gain : gains()) {
      if (gain.points() < 0) {
        found.add(
            String.format(
                Locale.ROOT,
                "- %s: %.1f points below the same model from scratch",
                gain.name(),
                -gain.points()));
      }
      if (gain.to() < gain.linear()) {
        found.add(
            String.format(
                Locale.ROOT,
                "- %s: %.1f points below liblinear",
                gain.name(),
                gain.linear() - gain.to()));
      }
    }
    for (String set : DistilStep.TAUGHT_SETS) {
      List<DistilRow> taught = of(set, Variant.TAUGHT);
      double below =
          100
              * (mean(of(set, Variant.TEACHER), row -> row.scores().accuracy())
                  - mean(taught, row -> row.scores().accuracy()));
      if (below > 0) {
        found.add(
            String.format(
                Locale.ROOT,
                "- %s: the taught model is %.1f points below its teacher over all labels",
                set,
                below));
      }
    }
    out.append("## Where it loses\n\n");
    out.append(found.isEmpty() ? "Nowhere in this table.\n" : String.join("\n", found) + "\n");
    out.append('\n');
  }

  private void runs(StringBuilder out) {
    out.append("## Every run\n\n");
    out.append("| run | accuracy | dev | file | minutes | commit | machine | done |\n");
    out.append("|---|---:|---:|---:|---:|---|---|---|\n");
    for (DistilRow row : rows) {
      DistilRow.Scores scores = row.scores();
      out.append(
          String.format(
              Locale.ROOT,
              "| %s %s seed %d | %s | %s | %s | %.1f | %s | %s | %s |%n",
              row.set(),
              row.variant().text(),
              row.seed(),
              scores == null ? "-" : two(scores.accuracy()),
              scores == null ? "-" : two(scores.devAccuracy()),
              kilobytes(row.bytes()),
              row.seconds() / 60,
              row.origin().commit(),
              row.origin().machine(),
              row.origin().finished()));
    }
    out.append("\nThe same by hand (few.tsv has the first ");
    out.append(DistilStep.FEW).append(" rows of each label):\n\n```\n");
    for (DistilRow row : rows) {
      out.append(row.origin().train()).append('\n').append(row.origin().evaluate()).append('\n');
    }
    out.append("```\n");
  }

  private List<DistilRow> of(String set, Variant variant) {
    return rows.stream().filter(row -> row.set().equals(set) && row.variant() == variant).toList();
  }

  private static double mean(List<DistilRow> rows, Function<DistilRow, Double> value) {
    return rows.stream().mapToDouble(value::apply).average().orElse(Double.NaN);
  }

  private static String two(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share);
  }

  private static String kilobytes(long bytes) {
    return String.format(Locale.ROOT, "%,d KB", Math.round(bytes / 1000.0));
  }
}
