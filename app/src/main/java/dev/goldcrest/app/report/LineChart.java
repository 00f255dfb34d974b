package dev.goldcrest.app.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** One line over epochs as inline SVG; colours come from the page's style sheet. */
final class LineChart {
  private static final int WIDTH = 420;
  private static final int HEIGHT = 256;
  private static final int LEFT = 46;
  private static final int RIGHT = 14;
  private static final int TOP = 26;
  private static final int BOTTOM = 42;

  private final String id;
  private final String title;
  private final List<double[]> points;
  private final DoubleFunction<String> format;
  private final double[] ticksX;
  private final double[] ticksY;

  /**
   * @param id prefix of element ids, unique in the page
   * @param title plain text, for readers who cannot see the picture
   * @param points (epoch, value) in order, at least one
   * @param format how values are written beside the marked point
   */
  LineChart(String id, String title, List<double[]> points, DoubleFunction<String> format) {
    this.id = id;
    this.title = title;
    this.points = points;
    this.format = format;
    this.ticksX = epochs(ticks(Math.min(0, min(0)), max(0), 6));
    this.ticksY = ticks(min(1), max(1), 5);
  }

  /**
   * Draws the line.
   *
   * @param style class of the line, {@code accent} or {@code plain}
   * @param marked index of the point to single out, or -1
   */
  String svg(String style, int marked) {
    double[] last = points.get(points.size() - 1);
    StringBuilder out = new StringBuilder(2048);
    out.append(
        String.format(
            Locale.ROOT,
            "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-t %s-d\">"
                + "<title id=\"%s-t\">%s</title><desc id=\"%s-d\">%s</desc>",
            WIDTH,
            HEIGHT,
            id,
            id,
            id,
            Html.escape(title),
            id,
            Html.escape(
                "From "
                    + format.apply(points.get(0)[1])
                    + " to "
                    + format.apply(last[1])
                    + " over "
                    + Numbers.three(last[0])
                    + " epochs.")));
    axes(out);
    out.append("<polyline class=\"line ").append(style).append("\" points=\"");
    for (double[] point : points) {
      out.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point[0]), y(point[1])));
    }
    out.append("\"/>");
    if (points.size() == 1 || marked >= 0) {
      mark(out, points.get(Math.max(0, marked)));
    }
    return out.append("</svg>").toString();
  }

  private void axes(StringBuilder out) {
    for (double tick : ticksY) {
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
              tick(tick, ticksY)));
    }
    for (double tick : ticksX) {
      out.append(
          String.format(
              Locale.ROOT,
              "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
              x(tick),
              HEIGHT - BOTTOM + 20,
              tick(tick, ticksX)));
    }
    out.append(
        String.format(
            Locale.ROOT,
            "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>"
                + "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"end\">epoch</text>",
            LEFT,
            WIDTH - RIGHT,
            HEIGHT - BOTTOM,
            HEIGHT - BOTTOM,
            WIDTH - RIGHT,
            HEIGHT - 4));
  }

  private void mark(StringBuilder out, double[] point) {
    double x = x(point[0]);
    String anchor = x > WIDTH - 90 ? "end" : x < LEFT + 60 ? "start" : "middle";
    out.append(
        String.format(
            Locale.ROOT,
            "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\"/>"
                + "<text class=\"mark\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
            x,
            y(point[1]),
            x,
            y(point[1]) - 12,
            anchor,
            Html.escape(format.apply(point[1]))));
  }

  private double x(double epoch) {
    double low = ticksX[0];
    double high = Math.max(ticksX[ticksX.length - 1], max(0));
    return LEFT + (epoch - low) / (high - low) * (WIDTH - RIGHT - LEFT);
  }

  private double y(double value) {
    double low = ticksY[0];
    double high = ticksY[ticksY.length - 1];
    return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - BOTTOM - TOP);
  }

  private double min(int axis) {
    return points.stream().mapToDouble(point -> point[axis]).min().orElse(0);
  }

  private double max(int axis) {
    return points.stream().mapToDouble(point -> point[axis]).max().orElse(1);
  }

  /** Round numbers (1, 2 or 5 times a power of ten apart) that enclose the range. */
  static double[] ticks(double low, double high, int about) {
    double range = high > low ? high - low : Math.max(Math.abs(high), 1) * 0.1;
    double raw = range / about;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double step = power * (raw / power <= 1 ? 1 : raw / power <= 2 ? 2 : raw / power <= 5 ? 5 : 10);
    long first = (long) Math.floor(low / step + 1e-9);
    long last = (long) Math.ceil((low + range) / step - 1e-9);
    double[] ticks = new double[(int) (last - first) + 1];
    for (int i = 0; i < ticks.length; i++) {
      ticks[i] = (first + i) * step;
    }
    return ticks;
  }

  /** Without the ticks between two epochs: nothing is measured there. */
  static double[] epochs(double[] ticks) {
    double[] whole = Arrays.stream(ticks).filter(tick -> tick == Math.rint(tick)).toArray();
    return whole.length < 2 ? ticks : whole;
  }

  /** As many digits after the point as the distance between ticks needs. */
  private static String tick(double tick, double[] ticks) {
    double step = ticks[1] - ticks[0];
    int digits = (int) Math.max(0, Math.min(9, Math.ceil(-Math.log10(step) - 1e-9)));
    return String.format(Locale.ROOT, "%." + digits + "f", tick == 0 ? 0.0 : tick);
  }
}
