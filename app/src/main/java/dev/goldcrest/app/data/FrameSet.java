package dev.goldcrest.app.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Recordings from one source.
 *
 * @param name of the source, for messages
 * @param featureNames from a header, or empty
 * @param recordings at least one
 * @param period seconds from one frame to the next as the source says; 0 if it does not
 * @param gaps steps in time longer than one and a half periods
 * @param missing values that are missing
 * @param skippedBadLines left out
 */
public record FrameSet(
    String name,
    List<String> featureNames,
    List<FrameRecording> recordings,
    double period,
    int gaps,
    long missing,
    int skippedBadLines) {
  private static final int HELD_OUT = 10;

  public FrameSet {
    featureNames = List.copyOf(featureNames);
    recordings = List.copyOf(recordings);
  }

  /** F. */
  public int features() {
    return recordings.get(0).values().get(0).length;
  }

  /** Frames of all recordings. */
  public int frames() {
    return recordings.stream().mapToInt(FrameRecording::frames).sum();
  }

  /**
   * Training part and held-out part: every tenth recording, or the last one where there are fewer.
   * The parts of one that gaps cut stay together.
   *
   * @throws DataException if there is only one recording
   */
  public List<FrameSet> holdOut() throws DataException {
    List<List<FrameRecording>> whole = new ArrayList<>();
    for (FrameRecording recording : recordings) {
      List<FrameRecording> last = whole.isEmpty() ? null : whole.get(whole.size() - 1);
      boolean part =
          last != null && recording.id().equals(last.get(0).id() + "#" + (last.size() + 1));
      if (!part) {
        last = new ArrayList<>();
        whole.add(last);
      }
      last.add(recording);
    }
    if (whole.size() < 2) {
      throw new DataException(
          name + " is a single recording, none can be held out; give a second file with --dev");
    }
    List<FrameRecording> train = new ArrayList<>();
    List<FrameRecording> dev = new ArrayList<>();
    boolean few = whole.size() < HELD_OUT;
    for (int i = 0; i < whole.size(); i++) {
      boolean held = few ? i == whole.size() - 1 : i % HELD_OUT == HELD_OUT - 1;
      (held ? dev : train).addAll(whole.get(i));
    }
    return List.of(
        new FrameSet(name, featureNames, train, period, gaps, missing, skippedBadLines),
        new FrameSet(name + " (held out)", featureNames, dev, period, 0, 0, 0));
  }
}
