package dev.goldcrest.app.report;

import dev.goldcrest.app.metrics.ConfusionMatrix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Gold against predicted: a picture up to {@link #MAX_LABELS} labels, a list of pairs always. */
final class ConfusionFigure {
  static final int MAX_LABELS = 30;

  private static final int MAX_PAIRS = 10;
  private static final int NAME = 22;

  private final ConfusionMatrix matrix;
  private final long[] gold;

  ConfusionFigure(ConfusionMatrix matrix) {
    this.matrix = matrix;
    this.gold = new long[matrix.labels().size()];
    for (int row = 0; row < gold.length; row++) {
      for (int column = 0; column < gold.length; column++) {
        gold[row] += matrix.count(row, column);
      }
    }
  }

  boolean fits() {
    return gold.length <= MAX_LABELS;
  }

  /**
   * One cell a pair, as dark as its share of the row; what is right is grey, mistakes are coloured.
   */
  String svg() {
    int cell = gold.length <= 8 ? 52 : gold.length <= 16 ? 36 : 25;
    int longest = Math.min(NAME, matrix.labels().stream().mapToInt(String::length).max().orElse(1));
    int left = 16 + (int) (longest * 6.9);
    int top = 14 + (int) (longest * 5.2);
    int size = cell * gold.length;
    int right = (int) (longest * 5.2);
    StringBuilder out = new StringBuilder(1 << 14);
    out.append(
        String.format(
            Locale.ROOT,
            "<svg class=\"matrix\" viewBox=\"0 0 %d %d\" style=\"min-width:%dpx;max-width:%dpx\""
                + " role=\"img\" aria-labelledby=\"cm-t cm-d\"><title id=\"cm-t\">Confusion"
                + " matrix</title><desc id=\"cm-d\">Rows are gold labels, columns predictions; %s"
                + " percent of %d examples lie on the diagonal.</desc>",
            left + size + right,
            top + size + 4,
            Math.min(720, left + size + right),
            left + size + right,
            Numbers.percent(matrix.accuracy(), 1),
            matrix.total()));
    for (int row = 0; row < gold.length; row++) {
      labels(out, row, left, top, cell);
      for (int column = 0; column < gold.length; column++) {
        cell(out, row, column, left + column * cell, top + row * cell, cell);
      }
    }
    return out.append("</svg>").toString();
  }

  private void labels(StringBuilder out, int index, int left, int top, int cell) {
    String name = Html.escape(matrix.labels().get(index), NAME);
    double middle = top + (index + 0.5) * cell;
    double across = left + (index + 0.5) * cell;
    out.append(
        String.format(
            Locale.ROOT,
            "<text class=\"name\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>"
                + "<text class=\"name\" transform=\"translate(%.1f %d) rotate(-48)\">%s</text>",
            left - 9,
            middle + 4,
            name,
            across + 4,
            top - 8,
            name));
  }

  private void cell(StringBuilder out, int row, int column, int x, int y, int cell) {
    long count = matrix.count(row, column);
    double share = gold[row] == 0 ? 0 : (double) count / gold[row];
    boolean right = row == column;
    // Bent upwards: a mistake in one of twenty has to be visible beside a diagonal near one.
    double opacity = Math.min(1, 0.03 + 0.97 * Math.pow(share, 0.55) * (right ? 0.72 : 1));
    out.append(
        String.format(
            Locale.ROOT,
            "<g><title>%s as %s: %d of %d</title>"
                + "<rect class=\"cell\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>",
            Html.escape(matrix.labels().get(row), 60),
            Html.escape(matrix.labels().get(column), 60),
            count,
            gold[row],
            x + 1,
            y + 1,
            cell - 2,
            cell - 2));
    if (count > 0) {
      out.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\""
                  + " fill-opacity=\"%.3f\"/>",
              right ? "right" : "wrong",
              x + 1,
              y + 1,
              cell - 2,
              cell - 2,
              opacity));
      if (right || share >= 0.02) {
        double font = Math.min(11, (cell - 4) / (0.58 * Long.toString(count).length()));
        out.append(
            String.format(
                Locale.ROOT,
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\""
                    + " text-anchor=\"middle\">%d</text>",
                opacity > 0.88 ? "count on" : "count",
                x + cell / 2.0,
                y + cell / 2.0 + 0.35 * font,
                font,
                count));
      }
    }
    out.append("</g>");
  }

  /** The most frequent mistakes as rows of a table with bars. */
  String pairs() {
    List<long[]> pairs = new ArrayList<>();
    for (int row = 0; row < gold.length; row++) {
      for (int column = 0; column < gold.length; column++) {
        if (row != column && matrix.count(row, column) > 0) {
          pairs.add(new long[] {row, column, matrix.count(row, column)});
        }
      }
    }
    pairs.sort(Comparator.comparingLong((long[] pair) -> -pair[2]));
    StringBuilder out = new StringBuilder(4096);
    for (long[] pair : pairs.subList(0, Math.min(MAX_PAIRS, pairs.size()))) {
      double share = (double) pair[2] / gold[(int) pair[0]];
      out.append("<tr><th scope=\"row\"><bdi>")
          .append(Html.escape(matrix.labels().get((int) pair[0]), 40))
          .append("</bdi> <span class=\"arrow\">taken for</span> <bdi>")
          .append(Html.escape(matrix.labels().get((int) pair[1]), 40))
          .append("</bdi></th><td class=\"bar\">")
          .append(Bars.bar((double) pair[2] / pairs.get(0)[2], "accent"))
          .append("</td><td>")
          .append(Numbers.grouped(pair[2]))
          .append("</td><td class=\"soft\">")
          .append(Numbers.percent(share, 1))
          .append("\u202F%</td></tr>");
    }
    return out.toString();
  }
}
