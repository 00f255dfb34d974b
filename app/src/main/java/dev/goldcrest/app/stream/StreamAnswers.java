package dev.goldcrest.app.stream;

import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.data.FrameColumns;
import dev.goldcrest.app.task.LineByLine;
import dev.goldcrest.app.task.PredictCommand;
import dev.goldcrest.runtime.StreamDetector;
import dev.goldcrest.runtime.StreamModel;
import dev.goldcrest.runtime.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Follows a stream of lines: a frame in, a line out at once. A new recording id begins a new
 * recording. A line that is no frame is answered with {@code -} and a sentence, and changes
 * nothing.
 */
public final class StreamAnswers {
  private final Terminal terminal;
  private final PredictCommand command;
  private final StreamModel model;
  private final StreamDetector detector;
  private final String missing;
  private FrameColumns columns;
  private String recording;
  private long line;
  private int refused;

  private StreamAnswers(Terminal terminal, PredictCommand command, StreamModel model) {
    boolean known = model.frames().missing();
    if (command.missing() != null && !known) {
      throw UserError.usage(
          "predict: --missing: %s was trained without missing values; train with --missing",
          command.model());
    }
    this.missing = known && command.missing() == null ? "" : command.missing();
    this.terminal = terminal;
    this.command = command;
    this.model = model;
    this.detector = new StreamDetector(model);
  }

  /** Answers every line of a file or of standard input. */
  public static Report run(Terminal terminal, PredictCommand command, StreamModel model)
      throws Exception {
    StreamAnswers answers = new StreamAnswers(terminal, command, model);
    LineByLine.run(terminal, command.file(), answers::answer);
    if (answers.refused > 0) {
      terminal.notice("%,d lines were no frames and were left out", answers.refused);
    }
    return LineByLine.done();
  }

  private String answer(String text) {
    line++;
    try {
      StreamModel.Frames frames = model.frames();
      if (columns == null) {
        columns =
            FrameColumns.header(
                text, frames.names(), frames.recordingColumn(), frames.timeColumn(), missing);
        if (columns != null) {
          return null;
        }
        requirePlain(text, frames);
        FrameColumns plain = FrameColumns.of(text, model.lstr().features(), missing);
        plain.row(text);
        columns = plain;
      }
      FrameColumns.Row row = columns.row(text);
      if (!row.recording().equals(recording)) {
        detector.reset();
        recording = row.recording();
      }
      float[] scores =
          Double.isNaN(row.seconds())
              ? detector.push(row.values())
              : detector.push(row.seconds(), row.values());
      return command.json() ? object(scores) : line(scores);
    } catch (IllegalArgumentException e) {
      refused++;
      String name = command.file().equals("-") ? "standard input" : command.file();
      terminal.notice("%s:%d: %s; the frame is left out", name, line, e.getMessage());
      return command.json() ? Json.write(Map.of("line", line, "error", e.getMessage())) : "-";
    }
  }

  /** A model of named columns: whether a further cell is an id, a time or a label nobody knows. */
  private void requirePlain(String text, StreamModel.Frames frames) {
    int further = FrameColumns.cells(text) - model.lstr().features();
    if (!frames.names().isEmpty() && further > (frames.recordingColumn().isEmpty() ? 0 : 1)) {
      throw new IllegalArgumentException(
          "the line has "
              + FrameColumns.cells(text)
              + " cells, this model reads "
              + model.lstr().features()
              + " features by name; begin with a header like that of the training file");
    }
  }

  private List<Integer> best(float[] scores) {
    List<Integer> order = new ArrayList<>();
    for (int c = 0; c < scores.length; c++) {
      order.add(c);
    }
    order.sort((a, b) -> Float.compare(scores[b], scores[a]));
    return order.subList(0, Math.min(command.top(), order.size()));
  }

  private String line(float[] scores) {
    StringBuilder line = new StringBuilder();
    for (int c : best(scores)) {
      line.append(line.length() > 0 ? "\t" : "")
          .append(model.labels().get(c))
          .append('\t')
          .append(String.format(Locale.ROOT, "%.4f", scores[c]));
    }
    return line.toString();
  }

  private String object(float[] scores) {
    Map<String, Object> object = new LinkedHashMap<>();
    if (!recording.isEmpty()) {
      object.put("recording", recording);
    }
    object.put("frame", detector.frames() - 1);
    List<Object> top = new ArrayList<>();
    for (int c : best(scores)) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("label", model.labels().get(c));
      one.put("probability", Math.round(scores[c] * 1e6) / 1e6);
      top.add(one);
    }
    Map<?, ?> first = (Map<?, ?>) top.get(0);
    object.put("label", first.get("label"));
    object.put("probability", first.get("probability"));
    object.put("top", top);
    return Json.write(object);
  }
}
