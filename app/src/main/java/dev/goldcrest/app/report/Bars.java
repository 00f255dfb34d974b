package dev.goldcrest.app.report;

import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;

/** Horizontal bars in the rows of a table: the numbers stay text, the picture stays beside them. */
final class Bars {
  private static final int MAX_ROWS = 14;

  private Bars() {}

  /** A bar that fills {@code share} (0-1) of its cell. */
  static String bar(double share, String style) {
    double width = 100 * Math.max(0, Math.min(1, Double.isFinite(share) ? share : 0));
    return String.format(
        Locale.ROOT,
        "<svg class=\"hbar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\""
            + " aria-hidden=\"true\"><rect class=\"track\" width=\"100\" height=\"10\"/><rect"
            + " class=\"%s\" width=\"%.2f\" height=\"10\"/></svg>",
        style,
        width);
  }

  /** Table rows for parts of a whole in model order; what is beyond the first rows is summed up. */
  static String rows(List<ReportData.Part> parts, LongFunction<String> format) {
    long total = Math.max(1, parts.stream().mapToLong(ReportData.Part::amount).sum());
    long largest = Math.max(1, parts.stream().mapToLong(ReportData.Part::amount).max().orElse(1));
    StringBuilder out = new StringBuilder(4096);
    int shown = parts.size() > MAX_ROWS ? MAX_ROWS - 1 : parts.size();
    long rest = 0;
    for (int i = 0; i < parts.size(); i++) {
      if (i < shown) {
        row(
            out,
            Html.escape(parts.get(i).name(), 40),
            parts.get(i).amount(),
            total,
            largest,
            format);
      } else {
        rest += parts.get(i).amount();
      }
    }
    if (shown < parts.size()) {
      row(out, (parts.size() - shown) + " more", rest, total, Math.max(rest, largest), format);
    }
    return out.toString();
  }

  private static void row(
      StringBuilder out,
      String name,
      long amount,
      long total,
      long largest,
      LongFunction<String> format) {
    out.append("<tr><th scope=\"row\"><bdi>")
        .append(name)
        .append("</bdi></th><td class=\"bar\">")
        .append(bar((double) amount / largest, "ink"))
        .append("</td><td>")
        .append(format.apply(amount))
        .append("</td><td class=\"soft\">")
        .append(Numbers.percent((double) amount / total, 1))
        .append("\u202F%</td></tr>");
  }
}
