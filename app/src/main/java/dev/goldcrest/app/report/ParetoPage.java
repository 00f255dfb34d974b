package dev.goldcrest.app.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What compressing a model gave, as one HTML file with nothing loaded. */
public final class ParetoPage {
  private ParetoPage() {}

  /**
   * What the page shows.
   *
   * @param title the model
   * @param task what was done to it, a short phrase
   * @param scoredOn what the scores are of, or null without any
   * @param metric name of the score
   * @param higherIsBetter whether a higher score is a better one
   * @param models as given first, then step by step
   * @param verdicts what came of it, gains and losses alike
   */
  public record Content(
      String title,
      String task,
      String scoredOn,
      String metric,
      boolean higherIsBetter,
      List<Model> models,
      List<String> verdicts) {
    public Content {
      models = List.copyOf(models);
      verdicts = List.copyOf(verdicts);
    }
  }

  /**
   * One point.
   *
   * @param score NaN if it was not taken
   * @param scoreText the score as it is printed
   * @param memoryBytes of the heap at the peak of a prediction, measured
   */
  public record Model(
      String name,
      long bytes,
      double score,
      String scoreText,
      long macs,
      double p50Micros,
      long memoryBytes) {}

  /** Writes the page; an older file is replaced. */
  public static void write(Path file, Content content) throws IOException {
    Files.writeString(file, html(content), StandardCharsets.UTF_8);
  }

  static String html(Content content) {
    StringBuilder out = new StringBuilder(1 << 15);
    String title = Html.escape(content.title(), 120);
    out.append(PageFile.BEGINNING)
        .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';")
        .append(" style-src 'unsafe-inline'\">")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .append("<meta name=\"color-scheme\" content=\"light dark\"><title>")
        .append(title)
        .append("</title><style>")
        .append(ReportPage.style())
        .append("</style></head><body><main><header><p class=\"eyebrow\">Goldcrest")
        .append("<span>Compression report</span></p><h1><bdi>")
        .append(title)
        .append("</bdi></h1><p class=\"task\"><bdi>")
        .append(Html.escape(content.task(), 400))
        .append("</bdi></p></header>");
    if (content.models().stream().anyMatch(model -> Double.isFinite(model.score()))) {
      section(out, "Score and size", scored(content));
      out.append("<figure>").append(new ParetoChart(content).svg()).append("</figure>");
      out.append("</div></section>");
    }
    section(
        out,
        "Step by step",
        "Times are medians of one prediction on one thread, warm. Memory is measured on the heap:"
            + " what the model that runs holds, and what one prediction asks for besides.");
    table(out, content);
    out.append("</div></section>");
    section(out, "The verdict", "Losses are said like gains.");
    for (String verdict : content.verdicts()) {
      out.append("<p>").append(Html.escape(verdict, 400)).append("</p>");
    }
    return out.append("</div></section></main></body></html>\n").toString();
  }

  private static String scored(Content content) {
    return (content.scoredOn() == null ? "" : "Scored on " + content.scoredOn() + ". ")
        + "The line joins what no other step beats in both.";
  }

  private static void section(StringBuilder out, String heading, String note) {
    out.append("<section><div class=\"side\"><h2>")
        .append(heading)
        .append("</h2><p>")
        .append(Html.escape(note, 300))
        .append("</p></div><div class=\"body\">");
  }

  private static void table(StringBuilder out, Content content) {
    out.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Steps\">")
        .append("<table class=\"compare\"><thead><tr><th scope=\"col\">Model</th>")
        .append("<th scope=\"col\">file</th><th scope=\"col\">")
        .append(Html.escape(content.metric(), 40))
        .append("</th><th scope=\"col\">multiply-adds</th><th scope=\"col\">median</th>")
        .append("<th scope=\"col\">memory</th></tr></thead><tbody>");
    for (Model model : content.models()) {
      out.append("<tr><th scope=\"row\"><bdi>")
          .append(Html.escape(model.name(), 80))
          .append("</bdi></th>");
      for (String cell :
          List.of(
              Numbers.bytes(model.bytes()),
              Html.escape(model.scoreText(), 30),
              Numbers.count(model.macs()),
              Numbers.micros(model.p50Micros()),
              Numbers.bytes(model.memoryBytes()))) {
        out.append("<td>").append(cell).append("</td>");
      }
      out.append("</tr>");
    }
    out.append("</tbody></table></div>");
  }
}
