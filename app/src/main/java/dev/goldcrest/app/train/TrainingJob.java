package dev.goldcrest.app.train;

import dev.goldcrest.app.baseline.HeldOut;
import dev.goldcrest.app.baseline.LinearBaseline;
import dev.goldcrest.app.cli.StopSignal;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.data.DataException;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Split;
import dev.goldcrest.compress.Compression;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.torch.LabelledText;
import dev.goldcrest.torch.SoftLabel;
import dev.goldcrest.torch.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One training from labelled text to the model file, with everything around it: notices, budgets,
 * the checkpoint, the live line, Ctrl-C, the baseline and the record of the run.
 */
public final class TrainingJob {
  private final Terminal terminal;
  private final TrainingRequest request;
  private final Corpus corpus;
  private final BaselineFit baselineFit;
  private Choices choices;
  private Recipe recipe;
  private int unread;

  /** How the linear baseline is fitted. */
  interface BaselineFit {
    LinearBaseline fit(Dataset train, Dataset dev, long seed);
  }

  private TrainingJob(
      Terminal terminal,
      TrainingRequest request,
      Corpus corpus,
      Recipe recipe,
      BaselineFit baselineFit) {
    this.terminal = terminal;
    this.request = request;
    this.corpus = corpus;
    this.choices = request.choices();
    this.recipe = recipe;
    this.baselineFit = baselineFit;
  }

  /**
   * Trains to the end, or until the process is asked to stop; then the checkpoint holds the run and
   * nothing is returned.
   *
   * @throws UserError for what the user can put right, {@code --max-size} before any training
   */
  public static Optional<Trained> run(Terminal terminal, TrainingRequest request, Split split)
      throws DataException, IOException {
    return run(terminal, request, split, LinearBaseline::fit);
  }

  static Optional<Trained> run(
      Terminal terminal, TrainingRequest request, Split split, BaselineFit baselineFit)
      throws DataException, IOException {
    split.train().requireTwoLabels();
    Choices choices = request.choices();
    List<String> unlabelled =
        choices.teacher() == null ? List.of() : choices.teacher().further(choices, split);
    Corpus corpus =
        Corpus.of(split, unlabelled, ModelRecipe.cutter(choices), ModelRecipe.mostWords(choices));
    Recipe recipe =
        UserError.judging(() -> Recipe.of(choices, corpus.shape(), corpus.trainingWords()));
    return new TrainingJob(terminal, request, corpus, recipe, baselineFit).run();
  }

  private Optional<Trained> run() throws IOException {
    int limit = textLimit(recipe);
    new Notices(terminal).of(corpus, limit, recipe);
    Unfactorised.say(terminal, request.choices().design(), recipe.architecture());
    if (request.maxBytes() != null) {
      requireSize(request.maxBytes());
    }
    boolean taughtByIt = recipe.linearTeacher() > 0;
    // Where time is short, what takes some comes before the epochs that fit are counted.
    LinearBaseline first = !taughtByIt && request.spending().limited() ? baseline() : null;
    Attended attended = new Attended(terminal, request, request.startEnergy(terminal));
    List<LabelledText> train = examples(attended, limit);
    List<LabelledText> dev = corpus.dev(limit);
    first = taughtByIt ? baseline() : first;
    List<LabelledText> aims = taughtByIt ? softened(train, first) : train;
    planEpochs(aims, dev, attended);
    Optional<Run> done =
        attended.run(
            recipe.training().epochs(),
            TrainingRun.Epoch::devAccuracy,
            (stop, display) -> train(aims, dev, attended, stop, display));
    return done.isEmpty()
        ? Optional.empty()
        : Optional.of(trained(done.get(), first == null ? baseline() : first));
  }

  /** The file that a recipe will end in, but for what its weights learn. */
  private ModelFile file(Recipe of) {
    return SizeBudget.file(of, corpus.labels().labels(), Provenance.longest(corpus, request, of));
  }

  /** Makes the file small enough by what its weights are like, or refuses. */
  private void requireSize(long budget) {
    Compression design = SizeBudget.fitting(file(recipe), choices, request.half(), budget);
    if (design == null) {
      throw new ClassifierNarrowing(choices, corpus, recipe, request.half(), this::file)
          .unreachable(budget);
    }
    if (!design.equals(choices.design())) {
      SizeBudget.say(terminal, design, budget);
      choices = choices.withDesign(design);
      recipe = Recipe.of(choices, corpus.shape(), corpus.trainingWords());
    }
  }

  /** A training whose model is written. */
  private record Run(TrainingRun.Outcome outcome, Effort effort) {}

  private Trained trained(Run run, LinearBaseline baseline) throws IOException {
    Files.deleteIfExists(request.checkpoint());
    if (request.choices().teacher() != null) {
      Files.deleteIfExists(request.opinions());
    }
    Trained trained =
        new Trained(
            request.out(),
            Files.size(request.out()),
            recipe,
            run.outcome(),
            baseline,
            PredictionCost.of(recipe.architecture(), recipe.text(), corpus.shape().medianWords()),
            run.effort().seconds(),
            run.effort().whole(),
            run.effort().energy());
    RunRecord.write(request, run.effort(), Map.of("baselineSeconds", baseline.seconds()));
    return trained;
  }

  /** Words of a text that the model reads. */
  private static int textLimit(Recipe recipe) {
    return recipe.text().mostWords(recipe.architecture().maxLength());
  }

  /** The examples with what the linear model thinks of each when it has not seen it. */
  private List<LabelledText> softened(List<LabelledText> train, LinearBaseline baseline) {
    float[][] thoughts =
        HeldOut.probabilities(corpus.split().train(), baseline, request.choices().seed());
    List<LabelledText> softened = new ArrayList<>(train.size());
    for (int i = 0; i < thoughts.length; i++) {
      LabelledText text = train.get(i); // those without a label come last
      softened.add(text.aiming(SoftLabel.mixed(text.label(), thoughts[i], recipe.linearTeacher())));
    }
    softened.addAll(train.subList(thoughts.length, train.size()));
    return softened;
  }

  /** The examples, those without a label last, with what a teacher thinks of each. */
  private List<LabelledText> examples(Attended attended, int limit) throws IOException {
    Teacher teacher = request.choices().teacher();
    if (teacher == null) {
      return corpus.train(limit);
    }
    List<String> labels = corpus.labels().labels();
    Teacher.Lesson lesson =
        teacher.lesson(terminal, request, attended, recipe.teaching(), corpus, labels, limit);
    unread = lesson.unread();
    return lesson.texts();
  }

  private TrainingRun trainingRun(List<LabelledText> train, List<LabelledText> dev) {
    return new TrainingRun(
        recipe.architecture(),
        recipe.text(),
        corpus.labels().labels(),
        train,
        dev,
        recipe.training(),
        request.checkpoint(),
        recipe.teaching(),
        recipe.start());
  }

  /** As many epochs of the recipe as time and energy allow, at least one. */
  private void planEpochs(List<LabelledText> train, List<LabelledText> dev, Attended attended)
      throws IOException {
    int wanted = recipe.training().epochs();
    List<String> labels = corpus.labels().labels();
    int planned =
        (int)
            attended.planned(
                wanted, Attended.WHOLE, () -> Pace.measure(recipe, labels, train, dev, attended));
    if (planned != wanted) {
      choices = choices.withEpochs(planned);
      recipe = Recipe.of(choices, corpus.shape(), corpus.trainingWords());
    }
  }

  private Optional<Run> train(
      List<LabelledText> train,
      List<LabelledText> dev,
      Attended attended,
      StopSignal stop,
      TrainingDisplay display)
      throws IOException {
    TrainingRun run = UserError.judging(() -> trainingRun(train, dev));
    TrainingRun.Outcome outcome =
        run.run(request.resume(), request.half(), stop::requested, attended::expired, display);
    if (!outcome.finished()) {
      return Optional.empty();
    }
    attended.sayIfExpired();
    save(outcome);
    return Optional.of(new Run(outcome, attended.effort(display)));
  }

  private void save(TrainingRun.Outcome outcome) throws IOException {
    Map<String, Object> provenance = Provenance.of(corpus, request, recipe, unread, outcome);
    ClassifierModel model =
        outcome.model(recipe.architecture(), recipe.text(), corpus.labels().labels(), provenance);
    Compression.encoded(model.file()).save(request.out(), request.half());
    SizeBudget.requireKept(request.out(), request.maxBytes());
  }

  private LinearBaseline baseline() {
    terminal.say("fitting the linear baseline on the same examples");
    Split split = corpus.split();
    return baselineFit.fit(split.train(), split.dev(), request.choices().seed());
  }
}
