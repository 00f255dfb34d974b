package dev.goldcrest.app.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads recordings from tables, one row a frame, the rows of a recording together and in order. */
public final class FrameTables {
  private final String file;
  private final FrameOptions options;
  private final List<FrameRecording> recordings = new ArrayList<>();
  private final Set<String> known = new HashSet<>();
  private final Map<List<String>, List<String>> shared = new HashMap<>();
  private final List<Double> steps = new ArrayList<>();
  private List<float[]> values = new ArrayList<>();
  private List<List<String>> labels = new ArrayList<>();
  private String current;
  private int part;
  private double lastSeconds = Double.NaN;
  private long missing;
  private int skipped;
  private String firstComplaint;

  private FrameTables(String file, FrameOptions options) {
    this.file = file;
    this.options = options;
  }

  /**
   * Reads a file, gzip-packed or not, or standard input for {@code -}.
   *
   * @throws DataException in one sentence, for everything that can be wrong with the data
   */
  public static FrameSet read(String spec, FrameOptions options) throws DataException {
    try (TextLines lines = TextLines.open(spec)) {
      return new FrameTables(spec, options).read(lines);
    } catch (IOException e) {
      throw new DataException(spec + " could not be closed", e);
    }
  }

  private FrameSet read(TextLines lines) throws DataException {
    FrameColumns columns = null;
    long number = 0;
    for (String line = lines.next(); line != null; line = lines.next()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      if (columns == null) {
        columns = columns(line, number);
        if (options.namesColumns()) {
          continue;
        }
      }
      try {
        add(columns.row(line));
      } catch (IllegalArgumentException e) {
        bad(number, e.getMessage());
      }
    }
    end();
    if (columns == null || recordings.isEmpty()) {
      throw new DataException(
          file
              + (skipped == 0
                  ? " holds no frame; give it one a line: recording, features, label"
                  : " has no good line among " + skipped + "; " + firstComplaint));
    }
    double period = options.period() > 0 ? options.period() : median();
    return new FrameSet(
        file, columns.featureNames(), labelled(period), period, gaps(period), missing, skipped);
  }

  private FrameColumns columns(String line, long number) throws DataException {
    try {
      FrameColumns columns =
          options.namesColumns()
              ? FrameColumns.named(line, options)
              : FrameColumns.headerless(line, options.intervals() == null, options.missing());
      if (columns.features() < 1) {
        throw new BadLineException("the line has no room for features: recording, features, label");
      }
      return columns;
    } catch (BadLineException e) {
      throw DataException.at(file, number, e.getMessage());
    }
  }

  private void add(FrameColumns.Row row) {
    if (!row.recording().equals(current)) {
      if (known.contains(row.recording())) {
        throw new IllegalArgumentException(
            "recording \""
                + Quoting.shorten(row.recording())
                + "\" goes on after another; its rows must stand together");
      }
      end();
      current = row.recording();
      known.add(current);
      part = 1;
    } else if (!Double.isNaN(lastSeconds)) {
      double step = row.seconds() - lastSeconds;
      if (!(step > 0)) {
        throw new IllegalArgumentException(
            "time goes backwards: second " + row.seconds() + " after second " + lastSeconds);
      }
      if (options.maxGap() > 0 && step > options.maxGap()) {
        end();
        part++;
      } else {
        steps.add(step);
      }
    }
    lastSeconds = row.seconds();
    for (float value : row.values()) {
      missing += Float.isNaN(value) ? 1 : 0;
    }
    values.add(row.values());
    labels.add(shared.computeIfAbsent(row.labels(), same -> List.copyOf(same)));
  }

  private void end() {
    if (!values.isEmpty()) {
      String id = part > 1 ? current + "#" + part : current;
      recordings.add(new FrameRecording(id, values, labels));
    }
    values = new ArrayList<>();
    labels = new ArrayList<>();
    lastSeconds = Double.NaN;
  }

  private List<FrameRecording> labelled(double period) throws DataException {
    if (options.intervals() == null) {
      return recordings;
    }
    LabelIntervals intervals = LabelIntervals.read(options.intervals(), period);
    if (Collections.disjoint(intervals.recordings(), known)) {
      throw new DataException(
          options.intervals()
              + " has no interval of a recording of "
              + file
              + ", whose first is \""
              + Quoting.shorten(recordings.get(0).id())
              + "\"");
    }
    List<FrameRecording> all = new ArrayList<>();
    for (FrameRecording recording : recordings) {
      all.add(
          new FrameRecording(
              recording.id(),
              recording.values(),
              intervals.labels(recording.id(), recording.frames())));
    }
    return all;
  }

  private double median() {
    double[] sorted = steps.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }

  private int gaps(double period) {
    return (int) steps.stream().filter(step -> period > 0 && step > 1.5 * period).count();
  }

  private void bad(long line, String what) throws DataException {
    if (!options.skipBadLines()) {
      throw DataException.at(file, line, what + " (--skip-bad-lines leaves such lines out)");
    }
    skipped++;
    if (firstComplaint == null) {
      firstComplaint = "line " + line + ": " + what;
    }
  }
}
