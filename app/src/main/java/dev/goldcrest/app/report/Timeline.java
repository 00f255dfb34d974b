package dev.goldcrest.app.report;

import java.util.List;
import java.util.Locale;

/**
 * One recording over time as inline SVG: a lane for each label, above when it held, below how
 * probable it was thought to be, the darker the surer.
 *
 * @param labels of the lanes
 * @param truth by frame and lane
 * @param scores probabilities by frame and lane
 * @param period seconds of a frame; 0 if unknown, then the axis counts frames
 */
record Timeline(List<String> labels, boolean[][] truth, double[][] scores, double period) {
  private static final int WIDTH = 1000;
  private static final int LEFT = 150;
  private static final int RIGHT = 12;
  private static final int LANE = 30;
  private static final int BAR = 10;
  private static final int TOP = 8;

  /** Shades of a probability. */
  private static final int SHADES = 8;

  private static final double[] STEPS = {1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600};
  private static final int MOST_TICKS = 9;

  String svg(String id) {
    int height = TOP + labels.size() * LANE + 34;
    StringBuilder out = new StringBuilder(1 << 14);
    out.append(
        String.format(
            Locale.ROOT,
            "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-t\">"
                + "<title id=\"%s-t\">Truth and prediction over time, a lane for each label</title>",
            WIDTH,
            height,
            id,
            id));
    for (int lane = 0; lane < labels.size(); lane++) {
      lane(out, lane);
    }
    axis(out, TOP + labels.size() * LANE);
    return out.append("</svg>").toString();
  }

  private void lane(StringBuilder out, int lane) {
    int y = TOP + lane * LANE;
    out.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"var(--ink)\" font-size=\"13\">%s"
                + "</text><line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke=\"var(--hair)\"/>",
            LEFT - 12,
            y + BAR + 5,
            Html.escape(labels.get(lane), 20),
            LEFT,
            WIDTH - RIGHT,
            y + LANE - 5,
            y + LANE - 5));
    int from = 0;
    for (int t = 1; t <= truth.length; t++) {
      if (t == truth.length || truth[t][lane] != truth[from][lane]) {
        if (truth[from][lane]) {
          bar(out, from, t, y, "var(--bar)", SHADES);
        }
        from = t;
      }
    }
    from = 0;
    for (int t = 1; t <= scores.length; t++) {
      if (t == scores.length || shade(t, lane) != shade(from, lane)) {
        if (shade(from, lane) > 0) {
          bar(out, from, t, y + BAR + 1, "var(--accent)", shade(from, lane));
        }
        from = t;
      }
    }
  }

  private int shade(int t, int lane) {
    return (int) Math.round(scores[t][lane] * SHADES);
  }

  private void bar(StringBuilder out, int from, int to, int y, String colour, int shade) {
    out.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\" opacity=\"%.2f\"/>",
            x(from),
            y,
            Math.max(0.4, x(to) - x(from)),
            BAR,
            colour,
            (double) shade / SHADES));
  }

  private double x(double frame) {
    return LEFT + frame / truth.length * (WIDTH - LEFT - RIGHT);
  }

  private void axis(StringBuilder out, int y) {
    double unit = period > 0 ? period : 1;
    double length = truth.length * unit;
    double step = STEPS[STEPS.length - 1];
    for (int i = STEPS.length - 1; i >= 0 && length / STEPS[i] <= MOST_TICKS; i--) {
      step = STEPS[i];
    }
    for (double at = 0; at <= length; at += step) {
      out.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"var(--soft)\""
                  + " font-size=\"12\">%.0f%s</text>",
              x(at / unit),
              y + 20,
              at,
              period > 0 ? " s" : ""));
    }
  }
}
