package dev.goldcrest.app.reproduce;

import dev.goldcrest.runtime.SequenceModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Renders the sequence table as Markdown, from finished rows alone. */
final class SequencePage {
  private final List<SequenceRow> rows;

  private SequencePage(List<SequenceRow> rows) {
    this.rows = rows;
  }

  /**
   * The whole document.
   *
   * @param rows at most one for each set, budget, architecture and seed
   * @param command that made them
   */
  static String render(List<SequenceRow> rows, String command) {
    return new SequencePage(rows).document(command);
  }

  /** A row's own score, in a few words. */
  static String score(SequenceRow row) {
    if (row.running() != null) {
      return String.format(Locale.ROOT, "test perplexity %.2f", row.running().perplexity());
    }
    return String.format(
        Locale.ROOT,
        "BLEU %.2f, chrF %.2f, ROUGE %.1f / %.1f / %.1f",
        row.texts().bleu(),
        row.texts().chrf(),
        100 * row.texts().rouge1(),
        100 * row.texts().rouge2(),
        100 * row.texts().rougeL());
  }

  private String document(String command) {
    StringBuilder out = new StringBuilder("# Translation, summaries, language models\n\n");
    out.append("Made by `").append(command).append("`. Every number is measured on the official");
    out.append(" test file with the model file read back from disk, by the runtime in plain Java.");
    out.append(" One default recipe for each task; models of a budget differ in architecture and");
    out.append(" width alone.\n");
    if (rows.isEmpty()) {
      return out.append("\nNo row is finished yet.\n").toString();
    }
    for (SequenceSet set : SequenceSet.ALL) {
      if (of(set).isEmpty()) {
        continue;
      }
      out.append("\n## ").append(set.name()).append("\n\n");
      switch (set.task()) {
        case SequenceModel.TRANSLATE -> translation(out, set);
        case SequenceModel.SUMMARIZE -> summaries(out, set);
        default -> text(out, set);
      }
    }
    search(out);
    out.append("\n## What the columns mean\n\n");
    notes(out);
    out.append("\n## Training\n\n");
    training(out);
    return out.toString();
  }

  private List<SequenceRow> of(SequenceSet set) {
    return rows.stream().filter(row -> row.set().equals(set.name())).toList();
  }

  /** Rows that differ in their seed alone, in the table's order. */
  private List<List<SequenceRow>> groups(SequenceSet set) {
    Map<String, List<SequenceRow>> groups = new LinkedHashMap<>();
    for (SequenceRow row : of(set)) {
      groups
          .computeIfAbsent(row.budget() + " " + row.architecture(), k -> new ArrayList<>())
          .add(row);
    }
    return List.copyOf(groups.values());
  }

  private void translation(StringBuilder out, SequenceSet set) {
    out.append("| budget | model | BLEU | by seed | chrF | perplexity | lead of the first |");
    out.append(" MACs, authors' | all MACs | weights | file | a sentence |\n");
    out.append("|---|---|---:|---|---:|---:|---|---:|---:|---:|---:|---:|\n");
    for (List<SequenceRow> group : groups(set)) {
      SequenceRow first = group.get(0);
      cells(
          out,
          first.budget(),
          first.architecture(),
          "**" + two(mean(group, row -> row.texts().bleu())) + "**",
          each(group, row -> two(row.texts().bleu())),
          two(mean(group, row -> row.texts().chrf())),
          two(mean(group, row -> row.texts().perplexity())),
          each(group, this::lead),
          millions(first.cost().paperMacs()),
          millions(first.cost().macs()),
          millions(first.cost().parameters()),
          megabytes(first.cost().bytes()),
          millis(middle(group, row -> row.texts().p50Millis())));
    }
  }

  private String lead(SequenceRow row) {
    SequenceRow.Lead lead = row.lead();
    boolean there =
        lead != null
            && rows.stream()
                .anyMatch(
                    first ->
                        first.set().equals(row.set())
                            && first.budget().equals(row.budget())
                            && first.seed() == row.seed()
                            && first.recipe().equals(lead.over()));
    return there
        ? String.format(
            Locale.ROOT,
            "%+.2f (%.2f to %.2f, p %.3f)",
            lead.difference(),
            lead.low(),
            lead.high(),
            lead.p())
        : "-";
  }

  private void summaries(StringBuilder out, SequenceSet set) {
    out.append("| model | ROUGE-1 | ROUGE-2 | ROUGE-L | floor, ROUGE-1 | perplexity |");
    out.append(" MACs, authors' | all MACs | weights | a text |\n");
    out.append("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (List<SequenceRow> group : groups(set)) {
      SequenceRow first = group.get(0);
      cells(
          out,
          first.architecture(),
          "**" + one(100 * mean(group, row -> row.texts().rouge1())) + "**",
          one(100 * mean(group, row -> row.texts().rouge2())),
          one(100 * mean(group, row -> row.texts().rougeL())),
          one(set.floor()),
          two(mean(group, row -> row.texts().perplexity())),
          millions(first.cost().paperMacs()),
          millions(first.cost().macs()),
          millions(first.cost().parameters()),
          millis(middle(group, row -> row.texts().p50Millis())));
    }
    List<String> below =
        groups(set).stream()
            .filter(group -> 100 * mean(group, row -> row.texts().rouge1()) < set.floor())
            .map(group -> group.get(0).architecture())
            .toList();
    if (!below.isEmpty()) {
      out.append("\nBelow the floor, so that a text's first words would be the better summary: ");
      out.append(String.join(", ", below)).append(".\n");
    }
  }

  private void text(StringBuilder out, SequenceSet set) {
    out.append("| model | test perplexity | by seed | dev | context | MACs a token, authors' |");
    out.append(" all MACs a token | weights | file |\n");
    out.append("|---|---:|---|---:|---:|---:|---:|---:|---:|\n");
    for (List<SequenceRow> group : groups(set)) {
      SequenceRow first = group.get(0);
      cells(
          out,
          first.architecture(),
          "**" + one(mean(group, row -> row.running().perplexity())) + "**",
          each(group, row -> one(row.running().perplexity())),
          one(mean(group, row -> row.training().devPerplexity())),
          Integer.toString(first.running().context()),
          millions(first.cost().paperMacs() / SequenceTable.COUNTED),
          millions(first.cost().macs() / SequenceTable.COUNTED),
          millions(first.cost().parameters()),
          megabytes(first.cost().bytes()));
    }
  }

  private void search(StringBuilder out) {
    List<SequenceRow> searched = rows.stream().filter(row -> row.search() != null).toList();
    if (searched.isEmpty()) {
      return;
    }
    out.append("\n## The search on the device\n\n");
    out.append("| run | sentences | not the same | runtime | eager libtorch | ratio |\n");
    out.append("|---|---:|---:|---:|---:|---:|\n");
    for (SequenceRow row : searched) {
      SequenceRow.Search search = row.search();
      cells(
          out,
          row.key(),
          Integer.toString(search.sentences()),
          Integer.toString(search.different()),
          millis(search.millis()) + " (" + search.kernels() + ")",
          millis(search.torchMillis()),
          one(search.torchMillis() / search.millis()));
    }
    out.append(
        "\nThe same weights, the same search (beam as the file says, one sentence at a time),");
    out.append(" one thread each, sentence by sentence in turns, medians. Not the same: sentences");
    out.append(" for which SIMD, plain loops and libtorch do not all find the same target, score");
    out.append(" ties within 1e-4 aside.\n");
  }

  private static void notes(StringBuilder out) {
    out.append("- **BLEU**: sacreBLEU's 13a tokens, cased as given, beam 4. **Perplexity** of");
    out.append(" translations and summaries is per token of the references, of running text per");
    out.append(" word over contiguous blocks of the context. Of references that a target joins by");
    out.append(" ` ||| ` the first counts, for every score.\n");
    out.append(
        "- **Lead of the first**: how much BLEU the first model of the budget has over this");
    out.append(
        " one with the same seed; in brackets the middle 95 % and p of a paired bootstrap over"
            + " the");
    out.append(" test sentences.\n");
    out.append("- **MACs, authors'**: multiply-adds of one pass over ");
    out.append(SequenceTable.COUNTED).append(" source and ").append(SequenceTable.COUNTED);
    out.append(" target tokens as Lite Transformer's authors count: without embeddings, output");
    out.append(" matrix and convolution taps. **All MACs** leaves nothing out: of models that");
    out.append(" the authors' rule finds equal the Lite Transformer is the wider one, with larger");
    out.append(" embeddings and output matrix, and takes up to half as many again in all.\n");
    out.append("- **Summaries** are learned from the set's ten to fifteen thousand pairs and");
    out.append(
        " nothing else, which is little: such a model names what a story is about and often");
    out.append(" gets a detail wrong, and of e-mails it knows the usual subjects.\n");
    out.append(
        "- **A sentence**, **a text**: median of the search on one thread, of several seeds'");
    out.append(" the middle one. Times on a");
    out.append(" shared machine are what they are.\n");
    out.append("- **Floor**: the first words of the text as its summary; see the set's README.\n");
  }

  private void training(StringBuilder out) {
    out.append("| run | dev perplexity | best epoch | minutes | CPU minutes | tokens/s |");
    out.append(" GFLOP/s | threads |");
    out.append(" commit | machine | finished |\n");
    out.append("|---|---:|---:|---:|---:|---:|---:|---:|---|---|---|\n");
    for (SequenceRow row : rows) {
      SequenceRow.Training training = row.training();
      cells(
          out,
          row.key(),
          two(training.devPerplexity()),
          training.bestEpoch() + " of " + training.epochs(),
          (training.resumed() ? "over " : "") + one(training.seconds() / 60),
          training.cpuSeconds() == null ? "-" : one(training.cpuSeconds() / 60),
          String.format(Locale.ROOT, "%,.0f", training.tokensPerSecond()),
          one(training.gigaflops()),
          Integer.toString(training.threads()),
          row.origin().commit(),
          row.origin().machine(),
          row.origin().finished());
    }
    out.append("\nMinutes are the clock's: a run whose CPU minutes are fewer than minutes times");
    out.append(" threads shared the processor with others or waited for them.");
    out.append(" Tokens are read and written ones. GFLOP/s count the multiply-adds of the model");
    out.append(" alone, twice for the two operations and three times for forward and back; what");
    out.append(
        " padding, dropout and the optimiser cost is not in them. `precision=bfloat16` rounds");
    out.append(" what training multiplies, alike for all models of a budget; weights, sums and");
    out.append(" scores are float32.\n");
    out.append("\nThe same by hand:\n\n```\n");
    for (SequenceRow row : rows) {
      out.append(row.origin().train()).append('\n').append(row.origin().evaluate()).append('\n');
    }
    out.append("```\n");
  }

  private static double mean(List<SequenceRow> rows, ToDoubleFunction<SequenceRow> value) {
    return rows.stream().mapToDouble(value).average().orElse(Double.NaN);
  }

  /** The middle one of the seeds: a machine that was busy once does not count. */
  private static double middle(List<SequenceRow> rows, ToDoubleFunction<SequenceRow> value) {
    double[] sorted = rows.stream().mapToDouble(value).sorted().toArray();
    int half = sorted.length / 2;
    return (sorted[half] + sorted[(sorted.length - 1) / 2]) / 2;
  }

  private static String each(List<SequenceRow> rows, Function<SequenceRow, String> value) {
    return String.join(", ", rows.stream().map(value).toList());
  }

  private static void cells(StringBuilder out, String... cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static String one(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String two(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String millions(long count) {
    return String.format(Locale.ROOT, "%.2f M", count / 1e6);
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  private static String millis(double millis) {
    return String.format(Locale.ROOT, "%.1f ms", millis);
  }
}
