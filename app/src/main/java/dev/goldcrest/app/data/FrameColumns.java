package dev.goldcrest.app.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a line of a table has what a frame is made of. Cells are parted by tabs or, where the first
 * line has none, by commas; nothing is quoted.
 */
public final class FrameColumns {
  /** Index of a column that there is not. */
  private static final int NONE = -1;

  private final char separator;
  private final int cells;
  private final int recording;
  private final int time;
  private final int[] features;
  private final int[] labels;
  private final List<String> labelNames;
  private final List<String> featureNames;
  private final String missing;

  /**
   * One line, read.
   *
   * @param recording id, empty where the file has none
   * @param seconds NaN where the file has no time
   * @param values F numbers, NaN for missing ones
   * @param labels that hold
   */
  public record Row(String recording, double seconds, float[] values, List<String> labels) {}

  private FrameColumns(
      char separator,
      int cells,
      int recording,
      int time,
      int[] features,
      int[] labels,
      List<String> labelNames,
      List<String> featureNames,
      String missing) {
    this.separator = separator;
    this.cells = cells;
    this.recording = recording;
    this.time = time;
    this.features = features;
    this.labels = labels;
    this.labelNames = labelNames;
    this.featureNames = featureNames;
    this.missing = missing;
  }

  /**
   * Columns of a file without header: recording id, features, and a label unless {@code labelled}
   * is false.
   *
   * @param first line of the file
   */
  static FrameColumns headerless(String first, boolean labelled, String missing) {
    char separator = separator(first);
    int cells = split(first, separator).size();
    return positions(separator, cells, 1, cells - (labelled ? 2 : 1), labelled, missing);
  }

  /**
   * Columns of lines to be answered by a model of {@code features} features: the features alone, or
   * after a recording id, or between an id and a label that is not read.
   *
   * @param missing cell that stands for a missing value beside nothing and NaN, or null: none may
   *     be
   */
  public static FrameColumns of(String first, int features, String missing) {
    char separator = separator(first);
    int cells = split(first, separator).size();
    boolean named = cells > features;
    return positions(separator, cells, named ? 1 : 0, features, cells > features + 1, missing);
  }

  private static FrameColumns positions(
      char separator, int cells, int from, int count, boolean labelled, String missing) {
    int[] features = new int[Math.max(0, count)];
    for (int i = 0; i < features.length; i++) {
      features[i] = from + i;
    }
    int[] labels = labelled ? new int[] {from + count} : new int[0];
    return new FrameColumns(
        separator,
        from + count + labels.length,
        from == 1 ? 0 : NONE,
        NONE,
        features,
        labels,
        List.of(),
        List.of(),
        missing);
  }

  /** Columns that a header names; a {@link BadLineException} if it does not have one. */
  static FrameColumns named(String header, FrameOptions options) throws BadLineException {
    char separator = separator(header);
    List<String> names = new ArrayList<>();
    split(header, separator).forEach(name -> names.add(name.strip()));
    for (int i = 0; i < names.size(); i++) {
      if (names.indexOf(names.get(i)) < i) {
        throw new BadLineException(
            "the header has two columns \"" + names.get(i) + "\"; give each its own name");
      }
    }
    int recording = at(names, options.recording());
    int time = at(names, options.time());
    int[] labels = all(names, options.labels());
    List<String> features = new ArrayList<>(options.features());
    if (features.isEmpty()) {
      for (int i = 0; i < names.size(); i++) {
        if (i != recording && i != time && !options.labels().contains(names.get(i))) {
          features.add(names.get(i));
        }
      }
    }
    return new FrameColumns(
        separator,
        names.size(),
        recording,
        time,
        all(names, features),
        labels,
        labels.length > 1 ? options.labels() : List.of(),
        features,
        options.missing());
  }

  /**
   * Columns of lines to be answered, if {@code line} is a header with all {@code features}; else
   * null. There may be no column of the recording or of the time.
   */
  public static FrameColumns header(
      String line, List<String> features, String recording, String time, String missing) {
    char separator = separator(line);
    List<String> names = new ArrayList<>();
    split(line, separator).forEach(name -> names.add(name.strip()));
    if (features.isEmpty() || !names.containsAll(features)) {
      return null;
    }
    int[] at = features.stream().mapToInt(names::indexOf).toArray();
    return new FrameColumns(
        separator,
        names.size(),
        names.indexOf(recording),
        names.indexOf(time),
        at,
        new int[0],
        List.of(),
        features,
        missing);
  }

  private static int at(List<String> names, String wanted) throws BadLineException {
    if (wanted == null) {
      return NONE;
    }
    int at = names.indexOf(wanted);
    if (at < 0) {
      throw new BadLineException(
          "the header has no column \""
              + wanted
              + "\"; it has "
              + Quoting.shorten(String.join(", ", names)));
    }
    return at;
  }

  private static int[] all(List<String> names, List<String> wanted) throws BadLineException {
    int[] all = new int[wanted.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = at(names, wanted.get(i));
    }
    return all;
  }

  private static char separator(String line) {
    return line.indexOf('\t') >= 0 ? '\t' : ',';
  }

  private static List<String> split(String line, char separator) {
    List<String> cells = new ArrayList<>();
    int from = 0;
    for (int to = line.indexOf(separator); to >= 0; to = line.indexOf(separator, from)) {
      cells.add(line.substring(from, to));
      from = to + 1;
    }
    cells.add(line.substring(from));
    return cells;
  }

  /** Cells of a line. */
  public static int cells(String line) {
    return split(line, separator(line)).size();
  }

  /** F. */
  public int features() {
    return features.length;
  }

  /** Names of the features, where there is a header. */
  public List<String> featureNames() {
    return featureNames;
  }

  /**
   * Reads one line.
   *
   * @throws IllegalArgumentException in a sentence without place, if it is no such line
   */
  public Row row(String line) {
    List<String> found = split(line, separator);
    if (found.size() != cells) {
      throw new IllegalArgumentException(
          "a frame has " + cells + " cells here, this line has " + found.size());
    }
    float[] values = new float[features.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(found.get(features[i]), i);
    }
    double seconds = time == NONE ? Double.NaN : seconds(found.get(time));
    return new Row(
        recording == NONE ? "" : found.get(recording).strip(), seconds, values, labels(found));
  }

  private float number(String cell, int feature) {
    String text = cell.strip();
    if (missing != null && (text.equals(missing) || text.isEmpty() || text.equals("NaN"))) {
      return Float.NaN;
    }
    try {
      float value = Float.parseFloat(text);
      if (!Float.isNaN(value) && !Float.isInfinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // The sentence below holds for both.
    }
    String name =
        featureNames.isEmpty() ? Integer.toString(feature + 1) : featureNames.get(feature);
    throw new IllegalArgumentException(
        "feature "
            + name
            + " is \""
            + Quoting.shorten(text)
            + "\", which is no number; --missing declares what stands for missing values");
  }

  private static double seconds(String cell) {
    try {
      double seconds = Double.parseDouble(cell.strip());
      if (!Double.isNaN(seconds) && !Double.isInfinite(seconds)) {
        return seconds;
      }
    } catch (NumberFormatException e) {
      // The sentence below holds for both.
    }
    throw new IllegalArgumentException(
        "the time is \"" + Quoting.shorten(cell) + "\", which is no number of seconds");
  }

  private List<String> labels(List<String> found) {
    if (labels.length == 0) {
      return List.of();
    }
    if (labelNames.isEmpty()) {
      String label = found.get(labels[0]).strip();
      return label.isEmpty() ? List.of() : List.of(label);
    }
    List<String> held = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      String cell = found.get(labels[i]).strip();
      if (cell.equals("1") || cell.equals("1.0")) {
        held.add(labelNames.get(i));
      } else if (!cell.equals("0") && !cell.equals("0.0")) {
        throw new IllegalArgumentException(
            "label column "
                + labelNames.get(i)
                + " holds \""
                + Quoting.shorten(cell)
                + "\", not 0 or 1");
      }
    }
    return held;
  }
}
