package dev.goldcrest.app.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Score against size as inline SVG: bytes on a logarithmic axis, a line through the models that
 * nothing else beats in both.
 */
final class ParetoChart {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 380;
  private static final int LEFT = 60;
  private static final int RIGHT = 40;
  private static final int TOP = 30;
  private static final int BOTTOM = 52;
  private static final double[] ROUND = {1, 2, 5};

  /** Of a point and its rim, a line and a letter of a name, about. */
  private static final double RADIUS = 7;

  private static final double LINE = 11;
  private static final double LETTER = 6.2;

  /** Where a name stands below its point, the best place first. */
  private static final double[] PLACES = {-12, 20, -26, 34};

  private final ParetoPage.Content content;
  private final List<ParetoPage.Model> models;
  private final double low;
  private final double high;
  private final double[] ticks;

  /** What names must not cover: left, top, right, bottom. */
  private final List<double[]> taken = new ArrayList<>();

  ParetoChart(ParetoPage.Content content) {
    this.content = content;
    this.models =
        content.models().stream().filter(model -> Double.isFinite(model.score())).toList();
    double least = models.stream().mapToLong(ParetoPage.Model::bytes).min().orElse(1);
    double most = models.stream().mapToLong(ParetoPage.Model::bytes).max().orElse(1);
    this.low = Math.log10(Math.max(1, least / 1.3));
    this.high = Math.log10(Math.max(1, most) * 1.3);
    this.ticks =
        LineChart.ticks(
            models.stream().mapToDouble(ParetoPage.Model::score).min().orElse(0),
            models.stream().mapToDouble(ParetoPage.Model::score).max().orElse(1),
            5);
  }

  /** The models that no other one beats in size and score, smallest first. */
  static List<ParetoPage.Model> front(List<ParetoPage.Model> models, boolean higherIsBetter) {
    double sign = higherIsBetter ? 1 : -1;
    List<ParetoPage.Model> sorted = new ArrayList<>(models);
    sorted.removeIf(model -> !Double.isFinite(model.score()));
    sorted.sort(
        Comparator.comparingLong(ParetoPage.Model::bytes)
            .thenComparing(model -> -sign * model.score()));
    List<ParetoPage.Model> front = new ArrayList<>();
    double best = Double.NEGATIVE_INFINITY;
    for (ParetoPage.Model model : sorted) {
      if (sign * model.score() > best) {
        best = sign * model.score();
        front.add(model);
      }
    }
    return front;
  }

  String svg() {
    StringBuilder out = new StringBuilder(4096);
    out.append(
        String.format(
            Locale.ROOT,
            "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"p-t\">"
                + "<title id=\"p-t\">%s by bytes of the file</title>",
            WIDTH,
            HEIGHT,
            Html.escape(content.metric(), 60)));
    axes(out);
    out.append("<polyline class=\"line accent\" points=\"");
    List<ParetoPage.Model> front = front(models, content.higherIsBetter());
    for (ParetoPage.Model model : front) {
      out.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(model.bytes()), y(model.score())));
    }
    out.append("\"/>");
    for (ParetoPage.Model model : models) {
      double x = x(model.bytes());
      double y = y(model.score());
      taken.add(new double[] {x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS});
    }
    for (ParetoPage.Model model : models) {
      point(out, model, front.contains(model));
    }
    return out.append("</svg>").toString();
  }

  private void axes(StringBuilder out) {
    for (double tick : ticks) {
      out.append(
          String.format(
              Locale.ROOT,
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                  + "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
              LEFT,
              WIDTH - RIGHT,
              y(tick),
              y(tick),
              LEFT - 9,
              y(tick) + 4,
              Numbers.three(tick)));
    }
    for (int power = (int) Math.floor(low); power <= high; power++) {
      for (double round : ROUND) {
        double bytes = round * Math.pow(10, power);
        if (Math.log10(bytes) >= low && Math.log10(bytes) <= high) {
          out.append(
              String.format(
                  Locale.ROOT,
                  "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                  x(bytes),
                  HEIGHT - BOTTOM + 20,
                  Numbers.bytes(Math.round(bytes))));
        }
      }
    }
    out.append(
        String.format(
            Locale.ROOT,
            "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>"
                + "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"end\">bytes of the file"
                + "</text>",
            LEFT,
            WIDTH - RIGHT,
            HEIGHT - BOTTOM,
            HEIGHT - BOTTOM,
            WIDTH - RIGHT,
            HEIGHT - 6));
  }

  /** With its name above or below, where no other name and no other point is yet. */
  private void point(StringBuilder out, ParetoPage.Model model, boolean front) {
    double x = x(model.bytes());
    double y = y(model.score());
    String anchor = x > WIDTH - 160 ? "end" : x < LEFT + 100 ? "start" : "middle";
    String name = Html.escape(model.name(), 40);
    double width = LETTER * Math.min(40, model.name().length());
    double left = anchor.equals("end") ? x - width : anchor.equals("start") ? x : x - width / 2;
    double below = PLACES[0];
    for (double place : PLACES) {
      double[] box = {left, y + place - LINE, left + width, y + place};
      if (taken.stream().noneMatch(other -> cover(box, other))) {
        below = place;
        break;
      }
    }
    taken.add(new double[] {left, y + below - LINE, left + width, y + below});
    out.append(
        String.format(
            Locale.ROOT,
            "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>"
                + "<text class=\"name\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
            front ? "dot" : "dot off",
            x,
            y,
            x,
            y + below,
            anchor,
            name));
  }

  /** Boxes are left, top, right, bottom. */
  private static boolean cover(double[] one, double[] other) {
    return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
  }

  private double x(double bytes) {
    return LEFT + (Math.log10(Math.max(1, bytes)) - low) / (high - low) * (WIDTH - RIGHT - LEFT);
  }

  private double y(double score) {
    double bottom = ticks[0];
    double top = ticks[ticks.length - 1];
    return HEIGHT - BOTTOM - (score - bottom) / (top - bottom) * (HEIGHT - BOTTOM - TOP);
  }
}
