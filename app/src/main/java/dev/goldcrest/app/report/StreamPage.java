package dev.goldcrest.app.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A detector's scores and one recording over time, as one HTML file with nothing loaded. */
public final class StreamPage {
  private StreamPage() {}

  /**
   * What the page shows.
   *
   * @param title the model
   * @param data what it was measured on
   * @param figures the key figures by name, as text
   * @param labels with their average precision and frames, as text
   * @param recording whose timeline it is
   * @param lanes labels of the timeline
   * @param truth by frame and lane
   * @param scores by frame and lane
   * @param period seconds of a frame, or 0
   */
  public record Content(
      String title,
      String data,
      Map<String, String> figures,
      List<List<String>> labels,
      String recording,
      List<String> lanes,
      boolean[][] truth,
      double[][] scores,
      double period) {}

  /** Writes the page; an older file is replaced. */
  public static void write(Path file, Content content) throws IOException {
    Files.writeString(file, html(content), StandardCharsets.UTF_8);
  }

  static String html(Content content) {
    StringBuilder out = new StringBuilder(1 << 16);
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
        .append("<span>Stream report</span></p><h1><bdi>")
        .append(title)
        .append("</bdi></h1><p class=\"task\">Measured on <bdi>")
        .append(Html.escape(content.data(), 300))
        .append("</bdi></p></header><section class=\"figures\" aria-label=\"Key figures\">");
    content
        .figures()
        .forEach(
            (name, value) ->
                out.append("<div class=\"figure\"><p class=\"name\">")
                    .append(Html.escape(name))
                    .append("</p><p class=\"value\">")
                    .append(Html.escape(value))
                    .append("</p></div>"));
    out.append("</section><section><div class=\"side\"><h2>Over time</h2><p>Recording <bdi>")
        .append(Html.escape(content.recording(), 60))
        .append("</bdi>. Above: when a label held. Below: how probable it was thought to be in")
        .append(" that frame, from the past alone, the darker the surer.</p></div>")
        .append("<div class=\"body\"><figure class=\"scroll\">")
        .append(
            new Timeline(content.lanes(), content.truth(), content.scores(), content.period())
                .svg("timeline"))
        .append("</figure></div></section><section><div class=\"side\"><h2>By label</h2></div>")
        .append("<div class=\"body\"><div class=\"scroll\"><table><thead><tr><th>Label</th>")
        .append("<th>AP</th><th>calibrated AP</th><th>frames</th></tr></thead><tbody>");
    for (List<String> row : content.labels()) {
      out.append("<tr>");
      for (int i = 0; i < row.size(); i++) {
        String tag = i == 0 ? "th" : "td";
        out.append(String.format(Locale.ROOT, "<%s>", tag))
            .append(Html.escape(row.get(i), 60))
            .append(String.format(Locale.ROOT, "</%s>", tag));
      }
      out.append("</tr>");
    }
    return out.append("</tbody></table></div></div></section></main></body></html>\n").toString();
  }
}
