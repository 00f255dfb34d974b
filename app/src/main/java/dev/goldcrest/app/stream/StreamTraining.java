package dev.goldcrest.app.stream;

import dev.goldcrest.app.cli.Cli;
import dev.goldcrest.app.cli.Progress;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.data.FrameOptions;
import dev.goldcrest.app.data.FrameRecording;
import dev.goldcrest.app.data.FrameSet;
import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.app.task.TrainCommand;
import dev.goldcrest.app.train.Attended;
import dev.goldcrest.app.train.Choices;
import dev.goldcrest.app.train.Effort;
import dev.goldcrest.app.train.Narrowing;
import dev.goldcrest.app.train.Pace;
import dev.goldcrest.app.train.Provenance;
import dev.goldcrest.app.train.RunRecord;
import dev.goldcrest.app.train.SizeBudget;
import dev.goldcrest.app.train.Stopped;
import dev.goldcrest.app.train.TrainingDisplay;
import dev.goldcrest.app.train.TrainingRequest;
import dev.goldcrest.app.train.Unfactorised;
import dev.goldcrest.compress.Compression;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Lstr;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.cost.Cost;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.StreamModel;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.torch.DetectorOptions;
import dev.goldcrest.torch.DetectorRun;
import dev.goldcrest.torch.Recording;
import dev.goldcrest.torch.TrainingRun;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The verb {@code train} for detectors: from recordings to the model file. */
public final class StreamTraining {
  private final Terminal terminal;
  private final TrainCommand command;
  private final TrainingRequest request;
  private final FrameSet train;
  private final FrameSet dev;
  private final Classes classes;
  private final Scaling scaling;
  private final Energy energy;
  private StreamRecipe recipe;

  private StreamTraining(Terminal terminal, TrainCommand command, TrainingRequest request)
      throws Exception {
    this.terminal = terminal;
    this.command = command;
    this.request = request;
    this.energy = request.startEnergy(terminal);
    FrameSet all = command.reading().loadFrames(terminal, command.data());
    List<FrameSet> split =
        command.dev() == null
            ? all.holdOut()
            : List.of(all, command.reading().loadFrames(terminal, command.dev()));
    train = split.get(0);
    dev = split.get(1);
    if (train.features() != dev.features()) {
      throw UserError.failed(
          "%s has %d features, %s has %d; they must be laid out alike",
          train.name(), train.features(), dev.name(), dev.features());
    }
    Settings settings = new Settings(command.settings());
    classes =
        UserError.judging(
            () ->
                Classes.of(
                    train, StreamRecipe.background(settings), StreamRecipe.ignored(settings)));
    recipe = UserError.judging(() -> recipe(request.choices()));
    scaling = Scaling.of(train);
  }

  /** Reads the data, trains and writes the model. */
  public static Report run(Terminal terminal, TrainCommand command) throws Exception {
    UserError.judging(() -> StreamRecipe.of(command.choices(Lstr.NAME), 1, 2));
    TrainingRequest request =
        new TrainingRequest(
            command.choices(Lstr.NAME),
            command.out(),
            command.force(),
            command.resume(),
            command.half(),
            command.maxBytes(),
            command.spending(),
            command.log(),
            command.line());
    request.checkFiles(command.files());
    return new StreamTraining(terminal, command, request).run();
  }

  /** What a run of this command computes on given data, as one line. */
  public static String recipe(TrainCommand command) {
    StreamRecipe recipe = StreamRecipe.of(command.choices(Lstr.NAME), 1, 2);
    return recipe.model().settings() + " " + recipe.training();
  }

  private Report run() throws IOException {
    List<String> unseen = classes.unseen(dev);
    if (!unseen.isEmpty()) {
      terminal.notice("%s has labels that training does not have: %s", dev.name(), unseen);
    }
    Unfactorised.say(terminal, request.choices().design(), recipe.model());
    List<boolean[][]> truth = new ArrayList<>();
    List<Recording> devRecordings = recordings(dev, truth);
    classes.requireSomething(dev, truth);
    if (request.maxBytes() != null) {
      requireSize(request.maxBytes());
    }
    List<Recording> trainRecordings = recordings(train, new ArrayList<>());
    Function<Path, DetectorRun> run =
        checkpoint ->
            new DetectorRun(
                recipe.model(),
                trainRecordings,
                devRecordings,
                classes.ignored(),
                recipe.training(),
                logits -> Scored.of(truth, logits, classes.ignored()).detection().map(),
                checkpoint);
    Attended attended = new Attended(terminal, request, energy);
    planEpochs(run, attended);
    return attended
        .<Report>run(
            recipe.training().epochs(),
            TrainingRun.Epoch::devAccuracy,
            (stop, display) -> {
              DetectorRun.Outcome outcome =
                  run.apply(request.checkpoint())
                      .run(
                          command.resume(),
                          command.half(),
                          stop::requested,
                          attended::expired,
                          display);
              return outcome.finished()
                  ? Optional.of(finish(outcome, attended, display))
                  : Optional.empty();
            })
        .orElse(new Stopped(request.checkpoint()));
  }

  private StreamRecipe recipe(Choices choices) {
    return StreamRecipe.of(choices, train.features(), classes.labels().size());
  }

  /** As many epochs of the recipe as time and energy allow, at least one. */
  private void planEpochs(Function<Path, DetectorRun> run, Attended attended) throws IOException {
    int wanted = recipe.training().epochs();
    int planned =
        (int)
            attended.planned(wanted, Attended.WHOLE, () -> Pace.measure(run.apply(null), attended));
    if (planned != wanted) {
      recipe =
          new StreamRecipe(
              recipe.model(), recipe(request.choices().withEpochs(planned)).training());
    }
  }

  /** Makes the file small enough by what its weights are like, or refuses. */
  private void requireSize(long budget) {
    Choices choices = request.choices();
    Architecture model = recipe.model();
    Compression design = SizeBudget.fitting(drawn(model), choices, command.half(), budget);
    if (design == null) {
      throw new Narrowing(choices, command.half(), this::drawn, this::ofWidth, 1)
          .unreachable(budget, model, "--set ffn=N and layers2=N make it smaller");
    }
    if (!design.equals(choices.design())) {
      SizeBudget.say(terminal, design, budget);
      recipe = new StreamRecipe(design.designed(model), recipe.training());
    }
  }

  private Architecture ofWidth(int dim) {
    Map<String, String> narrower = new LinkedHashMap<>(recipe.model().settings());
    narrower.put("dim", Integer.toString(dim));
    return request.choices().design().designed(Lstr.from(new Settings(narrower)));
  }

  /** The file that the recipe will end in, but for what its weights learn. */
  private ModelFile drawn(Architecture lstr) {
    Weights weights = SizeBudget.drawn(lstr);
    Map<String, float[]> values = new LinkedHashMap<>();
    weights.paths().forEach(path -> values.put(path, weights.get(path)));
    TrainingRun.Epoch longest =
        new TrainingRun.Epoch(recipe.training().epochs(), 0, 0.12345678901234567, 0);
    return model(
            lstr,
            new DetectorRun.Outcome(
                values,
                longest.devAccuracy(),
                longest,
                Collections.nCopies(longest.number(), longest),
                true))
        .file();
  }

  private Trained finish(DetectorRun.Outcome outcome, Attended attended, TrainingDisplay display)
      throws IOException {
    attended.sayIfExpired();
    Compression.encoded(model(recipe.model(), outcome).file()).save(command.out(), command.half());
    SizeBudget.requireKept(command.out(), request.maxBytes());
    Files.deleteIfExists(request.checkpoint());
    Effort effort = attended.effort(display);
    RunRecord.write(request, effort, Map.of());
    long bytes = Files.size(command.out());
    return new Trained(command.out(), bytes, recipe.model(), outcome, effort);
  }

  private List<Recording> recordings(FrameSet data, List<boolean[][]> truth) {
    List<Recording> recordings = new ArrayList<>();
    for (FrameRecording recording : data.recordings()) {
      boolean[][] held = classes.truth(recording);
      truth.add(held);
      recordings.add(scaling.apply(recording, held));
    }
    return recordings;
  }

  private StreamModel model(Architecture lstr, DetectorRun.Outcome outcome) {
    FrameOptions layout = command.reading().frames();
    StreamModel.Frames frames =
        new StreamModel.Frames(
            train.featureNames(),
            orEmpty(layout.recording()),
            orEmpty(layout.time()),
            scaling.means(),
            scaling.scales(),
            layout.missing() != null,
            train.period(),
            Classes.BACKGROUND,
            classes.ignored());
    return new StreamModel(
        lstr, classes.labels(), frames, provenance(outcome), Weights.of(outcome.weights()));
  }

  private static String orEmpty(String name) {
    return name == null ? "" : name;
  }

  private Map<String, Object> provenance(DetectorRun.Outcome outcome) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("version", Cli.version());
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("train", Provenance.name(train.name()));
    data.put("trainRecordings", train.recordings().size());
    data.put("trainFrames", train.frames());
    data.put("dev", Provenance.name(dev.name()));
    data.put("devRecordings", dev.recordings().size());
    data.put("devFrames", dev.frames());
    data.put("skippedLines", train.skippedBadLines());
    data.put("missingValues", train.missing());
    all.put("data", data);
    all.put("training", options(recipe.training()));
    all.put("epochs", outcome.epochs().size());
    all.put("bestEpoch", outcome.best().number());
    all.put("devMap", outcome.score());
    return all;
  }

  private static Map<String, Object> options(DetectorOptions options) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("epochs", options.epochs());
    object.put("batch", options.batchSize());
    object.put("learningRate", options.learningRate());
    object.put("warmup", options.warmup());
    object.put("weightDecay", options.weightDecay());
    object.put("clip", options.clip());
    object.put("average", options.average());
    object.put("balance", options.balance());
    object.put("noise", options.noise());
    object.put("shift", options.shift());
    object.put("patience", options.patience());
    object.put("seed", options.seed());
    object.put("workers", options.workers());
    return object;
  }

  private record Trained(
      Path model, long bytes, Architecture lstr, DetectorRun.Outcome outcome, Effort effort)
      implements Report {
    private long weights() {
      return lstr.trace(Architecture.WHOLE, Sizes.single(1)).parameterCount();
    }

    /** Multiply-adds of a frame, on average. */
    private long macs() {
      return Cost.ofFrame(lstr).macs();
    }

    @Override
    public void print(PrintStream out) {
      out.printf(Locale.ROOT, "dev mAP %.4f%n", outcome.score());
      out.printf(
          Locale.ROOT,
          "%s: %,d bytes, epoch %d of %d, %,d weights, %,d multiply-adds a frame, trained in %s%n",
          model,
          bytes,
          outcome.best().number(),
          outcome.epochs().size(),
          weights(),
          macs(),
          Progress.duration(effort.seconds()));
      out.println(effort.energy().text());
    }

    @Override
    public Object json() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("model", model.toString());
      object.put("modelBytes", bytes);
      object.put("devMap", outcome.score());
      object.put("epochs", outcome.epochs().size());
      object.put("bestEpoch", outcome.best().number());
      object.put("seconds", effort.seconds());
      object.put("energy", effort.energy().footprint().json());
      object.put("energyMeasured", effort.energy().measured());
      object.put("parameters", weights());
      object.put("macsPerFrame", macs());
      return object;
    }
  }
}
