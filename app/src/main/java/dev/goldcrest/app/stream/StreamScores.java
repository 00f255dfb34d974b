package dev.goldcrest.app.stream;

import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.Units;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.data.FrameRecording;
import dev.goldcrest.app.data.FrameSet;
import dev.goldcrest.app.metrics.Detection;
import dev.goldcrest.app.metrics.DetectionDelay;
import dev.goldcrest.app.report.StreamPage;
import dev.goldcrest.app.task.EvaluateCommand;
import dev.goldcrest.core.models.Nearest;
import dev.goldcrest.runtime.StreamDetector;
import dev.goldcrest.runtime.StreamModel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Scores a detector the way a device would run it: frame by frame, one recording after another. */
public final class StreamScores {
  private StreamScores() {}

  /** Measures {@code model} on the data that {@code command} names. */
  public static Report of(Terminal terminal, EvaluateCommand command, StreamModel model)
      throws Exception {
    FrameSet data = command.reading().loadFrames(terminal, command.data());
    requireFit(command.model(), model, data);
    Classes classes = new Classes(model.labels(), model.frames().ignored());
    List<String> unseen = classes.unseen(data);
    if (!unseen.isEmpty()) {
      terminal.notice("%s has labels that the model does not have: %s", data.name(), unseen);
    }
    List<boolean[][]> truth = new ArrayList<>();
    for (FrameRecording recording : data.recordings()) {
      truth.add(classes.truth(recording));
    }
    classes.requireSomething(data, truth);
    long[] nanos = new long[data.frames()];
    List<float[]> logits = logits(model, data, nanos);
    Arrays.sort(nanos);
    Result result =
        new Result(
            command.model(),
            Files.size(Path.of(command.model())),
            data,
            model,
            Scored.of(truth, logits, classes.ignored()),
            support(truth, classes.labels().size()),
            nanos);
    if (command.report() != null) {
      page(command, data, result, truth, logits);
    }
    return result;
  }

  private static void page(
      EvaluateCommand command,
      FrameSet data,
      Result result,
      List<boolean[][]> truth,
      List<float[]> logits)
      throws IOException {
    int shown = 0;
    if (command.recording() != null) {
      List<String> ids = data.recordings().stream().map(FrameRecording::id).toList();
      shown = ids.indexOf(command.recording());
      if (shown < 0) {
        throw UserError.usage(
            "evaluate: --recording: %s has no recording %s%s",
            data.name(), command.recording(), Nearest.hint(command.recording(), ids));
      }
    }
    StreamPage.write(command.report(), result.page(shown, truth.get(shown), logits.get(shown)));
  }

  /**
   * Makes sure that a model can read these frames.
   *
   * @param file the model's name, for messages
   */
  static void requireFit(String file, StreamModel model, FrameSet data) {
    if (data.features() != model.lstr().features()) {
      throw UserError.failed(
          "%s has %d features, %s reads %d",
          data.name(), data.features(), file, model.lstr().features());
    }
    if (data.missing() > 0 && !model.frames().missing()) {
      throw UserError.failed(
          "%s has missing values, %s was trained without; train with --missing", data.name(), file);
    }
    List<String> names = model.frames().names();
    if (!names.isEmpty() && !data.featureNames().isEmpty() && !names.equals(data.featureNames())) {
      throw UserError.failed(
          "%s has features %s, %s reads %s; --feature-columns names them in order",
          data.name(), data.featureNames(), file, names);
    }
  }

  /** The first recording runs once before, so that compiled code is timed. */
  static List<float[]> logits(StreamModel model, FrameSet data, long[] nanos) {
    StreamDetector detector = new StreamDetector(model);
    push(detector, data.recordings().get(0), new long[nanos.length], 0);
    List<float[]> logits = new ArrayList<>();
    int at = 0;
    for (FrameRecording recording : data.recordings()) {
      logits.add(push(detector, recording, nanos, at));
      at += recording.frames();
    }
    return logits;
  }

  private static float[] push(
      StreamDetector detector, FrameRecording recording, long[] nanos, int from) {
    detector.reset();
    int classes = detector.logits().length;
    float[] logits = new float[recording.frames() * classes];
    for (int t = 0; t < recording.frames(); t++) {
      long start = System.nanoTime();
      try {
        detector.push(recording.values().get(t));
      } catch (IllegalArgumentException e) {
        throw UserError.failed("recording %s: %s", recording.id(), e.getMessage());
      }
      nanos[from + t] = System.nanoTime() - start;
      System.arraycopy(detector.logits(), 0, logits, t * classes, classes);
    }
    return logits;
  }

  private static int[] support(List<boolean[][]> truth, int classes) {
    int[] support = new int[classes];
    for (boolean[][] recording : truth) {
      for (boolean[] frame : recording) {
        for (int c = 0; c < classes; c++) {
          support[c] += frame[c] ? 1 : 0;
        }
      }
    }
    return support;
  }

  private record Result(
      String file,
      long bytes,
      FrameSet data,
      StreamModel model,
      Scored scored,
      int[] support,
      long[] nanos)
      implements Report {
    /** Background and ignored class have no lane. */
    private StreamPage.Content page(int shown, boolean[][] truth, float[] logits) {
      Detection d = scored.detection();
      Map<String, String> figures = new LinkedHashMap<>();
      figures.put("mAP", String.format(Locale.ROOT, "%.3f", d.map()));
      figures.put("calibrated mAP", String.format(Locale.ROOT, "%.3f", d.calibratedMap()));
      figures.put("mean delay", scored.delay().found() == 0 ? "-" : delay(scored.delay().mean()));
      figures.put("frames a second", String.format(Locale.ROOT, "%,.0f", framesPerSecond()));
      int[] lanes =
          IntStream.range(0, support.length)
              .filter(c -> !Double.isNaN(d.precisions()[c]))
              .toArray();
      List<String> names = new ArrayList<>();
      List<List<String>> table = new ArrayList<>();
      for (int c : lanes) {
        names.add(model.labels().get(c));
        table.add(
            List.of(
                model.labels().get(c),
                String.format(Locale.ROOT, "%.3f", d.precisions()[c]),
                String.format(Locale.ROOT, "%.3f", d.calibrated()[c]),
                String.format(Locale.ROOT, "%,d", support[c])));
      }
      boolean[][] held = new boolean[truth.length][lanes.length];
      double[][] sure = new double[truth.length][lanes.length];
      for (int t = 0; t < truth.length; t++) {
        double[] all = Scored.softmax(logits, t * support.length, support.length);
        for (int lane = 0; lane < lanes.length; lane++) {
          held[t][lane] = truth[t][lanes[lane]];
          sure[t][lane] = all[lanes[lane]];
        }
      }
      return new StreamPage.Content(
          Path.of(file).getFileName().toString(),
          Path.of(data.name()).getFileName().toString(),
          figures,
          table,
          data.recordings().get(shown).id(),
          names,
          held,
          sure,
          model.frames().period());
    }

    private double micros(double share) {
      return nanos[(int) Math.min(nanos.length - 1, share * nanos.length)] / 1e3;
    }

    private double framesPerSecond() {
      return nanos.length / (Arrays.stream(nanos).sum() / 1e9);
    }

    @Override
    public void print(PrintStream out) {
      Detection d = scored.detection();
      DetectionDelay delay = scored.delay();
      out.printf(
          Locale.ROOT,
          "mAP          %.4f%nmcAP         %.4f%naccuracy     %.4f%n",
          d.map(),
          d.calibratedMap(),
          scored.accuracy());
      out.printf(
          Locale.ROOT,
          "noticed      %d of %d instances%s%n",
          delay.found(),
          delay.instances(),
          delay.found() == 0 ? "" : ", after " + delay(delay.mean()) + " on average");
      out.printf(
          Locale.ROOT,
          "speed        %,.0f frames a second, half of them within %s%n",
          framesPerSecond(),
          Units.micros(micros(0.5)));
      out.printf(Locale.ROOT, "size         %s%nstages       ", Units.bytes(bytes));
      for (double stage : d.stages()) {
        out.printf(Locale.ROOT, " %.3f", stage);
      }
      out.printf("%n%n%-24s %8s %8s %8s%n", "label", "AP", "cAP", "frames");
      for (int c = 0; c < support.length; c++) {
        if (!Double.isNaN(d.precisions()[c])) {
          out.printf(
              Locale.ROOT,
              "%-24s %8.4f %8.4f %,8d%n",
              Units.printable(model.labels().get(c)),
              d.precisions()[c],
              d.calibrated()[c],
              support[c]);
        }
      }
    }

    /** Of none found there is no mean. */
    private Map<String, Object> delay() {
      DetectionDelay delay = scored.delay();
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("instances", delay.instances());
      object.put("found", delay.found());
      object.put("mean", delay.found() == 0 ? null : delay.mean());
      object.put("median", delay.found() == 0 ? null : delay.median());
      return object;
    }

    private String delay(double frames) {
      double period = model.frames().period();
      return period > 0
          ? String.format(Locale.ROOT, "%.1f frames (%.2f s)", frames, frames * period)
          : String.format(Locale.ROOT, "%.1f frames", frames);
    }

    @Override
    public Object json() {
      Detection d = scored.detection();
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("task", StreamModel.TASK);
      object.put("model", file);
      object.put("data", data.name());
      object.put("recordings", data.recordings().size());
      object.put("frames", data.frames());
      object.put("mAP", d.map());
      object.put("mcAP", d.calibratedMap());
      object.put("accuracy", scored.accuracy());
      object.put("stages", d.stages());
      object.put("calibratedStages", d.calibratedStages());
      object.put("delay", delay());
      object.put("framesPerSecond", framesPerSecond());
      object.put("p50Micros", micros(0.5));
      object.put("p90Micros", micros(0.9));
      object.put("modelBytes", bytes);
      List<Object> labels = new ArrayList<>();
      for (int c = 0; c < support.length; c++) {
        if (!Double.isNaN(d.precisions()[c])) {
          Map<String, Object> label = new LinkedHashMap<>();
          label.put("label", model.labels().get(c));
          label.put("AP", d.precisions()[c]);
          label.put("cAP", d.calibrated()[c]);
          label.put("frames", support[c]);
          labels.add(label);
        }
      }
      object.put("labels", labels);
      return object;
    }
  }
}
