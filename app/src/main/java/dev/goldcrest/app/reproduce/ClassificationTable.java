package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.baseline.LinearBaseline;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Datasets;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.ReadOptions;
import dev.goldcrest.app.data.Split;
import dev.goldcrest.app.evaluate.Evaluation;
import dev.goldcrest.app.metrics.PairedBootstrap;
import dev.goldcrest.app.train.Choices;
import dev.goldcrest.app.train.DataShape;
import dev.goldcrest.app.train.DemoVerb;
import dev.goldcrest.app.train.Recipe;
import dev.goldcrest.app.train.Trained;
import dev.goldcrest.app.train.TrainingJob;
import dev.goldcrest.app.train.TrainingRequest;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.cost.Cost;
import dev.goldcrest.runtime.Classification;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.TextClassifier;
import dev.goldcrest.runtime.Warnings;
import dev.goldcrest.runtime.text.WordSegmenter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs the steps of the classification table that have no row yet. Each trains through the class
 * behind {@code train}, reads the model file back and measures it on the official test file.
 * Whatever a step leaves behind carries the fingerprint of its recipe in its name, so that neither
 * a model nor a checkpoint of an older recipe is ever taken for one of this.
 */
final class ClassificationTable {
  private static final int RESAMPLES = 2_000;
  private static final int DEMO_MINUTES = 2;

  /** Data of the sizes and lengths in the table, to ask the recipe about. */
  private static final List<DataShape> SHAPES =
      List.of(
          new DataShape(4_000, 20, 11, 11, 24),
          new DataShape(7_000, 2, 19, 19, 45),
          new DataShape(13_000, 7, 9, 9, 20),
          new DataShape(23_000, 2, 240, 180, 950),
          new DataShape(65_000, 25, 12, 11, 32),
          new DataShape(190_000, 41, 7, 5, 35));

  private final Terminal terminal;
  private final Path root;
  private final Path work;
  private final Integer epochs;
  private final int threads;
  private final RowFile<Row> rows;
  private final Set<String> saidMissing = new HashSet<>();

  /**
   * @param root folder of the data sets, or null if only built-in ones are wanted
   * @param work folder for models, checkpoints and rows; made if it is not there
   * @param epochs instead of the recipe's, or null
   */
  ClassificationTable(Terminal terminal, Path root, Path work, Integer epochs, int threads)
      throws IOException {
    this.terminal = terminal;
    this.root = root;
    this.work = work;
    this.epochs = epochs;
    this.threads = threads;
    Warnings.to(sentence -> terminal.notice("%s", sentence));
    Files.createDirectories(work);
    this.rows = RowFile.open(work.resolve("classification.jsonl"), Row.class);
  }

  /** The files of a step, as {@code train} and {@code evaluate} take them. */
  private record Parts(String train, String dev, String test) {}

  /**
   * Runs what is missing of a plan.
   *
   * @return false if the process was asked to stop; the step it was in resumes next time
   */
  boolean run(List<Step> plan) throws Exception {
    int number = 0;
    for (Step step : plan) {
      number++;
      if (rows.find(step.key(), fingerprint(step)) != null || !present(step.set())) {
        continue;
      }
      terminal.say(String.format("%s (%d of %d)", step.key(), number, plan.size()));
      Row row = run(step);
      if (row == null) {
        return false;
      }
      rows.append(row);
      terminal.say(
          String.format(
              Locale.ROOT,
              "%s: accuracy %.4f, liblinear %.4f",
              step.key(),
              row.scores().accuracy(),
              row.linear().accuracy()));
    }
    return true;
  }

  /** The finished rows of a plan, in its order. */
  List<Row> finished(List<Step> plan) {
    List<Row> finished = new ArrayList<>();
    for (Step step : plan) {
      Row row = rows.find(step.key(), fingerprint(step));
      if (row != null) {
        finished.add(row);
      }
    }
    return finished;
  }

  private boolean present(TextSet set) {
    if (set.builtIn()) {
      return true;
    }
    String missing = null;
    if (root == null) {
      missing = "no --data-root is given";
    } else if (!Files.isDirectory(root.resolve(set.name()))) {
      missing = "there is no folder " + root.resolve(set.name());
    }
    if (missing != null && saidMissing.add(set.name())) {
      terminal.notice("%s is left out: %s", set.name(), missing);
    }
    return missing == null;
  }

  private Row run(Step step) throws Exception {
    Parts files = files(step.set());
    Dataset train = Datasets.load(files.train(), ReadOptions.defaults());
    Split split =
        files.dev() == null
            ? Split.holdOut(train)
            : new Split(train, Datasets.load(files.dev(), ReadOptions.defaults()));
    Path model = work.resolve(step.key() + "-" + fingerprint(step) + ".safetensors");
    Dataset test = Datasets.load(files.test(), ReadOptions.defaults()); // before hours of training
    boolean resumed = Files.exists(Path.of(model + ".checkpoint"));
    String command = trainCommand(step, files);
    TrainingRequest request =
        new TrainingRequest(choices(step), model, true, resumed, true, null, null, null, command);
    Optional<Trained> trained = TrainingJob.run(terminal, request, split);
    if (trained.isEmpty()) {
      return null;
    }
    terminal.say("measuring on " + test.name());
    return row(step, files, trained.get(), resumed, test);
  }

  private Row row(Step step, Parts files, Trained trained, boolean resumed, Dataset test)
      throws Exception {
    Dataset misspelt = Misspelt.of(test);
    try (TextClassifier classifier = TextClassifier.load(trained.model())) {
      Evaluation evaluation = Evaluation.of(classifier, test);
      List<String> answers = evaluation.predicted().stream().map(Classification::label).toList();
      Evaluation typos = Evaluation.of(classifier, misspelt, evaluation.speed());
      String outOfScope = step.set().outOfScope();
      Row.Scores scores =
          new Row.Scores(
              evaluation.examples(),
              evaluation.accuracy(),
              inScope(test, answers, outOfScope),
              evaluation.macroF1(),
              typos.accuracy(),
              evaluation.truncated(),
              evaluation.unseenLabels());
      return new Row(
          step.set().name(),
          step.variant(),
          step.seed(),
          fingerprint(step),
          scores,
          linear(trained.baseline(), test, misspelt, answers, outOfScope),
          device(classifier.model(), trained, test, evaluation),
          new Row.Training(
              trained.outcome().devAccuracy(),
              trained.outcome().epochs().size(),
              trained.outcome().best().number(),
              trained.seconds(),
              resumed,
              threads),
          new Row.Origin(
              trainCommand(step, files),
              evaluateCommand(step, files),
              Machine.commit(),
              Machine.description(),
              Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
    }
  }

  private static Row.Linear linear(
      LinearBaseline baseline,
      Dataset test,
      Dataset misspelt,
      List<String> answers,
      String outOfScope) {
    List<String> gold = test.examples().stream().map(Example::label).toList();
    List<String> linear = baseline.predict(test);
    int right = 0;
    for (int i = 0; i < linear.size(); i++) {
      right += linear.get(i).equals(gold.get(i)) ? 1 : 0;
    }
    return new Row.Linear(
        baseline.name(),
        (double) right / gold.size(),
        inScope(test, linear, outOfScope),
        baseline.score(misspelt),
        baseline.bytes(),
        PairedBootstrap.of(gold, answers, linear, RESAMPLES, 1).p());
  }

  /** Accuracy where gold is in scope, or null where nothing is out of it. */
  static Double inScope(Dataset test, List<String> answers, String outOfScope) {
    if (outOfScope == null) {
      return null;
    }
    int inScope = 0;
    int right = 0;
    for (int i = 0; i < answers.size(); i++) {
      String gold = test.examples().get(i).label();
      if (!gold.equals(outOfScope)) {
        inScope++;
        right += gold.equals(answers.get(i)) ? 1 : 0;
      }
    }
    return inScope == 0 ? null : (double) right / inScope;
  }

  private static Row.Device device(
      ClassifierModel model, Trained trained, Dataset test, Evaluation evaluation) {
    Architecture architecture = model.architecture();
    WordSegmenter segmenter = new WordSegmenter(model.text().lowerCase());
    int[] words =
        test.examples().stream()
            .mapToInt(example -> segmenter.words(example.text(), 0, new ArrayList<>()))
            .sorted()
            .toArray();
    int median = Math.max(1, Math.min(words[words.length / 2], architecture.maxLength()));
    int multiple = architecture.lengthMultiple();
    int time = (median + multiple - 1) / multiple * multiple;
    Cost cost = Cost.of(architecture.trace(Architecture.WHOLE, Sizes.single(time)));
    return new Row.Device(
        trained.bytes(),
        cost.parameters(),
        median,
        cost.macs(),
        evaluation.p50Micros(),
        evaluation.speed().firstP50Micros());
  }

  private Choices choices(Step step) {
    Map<String, String> settings = new LinkedHashMap<>();
    if (step.variant() == Step.Variant.DEMO && epochs == null) {
      return DemoVerb.choices(DEMO_MINUTES, step.seed(), threads);
    }
    if (step.variant() == Step.Variant.TWIN) {
      settings.put("embedding", "table");
    }
    if (step.set().outOfScope() != null) {
      settings.put("rejectLabel", step.set().outOfScope());
    }
    return new Choices(
        Recipe.ARCHITECTURE, null, settings, epochs, null, null, step.seed(), threads);
  }

  /** Names the recipe: one that would train data of some shape otherwise gives another name. */
  private String fingerprint(Step step) {
    return fingerprint(choices(step));
  }

  /** The same for any choices. */
  static String fingerprint(Choices choices) {
    StringBuilder all = new StringBuilder();
    for (DataShape shape : SHAPES) {
      Recipe recipe = Recipe.of(choices, shape, List.of(List.of("word")));
      all.append(recipe.architecture().settings());
      all.append(Recipe.described(recipe.training())).append(recipe.text());
    }
    return Integer.toHexString(all.toString().hashCode());
  }

  private Parts files(TextSet set) {
    if (set.builtIn()) {
      String name = set.name();
      return new Parts(name + ":train", name + ":dev", name + ":test");
    }
    Path folder = root.resolve(set.name());
    return new Parts(
        part(folder, "train"), set.hasDev() ? part(folder, "dev") : null, part(folder, "test"));
  }

  /** The plain file, or the packed one; where neither is, the reader names the plain one. */
  private static String part(Path folder, String name) {
    Path packed = folder.resolve(name + ".tsv.gz");
    return (Files.exists(packed) ? packed : folder.resolve(name + ".tsv")).toString();
  }

  private static String evaluateCommand(Step step, Parts files) {
    boolean demo = step.variant() == Step.Variant.DEMO;
    String model = demo ? "goldcrest-demo/glosses" : step.key();
    return "./goldcrest evaluate --model " + model + ".safetensors --data " + files.test();
  }

  private String trainCommand(Step step, Parts files) {
    if (step.variant() == Step.Variant.DEMO) {
      return "./goldcrest demo --minutes " + DEMO_MINUTES + " --seed " + step.seed();
    }
    List<String> words = new ArrayList<>(Arrays.asList("./goldcrest train --data", files.train()));
    if (files.dev() != null) {
      words.addAll(List.of("--dev", files.dev()));
    }
    if (step.variant() == Step.Variant.TWIN) {
      words.add("--set embedding=table");
    }
    if (step.set().outOfScope() != null) {
      words.add("--set rejectLabel=" + step.set().outOfScope());
    }
    if (epochs != null) {
      words.addAll(List.of("--epochs", epochs.toString()));
    }
    words.addAll(List.of("--seed", Long.toString(step.seed())));
    words.addAll(List.of("--threads", Integer.toString(threads)));
    words.addAll(List.of("--out", step.key() + ".safetensors"));
    return String.join(" ", words);
  }
}
