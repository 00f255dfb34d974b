package dev.goldcrest.app.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.app.reproduce.ClassificationStep.Variant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassificationPageTest {
  private static String render(ClassificationRow... rows) {
    return ClassificationPage.render(List.of(rows), "./goldcrest reproduce classification");
  }

  @Test
  void render_ofNothing_saysSo() {
    assertThat(render()).contains("No row is finished yet").contains("`./goldcrest reproduce");
  }

  @Test
  void render_ofSeeds_hasTheirMeanAndEach() {
    String table =
        render(
            ClassificationRows.row("snips", Variant.MODEL, 1, 0.970, 0.90),
            ClassificationRows.row("snips", Variant.MODEL, 2, 0.976, 0.90),
            ClassificationRows.row("snips", Variant.MODEL, 3, 0.982, 0.90),
            ClassificationRows.row("snips", Variant.TWIN, 1, 0.960, 0.70));
    assertThat(table)
        .contains("| snips | **97.6** | 97.0 97.6 98.2 | 96.0 | 97.0 ~ | 97.4 | 97.4 | 98.3 |")
        .contains(
            "| snips | 650 KB | 650 KB | 4,000 KB | 320,000 | 9 | 3,000,000 | 21.0 us | 140 us |"
                + " 5.0 min |")
        .contains("| snips | 90.0 | 7.6 | 70.0 | 26.0 | 60.0 | 37.0 |")
        .contains("hashed words lose 7.6 points where a table of words loses 26.0: at most half")
        .contains("Nowhere in this table")
        .contains("snips twin seed 1")
        .contains("./goldcrest train --seed 3\n./goldcrest evaluate\n");
  }

  @Test
  void render_ofLosses_keepsThem() {
    String table =
        render(
            ClassificationRows.row("snips", Variant.MODEL, 2, 0.960, 0.80),
            ClassificationRows.row("snips", Variant.TWIN, 2, 0.965, 0.70));
    assertThat(table)
        .contains(
            "- snips: 1.4 below what is owed, 1.4 below fastText, 1.0 below liblinear,"
                + " 0.5 below the twin")
        .contains("more than half as much")
        .contains("| 97.0 | 97.4 |");
  }

  @Test
  void render_ofAScoreThatRoundsToTheOwedOne_isNoLoss() {
    assertThat(render(ClassificationRows.row("snips", Variant.MODEL, 1, 0.9736, 0.9)))
        .contains("Nowhere in this table");
  }

  @Test
  void render_ofClinc_hasBothReadings() {
    assertThat(render(ClassificationRows.row("clinc150", Variant.MODEL, 1, 0.8, 0.7)))
        .contains("| clinc150, oos a class | **80.0** | 80.0 | - | 97.0 ~ | 76.5 | 78.0 | 83.0 |")
        .contains("| clinc150, in scope only | **90.0** | 90.0 | - | 90.0 | 89.4 | 90.0 | 92.0 |");
  }

  @Test
  void render_ofTheDemo_isALineOfItsOwnWithoutATwin() {
    String table =
        render(
            ClassificationRows.row("glosses", Variant.MODEL, 1, 0.800, 0.7),
            ClassificationRows.row("glosses", Variant.TWIN, 1, 0.790, 0.6),
            ClassificationRows.row("glosses", Variant.DEMO, 1, 0.725, 0.6));
    assertThat(table)
        .contains("| glosses | **80.0** | 80.0 | 79.0 | 97.0 ~ | 74.4 | 79.0 | 82.0 |")
        .contains(
            "| glosses, two-minute demo | **72.5** | 72.5 | - | 97.0 ~ | 74.4 | 73.0 | 76.0 |")
        .contains("- glosses, two-minute demo: 0.5 below what is owed, 1.9 below fastText");
  }
}
