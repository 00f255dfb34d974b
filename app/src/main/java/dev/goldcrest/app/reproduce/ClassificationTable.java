package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.baseline.LinearBaseline;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.Split;
import dev.goldcrest.app.evaluate.Evaluation;
import dev.goldcrest.app.metrics.PairedBootstrap;
import dev.goldcrest.app.train.Choices;
import dev.goldcrest.app.train.DataShape;
import dev.goldcrest.app.train.DemoVerb;
import dev.goldcrest.app.train.PredictionCost;
import dev.goldcrest.app.train.Recipe;
import dev.goldcrest.app.train.Trained;
import dev.goldcrest.app.train.TrainingJob;
import dev.goldcrest.app.train.TrainingRecipe;
import dev.goldcrest.app.train.TrainingRequest;
import dev.goldcrest.runtime.Classification;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.TextClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Text classification. Each step trains through the class behind {@code train}, reads the model
 * file back and measures it on the official test file. Whatever a step leaves behind carries the
 * fingerprint of its recipe in its name, so that neither a model nor a checkpoint of an older
 * recipe is ever taken for one of this.
 */
final class ClassificationTable extends Table<ClassificationStep, ClassificationRow> {
  private static final int RESAMPLES = 2_000;
  private static final int DEMO_MINUTES = 2;

  /** Data of the sizes and lengths in the table, to ask the recipe about. */
  static final List<DataShape> SHAPES =
      List.of(
          new DataShape(4_000, 20, 11, 24),
          new DataShape(7_000, 2, 19, 45),
          new DataShape(13_000, 7, 9, 20),
          new DataShape(23_000, 2, 180, 950),
          new DataShape(65_000, 25, 11, 32),
          new DataShape(190_000, 41, 5, 35));

  ClassificationTable(Setup setup) throws IOException {
    super("classification", ClassificationRow.class, setup);
  }

  @Override
  List<ClassificationStep> plan(Collection<String> only, List<Long> seeds) {
    return ClassificationStep.plan(only, seeds);
  }

  @Override
  String key(ClassificationStep step) {
    return step.key();
  }

  @Override
  String lacking(ClassificationStep step) {
    return setup.unread(step.set().name());
  }

  @Override
  String told(ClassificationRow row) {
    return String.format(
        Locale.ROOT,
        "accuracy %.4f, liblinear %.4f",
        row.scores().accuracy(),
        row.linear().accuracy());
  }

  @Override
  String page(List<ClassificationRow> finished, String command) {
    return ClassificationPage.render(finished, command);
  }

  @Override
  ClassificationRow make(ClassificationStep step) throws Exception {
    Parts parts = setup.parts(step.set().name(), step.set().hasDev(), "test");
    Split split = parts.split(Parts.read(parts.train()));
    Path model = file(step, ".safetensors");
    Dataset test = Parts.read(parts.test()); // before hours of training
    boolean resumed = Files.exists(Path.of(model + ".checkpoint"));
    String command = trainCommand(step, parts);
    TrainingRequest request =
        new TrainingRequest(choices(step), model, true, resumed, true, null, null, null, command);
    Optional<Trained> trained = TrainingJob.run(setup.terminal(), request, split);
    if (trained.isEmpty()) {
      return null;
    }
    setup.terminal().say("measuring on " + test.name());
    return row(step, parts, trained.get(), test);
  }

  private ClassificationRow row(ClassificationStep step, Parts parts, Trained trained, Dataset test)
      throws Exception {
    Dataset misspelt = Misspelt.of(test);
    try (TextClassifier classifier = TextClassifier.load(trained.model())) {
      Evaluation evaluation = Evaluation.of(classifier, test);
      List<String> answers = evaluation.predicted().stream().map(Classification::label).toList();
      Evaluation typos = Evaluation.of(classifier, misspelt, evaluation.speed());
      String outOfScope = step.set().outOfScope();
      ClassificationRow.Scores scores =
          new ClassificationRow.Scores(
              evaluation.examples(),
              evaluation.accuracy(),
              inScope(test, answers, outOfScope),
              evaluation.macroF1(),
              typos.accuracy(),
              evaluation.truncated(),
              evaluation.unseenLabels());
      return new ClassificationRow(
          step.set().name(),
          step.variant(),
          step.seed(),
          recipe(step),
          scores,
          linear(trained.baseline(), test, misspelt, answers, outOfScope),
          device(classifier.model(), trained, test, evaluation),
          new ClassificationRow.Training(
              trained.outcome().devAccuracy(),
              trained.outcome().epochs().size(),
              trained.outcome().best().number(),
              trained.seconds(),
              !trained.whole(),
              setup.threads()),
          Origin.of(trainCommand(step, parts), evaluateCommand(step, parts)));
    }
  }

  private static ClassificationRow.Linear linear(
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
    return new ClassificationRow.Linear(
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

  private static ClassificationRow.Device device(
      ClassifierModel model, Trained trained, Dataset test, Evaluation evaluation) {
    List<String> texts = test.examples().stream().map(Example::text).toList();
    PredictionCost cost = PredictionCost.of(model.architecture(), model.text(), texts);
    return new ClassificationRow.Device(
        trained.bytes(),
        cost.parameters(),
        cost.words(),
        cost.macs(),
        evaluation.p50Micros(),
        evaluation.speed().firstP50Micros());
  }

  private Choices choices(ClassificationStep step) {
    Map<String, String> settings = new LinkedHashMap<>();
    if (step.variant() == ClassificationStep.Variant.DEMO && setup.epochs() == null) {
      return DemoVerb.choices(DEMO_MINUTES, step.seed(), setup.threads());
    }
    if (step.variant() == ClassificationStep.Variant.TWIN) {
      settings.put("embedding", "table");
    }
    if (step.set().outOfScope() != null) {
      settings.put("rejectLabel", step.set().outOfScope());
    }
    return new Choices(
        Recipe.ARCHITECTURE,
        null,
        settings,
        setup.epochs(),
        null,
        null,
        step.seed(),
        setup.threads());
  }

  @Override
  String recipe(ClassificationStep step) {
    return fingerprint(choices(step));
  }

  /** Names a recipe: one that would train data of some shape otherwise gives another name. */
  static String fingerprint(Choices choices) {
    StringBuilder all = new StringBuilder();
    for (DataShape shape : SHAPES) {
      Recipe recipe = Recipe.of(choices, shape, List.of(List.of("word")));
      all.append(recipe.architecture().settings());
      all.append(TrainingRecipe.described(recipe.training())).append(recipe.text());
    }
    return Integer.toHexString(all.toString().hashCode());
  }

  private static String evaluateCommand(ClassificationStep step, Parts parts) {
    boolean demo = step.variant() == ClassificationStep.Variant.DEMO;
    String model = demo ? "goldcrest-demo/glosses" : step.key();
    return "./goldcrest evaluate --model " + model + ".safetensors --data " + parts.test();
  }

  private String trainCommand(ClassificationStep step, Parts parts) {
    if (step.variant() == ClassificationStep.Variant.DEMO) {
      return "./goldcrest demo --minutes " + DEMO_MINUTES + " --seed " + step.seed();
    }
    List<String> words = new ArrayList<>(Arrays.asList("./goldcrest train --data", parts.train()));
    if (parts.dev() != null) {
      words.addAll(List.of("--dev", parts.dev()));
    }
    if (step.variant() == ClassificationStep.Variant.TWIN) {
      words.add("--set embedding=table");
    }
    if (step.set().outOfScope() != null) {
      words.add("--set rejectLabel=" + step.set().outOfScope());
    }
    if (setup.epochs() != null) {
      words.addAll(List.of("--epochs", setup.epochs().toString()));
    }
    words.addAll(List.of("--seed", Long.toString(step.seed())));
    words.addAll(List.of("--threads", Integer.toString(setup.threads())));
    words.addAll(List.of("--out", step.key() + ".safetensors"));
    return String.join(" ", words);
  }
}
