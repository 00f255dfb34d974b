package dev.goldcrest.app.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.cost.Cost;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SequencePageTest {
  private static SequenceRow row(String set, String architecture, long seed, double score) {
    boolean text = set.equals("ptb");
    return new SequenceRow(
        set,
        text ? "1.1 M" : "10 M",
        architecture,
        seed,
        "f00d",
        text
            ? null
            : new SequenceRow.Texts(1000, score, 60, score / 100, 0.1, 0.2, 5.5, 0, "", 12.34),
        text ? new SequenceRow.Running(score, 82_430, 128, 10) : null,
        architecture.equals("transformer")
            ? new SequenceRow.Lead("f00d", 1, 0.2, 1.8, 0.0123)
            : null,
        seed == 1 && !text ? new SequenceRow.Search("SIMD", 200, 0, 4.04, 20.2) : null,
        new SequenceRow.Cost(5_000_000, 1_240_000, 10_140_000, 18_880_000),
        new SequenceRow.Training(6.1, 40, 39, 1800, 3000.0, false, 2, 12_345, 123.4),
        new Origin(
            "./goldcrest train --seed " + seed, "./goldcrest evaluate", "abc", "2 x X", "now"));
  }

  @Test
  void render_finishedRows_givesMeansSeedsAndLeads() {
    List<SequenceRow> rows =
        List.of(
            row("multi30k", "lite-transformer", 1, 36),
            row("multi30k", "lite-transformer", 2, 37),
            row("multi30k", "transformer", 1, 35),
            row("ptb", "lite-transformer", 1, 98.76));
    String page = SequencePage.render(rows, "./goldcrest reproduce sequence");
    assertThat(page)
        .contains("| 10 M | lite-transformer | **36.50** | 36.00, 37.00 | 60.00 | 5.50 | -, - |")
        .contains(
            "| transformer | **35.00** | 35.00 | 60.00 | 5.50 | +1.00 (0.20 to 1.80, p 0.012) | 10.14 M |")
        .contains("| lite-transformer | **98.8** | 98.8 | 6.1 | 128 | 0.68 M | 1.26 M | 1.24 M |")
        .contains(
            "| multi30k-10M-lite-transformer-seed1 | 6.10 | 39 of 40 | 30.0 | 50.0 | 12,345 | 123.4 |")
        .contains("| multi30k-10M-transformer-seed1 | 200 | 0 | 4.0 ms (SIMD) | 20.2 ms | 5.0 |")
        .doesNotContain("## aeslc");
  }

  @Test
  void render_summariesBelowTheFloor_areNamed() {
    List<SequenceRow> rows =
        List.of(row("aeslc", "lite-transformer", 1, 19.6), row("aeslc", "transformer", 1, 6.6));
    assertThat(SequencePage.render(rows, "x"))
        .contains("| lite-transformer | **19.6** | 10.0 | 20.0 | 12.5 |")
        .contains("would be the better summary: transformer.");
    assertThat(SequencePage.render(rows.subList(0, 1), "x")).doesNotContain("Below the floor");
  }

  @Test
  void render_nothing_saysSo() {
    assertThat(SequencePage.render(List.of(), "x")).contains("No row is finished yet.");
  }

  /** What the table promises: models of a budget cost the same by the authors' rule. */
  @Test
  void contenders_ofABudget_costTheSame() {
    for (SequenceSet set : SequenceSet.ALL) {
      Map<String, Long> first = new LinkedHashMap<>();
      for (SequenceSet.Contender contender : set.contenders()) {
        long macs = paperMacs(set, contender);
        long leader = first.computeIfAbsent(contender.budget(), budget -> macs);
        assertThat((double) macs / leader).as(set.name() + contender).isBetween(0.97, 1.03);
      }
    }
  }

  private static long paperMacs(SequenceSet set, SequenceSet.Contender contender) {
    Map<String, String> settings =
        new LinkedHashMap<>(
            Map.of(
                "task",
                set.text() ? "lm" : "translate",
                "heads",
                "4",
                "layers",
                set.text() ? "4" : "3"));
    if (contender.architecture().equals("lite-transformer")) {
      settings.putAll(Map.of("crossHeads", "4", "kernels", "3,7,15,31"));
    }
    settings.putAll(contender.settingsByName());
    Architecture model = Architectures.of(contender.architecture(), new Settings(settings));
    int counted = SequenceTable.COUNTED;
    return Cost.of(
            model.trace(Architecture.WHOLE, new Sizes(1, counted, 1, set.text() ? 0 : counted)),
            model::paperCounts)
        .macs();
  }
}
