package dev.goldcrest.app.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Recordings in the layout of LSTR's authors: a folder with {@code rgb_*}, {@code flow_*} or both,
 * and {@code target_perframe}, each with a {@code <recording>.npy} (frames, numbers). The numbers
 * of a frame are those of rgb, then those of flow. {@code data_info.json}, where there is one,
 * names the classes ({@code class_names}) and the recordings of a part ({@code train_session_set},
 * {@code test_session_set}), at its top or under the data set's name; otherwise classes are called
 * by their numbers. Their features come four a second.
 */
final class NpyFolder {
  private static final String TARGETS = "target_perframe";
  private static final String INFO = "data_info.json";
  private static final String ENDING = ".npy";
  private static final double PERIOD = 0.25;

  private final Path folder;
  private final String part;
  private final JsonNode info;
  private final boolean holes;
  private long missing;

  private NpyFolder(Path folder, String part, JsonNode info, boolean holes) {
    this.folder = folder;
    this.part = part;
    this.info = info;
    this.holes = holes;
  }

  /** Whether {@code spec} names a folder, perhaps with a part behind a colon. */
  static boolean is(String spec) {
    return Files.isDirectory(Path.of(path(spec)));
  }

  private static String path(String spec) {
    int colon = spec.lastIndexOf(':');
    boolean part = colon > 0 && List.of("train", "test").contains(spec.substring(colon + 1));
    return part ? spec.substring(0, colon) : spec;
  }

  /**
   * Reads {@code FOLDER}, {@code FOLDER:train} or {@code FOLDER:test}.
   *
   * @param holes whether NaN stands for a missing value instead of being an error
   */
  static FrameSet read(String spec, double period, boolean holes) throws DataException {
    Path folder = Path.of(path(spec));
    String part =
        spec.length() == path(spec).length() ? "" : spec.substring(path(spec).length() + 1);
    try {
      JsonNode info = info(folder);
      if (!part.isEmpty() && info == null) {
        throw new DataException(
            spec + ": there is no " + INFO + " in " + folder + " that names its parts");
      }
      NpyFolder reader = new NpyFolder(folder, part, info, holes);
      List<FrameRecording> recordings = reader.read();
      double seconds = period > 0 ? period : PERIOD;
      return new FrameSet(spec, List.of(), recordings, seconds, 0, reader.missing, 0);
    } catch (IOException e) {
      throw new DataException(spec + " could not be read (" + e.getMessage() + ")", e);
    }
  }

  /** The object with the class names, at the top or one below; null without a file. */
  private static JsonNode info(Path folder) throws IOException, DataException {
    Path file = folder.resolve(INFO);
    if (!Files.exists(file)) {
      return null;
    }
    JsonNode top;
    try {
      top = new ObjectMapper().readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw DataException.at(
          file.toString(), e.getLocation().getLineNr(), "this is no JSON; fetch the file again");
    }
    if (!top.has("class_names")) {
      for (JsonNode below : top) {
        if (below.has("class_names")) {
          return below;
        }
      }
    }
    return top;
  }

  private List<FrameRecording> read() throws IOException, DataException {
    List<Path> inputs = new ArrayList<>();
    for (String kind : List.of("rgb_", "flow_")) {
      try (Stream<Path> found = Files.list(folder)) {
        List<Path> folders =
            found
                .filter(path -> Files.isDirectory(path))
                .filter(path -> path.getFileName().toString().startsWith(kind))
                .sorted()
                .toList();
        if (folders.size() > 1) {
          throw new DataException(
              folder
                  + " has several folders "
                  + kind
                  + "*, one of which is meant; move the others");
        }
        inputs.addAll(folders);
      }
    }
    if (inputs.isEmpty()) {
      throw new DataException(folder + " has neither a folder rgb_* nor a folder flow_*");
    }
    List<FrameRecording> recordings = new ArrayList<>();
    for (String name : names(inputs.get(0))) {
      FrameRecording recording = recording(name, inputs);
      int features = recording.values().get(0).length;
      int others = recordings.isEmpty() ? features : recordings.get(0).values().get(0).length;
      if (features != others) {
        throw new DataException(
            folder
                + " has "
                + features
                + " features in recording "
                + name
                + ", "
                + others
                + " in "
                + recordings.get(0).id()
                + "; all must come from the same extractor");
      }
      recordings.add(recording);
    }
    if (recordings.isEmpty()) {
      throw new DataException(
          inputs.get(0) + " has no recording" + (part.isEmpty() ? "" : " of part " + part));
    }
    return recordings;
  }

  private List<String> names(Path input) throws IOException {
    List<String> names = new ArrayList<>();
    if (part.isEmpty()) {
      try (Stream<Path> files = Files.list(input)) {
        files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(ENDING))
            .map(name -> name.substring(0, name.length() - ENDING.length()))
            .forEach(names::add);
      }
      Collections.sort(names);
    } else {
      info.path(part + "_session_set").forEach(name -> names.add(name.asText()));
    }
    return names;
  }

  private FrameRecording recording(String name, List<Path> inputs) throws DataException {
    List<NpyFile> arrays = new ArrayList<>();
    for (Path input : inputs) {
      arrays.add(NpyFile.read(input.resolve(name + ENDING)));
    }
    Path targets = folder.resolve(TARGETS).resolve(name + ENDING);
    NpyFile held = NpyFile.read(targets);
    int features = 0;
    for (NpyFile array : arrays) {
      features += array.columns();
      if (array.rows() != held.rows()) {
        throw new DataException(
            targets + " has " + held.rows() + " frames, its features have " + array.rows());
      }
    }
    List<float[]> values = new ArrayList<>();
    List<List<String>> labels = new ArrayList<>();
    for (int t = 0; t < held.rows(); t++) {
      float[] frame = new float[features];
      int at = 0;
      for (NpyFile array : arrays) {
        System.arraycopy(array.values(), t * array.columns(), frame, at, array.columns());
        at += array.columns();
      }
      for (float value : frame) {
        boolean hole = holes && Float.isNaN(value);
        missing += hole ? 1 : 0;
        if (!hole && (Float.isNaN(value) || Float.isInfinite(value))) {
          throw new DataException(
              folder
                  + ": recording "
                  + name
                  + " has a feature in frame "
                  + t
                  + " that is no number; --missing NaN declares missing values");
        }
      }
      values.add(frame);
      labels.add(labels(held, t));
    }
    return new FrameRecording(name, values, labels);
  }

  /** Class 0 is the background, whatever its name. */
  private List<String> labels(NpyFile held, int t) {
    List<String> labels = new ArrayList<>();
    for (int c = 1; c < held.columns(); c++) {
      if (held.values()[t * held.columns() + c] > 0) {
        JsonNode name = info == null ? null : info.path("class_names").get(c);
        labels.add(name == null ? Integer.toString(c) : name.asText());
      }
    }
    return List.copyOf(labels);
  }
}
