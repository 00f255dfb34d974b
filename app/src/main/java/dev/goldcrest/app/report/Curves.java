package dev.goldcrest.app.report;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Panels of lines over lengths as a picture of its own, for documents: both axes logarithmic, a
 * colour and a mark for each name, the same in all panels.
 */
public final class Curves {
  private static final int WIDTH = 430;
  private static final int HEIGHT = 300;
  private static final int LEFT = 58;
  private static final int RIGHT = 16;
  private static final int TOP = 40;
  private static final int BOTTOM = 44;
  private static final int LEGEND = 34;
  private static final int PANELS_A_ROW = 2;

  /** Told apart by most kinds of eyes (Okabe and Ito, 2008). */
  private static final String[] COLOURS = {
    "#000000", "#0072b2", "#d55e00", "#e69f00", "#009e73", "#cc79a7"
  };

  /**
   * A line.
   *
   * @param points (x, y), all above 0
   */
  public record Line(String name, List<double[]> points) {
    public Line {
      points = List.copyOf(points);
    }
  }

  /** A picture's part. */
  public record Panel(String title, String unit, List<Line> lines) {
    public Panel {
      lines = List.copyOf(lines);
    }
  }

  private final StringBuilder out = new StringBuilder(1 << 14);

  private Curves() {}

  /** The picture; lines of one place in each panel belong together. */
  public static String svg(String title, List<Panel> panels) {
    return new Curves().draw(title, panels);
  }

  private String draw(String title, List<Panel> panels) {
    int rows = (panels.size() + PANELS_A_ROW - 1) / PANELS_A_ROW;
    int width = WIDTH * Math.min(PANELS_A_ROW, panels.size());
    int height = HEIGHT * rows + LEGEND;
    text(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
            + " height=\"%d\" role=\"img\" font-family=\"system-ui, 'DejaVu Sans', sans-serif\""
            + " font-size=\"12\">%n<title>%s</title>%n"
            + "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#ffffff\"/>%n",
        width, height, width, height, Html.escape(title), width, height);
    for (int i = 0; i < panels.size(); i++) {
      int x = i % PANELS_A_ROW * WIDTH;
      int y = i / PANELS_A_ROW * HEIGHT;
      text("<g transform=\"translate(%d %d)\">%n", x, y);
      panel(panels.get(i));
      text("</g>%n");
    }
    legend(panels.get(0), height - LEGEND / 2);
    return out.append("</svg>\n").toString();
  }

  private void text(String format, Object... args) {
    out.append(String.format(Locale.ROOT, format, args));
  }

  private void legend(Panel panel, int y) {
    int x = 24;
    for (int i = 0; i < panel.lines().size(); i++) {
      String name = panel.lines().get(i).name();
      String colour = COLOURS[i % COLOURS.length];
      text(
          "<path d=\"M%d %d h22\" stroke=\"%s\" stroke-width=\"2.2\"/>"
              + "<circle cx=\"%d\" cy=\"%d\" r=\"3.4\" fill=\"%s\"/>"
              + "<text x=\"%d\" y=\"%d\" fill=\"#1f2a1f\">%s</text>%n",
          x, y, colour, x + 11, y, colour, x + 28, y + 4, Html.escape(name));
      x += 52 + 7 * name.length();
    }
  }

  private void panel(Panel panel) {
    TreeSet<Double> lengths = new TreeSet<>();
    double low = Double.MAX_VALUE;
    double high = 0;
    for (Line line : panel.lines()) {
      for (double[] point : line.points()) {
        lengths.add(point[0]);
        low = Math.min(low, point[1]);
        high = Math.max(high, point[1]);
      }
    }
    Axis x = new Axis(lengths.first(), lengths.last(), LEFT + 10, WIDTH - RIGHT - 10);
    Axis y = new Axis(floor(low), ceil(high), HEIGHT - BOTTOM, TOP);
    text(
        "<text x=\"%d\" y=\"24\" font-weight=\"600\" fill=\"#1f2a1f\">%s</text>%n",
        LEFT, Html.escape(panel.title()));
    for (double tick = floor(low); tick <= ceil(high) * 1.0001; tick = next(tick)) {
      text(
          "<path d=\"M%d %.1f H%d\" stroke=\"#dfe3de\"/>"
              + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#55605a\">%s</text>%n",
          LEFT, y.at(tick), WIDTH - RIGHT, LEFT - 8, y.at(tick) + 4, plain(tick));
    }
    for (double length : lengths) {
      text(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#55605a\">%s</text>%n",
          x.at(length), HEIGHT - BOTTOM + 18, plain(length));
    }
    text(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#55605a\">tokens</text>"
            + "<text x=\"%d\" y=\"24\" text-anchor=\"end\" fill=\"#55605a\">%s</text>%n",
        WIDTH - RIGHT, HEIGHT - 8, WIDTH - RIGHT, Html.escape(panel.unit()));
    for (int i = 0; i < panel.lines().size(); i++) {
      line(panel.lines().get(i), COLOURS[i % COLOURS.length], x, y);
    }
  }

  private void line(Line line, String colour, Axis x, Axis y) {
    StringBuilder points = new StringBuilder();
    for (double[] point : line.points()) {
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x.at(point[0]), y.at(point[1])));
    }
    text(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2.2\"/>%n",
        points.toString().trim(), colour);
    for (double[] point : line.points()) {
      text(
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.4\" fill=\"%s\"/>%n",
          x.at(point[0]), y.at(point[1]), colour);
    }
  }

  /** A logarithmic axis between two places. */
  private record Axis(double low, double high, double from, double to) {
    double at(double value) {
      double range = Math.log(high / low);
      return from + (to - from) * (range == 0 ? 0.5 : Math.log(value / low) / range);
    }
  }

  /** The nearest of 1, 2, 5, 10, ... below. */
  private static double floor(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value) + 1e-12));
    double digit = value / power;
    return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
  }

  private static double ceil(double value) {
    double below = floor(value);
    return below >= value * 0.9999 ? below : next(below);
  }

  private static double next(double tick) {
    double power = Math.pow(10, Math.floor(Math.log10(tick) + 1e-9));
    long digit = Math.round(tick / power);
    return power * (digit == 1 ? 2 : digit == 2 ? 5 : 10);
  }

  private static String plain(double value) {
    return value >= 1
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(
            Locale.ROOT, "%." + (int) Math.ceil(-Math.log10(value) - 1e-9) + "f", value);
  }
}
