package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.reproduce.StreamsTable.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Renders the streams table as Markdown, from finished rows alone. */
final class StreamsPage {
  private final List<Map<String, Object>> rows;
  private final StringBuilder out = new StringBuilder();

  private StreamsPage(List<Map<String, Object>> rows) {
    this.rows = rows;
  }

  static String render(List<Map<String, Object>> rows, String command) {
    return new StreamsPage(rows).document(command);
  }

  private String document(String command) {
    text(
        "# Streams\n\nMade by `%s`. LSTR, preset `tiny`, on hapt_stream (30 features of a waist",
        command);
    text(" sensor every 0.32 s, 12 activities and none, split by person): trained on the training");
    text(" people, the best epoch chosen on the dev people, measured on the test people frame by");
    text(" frame as a device does, with the model file read back. mAP is the mean over the 12");
    text(
        " labels of the per-frame average precision, mcAP the calibrated one (0.5 is chance).\n\n");
    if (rows.isEmpty()) {
      return out.append("No row is finished yet.\n").toString();
    }
    scores();
    classes();
    speed();
    runs();
    return out.toString();
  }

  private void text(String format, Object... args) {
    out.append(args.length == 0 ? format : String.format(Locale.ROOT, format, args));
  }

  private List<Map<String, Object>> of(Variant variant) {
    return rows.stream().filter(row -> row.get("variant").equals(variant.name())).toList();
  }

  private static Map<?, ?> map(Object value) {
    return (Map<?, ?>) value;
  }

  private static double score(Map<String, Object> row, String name) {
    return ((Number) map(row.get("scores")).get(name)).doubleValue();
  }

  private static double mean(List<Map<String, Object>> some, String name) {
    return some.stream().mapToDouble(row -> score(row, name)).average().orElse(Double.NaN);
  }

  private void scores() {
    text("| model | mAP | by seed | mcAP | accuracy | noticed | mean delay | dev mAP |\n");
    text("|---|---:|---|---:|---:|---:|---:|---:|\n");
    for (Variant variant : Variant.values()) {
      List<Map<String, Object>> some = of(variant);
      if (some.isEmpty()) {
        continue;
      }
      List<String> bySeed = new ArrayList<>();
      double found = 0;
      double delay = 0;
      double dev = 0;
      for (Map<String, Object> row : some) {
        bySeed.add(String.format(Locale.ROOT, "%.1f", 100 * score(row, "mAP")));
        Map<?, ?> delays = map(map(row.get("scores")).get("delay"));
        found +=
            ((Number) delays.get("found")).doubleValue()
                / ((Number) delays.get("instances")).doubleValue()
                / some.size();
        delay += ((Number) delays.get("mean")).doubleValue() / some.size();
        dev += ((Number) map(row.get("training")).get("devMap")).doubleValue() / some.size();
      }
      text(
          "| %s | **%.1f** | %s | %.1f | %.1f | %.1f %% | %.1f frames | %.1f |\n",
          variant.text,
          100 * mean(some, "mAP"),
          String.join(" ", bySeed),
          100 * mean(some, "mcAP"),
          100 * mean(some, "accuracy"),
          100 * found,
          delay,
          100 * dev);
    }
    text("| logistic regression, last 8 frames | 67.4 | | | 73.4 | | | |\n");
    text("| logistic regression, one frame | 48.0 | | | 62.6 | | | |\n\n");
    text("All in percent. The logistic regressions are those of the data set's own description.");
    text(
        " 48 of the 55 training and test recordings go through the same activities in exactly the");
    text(
        " same order, which a long memory can learn; how much of its gain is that, the table does");
    text(" not tell.");
    text(" **Noticed**: instances during which their label is the best one at least once;");
    text(" **delay**: frames from the first of such an instance to that moment, 0.32 s each.\n");
  }

  private void classes() {
    List<Map<String, Object>> models = of(Variant.MODEL);
    List<Map<String, Object>> shorts = of(Variant.SHORT);
    if (models.isEmpty() || shorts.isEmpty()) {
      return;
    }
    text(
        "\n## By label\n\n| label | frames | AP | AP, short memory only |\n|---|---:|---:|---:|\n");
    TreeSet<Integer> labels = new TreeSet<>();
    for (Object label : (List<?>) map(models.get(0).get("scores")).get("labels")) {
      labels.add(Integer.parseInt(map(label).get("label").toString()));
    }
    for (int label : labels) {
      Map<?, ?> first = label(models.get(0), label);
      text(
          "| %d | %,d | %.1f | %.1f |\n",
          label,
          ((Number) first.get("frames")).intValue(),
          100 * models.stream().mapToDouble(row -> precision(row, label)).average().orElse(0),
          100 * shorts.stream().mapToDouble(row -> precision(row, label)).average().orElse(0));
    }
    text("\n## By tenth of an instance\n\n| model | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 |\n");
    text("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (Variant variant : Variant.values()) {
      List<Map<String, Object>> some = of(variant);
      if (!some.isEmpty()) {
        text("| %s |", variant.text);
        for (int stage = 0; stage < 10; stage++) {
          int at = stage;
          text(
              " %.1f |",
              100
                  * some.stream()
                      .mapToDouble(
                          row ->
                              ((Number)
                                      ((List<?>) map(row.get("scores")).get("calibratedStages"))
                                          .get(at))
                                  .doubleValue())
                      .average()
                      .orElse(0));
        }
        text("\n");
      }
    }
    text("\nmcAP of the frames in each tenth against all frames without the label, as the authors");
    text(" count (the last frame of an instance is in no tenth).\n");
  }

  private static Map<?, ?> label(Map<String, Object> row, int wanted) {
    for (Object label : (List<?>) map(row.get("scores")).get("labels")) {
      if (map(label).get("label").equals(Integer.toString(wanted))) {
        return map(label);
      }
    }
    return Map.of("AP", 0.0, "frames", 0);
  }

  private static double precision(Map<String, Object> row, int label) {
    return ((Number) label(row, label).get("AP")).doubleValue();
  }

  private void speed() {
    List<Map<String, Object>> some = rows.stream().filter(row -> row.containsKey("speed")).toList();
    if (some.isEmpty()) {
      return;
    }
    text("\n## Speed\n\n");
    text("| preset | stream, a frame | its slowest frame | batch, a prediction | ratio |");
    text(" frames a second | frames in a row | allocated | heap |\n");
    text("|---|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (Map<String, Object> row : some) {
      Map<?, ?> speed = map(row.get("speed"));
      double stream = ((Number) speed.get("streamMillis")).doubleValue();
      double batch = ((Number) speed.get("batchMillis")).doubleValue();
      text(
          "| %s | %.3f ms | %.3f ms | %.3f ms | **%.1f** | %,.0f | %,d | %,d bytes | %+,d bytes |\n",
          row.get("variant"),
          stream,
          ((Number) speed.get("worstMillis")).doubleValue(),
          batch,
          batch / stream,
          ((Number) speed.get("framesPerSecond")).doubleValue(),
          ((Number) speed.get("frames")).longValue(),
          ((Number) speed.get("allocatedBytes")).longValue(),
          ((Number) speed.get("heapGrowth")).longValue());
    }
    text(
        "\nRandom weights, one thread, stream and batch in turns, medians; a frame of the stream is");
    text(
        " the mean of R in a row, of which one compresses the long memory. Before the clock starts");
    text(" both are checked to give the same scores. **Allocated** is by all frames in a row, and");
    text(" **heap** what is in use after them beyond what was before, both after collection.\n");
  }

  private void runs() {
    text("\n## Every run\n\n| run | mAP | mcAP | best epoch | training | frames a second | file |");
    text(" command |\n|---|---:|---:|---:|---:|---:|---:|---|\n");
    for (Map<String, Object> row : rows) {
      if (row.containsKey("scores")) {
        Map<?, ?> training = map(row.get("training"));
        text(
            "| %s | %.2f | %.2f | %s of %s | %.1f min | %,.0f | %,d bytes | `%s` |\n",
            row.get("key"),
            100 * score(row, "mAP"),
            100 * score(row, "mcAP"),
            training.get("bestEpoch"),
            training.get("epochs"),
            ((Number) training.get("seconds")).doubleValue() / 60,
            score(row, "framesPerSecond"),
            ((Number) training.get("modelBytes")).longValue(),
            row.get("train"));
      }
    }
    Map<String, Object> last = rows.get(rows.size() - 1);
    text("\nMeasured at commit %s on %s.\n", last.get("commit"), last.get("machine"));
  }
}
