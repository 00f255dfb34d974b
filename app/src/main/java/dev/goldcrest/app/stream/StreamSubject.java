package dev.goldcrest.app.stream;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.compress.Subject;
import dev.goldcrest.app.data.FrameRecording;
import dev.goldcrest.app.data.FrameSet;
import dev.goldcrest.app.task.CompressCommand;
import dev.goldcrest.app.train.Attended;
import dev.goldcrest.app.train.Choices;
import dev.goldcrest.app.train.Pace;
import dev.goldcrest.app.train.Tuned;
import dev.goldcrest.cost.Cost;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.StreamDetector;
import dev.goldcrest.runtime.StreamModel;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.torch.Beginning;
import dev.goldcrest.torch.DetectorOptions;
import dev.goldcrest.torch.DetectorRun;
import dev.goldcrest.torch.Recording;
import dev.goldcrest.torch.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiFunction;

/** A detector under compression: mean average precision frame by frame. */
public final class StreamSubject implements Subject {
  private static final int MADE_UP = 1_000;

  private final Terminal terminal;
  private final CompressCommand command;
  private final FrameSet train;
  private final FrameSet dev;
  private final List<float[]> frames;

  private StreamSubject(
      Terminal terminal,
      CompressCommand command,
      FrameSet train,
      FrameSet dev,
      List<float[]> frames) {
    this.terminal = terminal;
    this.command = command;
    this.train = train;
    this.dev = dev;
    this.frames = frames;
  }

  /** Reads what recordings there are. */
  public static StreamSubject of(Terminal terminal, CompressCommand command, ModelFile file)
      throws Exception {
    StreamModel model = StreamModel.of(file, command.model());
    FrameSet dev =
        command.dev() == null ? null : command.reading().loadFrames(terminal, command.dev());
    FrameSet train = null;
    if (command.data() != null) {
      FrameSet all = command.reading().loadFrames(terminal, command.data());
      List<FrameSet> split = dev == null ? all.holdOut() : List.of(all, dev);
      train = split.get(0);
      dev = split.get(1);
      StreamScores.requireFit(command.model(), model, train);
      Classes classes = classes(model);
      List<String> unknown = classes.unseen(train);
      if (!unknown.isEmpty()) {
        throw UserError.failed(
            "%s has labels that the model does not have: %s", train.name(), unknown);
      }
    }
    if (dev == null) {
      return new StreamSubject(terminal, command, null, null, madeUp(model));
    }
    StreamScores.requireFit(command.model(), model, dev);
    classes(model).requireSomething(dev, truth(model, dev));
    List<float[]> frames = new ArrayList<>();
    dev.recordings().forEach(recording -> frames.addAll(recording.values()));
    return new StreamSubject(terminal, command, train, dev, frames);
  }

  private static Classes classes(StreamModel model) {
    return new Classes(model.labels(), model.frames().ignored());
  }

  private static List<boolean[][]> truth(StreamModel model, FrameSet data) {
    return data.recordings().stream().map(classes(model)::truth).toList();
  }

  /** Around the means of training, for the clock alone. */
  private static List<float[]> madeUp(StreamModel model) {
    SplittableRandom random = new SplittableRandom(1);
    List<float[]> frames = new ArrayList<>();
    for (int i = 0; i < MADE_UP; i++) {
      float[] frame = new float[model.lstr().features()];
      for (int f = 0; f < frame.length; f++) {
        double scale = model.frames().scales().get(f);
        double spread = scale == 0 ? 0 : (random.nextDouble() * 2 - 1) / scale;
        frame[f] = (float) (model.frames().means().get(f) + spread);
      }
      frames.add(frame);
    }
    return frames;
  }

  @Override
  public String metric() {
    return "mAP";
  }

  @Override
  public String text(double score) {
    return String.format(Locale.ROOT, "%.4f", score);
  }

  @Override
  public String unit() {
    return "of mAP";
  }

  @Override
  public String scoredOn() {
    return dev == null ? null : dev.name();
  }

  @Override
  public Score score(ModelFile file) throws FormatException {
    if (dev == null) {
      return Score.NONE;
    }
    StreamModel model = StreamModel.of(file, command.model());
    List<float[]> logits = StreamScores.logits(model, dev, new long[dev.frames()]);
    return new Score(map(model, truth(model, dev), logits), List.of());
  }

  private static double map(StreamModel model, List<boolean[][]> truth, List<float[]> logits) {
    return Scored.of(truth, logits, model.frames().ignored()).detection().map();
  }

  /** Of a frame, on average. */
  @Override
  public long macs(ModelFile file) {
    return Cost.ofFrame(file.architecture()).macs();
  }

  @Override
  public Runner runner(ModelFile file) throws FormatException {
    return runner(file, KernelsProvider.kernels(), frames);
  }

  @Override
  public Runner reader(ModelFile file, Kernels kernels) throws FormatException {
    List<float[]> learned = new ArrayList<>();
    if (train != null) {
      train.recordings().forEach(recording -> learned.addAll(recording.values()));
    }
    return runner(file, kernels, train == null ? frames : learned);
  }

  private Runner runner(ModelFile file, Kernels kernels, List<float[]> read)
      throws FormatException {
    StreamDetector detector = new StreamDetector(StreamModel.of(file, command.model()), kernels);
    return new Runner() {
      @Override
      public void run(int i) {
        detector.push(read.get(i % read.size()));
      }

      @Override
      public void close() {
        detector.reset();
      }
    };
  }

  @Override
  public Optional<Tuned> tune(ModelFile file, Set<String> pruned, Attended attended)
      throws IOException {
    StreamModel model = StreamModel.of(file, command.model());
    Choices choices = command.request().choices();
    DetectorOptions whole =
        UserError.judging(() -> StreamRecipe.tuning(choices, model.lstr().dim()));
    List<boolean[][]> truth = truth(model, dev);
    List<Recording> learned = recordings(model, train);
    List<Recording> checked = recordings(model, dev);
    BiFunction<DetectorOptions, Path, DetectorRun> run =
        (options, checkpoint) ->
            new DetectorRun(
                model.architecture(),
                learned,
                checked,
                model.frames().ignored(),
                options,
                logits -> map(model, truth, logits),
                checkpoint,
                new Beginning(model.weights(), pruned));
    int epochs =
        (int)
            attended.planned(
                whole.epochs(),
                Attended.WHOLE,
                () -> Pace.measure(run.apply(whole, null), attended));
    DetectorOptions options =
        epochs == whole.epochs()
            ? whole
            : StreamRecipe.tuning(choices.withEpochs(epochs), model.lstr().dim());
    return attended.run(
        epochs,
        TrainingRun.Epoch::devAccuracy,
        (stop, display) -> {
          DetectorRun.Outcome outcome =
              run.apply(options, command.request().checkpoint())
                  .run(
                      command.request().resume(),
                      false,
                      stop::requested,
                      attended::expired,
                      display);
          return attended.tuned(outcome.finished(), display, () -> file(model, outcome));
        });
  }

  private static ModelFile file(StreamModel model, DetectorRun.Outcome outcome) {
    return new StreamModel(
            model.architecture(),
            model.labels(),
            model.frames(),
            model.provenance(),
            Weights.of(outcome.weights()))
        .file();
  }

  private static List<Recording> recordings(StreamModel model, FrameSet data) {
    Scaling scaling = new Scaling(model.frames().means(), model.frames().scales());
    List<Recording> recordings = new ArrayList<>();
    for (FrameRecording recording : data.recordings()) {
      recordings.add(scaling.apply(recording, classes(model).truth(recording)));
    }
    return recordings;
  }
}
