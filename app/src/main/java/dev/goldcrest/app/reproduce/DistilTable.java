package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.cli.ModelFiles;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.data.DataException;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.Split;
import dev.goldcrest.app.data.TextPool;
import dev.goldcrest.app.distill.DistillJob;
import dev.goldcrest.app.distill.DistillRecipe;
import dev.goldcrest.app.distill.Distilled;
import dev.goldcrest.app.evaluate.Evaluation;
import dev.goldcrest.app.evaluate.Speed;
import dev.goldcrest.app.metrics.PairedBootstrap;
import dev.goldcrest.app.reproduce.DistilStep.Variant;
import dev.goldcrest.app.train.Choices;
import dev.goldcrest.app.train.PredictionCost;
import dev.goldcrest.app.train.SizeBudget;
import dev.goldcrest.app.train.Start;
import dev.goldcrest.app.train.Teacher;
import dev.goldcrest.app.train.Trained;
import dev.goldcrest.app.train.TrainingJob;
import dev.goldcrest.app.train.TrainingRequest;
import dev.goldcrest.compress.Compression;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Bert;
import dev.goldcrest.core.models.ProFormer;
import dev.goldcrest.runtime.Classification;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.TextClassifier;
import dev.goldcrest.runtime.text.TextConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The general encoder, what is fine-tuned from it, and what a fine-tuned MiniLM teaches. A step
 * that needs another one's model is named by both recipes, so that a new general encoder makes
 * everything that was fine-tuned from the old one out of date.
 */
final class DistilTable extends Table<DistilStep, DistilRow> {
  private static final int MINILM_DIMENSION = 384;
  private static final int WORDS = 12;
  private static final int RESAMPLES = 2_000;

  private final Map<DistilStep, String> fingerprints = new HashMap<>();

  /**
   * @param setup with MiniLM, given or in its work folder
   */
  DistilTable(Setup setup) throws IOException {
    super("distillation", DistilRow.class, setup);
  }

  @Override
  List<DistilStep> plan(Collection<String> only, List<Long> seeds) {
    return DistilStep.plan(only, seeds);
  }

  @Override
  String key(DistilStep step) {
    return step.key();
  }

  @Override
  String lacking(DistilStep step) {
    return step.set().equals(DistilStep.BASE) ? null : setup.unread(step.set());
  }

  /** Whether a step without a row is made from this one's model, and that is gone. */
  @Override
  boolean needed(DistilStep model, List<DistilStep> plan) throws IOException {
    if (Files.exists(model(model))) {
      return false;
    }
    for (DistilStep step : plan) {
      if (step.origins().contains(model) && find(step) == null && lacking(step) == null) {
        return true;
      }
    }
    return false;
  }

  @Override
  DistilRow make(DistilStep step) throws Exception {
    return (step.variant() == Variant.ENCODER ? distil(step) : train(step)).orElse(null);
  }

  @Override
  String told(DistilRow row) {
    return row.scores() == null
        ? String.format(Locale.ROOT, "cosine %.4f", row.encoder().cosine())
        : String.format(
            Locale.ROOT,
            "accuracy %.4f, liblinear %.4f, %,d bytes",
            row.scores().accuracy(),
            row.scores().linear(),
            row.bytes());
  }

  @Override
  String page(List<DistilRow> finished, String command) {
    return DistilPage.render(finished, command);
  }

  @Override
  Map<String, String> given(List<DistilRow> finished) {
    return finished.isEmpty()
        ? Map.of()
        : Map.of(ReproduceVerb.MINILM, fileOf(ReproduceVerb.MINILM));
  }

  private Path model(DistilStep step) throws IOException {
    return file(step, ".safetensors");
  }

  private Path miniLm() {
    Path given = setup.given().get(ReproduceVerb.MINILM);
    Path file = given == null ? setup.work().resolve("minilm.safetensors") : given;
    if (!Files.isRegularFile(file)) {
      throw UserError.failed(
          "reproduce: %s is not there; ./goldcrest import minilm --out %s makes it", file, file);
    }
    return file;
  }

  @Override
  String recipe(DistilStep step) {
    return fingerprints.computeIfAbsent(step, this::newFingerprint);
  }

  private String newFingerprint(DistilStep step) {
    StringBuilder all = new StringBuilder(step.variant().text()).append(setup.epochs());
    step.origins().forEach(origin -> all.append(newFingerprint(origin)));
    Choices plain = choices(step, null, null);
    all.append(mostBytes(step));
    switch (step.variant()) {
      case ENCODER ->
          all.append(DistillRecipe.of(plain, MINILM_DIMENSION))
              .append(DistilStep.TEXTS)
              .append(DistilStep.EXCLUDED);
      case TEACHER ->
          all.append(plain.architecture())
              .append(plain.settings())
              .append(plain.seed())
              .append(plain.workers());
      case SCRATCH, FEW_SCRATCH -> all.append(MadeUpRun.recipe(plain, MadeUpRun.SHAPE));
      case TUNED, FEW_TUNED ->
          all.append(MadeUpRun.recipe(choices(step, madeUpStart(), null), MadeUpRun.SHAPE));
      case TAUGHT ->
          all.append(DistilStep.UNLABELLED.get(step.set()))
              .append(MadeUpRun.recipe(choices(step, null, MadeUpRun.TEACHER), MadeUpRun.SHAPE));
    }
    return Integer.toHexString(all.toString().hashCode());
  }

  /** As wide as the general encoder, to ask the recipe how it would go on. */
  private static Start madeUpStart() {
    DistillRecipe recipe =
        DistillRecipe.of(
            new Choices(ProFormer.NAME, "encoder", Map.of(), null, null, null, 1, 1),
            MINILM_DIMENSION);
    return MadeUpRun.start(recipe.architecture(), recipe.text(), false);
  }

  private Choices choices(DistilStep step, Start start, Teacher teacher) {
    Map<String, String> settings = new LinkedHashMap<>();
    String reject = TextSet.outOfScope(step.set());
    if (reject != null) {
      settings.put("rejectLabel", reject);
    }
    String architecture = ProFormer.NAME; // also what the general encoder is
    String preset = null;
    switch (step.variant()) {
      case ENCODER, SCRATCH, FEW_SCRATCH -> preset = "encoder";
      case TAUGHT -> settings.putAll(step.teaching());
      case TEACHER -> {
        architecture = Bert.NAME;
        settings.put("labelSmoothing", "0"); // a smoothed teacher tells less (Müller et al., 2019)
        settings.put("precision", "bfloat16"); // nine tenths of it are products
      }
      case TUNED, FEW_TUNED -> {}
    }
    return new Choices(
        architecture,
        preset,
        settings,
        setup.epochs(),
        null,
        null,
        step.seed(),
        step.variant() == Variant.ENCODER ? DistilStep.WORKERS_OF_ENCODER : setup.threads(),
        start,
        Compression.NONE,
        teacher);
  }

  private Optional<DistilRow> distil(DistilStep step) throws Exception {
    Path teacher = miniLm();
    EmbeddingModel model =
        EmbeddingModel.of(
            ModelFiles.load(setup.terminal(), teacher.toString()), teacher.toString());
    TextPool pool = TextPool.read(specs(DistilStep.TEXTS), specs(DistilStep.EXCLUDED));
    List<String> command =
        new ArrayList<>(List.of("./goldcrest distill --teacher minilm.safetensors"));
    command.add("--text");
    command.addAll(specs(DistilStep.TEXTS));
    command.add("--exclude");
    command.addAll(specs(DistilStep.EXCLUDED));
    if (setup.epochs() != null) {
      command.add("--epochs " + setup.epochs());
    }
    command.add("--max-size " + mostBytes(step));
    command.add(
        "--threads " + DistilStep.WORKERS_OF_ENCODER + " --out " + step.key() + ".safetensors");
    String line = String.join(" ", command);
    TrainingRequest request = request(step, choices(step, null, null), line);
    Optional<Distilled> done =
        DistillJob.run(
            setup.terminal(), request, new DistillJob.Taught("minilm.safetensors", model), pool);
    return done.map(
        distilled ->
            row(
                step,
                distilled.encoder().architecture(),
                distilled.encoder().text(),
                null,
                new DistilRow.Encoder(
                    distilled.trainTexts(),
                    distilled.devTexts(),
                    distilled.outcome().devCosine(),
                    distilled.outcome().epochs().size()),
                distilled.bytes(),
                distilled.seconds(),
                line,
                "./goldcrest evaluate --model "
                    + step.key()
                    + ".safetensors --teacher minilm.safetensors --data FILE"));
  }

  private TrainingRequest request(DistilStep step, Choices choices, String line)
      throws IOException {
    Path out = model(step);
    boolean resumed = Files.exists(Path.of(out + ".checkpoint"));
    Long most = mostBytes(step) == null ? null : SizeBudget.parse(mostBytes(step));
    return new TrainingRequest(choices, out, true, resumed, true, most, null, null, line);
  }

  private static String mostBytes(DistilStep step) {
    return step.variant() == Variant.ENCODER
        ? DistilStep.MOST_BYTES_OF_ENCODER
        : step.taught() ? DistilStep.MOST_BYTES : null;
  }

  private Optional<DistilRow> train(DistilStep step) throws Exception {
    Parts parts = setup.parts(step.set(), setup.hasDev(step.set()), "test");
    Dataset all = Parts.read(parts.train());
    Split split = parts.split(step.few() ? few(all) : all);
    Dataset test = Parts.read(parts.test());
    Choices choices = choices(step, start(step), teacher(step));
    String line = trainLine(step, choices, parts);
    Optional<Trained> trained =
        TrainingJob.run(setup.terminal(), request(step, choices, line), split);
    if (trained.isEmpty()) {
      return Optional.empty();
    }
    setup.terminal().say("measuring on " + test.name());
    return Optional.of(measured(step, trained.get(), split.train().size(), test, line));
  }

  /** What a step begins with, or null. */
  private Start start(DistilStep step) throws IOException {
    if (step.start() == null && step.variant() != Variant.TEACHER) {
      return null;
    }
    Path file = step.start() == null ? miniLm() : model(step.start());
    return Start.of(ModelFiles.load(setup.terminal(), file.toString()), file.toString());
  }

  private Teacher teacher(DistilStep step) throws IOException, DataException {
    return step.taught()
        ? Teacher.load(setup.terminal(), model(step.teacher()).toString(), unlabelled(step))
        : null;
  }

  private DistilRow measured(
      DistilStep step, Trained trained, int trainTexts, Dataset test, String line)
      throws IOException {
    try (TextClassifier classifier = TextClassifier.load(trained.model())) {
      Evaluation evaluation = Evaluation.of(classifier, test, Speed.UNMEASURED);
      List<String> answers = evaluation.predicted().stream().map(Classification::label).toList();
      List<String> linear = trained.baseline().predict(test);
      DistilRow.Scores scores =
          new DistilRow.Scores(
              trainTexts,
              evaluation.accuracy(),
              ClassificationTable.inScope(test, answers, TextSet.outOfScope(step.set())),
              trained.outcome().devAccuracy(),
              trained.baseline().score(test),
              ClassificationTable.inScope(test, linear, TextSet.outOfScope(step.set())),
              chance(step, test, answers),
              trained.outcome().epochs().size());
      ClassifierModel model = classifier.model();
      return row(
          step,
          model.architecture(),
          model.text(),
          scores,
          null,
          trained.bytes(),
          trained.seconds(),
          line,
          "./goldcrest evaluate --model " + step.key() + ".safetensors --data " + test.name());
    }
  }

  /** Over the examples that the page's gain is of: those in scope where there are few labels. */
  private Double chance(DistilStep step, Dataset test, List<String> answers) throws IOException {
    if (step.rival() == null) {
      return null;
    }
    try (TextClassifier rival = TextClassifier.load(model(step.rival()))) {
      List<Classification> predicted = Evaluation.of(rival, test, Speed.UNMEASURED).predicted();
      String left = step.few() ? TextSet.outOfScope(step.set()) : null;
      List<String> gold = new ArrayList<>();
      List<String> ours = new ArrayList<>();
      List<String> theirs = new ArrayList<>();
      for (int i = 0; i < answers.size(); i++) {
        String label = test.examples().get(i).label();
        if (!label.equals(left)) {
          gold.add(label);
          ours.add(answers.get(i));
          theirs.add(predicted.get(i).label());
        }
      }
      return PairedBootstrap.of(gold, ours, theirs, RESAMPLES, 1).p();
    }
  }

  private DistilRow row(
      DistilStep step,
      Architecture architecture,
      TextConfig text,
      DistilRow.Scores scores,
      DistilRow.Encoder encoder,
      long bytes,
      double seconds,
      String train,
      String evaluate) {
    PredictionCost cost = PredictionCost.of(architecture, text, WORDS);
    return new DistilRow(
        step.set(),
        step.variant(),
        step.seed(),
        recipe(step),
        scores,
        encoder,
        bytes,
        cost.parameters(),
        cost.macs(),
        seconds,
        Origin.of(train, evaluate));
  }

  /** The first rows of each label. */
  private static Dataset few(Dataset all) throws DataException {
    Map<String, Integer> counts = new HashMap<>();
    List<Example> some = new ArrayList<>();
    for (Example example : all.examples()) {
      if (counts.merge(example.label(), 1, Integer::sum) <= DistilStep.FEW) {
        some.add(example);
      }
    }
    return new Dataset(all.name() + ", " + DistilStep.FEW + " of each label", some);
  }

  private String trainLine(DistilStep step, Choices choices, Parts parts) {
    StringBuilder line = new StringBuilder("./goldcrest train --data ");
    line.append(step.few() ? "few.tsv" : parts.train());
    if (parts.dev() != null) {
      line.append(" --dev ").append(parts.dev());
    }
    if (choices.preset() != null) {
      line.append(" --preset ").append(choices.preset());
    }
    if (choices.start() != null) {
      String name = step.start() == null ? "minilm" : step.start().key();
      line.append(" --init ").append(name).append(".safetensors");
    }
    if (step.taught()) {
      line.append(" --teacher ").append(step.teacher().key()).append(".safetensors");
      unlabelled(step).forEach(texts -> line.append(" --unlabelled ").append(texts));
    }
    choices.settings().forEach((name, value) -> line.append(" --set " + name + "=" + value));
    if (mostBytes(step) != null) {
      line.append(" --max-size ").append(mostBytes(step));
    }
    if (setup.epochs() != null) {
      line.append(" --epochs ").append(setup.epochs());
    }
    line.append(" --seed ").append(step.seed()).append(" --threads ").append(setup.threads());
    return line.append(" --out ").append(step.key()).append(".safetensors").toString();
  }

  private List<String> unlabelled(DistilStep step) {
    return specs(DistilStep.UNLABELLED.get(step.set()));
  }

  /** Those that are there; the others are left out with a word. */
  private List<String> specs(List<String> below) {
    List<String> found = new ArrayList<>();
    for (String spec : below) {
      String file = spec.replaceFirst("#.*", "");
      if (file.equals("wordnet")) {
        found.add(spec);
      } else if (Files.exists(setup.folder(file))) {
        found.add(setup.folder(file) + spec.substring(file.length()));
      } else {
        setup.terminal().notice("%s is left out: there is no such file", setup.folder(file));
      }
    }
    return found;
  }
}
