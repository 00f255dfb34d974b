package dev.goldcrest.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ParetoPageTest {
  private static ParetoPage.Model model(String name, long bytes, double score) {
    return new ParetoPage.Model(name, bytes, score, "" + score, 10, 5, 100);
  }

  private static final List<ParetoPage.Model> MODELS =
      List.of(
          model("dense", 1000, 0.9),
          model("worse", 800, 0.7),
          model("good", 500, 0.9),
          model("small", 100, 0.8),
          model("unknown", 10, Double.NaN));

  @Test
  void front_holdsWhatNothingBeatsInBoth() {
    assertThat(ParetoChart.front(MODELS, true)).extracting("name").containsExactly("small", "good");
    assertThat(ParetoChart.front(MODELS, false))
        .extracting("name")
        .containsExactly("small", "worse");
  }

  @Test
  void html_hostileNames_stayText() {
    ParetoPage.Content content =
        new ParetoPage.Content(
            "<script>alert(1)</script>",
            "a & b",
            "d\"e",
            "accuracy",
            true,
            MODELS,
            List.of("1 < 2"));
    String html = ParetoPage.html(content);
    assertThat(html)
        .doesNotContain("<script")
        .contains("&lt;script&gt;")
        .contains("a &amp; b")
        .contains("1 &lt; 2")
        .contains("default-src 'none'");
    assertThat(html.split("<circle", -1)).hasSize(5);
  }

  @Test
  void html_neighbours_doNotCoverEachOthersNames() {
    List<ParetoPage.Model> near =
        List.of(
            model("dense", 100_000, 0.9),
            model("--prune 0.5", 10_000, 0.81),
            model("kmeans4", 10_100, 0.812),
            model("fine-tuned", 10_200, 0.811));
    String html =
        ParetoPage.html(new ParetoPage.Content("m", "t", "dev", "accuracy", true, near, List.of()));
    double[] y =
        Pattern.compile("<text class=\"name\" x=\"[^\"]*\" y=\"([^\"]*)\"")
            .matcher(html)
            .results()
            .mapToDouble(name -> Double.parseDouble(name.group(1)))
            .toArray();
    assertThat(y).hasSize(4);
    for (int one = 1; one < y.length; one++) {
      for (int other = 1; other < one; other++) {
        assertThat(Math.abs(y[one] - y[other])).isGreaterThanOrEqualTo(11);
      }
    }
  }

  @Test
  void html_noScores_drawsNothing() {
    ParetoPage.Content content =
        new ParetoPage.Content(
            "m", "t", null, "accuracy", true, List.of(model("a", 1, Double.NaN)), List.of());
    assertThat(ParetoPage.html(content)).doesNotContain("<svg").contains("Step by step");
  }

  @Test
  void html_oneModel_hasARangeToDrawIn() {
    ParetoPage.Content content =
        new ParetoPage.Content(
            "m", "t", "dev", "accuracy", true, List.of(model("a", 1, 0.5)), List.of());
    assertThat(ParetoPage.html(content)).contains("<circle").doesNotContain("NaN");
  }
}
