package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Cli;
import dev.goldcrest.app.cli.StopSignal;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.compress.Compression;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.cost.Cost;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.torch.SequenceOptions;
import dev.goldcrest.torch.SequenceRun;
import dev.goldcrest.torch.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One training of a model that writes, from texts to the model file. */
public final class SequenceJob {
  /** Widths that are tried for a size budget are multiples of this. */
  private static final int WIDTH_STEP = 8;

  private final Terminal terminal;
  private final TrainingRequest request;
  private final SequenceTexts train;
  private final SequenceTexts dev;
  private final SequenceCorpus corpus;
  private final Energy energy;
  private SequenceRecipe recipe;

  private SequenceJob(
      Terminal terminal,
      TrainingRequest request,
      SequenceTexts train,
      SequenceTexts dev,
      SequenceRecipe recipe,
      Energy energy) {
    this.terminal = terminal;
    this.request = request;
    this.train = train;
    this.dev = dev;
    this.recipe = recipe;
    this.energy = energy;
    this.corpus = SequenceCorpus.of(train, dev, recipe);
  }

  /**
   * Trains to the end, or until the process is asked to stop; then the checkpoint holds the run and
   * nothing is returned.
   *
   * @param task of {@link SequenceModel}
   * @throws UserError for what the user can put right
   */
  public static Optional<SequenceTrained> run(
      Terminal terminal,
      String task,
      TrainingRequest request,
      SequenceTexts train,
      SequenceTexts dev)
      throws IOException {
    Energy energy = request.startEnergy(terminal);
    SequenceRecipe recipe =
        UserError.judging(() -> SequenceRecipe.of(task, request.choices(), train));
    return new SequenceJob(terminal, request, train, dev, recipe, energy).run();
  }

  private Optional<SequenceTrained> run() throws IOException {
    notices();
    if (request.maxBytes() != null) {
      requireSize(request.maxBytes());
    }
    Attended attended = new Attended(terminal, request, energy);
    planEpochs(attended);
    return attended.run(
        (int) Math.ceil(recipe.training().epochs()),
        epoch -> Math.exp(epoch.devLoss()),
        (stop, display) -> train(attended, stop, display));
  }

  private void notices() {
    corpus.requirePairs(train, dev, recipe.architecture().maxLength() - 1);
    if (corpus.left() > 0) {
      terminal.notice(
          "%,d of %,d pairs are left out: a side is empty or has more than %d tokens"
              + " (--set maxLength=N changes that)",
          corpus.left(), train.size() + dev.size(), recipe.architecture().maxLength() - 1);
    }
    if (corpus.cut() > 0) {
      terminal.notice(
          "%,d of %,d texts have more than %d tokens; the model reads the first %d"
              + " (--set maxLength=N changes that)",
          corpus.cut(),
          train.size() + dev.size(),
          recipe.architecture().maxLength() - 1,
          recipe.architecture().maxLength() - 1);
    }
    Unfactorised.say(terminal, request.choices().design(), recipe.architecture());
  }

  /** The file that the recipe will end in, but for what its weights learn. */
  private ModelFile file(Architecture architecture) {
    Map<String, float[]> drawn = new LinkedHashMap<>();
    Weights weights = SizeBudget.drawn(architecture);
    weights.paths().forEach(path -> drawn.put(path, weights.get(path)));
    int epochs = (int) Math.ceil(recipe.training().epochs());
    TrainingRun.Epoch longest =
        new TrainingRun.Epoch(epochs, 0, 0.12345678901234567, 12.345678901234567);
    SequenceRun.Outcome outcome =
        new SequenceRun.Outcome(drawn, longest.devLoss(), longest, List.of(longest), true);
    return model(architecture, outcome).file();
  }

  /**
   * Makes the file small enough by what its weights are like, or refuses, naming what is nearest.
   */
  private void requireSize(long budget) {
    Choices choices = request.choices();
    Architecture model = recipe.architecture();
    Compression design = SizeBudget.fitting(file(model), choices, request.half(), budget);
    if (design != null) {
      if (!design.equals(choices.design())) {
        SizeBudget.say(terminal, design, budget);
        recipe = recipe.with(design.designed(model));
      }
      return;
    }
    throw new Narrowing(
            choices, request.half(), this::file, dim -> recipe.ofWidth(dim, choices), WIDTH_STEP)
        .unreachable(budget, model, "--set merges=N gives a smaller vocabulary");
  }

  private SequenceModel model(Architecture architecture, SequenceRun.Outcome outcome) {
    return new SequenceModel(
        recipe.task(),
        architecture,
        recipe.source(),
        recipe.target(),
        recipe.decoding(),
        provenance(outcome),
        Weights.of(outcome.weights()));
  }

  private SequenceRun sequenceRun(boolean kept) {
    return new SequenceRun(
        recipe.architecture(),
        corpus.train(),
        corpus.dev(),
        recipe.training(),
        kept ? request.checkpoint() : null);
  }

  /** As much of the recipe as time and energy allow. */
  private void planEpochs(Attended attended) throws IOException {
    double wanted = recipe.training().epochs();
    double planned =
        attended.planned(
            wanted, Attended.HUNDREDTHS, () -> Pace.measure(sequenceRun(false), corpus, attended));
    if (planned != wanted) {
      recipe = recipe.withEpochs(planned);
    }
  }

  private Optional<SequenceTrained> train(
      Attended attended, StopSignal stop, TrainingDisplay display) throws IOException {
    SequenceRun.Outcome outcome =
        sequenceRun(true)
            .run(request.resume(), request.half(), stop::requested, attended::expired, display);
    if (!outcome.finished()) {
      return Optional.empty();
    }
    attended.sayIfExpired();
    Compression.encoded(model(recipe.architecture(), outcome).file())
        .save(request.out(), request.half());
    SizeBudget.requireKept(request.out(), request.maxBytes());
    Files.deleteIfExists(request.checkpoint());
    Effort effort = attended.effort(display);
    SequenceTrained trained =
        new SequenceTrained(
            request.out(),
            Files.size(request.out()),
            recipe,
            outcome,
            cost(),
            effort.tokensPerSecond(),
            effort.seconds(),
            energy.cpuSeconds(),
            effort.whole(),
            effort.energy());
    RunRecord.write(
        request,
        effort,
        Map.of(
            "gigaflops",
            trained.gigaflops(),
            "trainingFlopsPerToken",
            trained.cost().trainingFlopsPerToken()));
    return Optional.of(trained);
  }

  private SequenceTrained.Cost cost() {
    int source = (int) Math.ceil(corpus.meanSource());
    int target = (int) Math.ceil(corpus.meanTarget());
    Architecture model = recipe.architecture();
    Graph graph = model.trace(Architecture.WHOLE, new Sizes(1, target, 1, source));
    Cost all = Cost.of(graph);
    return new SequenceTrained.Cost(
        all.parameters(), all.macs(), Cost.of(graph, model::paperCounts).macs(), source, target);
  }

  /** Where a model comes from: nothing that differs between two equal runs. */
  private Map<String, Object> provenance(SequenceRun.Outcome outcome) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("version", Cli.version());
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("train", Provenance.name(train.name()));
    data.put("trainRows", train.size());
    data.put("dev", Provenance.name(dev.name()));
    data.put("devRows", dev.size());
    all.put("data", data);
    if (request.choices().preset() != null) {
      all.put("preset", request.choices().preset());
    }
    all.put("training", options());
    all.put("epochs", outcome.epochs().size());
    all.put("bestEpoch", outcome.best().number());
    all.put("devLoss", outcome.devLoss());
    return all;
  }

  private Map<String, Object> options() {
    SequenceOptions options = recipe.training();
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("epochs", options.epochs());
    object.put("batch", recipe.batch());
    if (recipe.context() > 0) {
      object.put("context", recipe.context());
    }
    object.put("learningRate", options.learningRate());
    object.put("warmup", options.warmup());
    object.put("decay", Settings.text(options.decay()));
    object.put("beta2", options.beta2());
    object.put("weightDecay", options.weightDecay());
    object.put("labelSmoothing", options.labelSmoothing());
    object.put("clip", options.clip());
    object.put("average", options.average());
    object.put("snapshots", options.snapshots());
    object.put("patience", options.patience());
    object.put("seed", options.seed());
    object.put("workers", options.workers());
    object.put("precision", Settings.text(options.precision()));
    return object;
  }
}
