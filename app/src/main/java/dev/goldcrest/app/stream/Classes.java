package dev.goldcrest.app.stream;

import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.data.FrameRecording;
import dev.goldcrest.app.data.FrameSet;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The labels that a detector tells apart, by class index. Class 0 is the background: what holds
 * where no other label does.
 *
 * @param labels by class
 * @param ignored class whose frames are neither learned nor judged, or -1
 */
record Classes(List<String> labels, int ignored) {
  /** Index of the background. */
  static final int BACKGROUND = 0;

  /** What the background is called where nobody says. */
  static final String DEFAULT = "0";

  /**
   * Classes of the labels that occur, in the order of their numbers if all are numbers.
   *
   * @param background label of the background; if not the usual one it must occur, or frames
   *     without any label
   * @param ignored label to leave out, or empty
   */
  static Classes of(FrameSet data, String background, String ignored) {
    TreeSet<String> found = new TreeSet<>(Classes::compare);
    boolean empty = false;
    for (FrameRecording recording : data.recordings()) {
      recording.labels().forEach(found::addAll);
      empty |= recording.labels().contains(List.of());
    }
    boolean occurs = found.remove(background);
    if (!occurs && !background.equals(DEFAULT) && !empty) {
      throw new IllegalArgumentException("background '" + background + "' is no label of the data");
    }
    List<String> labels = new ArrayList<>(List.of(background));
    labels.addAll(found);
    if (!ignored.isEmpty() && !found.contains(ignored)) {
      throw new IllegalArgumentException("ignored '" + ignored + "' is no label of the data");
    }
    return new Classes(List.copyOf(labels), ignored.isEmpty() ? -1 : labels.indexOf(ignored));
  }

  private static int compare(String a, String b) {
    boolean numbers = a.matches("\\d{1,9}") && b.matches("\\d{1,9}");
    int byNumber = numbers ? Integer.compare(Integer.parseInt(a), Integer.parseInt(b)) : 0;
    return byNumber != 0 ? byNumber : a.compareTo(b);
  }

  /** Which classes hold in each frame of a recording; labels that are not known do not count. */
  boolean[][] truth(FrameRecording recording) {
    boolean[][] truth = new boolean[recording.frames()][labels.size()];
    for (int t = 0; t < truth.length; t++) {
      for (String label : recording.labels().get(t)) {
        int c = labels.indexOf(label);
        if (c >= 0) {
          truth[t][c] = true;
        }
      }
      if (recording.labels().get(t).isEmpty()) {
        truth[t][BACKGROUND] = true;
      }
    }
    return truth;
  }

  /**
   * Makes sure that there is something to find: without a judged frame of a label that is known, no
   * average precision is defined.
   *
   * @throws UserError naming the data
   */
  void requireSomething(FrameSet data, List<boolean[][]> truth) {
    for (boolean[][] recording : truth) {
      for (boolean[] frame : recording) {
        for (int c = BACKGROUND + 1; c < frame.length; c++) {
          if (frame[c] && (ignored < 0 || !frame[ignored])) {
            return;
          }
        }
      }
    }
    throw UserError.failed(
        "%s has no frame of a known label but the background '%s', so there is nothing to detect;"
            + " the labels are %s",
        data.name(), labels.get(BACKGROUND), labels);
  }

  /** Labels of {@code data} that are no class, sorted. */
  List<String> unseen(FrameSet data) {
    TreeSet<String> unseen = new TreeSet<>();
    for (FrameRecording recording : data.recordings()) {
      recording.labels().forEach(unseen::addAll);
    }
    unseen.removeAll(labels);
    return List.copyOf(unseen);
  }
}
