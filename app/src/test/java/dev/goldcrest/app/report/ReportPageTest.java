package dev.goldcrest.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.goldcrest.app.metrics.ConfusionMatrix;
import dev.goldcrest.app.metrics.Interval;
import dev.goldcrest.app.report.ReportData.Contender;
import dev.goldcrest.app.report.ReportData.CurvePoint;
import dev.goldcrest.app.report.ReportData.Energy;
import dev.goldcrest.app.report.ReportData.Guess;
import dev.goldcrest.app.report.ReportData.Mistake;
import dev.goldcrest.app.report.ReportData.Part;
import dev.goldcrest.app.report.ReportData.Prediction;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ReportPageTest {
  private static final String HOSTILE =
      "</title></style></svg><script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"
          + "\u0000\u202E\uD800]]>";

  @Test
  void html_hostileTexts_stayTexts() throws Exception {
    String page = ReportPage.html(data(HOSTILE, labels(4)));
    assertThat(page).doesNotContain("<script", "<img", "\u202E", "\u0000", "alert(1)</");
    assertThat(page).contains("&lt;script&gt;");
    Document document = parsed(page);
    assertThat(document.getElementsByTagName("script").getLength()).isZero();
    assertThat(document.getElementsByTagName("img").getLength()).isZero();
    assertThat(document.getElementsByTagName("h1").item(0).getTextContent())
        .startsWith("</title></style></svg><script>");
  }

  @Test
  void html_page_loadsNothing() {
    String page = ReportPage.html(data("plain", labels(4)));
    assertThat(page)
        .contains("default-src 'none'")
        .doesNotContain("http:", "https:", "url(", "<link", "src=", "@import", "<script");
  }

  @Test
  void html_everySection_showsItsNumbers() throws Exception {
    String text =
        parsed(ReportPage.html(data("plain", labels(3)))).getDocumentElement().getTextContent();
    assertThat(text)
        .contains("83.25", "81.0\u201385.0", "927\u202FKB", "41.3\u202F\u00B5s", "1.91\u202FM")
        .contains("+2.1 points against the baseline", "14.7 times smaller than the baseline")
        .contains(
            "The comparison", "The training", "The confusions", "The cost", "The worst errors")
        .contains("97.3\u202F%", "4.31 Wh estimated, 2.05 g CO2", "AdamW");
  }

  @Test
  void html_everyPicture_hasATitleOrIsHidden() throws Exception {
    Document document = parsed(ReportPage.html(data("plain", labels(5))));
    var pictures = document.getElementsByTagName("svg");
    assertThat(pictures.getLength()).isGreaterThan(10);
    for (int i = 0; i < pictures.getLength(); i++) {
      var picture = (org.w3c.dom.Element) pictures.item(i);
      boolean titled = picture.getElementsByTagName("title").getLength() > 0;
      assertThat(titled || picture.getAttribute("aria-hidden").equals("true")).isTrue();
    }
  }

  @Test
  void html_manyLabels_listsPairsInsteadOfAMatrix() {
    String few = ReportPage.html(data("plain", labels(ConfusionFigure.MAX_LABELS - 1)));
    String many = ReportPage.html(data("plain", labels(ConfusionFigure.MAX_LABELS)));
    assertThat(few).contains("class=\"matrix\"");
    assertThat(many).doesNotContain("class=\"matrix\"").contains("taken for");
    assertThat(many.length()).isLessThan(60_000);
  }

  @Test
  void html_bareMinimum_leavesEmptySectionsOut() throws Exception {
    ReportData bare =
        new ReportData(
            "t",
            "task",
            null,
            "accuracy",
            null,
            List.of(new Contender("m", Double.NaN, null, Double.NaN, -1, Double.NaN, -1)),
            List.of(new CurvePoint(1, Double.NaN, Double.NaN)),
            null,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            null);
    String page = ReportPage.html(bare);
    parsed(page);
    assertThat(page).contains("The comparison").doesNotContain("The training", "The cost", "NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ReportData(
                    "t",
                    "task",
                    null,
                    "accuracy",
                    null,
                    List.of(),
                    List.of(),
                    null,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    Map.of(),
                    null));
  }

  @Test
  void html_oddCurves_giveFiniteCoordinates() {
    for (double[] losses : new double[][] {{0.5}, {0.5, 0.5, 0.5}, {0, 0}, {1e-9, 1e9}, {-2, 3}}) {
      List<double[]> points = new ArrayList<>();
      for (double loss : losses) {
        points.add(new double[] {points.size(), loss});
      }
      assertThat(new LineChart("x", "t", points, Double::toString).svg("plain", -1))
          .doesNotContain("NaN", "Infinity");
    }
  }

  @Test
  void ticks_range_areRoundAndEncloseIt() {
    assertThat(LineChart.ticks(0, 10, 6)).containsExactly(0, 2, 4, 6, 8, 10);
    assertThat(LineChart.ticks(69, 83.2, 5)).containsExactly(65, 70, 75, 80, 85);
    assertThat(LineChart.epochs(LineChart.ticks(0, 3, 6))).containsExactly(0, 1, 2, 3);
    assertThat(LineChart.ticks(0, 1, 6)).hasSize(6).startsWith(0).endsWith(1);
  }

  @Test
  void numbers_format_usesDecimalUnits() {
    assertThat(Numbers.bytes(999)).isEqualTo("999\u202FB");
    assertThat(Numbers.bytes(1000)).isEqualTo("1.00\u202FKB");
    assertThat(Numbers.bytes(999_600)).isEqualTo("1.00\u202FMB");
    assertThat(Numbers.bytes(41_000_000)).isEqualTo("41.0\u202FMB");
    assertThat(Numbers.count(429_785_088L)).isEqualTo("430\u202FM");
    assertThat(Numbers.micros(0.4)).isEqualTo("0.400\u202F\u00B5s");
    assertThat(Numbers.micros(1200)).isEqualTo("1.20\u202Fms");
    assertThat(Numbers.points(-0.0149)).isEqualTo("\u22121.5");
    assertThat(Numbers.points(0.0001)).isEqualTo("\u00B10.0");
    assertThat(Numbers.grouped(65760)).isEqualTo("65\u202F760");
    assertThat(Numbers.bytes(-1)).isEqualTo("\u2013");
  }

  @Test
  void cut_pairAtTheEnd_isNotTornApart() {
    assertThat(Html.cut("ab\uD83D\uDE00cd", 4)).isEqualTo("ab\u2026");
    assertThat(Html.escape("a\uD83D\uDE00")).isEqualTo("a\uD83D\uDE00");
  }

  @Test
  void write_existingFile_isReplacedAndNothingIsLeft(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("report.html");
    Files.writeString(file, "old");
    ReportPage.write(file, data("plain", labels(3)));
    assertThat(Files.readString(file)).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  private static List<String> labels(int count) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      labels.add("kind " + i);
    }
    return labels;
  }

  private static ReportData data(String text, List<String> kinds) {
    List<String> gold = new ArrayList<>();
    List<String> predicted = new ArrayList<>();
    for (int i = 0; i < 20 * kinds.size(); i++) {
      gold.add(kinds.get(i % kinds.size()));
      predicted.add(i % 9 == 0 ? kinds.get(i / 9 % kinds.size()) : kinds.get(i % kinds.size()));
    }
    gold.set(0, text); // one label more than kinds
    Contender model =
        new Contender(text, 0.83249, new Interval(0.81, 0.85), 0.74, 926_512, 41.3, 1_913_472);
    Contender base = new Contender("linear", 0.811, null, 0.7, 13_620_000, 16.3, -1);
    return new ReportData(
        text,
        text,
        text,
        text.equals(HOSTILE) ? text : "accuracy",
        text,
        List.of(model, base),
        List.of(new CurvePoint(1, 1.5, 0.7), new CurvePoint(2, 0.9, 0.8)),
        ConfusionMatrix.of(gold, predicted),
        List.of(new Part(text, 500), new Part("head", 20)),
        List.of(new Part(text, 5000)),
        List.of(new Mistake(text, text, 0.99, text)),
        List.of(new Prediction(text, List.of(new Guess(text, 0.973)))),
        Map.of(text, text, "optimiser", "AdamW"),
        new Energy("4.31 Wh estimated, 2.05 g CO2", text));
  }

  /** The page is also well-formed XML, but for the doctype and the unclosed meta elements. */
  private static Document parsed(String page) throws Exception {
    String xml = page.replace("<!DOCTYPE html>", "").replaceAll("(<meta [^>]*)>", "$1/>");
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
  }
}
