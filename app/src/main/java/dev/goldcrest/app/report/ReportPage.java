package dev.goldcrest.app.report;

import dev.goldcrest.app.metrics.Interval;
import dev.goldcrest.app.report.ReportData.Contender;
import dev.goldcrest.app.report.ReportData.CurvePoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;

/**
 * Writes a report as one HTML file: style and pictures inside, no script, nothing loaded, light or
 * dark as the reader's system is. The page's own policy forbids every script and address, so that a
 * label or text from a data file could do nothing even if its escaping failed.
 */
public final class ReportPage {
  private static final int TEXT = 420;
  private static final String PER_CENT = "\u202F%";

  private final ReportData data;
  private final StringBuilder out = new StringBuilder(1 << 16);

  private ReportPage(ReportData data) {
    this.data = data;
  }

  /** The page as a string. */
  public static String html(ReportData data) {
    ReportPage page = new ReportPage(data);
    page.build();
    return page.out.toString();
  }

  /** Writes the page to a file, all of it or nothing; an older file is replaced. */
  public static void write(Path file, ReportData data) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.writeString(part, html(data), StandardCharsets.UTF_8);
      try {
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private void build() {
    head();
    figures();
    comparison();
    curve();
    confusion();
    parts();
    mistakes();
    predictions();
    settings();
    out.append("</main></body></html>\n");
  }

  private void head() {
    String title = Html.escape(data.title(), 120);
    out.append(PageFile.BEGINNING)
        .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';")
        .append(" style-src 'unsafe-inline'\">")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .append("<meta name=\"color-scheme\" content=\"light dark\"><title>")
        .append(title)
        .append("</title><style>")
        .append(style())
        .append("</style></head><body><main><header><p class=\"eyebrow\">Goldcrest")
        .append("<span>Model report");
    if (data.date() != null) {
      out.append(", <time>").append(Html.escape(data.date(), 60)).append("</time>");
    }
    out.append("</span></p><h1><bdi>")
        .append(title)
        .append("</bdi></h1><p class=\"task\"><bdi>")
        .append(Html.escape(data.task(), 300))
        .append("</bdi></p></header>");
  }

  static String style() {
    try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void figures() {
    Contender model = data.contenders().get(0);
    Contender base = data.contenders().size() > 1 ? data.contenders().get(1) : null;
    out.append("<section class=\"figures\" aria-label=\"Key figures\">");
    String lead =
        base == null
            ? ""
            : Numbers.points(model.score() - base.score()) + " points against the baseline";
    figure(data.metric(), Numbers.percent(model.score(), 1) + PER_CENT, lead, "lead");
    figure(
        "model file",
        Numbers.bytes(model.bytes()),
        base == null ? "" : times(model.bytes(), base.bytes()),
        "");
    figure("median prediction", Numbers.micros(model.p50Micros()), "one thread, warm", "");
    figure("multiply-adds", Numbers.count(model.macs()), "one forward pass", "");
    out.append("</section>");
  }

  private void figure(String name, String value, String note, String style) {
    out.append("<div class=\"figure ")
        .append(style)
        .append("\"><p class=\"name\">")
        .append(Html.escape(name, 40))
        .append("</p><p class=\"value\">")
        .append(value)
        .append("</p><p class=\"note\">")
        .append(note)
        .append("</p></div>");
  }

  private static String times(long bytes, long baseBytes) {
    if (bytes <= 0 || baseBytes <= 0) {
      return "";
    }
    double ratio = (double) baseBytes / bytes;
    return ratio >= 1.05
        ? Numbers.three(ratio) + " times smaller than the baseline"
        : ratio <= 0.95
            ? Numbers.three(1 / ratio) + " times the baseline\u2019s"
            : "as large as the baseline";
  }

  private void open(String heading, String note) {
    out.append("<section><div class=\"side\"><h2>")
        .append(heading)
        .append("</h2><p>")
        .append(note)
        .append("</p></div><div class=\"body\">");
  }

  /** What is wider than a phone scrolls by itself, with the keyboard too. */
  private void scroll(String name) {
    out.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
        .append(name)
        .append("\">");
  }

  private void close() {
    out.append("</div></section>");
  }

  private void comparison() {
    open(
        "The comparison",
        data.scoredOn() == null ? "" : "Scored on " + Html.escape(data.scoredOn(), 200) + ".");
    scroll("Comparison");
    out.append("<table class=\"compare\"><thead><tr><th scope=\"col\">Model</th>")
        .append("<th scope=\"col\">")
        .append(Html.escape(data.metric(), 30))
        .append(" %</th><th scope=\"col\">95\u202F% interval</th><th scope=\"col\">macro F1 %</th>")
        .append("<th scope=\"col\">file</th><th scope=\"col\">median</th>")
        .append("<th scope=\"col\">multiply-adds</th></tr></thead><tbody>");
    for (Contender row : data.contenders()) {
      out.append("<tr><th scope=\"row\"><bdi>")
          .append(Html.escape(row.name(), 80))
          .append("</bdi></th>");
      cell(Numbers.percent(row.score(), 2));
      cell(interval(row.interval()));
      cell(Numbers.percent(row.macroF1(), 2));
      cell(Numbers.bytes(row.bytes()));
      cell(Numbers.micros(row.p50Micros()));
      cell(Numbers.count(row.macs()));
      out.append("</tr>");
    }
    out.append("</tbody></table></div>");
    close();
  }

  private void cell(String value) {
    out.append("<td>").append(value).append("</td>");
  }

  private static String interval(Interval interval) {
    return interval == null
        ? "\u2013"
        : Numbers.percent(interval.low(), 1) + "\u2013" + Numbers.percent(interval.high(), 1);
  }

  private void curve() {
    List<double[]> losses = new ArrayList<>();
    List<double[]> scores = new ArrayList<>();
    int best = 0;
    for (CurvePoint point : data.curve()) {
      if (Double.isFinite(point.epoch()) && Double.isFinite(point.trainLoss())) {
        losses.add(new double[] {point.epoch(), point.trainLoss()});
      }
      if (Double.isFinite(point.epoch()) && Double.isFinite(point.devScore())) {
        scores.add(new double[] {point.epoch(), point.devScore()});
        best = point.devScore() > scores.get(best)[1] ? scores.size() - 1 : best;
      }
    }
    if (losses.isEmpty() && scores.isEmpty()) {
      return;
    }
    open("The training", "The marked point is the checkpoint that was kept, the best on dev.");
    out.append("<div class=\"pair\">");
    String name = data.metric();
    if (!scores.isEmpty()) {
      scores.replaceAll(point -> new double[] {point[0], 100 * point[1]});
      chart("Dev " + name + ", %", "dev", scores, ReportPage::one, "accent", best);
    }
    if (!losses.isEmpty()) {
      chart("Training loss", "loss", losses, ReportPage::loss, "plain", -1);
    }
    out.append("</div>");
    close();
  }

  private static String one(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String loss(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private void chart(
      String caption,
      String id,
      List<double[]> points,
      DoubleFunction<String> format,
      String style,
      int marked) {
    out.append("<figure><figcaption>")
        .append(Html.escape(caption, 60))
        .append("</figcaption>")
        .append(new LineChart(id, caption, points, format).svg(style, marked))
        .append("</figure>");
  }

  private void confusion() {
    if (data.confusion() == null) {
      return;
    }
    ConfusionFigure figure = new ConfusionFigure(data.confusion());
    open(
        "The confusions",
        figure.fits()
            ? "Rows are what is true, columns what was said. Grey is right, colour is wrong; darker"
                + " is a larger share of the row."
            : "With "
                + data.confusion().labels().size()
                + " labels a matrix cannot be read; these are the most frequent mistakes.");
    if (figure.fits()) {
      scroll("Confusion matrix");
      out.append(figure.svg()).append("</div>");
    }
    String pairs = figure.pairs();
    if (!pairs.isEmpty()) {
      out.append("<table class=\"bars\"><caption>Most frequent, with their share of the true label")
          .append("</caption><tbody>")
          .append(pairs)
          .append("</tbody></table>");
    }
    close();
  }

  private void parts() {
    if (data.bytesByLayer().isEmpty() && data.macsByLayer().isEmpty()) {
      return;
    }
    open("The cost", "What each part of the model stores, and what it computes for one text.");
    table("Bytes by layer", Bars.rows(data.bytesByLayer(), Numbers::bytes));
    table("Multiply-adds by layer", Bars.rows(data.macsByLayer(), Numbers::count));
    close();
  }

  private void table(String caption, String rows) {
    if (!rows.isEmpty()) {
      out.append("<table class=\"bars\"><caption>")
          .append(caption)
          .append("</caption><tbody>")
          .append(rows)
          .append("</tbody></table>");
    }
  }

  private void mistakes() {
    if (data.mistakes().isEmpty()) {
      return;
    }
    open(
        "The worst errors",
        "Wrong, and most certain of it. Often the label is at fault, or two labels overlap.");
    out.append("<ol class=\"texts\">");
    for (ReportData.Mistake mistake : data.mistakes()) {
      out.append("<li><p><bdi>")
          .append(Html.escape(mistake.text(), TEXT))
          .append("</bdi></p><p class=\"verdict\"><span class=\"soft\">said</span>")
          .append("<span class=\"said\"><bdi>")
          .append(Html.escape(mistake.predicted(), 60))
          .append("</bdi> <span class=\"sure\">")
          .append(Numbers.percent(mistake.probability(), 1))
          .append(PER_CENT)
          .append("</span></span><span class=\"soft\">is</span><bdi>")
          .append(Html.escape(mistake.gold(), 60))
          .append("</bdi></p></li>");
    }
    out.append("</ol>");
    close();
  }

  private void predictions() {
    if (data.predictions().isEmpty()) {
      return;
    }
    open("In use", "A text in, labels with probabilities out.");
    for (ReportData.Prediction prediction : data.predictions()) {
      out.append("<div class=\"use\"><p><bdi>")
          .append(Html.escape(prediction.text(), TEXT))
          .append("</bdi></p><table class=\"bars\"><tbody>");
      for (ReportData.Guess guess : prediction.guesses()) {
        out.append("<tr><th scope=\"row\"><bdi>")
            .append(Html.escape(guess.label(), 40))
            .append("</bdi></th><td class=\"bar\">")
            .append(Bars.bar(guess.probability(), "accent"))
            .append("</td><td>")
            .append(Numbers.percent(guess.probability(), 1))
            .append(PER_CENT)
            .append("</td></tr>");
      }
      out.append("</tbody></table></div>");
    }
    close();
  }

  private void settings() {
    if (data.settings().isEmpty() && data.energy() == null) {
      return;
    }
    open("The making", "On one machine, these settings give the same file again, byte for byte.");
    out.append("<dl>");
    for (Map.Entry<String, String> setting : data.settings().entrySet()) {
      setting(Html.escape(setting.getKey(), 60), Html.escape(setting.getValue(), 200));
    }
    if (data.energy() != null) {
      setting(
          "energy",
          Html.escape(data.energy().text(), 200)
              + " ("
              + Html.escape(data.energy().how(), 200)
              + ")");
    }
    out.append("</dl>");
    close();
  }

  private void setting(String name, String value) {
    out.append("<div><dt><bdi>")
        .append(name)
        .append("</bdi></dt><dd><bdi>")
        .append(value)
        .append("</bdi></dd></div>");
  }
}
