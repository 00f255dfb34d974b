package dev.goldcrest.conformance.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.cost.Cost;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the published models cost. */
final class CountRunners {
  private CountRunners() {}

  /** Architecture, preset, what differs, and the steps of source and target of each row. */
  private static final String[][] ROWS = {
    {"lite-transformer", "iwslt", "dim=160", "30"},
    {"lite-transformer", "iwslt", "dim=240", "30"},
    {"lite-transformer", "iwslt", "dim=320", "30"},
    {"lite-transformer", "wmt", "vocabulary=1004 dim=200", "30"},
    {"lite-transformer", "wmt", "vocabulary=1004 dim=408", "30"},
    {"lite-transformer", "wmt", "vocabulary=1004 dim=496", "30"},
    {"transformer", "wmt", "vocabulary=1004 dim=128", "30"},
    {"transformer", "base", "vocabulary=1004", "30"},
    {"lite-transformer", "lm", "", "30"},
    {"lite-transformer", "lm", "", "100"},
  };

  static void counts(GoldenCase golden) throws IOException {
    golden.forget(
        "as artefacts of the profiler",
        "out.conv_band_bmm",
        "out.layer_norm",
        "out.torchprofile_total");
    for (int row = 0; row < ROWS.length; row++) {
      Map<String, String> settings =
          new LinkedHashMap<>(Architectures.preset(ROWS[row][0], ROWS[row][1]));
      for (String pair : ROWS[row][2].split(" ")) {
        if (!pair.isEmpty()) {
          settings.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
      }
      Architecture model = Architectures.of(ROWS[row][0], new Settings(settings));
      int steps = Integer.parseInt(ROWS[row][3]);
      boolean lm = ROWS[row][1].equals("lm");
      Graph graph = model.trace(Architecture.WHOLE, new Sizes(1, steps, 1, lm ? 0 : steps));
      Cost paper = Cost.of(graph, model::paperCounts);
      require(golden, "paper_rule", row, paper.macs());
      require(golden, "params_without_input_embeddings", row, paper.parameters());
      require(golden, "params_total", row, Cost.of(graph).parameters());
      require(golden, "params_without_any_vocabulary", row, withoutVocabulary(graph));
      require(golden, "attention_bmm", row, macs(graph, v -> v.op() instanceof Op.Attention));
      long output = lm ? 0 : macs(graph, v -> v.path().equals("output"));
      require(golden, "output_projection", row, output);
      long attention = macs(graph, v -> v.op() instanceof Op.Attention);
      require(golden, "linear", row, paper.macs() - attention + output);
    }
  }

  private static long withoutVocabulary(Graph graph) {
    return Cost.of(
            graph, v -> !v.path().contains("embedding.") && !v.path().equals("output.weight"))
        .parameters();
  }

  private static long macs(Graph graph, java.util.function.Predicate<Value> counted) {
    return Cost.of(graph, counted).macs();
  }

  private static void require(GoldenCase golden, String output, int row, long actual)
      throws IOException {
    assertThat(actual)
        .as("%s of %s", output, String.join(" ", ROWS[row]))
        .isEqualTo(golden.longs("out." + output)[row]);
  }
}
