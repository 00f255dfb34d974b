package dev.goldcrest.app.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Labels of frames from labelled intervals in seconds. Frame t is the time from t periods to t + 1
 * periods; an interval labels every frame that it touches: from floor(start / period) up to, but
 * without, ceil(end / period). A quotient within a millionth of a whole number is that number, so
 * that 0.3 s at 0.1 s a frame begins with frame 3.
 */
public final class LabelIntervals {
  private static final double WHOLE = 1e-6;

  private final Map<String, List<Interval>> byRecording = new LinkedHashMap<>();
  private final double period;

  private record Interval(int from, int to, String label) {}

  private LabelIntervals(double period) {
    this.period = period;
  }

  /**
   * Reads recording, first second, last second and label, one interval a line, tabs or commas
   * between.
   *
   * @param period seconds from one frame to the next
   */
  static LabelIntervals read(String file, double period) throws DataException {
    if (!(period > 0)) {
      throw new DataException(
          file + ": intervals in seconds need to know the frames' period; give it with --period");
    }
    LabelIntervals all = new LabelIntervals(period);
    try (TextLines lines = TextLines.open(file)) {
      long number = 0;
      for (String line = lines.next(); line != null; line = lines.next()) {
        number++;
        if (!line.isBlank()) {
          all.add(file, number, line.split(line.indexOf('\t') >= 0 ? "\t" : ","));
        }
      }
    } catch (java.io.IOException e) {
      throw new DataException(file + " could not be closed", e);
    }
    return all;
  }

  private void add(String file, long line, String[] cells) throws DataException {
    try {
      if (cells.length == 4) {
        double start = Double.parseDouble(cells[1].strip());
        double end = Double.parseDouble(cells[2].strip());
        int[] frames = frames(start, end, period);
        byRecording
            .computeIfAbsent(cells[0].strip(), id -> new ArrayList<>())
            .add(new Interval(frames[0], frames[1], cells[3].strip()));
        return;
      }
    } catch (NumberFormatException e) {
      // The sentence below says what a line should be.
    } catch (IllegalArgumentException e) {
      throw DataException.at(file, line, e.getMessage());
    }
    throw DataException.at(
        file, line, "an interval is a recording, its first and last second and a label");
  }

  /** The frames of an interval: the first, and the one after the last. */
  static int[] frames(double start, double end, double period) {
    if (!(start >= 0 && end > start && end / period < Integer.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "an interval must not end before it begins, nor begin before 0: " + start + " to " + end);
    }
    return new int[] {
      (int) Math.floor(snapped(start / period)), (int) Math.ceil(snapped(end / period))
    };
  }

  private static double snapped(double quotient) {
    double whole = Math.rint(quotient);
    return Math.abs(quotient - whole) < WHOLE ? whole : quotient;
  }

  /** The recordings that have intervals. */
  Set<String> recordings() {
    return byRecording.keySet();
  }

  /** The labels of a recording's frames. */
  List<List<String>> labels(String recording, int frames) {
    List<List<String>> labels = new ArrayList<>();
    for (int t = 0; t < frames; t++) {
      labels.add(new ArrayList<>());
    }
    for (Interval interval : byRecording.getOrDefault(recording, List.of())) {
      for (int t = interval.from(); t < Math.min(frames, interval.to()); t++) {
        if (!labels.get(t).contains(interval.label())) {
          labels.get(t).add(interval.label());
        }
      }
    }
    return labels;
  }
}
