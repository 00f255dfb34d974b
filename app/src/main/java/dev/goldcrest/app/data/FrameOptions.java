package dev.goldcrest.app.data;

import java.util.List;

/**
 * How a file of frames is laid out. Without any column named it has no header: recording id,
 * features, label.
 *
 * @param recording column of the recording's id, or null: the file is one recording
 * @param time column of the frame's time in seconds, or null
 * @param features columns of the features; empty for all that are nothing else
 * @param labels one column with a label's name, or several of 0 and 1, one a label; empty for none
 * @param missing cell that stands for a missing value, or null: there are none
 * @param intervals file of recording, first second, last second, label, one labelled interval a
 *     line, instead of label columns; or null
 * @param period seconds from one frame to the next; 0 where the time column tells, or nothing
 * @param maxGap seconds without a frame after which a new recording begins; 0 for never
 * @param skipBadLines whether a bad line is counted and left out instead of being an error
 */
public record FrameOptions(
    String recording,
    String time,
    List<String> features,
    List<String> labels,
    String missing,
    String intervals,
    double period,
    double maxGap,
    boolean skipBadLines) {
  /** Headerless files without gaps. */
  public static final FrameOptions PLAIN =
      new FrameOptions(null, null, List.of(), List.of(), null, null, 0, 0, false);

  public FrameOptions {
    features = List.copyOf(features);
    labels = List.copyOf(labels);
  }

  boolean namesColumns() {
    return recording != null || time != null || !features.isEmpty() || !labels.isEmpty();
  }
}
