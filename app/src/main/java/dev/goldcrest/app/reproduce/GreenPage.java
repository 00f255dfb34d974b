package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.energy.Footprint;
import dev.goldcrest.app.report.Curves;
import dev.goldcrest.app.reproduce.GreenModels.Size;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Renders the Greenformers table as Markdown and its picture, from finished rows alone. */
final class GreenPage {
  private static final double MEGA = 1e6;
  private static final String LOW_RANK = "low rank 0.5";
  private static final String LINFORMER = "Linformer k=128";

  private final List<Map<String, Object>> rows;
  private final StringBuilder out = new StringBuilder();

  private GreenPage(List<Map<String, Object>> rows) {
    this.rows = rows;
  }

  /**
   * @param picture how the document refers to {@link #picture}, or null for none
   */
  static String render(List<Map<String, Object>> rows, String command, String picture) {
    return new GreenPage(rows).document(command, picture);
  }

  /** Time and memory by length, a row of panels for each size; null without such rows. */
  static String picture(List<Map<String, Object>> rows) {
    GreenPage page = new GreenPage(rows);
    List<Curves.Panel> panels = new ArrayList<>();
    for (Size size : GreenTable.SIZES) {
      List<Map<String, Object>> some = page.lengths(size);
      if (!some.isEmpty()) {
        String what = size.layers() + " layers, d = " + size.dim();
        panels.add(new Curves.Panel("Time, " + what, "ms", page.lines(some, "millis", 1)));
        panels.add(new Curves.Panel("Memory, " + what, "MB", page.lines(some, "memory", 1 / MEGA)));
      }
    }
    return panels.isEmpty() ? null : Curves.svg("Time and memory by length", panels);
  }

  private List<Curves.Line> lines(List<Map<String, Object>> some, String field, double scale) {
    Map<String, List<double[]>> lines = new LinkedHashMap<>();
    for (Map<String, Object> row : some) {
      for (Map<?, ?> one : contenders(row)) {
        double y = field.equals("memory") ? memory(one) : number(one, field);
        lines
            .computeIfAbsent((String) one.get("name"), name -> new ArrayList<>())
            .add(new double[] {length(row), y * scale});
      }
    }
    List<Curves.Line> all = new ArrayList<>();
    lines.forEach((name, points) -> all.add(new Curves.Line(name, points)));
    return all;
  }

  private String document(String command, String picture) {
    text("# Greenformers\n\nMade by `%s`", command);
    text(rows.isEmpty() ? ".\n\n" : " on %s.\n", rows.isEmpty() ? "" : rows.get(0).get("machine"));
    text(
        "Weights are random, which changes no time. Models take turns on one thread of our runtime;");
    text(
        " times are medians of the processor's time they take, which other work does not lengthen.\n\n");
    if (rows.isEmpty()) {
      return out.append("No row is finished yet.\n").toString();
    }
    bert();
    training();
    boolean lengths = rows.stream().anyMatch(row -> is(row, GreenTable.LENGTHS));
    for (Size size : GreenTable.SIZES) {
      lengths(size, lengths(size));
    }
    if (lengths) {
      why();
    }
    if (picture != null && lengths) {
      text("![Time and memory by length](%s)\n", picture);
    }
    return out.toString();
  }

  private void text(String format, Object... args) {
    out.append(args.length == 0 ? format : String.format(Locale.ROOT, format, args));
  }

  private static boolean is(Map<String, Object> row, String kind) {
    return row.get("kind").equals(kind);
  }

  private List<Map<String, Object>> of(String kind) {
    return rows.stream().filter(row -> is(row, kind)).toList();
  }

  private List<Map<String, Object>> lengths(Size size) {
    return of(GreenTable.LENGTHS).stream()
        .filter(row -> row.get("size").equals(size.name()))
        .toList();
  }

  private static List<Map<?, ?>> contenders(Map<String, Object> row) {
    List<Map<?, ?>> all = new ArrayList<>();
    ((List<?>) row.get("contenders")).forEach(one -> all.add((Map<?, ?>) one));
    return all;
  }

  private static double number(Map<?, ?> one, String field) {
    return ((Number) one.get(field)).doubleValue();
  }

  private static int length(Map<String, Object> row) {
    return ((Number) row.get("length")).intValue();
  }

  /** All that the heap holds for a model that runs. */
  private static double memory(Map<?, ?> one) {
    return number(one, "weightBytes") + number(one, "sessionBytes");
  }

  private static String saved(double of, double dense) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * (1 - of / dense));
  }

  private static String kind(Map<?, ?> one) {
    return Boolean.TRUE.equals(one.get("energyMeasured")) ? "measured" : "estimated";
  }

  private void bert() {
    List<Map<String, Object>> some = of(GreenTable.BERT);
    if (some.isEmpty()) {
      return;
    }
    text("## Low rank on BERT-base\n\n");
    text("Every linear of the layers named and the pooler in two factors; a part of the largest");
    text(" rank that saves, or a rank. A pass reads %d tokens.", GreenTable.TOKENS);
    text(
        " The thesis (arXiv 2108.10808) *estimates* a saving of more than 30 %% of compute, money"
            .replace("%%", "%"));
    text(" and CO2; how is not known, so each way to read it has its column.\n\n");
    Map<?, ?> first = contenders(some.get(0)).get(0);
    text("| model | parameters | of the authors' code | multiply-adds | saved | time | saved |");
    text(" energy of 1,000 passes, %s | saved |\n", kind(first));
    text("|---|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    pass(first, first, 109_482_240);
    for (Map<String, Object> row : some) {
      long published = GreenTable.Variant.valueOf((String) row.get("variant")).published;
      pass(contenders(row).get(1), contenders(row).get(0), published);
    }
    text("\nEach time is saved against the dense model that it took turns with. Parameters fall");
    text(" less than multiply-adds because embeddings, a fifth of them, stay.\n\n");
  }

  private void pass(Map<?, ?> one, Map<?, ?> dense, long published) {
    text(
        "| %s | %,.0f | %,d | %.2f G | %s | %.0f ms | %s | %s | %s |\n",
        one.get("name"),
        number(one, "parameters"),
        published,
        number(one, "macs") / 1e9,
        one == dense ? "" : saved(number(one, "macs"), number(dense, "macs")),
        number(one, "millis"),
        one == dense ? "" : saved(number(one, "millis"), number(dense, "millis")),
        Footprint.energy(1000 * number(one, "wattHours")),
        one == dense ? "" : saved(number(one, "wattHours"), number(dense, "wattHours")));
  }

  private void training() {
    List<Map<String, Object>> some = of(GreenTable.TRAINING);
    if (some.isEmpty()) {
      return;
    }
    Map<?, ?> first = contenders(some.get(0)).get(0);
    text("## A training step of it\n\n");
    text(
        "Forward, backward and AdamW on libtorch, %.0f texts of %d tokens, the processor's time of"
            + " all threads. At equal steps the time of a step is what training saves.\n\n",
        number(first, "batch"), GreenTable.TOKENS);
    text("| model | dense step | its step | saved | its energy, %s | saved |\n", kind(first));
    text("|---|---:|---:|---:|---:|---:|\n");
    for (Map<String, Object> row : some) {
      Map<?, ?> dense = contenders(row).get(0);
      Map<?, ?> low = contenders(row).get(1);
      text(
          "| %s | %,.0f ms | %,.0f ms | %s | %s | %s |\n",
          low.get("name"),
          number(dense, "millis"),
          number(low, "millis"),
          saved(number(low, "millis"), number(dense, "millis")),
          Footprint.energy(number(low, "wattHours")),
          saved(number(low, "wattHours"), number(dense, "wattHours")));
    }
    text("\n");
  }

  private void lengths(Size size, List<Map<String, Object>> some) {
    if (some.isEmpty()) {
      return;
    }
    text("## By length: %d layers, d = %d, %d heads\n\n", size.layers(), size.dim(), size.heads());
    text(
        "Milliseconds of a pass over one text, and megabytes on the heap while it runs: weights as");
    text(" kernels read them, activations and scratch. The best of a row is bold.\n\n");
    table(some, "ms", false);
    table(some, "MB", true);
    crossing(some);
  }

  private void table(List<Map<String, Object>> some, String unit, boolean memory) {
    text("| tokens");
    contenders(some.get(0)).forEach(one -> text(" | %s", one.get("name")));
    text(" |\n|---:%s|\n", "|---:".repeat(contenders(some.get(0)).size()));
    for (Map<String, Object> row : some) {
      List<Map<?, ?>> all = contenders(row);
      double best = all.stream().mapToDouble(one -> value(one, memory)).min().orElse(0);
      text("| %,d", length(row));
      for (Map<?, ?> one : all) {
        double value = value(one, memory);
        String shown = String.format(Locale.ROOT, value < 99.95 ? "%.1f" : "%,.0f", value);
        text(value == best ? " | **%s**" : " | %s", shown + " " + unit);
      }
      text(" |\n");
    }
    text("\n");
  }

  private static double value(Map<?, ?> one, boolean memory) {
    return memory ? memory(one) / MEGA : number(one, "millis");
  }

  private static Map<?, ?> named(Map<String, Object> row, String name) {
    return contenders(row).stream()
        .filter(one -> name.equals(one.get("name")))
        .findFirst()
        .orElseThrow();
  }

  private static void join(StringBuilder to, String... lines) {
    to.append(String.join(" ", lines)).append("\n\n");
  }

  private void why() {
    join(
        out,
        "The thesis puts the crossing near 512 tokens. Why ours is where it is: low rank halves the",
        "linears, 12 d² multiply-adds a token and layer, and leaves attention, 2 n d. Linformer makes",
        "attention 2 k d, pays 2 k d for its two projections and saves most of the linears of keys and",
        "values, 2 d². They take the same multiply-adds at n = (d + k) + sqrt((d + k)² + d k) tokens,",
        "which grows with the width: 808 at d = 256, 1,845 at d = 768. In time they meet earlier,",
        "because each of n² scores costs an exponential besides, and because thin factors are multiplied",
        "at fewer multiply-adds a second than square weights. In memory low rank has the smaller file",
        "and Linformer two matrices more a layer; what grows with n² is the scores of one head at a",
        "time, which are small until texts are very long.");
  }

  private void crossing(List<Map<String, Object>> some) {
    text("Low rank against Linformer with k = 128: in time %s,", where(some, "millis"));
    text(" in multiply-adds %s, in memory %s.\n\n", where(some, "macs"), where(some, "memory"));
  }

  /** Where Linformer begins to take less than low rank, between two lengths on logarithms. */
  private static String where(List<Map<String, Object>> some, String field) {
    double lastLength = 0;
    double lastRatio = 0;
    for (Map<String, Object> row : some) {
      Map<?, ?> low = named(row, LOW_RANK);
      Map<?, ?> lin = named(row, LINFORMER);
      boolean memory = field.equals("memory");
      double ratio =
          Math.log(memory ? memory(lin) / memory(low) : number(lin, field) / number(low, field));
      if (ratio <= 0) {
        if (lastLength == 0) {
          return "Linformer is ahead from " + length(row) + " tokens on";
        }
        double share = lastRatio / (lastRatio - ratio);
        double at = lastLength * Math.pow(length(row) / lastLength, share);
        return String.format(Locale.ROOT, "they cross near %,.0f tokens", at);
      }
      lastLength = length(row);
      lastRatio = ratio;
    }
    return String.format(Locale.ROOT, "low rank is ahead up to %,.0f tokens", lastLength);
  }
}
