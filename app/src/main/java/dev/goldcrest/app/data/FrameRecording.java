package dev.goldcrest.app.data;

import java.util.List;

/**
 * Frames that follow one another.
 *
 * @param id of the recording; the second part of one that has a gap is {@code id#2}
 * @param values features of each frame (T, F); NaN where missing
 * @param labels that hold in each frame, none for the background
 */
public record FrameRecording(String id, List<float[]> values, List<List<String>> labels) {
  public FrameRecording {
    values = List.copyOf(values);
    labels = List.copyOf(labels);
    if (values.isEmpty() || values.size() != labels.size()) {
      throw new IllegalArgumentException(
          "recording " + id + " of " + values.size() + " frames, " + labels.size() + " labelled");
    }
  }

  public int frames() {
    return values.size();
  }
}
