package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Cli;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.TextPool;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.torch.TrainingOptions;
import dev.goldcrest.torch.TrainingRun;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where a model comes from, as its file says it: nothing that differs between two equal runs. */
public final class Provenance {
  /** What all kinds of training have come to. */
  private static final Set<String> SCORES =
      Set.of("epochs", "bestEpoch", "devAccuracy", "devLoss", "devCosine", "devMap");

  private Provenance() {}

  /**
   * @param unread texts that a teacher did not come to
   */
  static Map<String, Object> of(
      Corpus corpus,
      TrainingRequest request,
      Recipe recipe,
      int unread,
      TrainingRun.Outcome outcome) {
    return of(
        corpus,
        request,
        recipe,
        unread,
        outcome.epochs().size(),
        outcome.best().number(),
        outcome.devAccuracy());
  }

  /** As long as the provenance of such a run can get, for the size of the file. */
  static Map<String, Object> longest(Corpus corpus, TrainingRequest request, Recipe recipe) {
    int epochs = recipe.training().epochs();
    int unread = request.spending().limited() ? corpus.size() : 0;
    return of(corpus, request, recipe, unread, epochs, epochs, 0.12345678901234567);
  }

  private static Map<String, Object> of(
      Corpus corpus,
      TrainingRequest request,
      Recipe recipe,
      int unread,
      int epochs,
      int bestEpoch,
      double devAccuracy) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("version", Cli.version());
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("train", name(corpus.split().train().name()));
    data.put("trainRows", corpus.split().train().size());
    data.put("dev", name(corpus.split().dev().name()));
    data.put("devRows", corpus.split().dev().size());
    data.put("skippedLines", corpus.split().train().skippedBadLines());
    if (unread > 0) {
      data.put("unreadByTeacher", unread);
    }
    all.put("data", data);
    all.put("labelCounts", labelCounts(corpus));
    String preset = ModelRecipe.presetName(request.choices());
    if (preset != null) {
      all.put("preset", preset);
    }
    if (request.choices().start() != null) {
      all.put("init", request.choices().start().name());
    }
    if (request.choices().teacher() != null) {
      all.put(
          "teacher",
          teacher(
              request.choices().teacher(),
              recipe,
              TrainingRecipe.augment(request.choices(), corpus.split().train().size())));
    }
    Map<String, Object> training = options(recipe.training());
    if (recipe.linearTeacher() > 0) {
      training.put("linearTeacher", recipe.linearTeacher());
    }
    recipe.start().rates().values().stream()
        .findFirst()
        .ifPresent(rate -> training.put("wordRate", rate));
    all.put("training", training);
    all.put("epochs", epochs);
    all.put("bestEpoch", bestEpoch);
    all.put("devAccuracy", devAccuracy);
    return all;
  }

  private static Map<String, Object> teacher(Teacher teacher, Recipe recipe, int augment) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("model", teacher.name());
    object.put("share", recipe.teaching().share());
    object.put("temperature", recipe.teaching().temperature());
    object.put("augment", augment);
    TextPool unlabelled = teacher.unlabelled();
    if (!unlabelled.texts().isEmpty()) {
      object.put("unlabelled", names(unlabelled.names()));
      object.put("unlabelledTexts", unlabelled.texts().size());
    }
    return object;
  }

  /** Whether a name is that of a result of training, which a changed model no longer has. */
  public static boolean isScore(String name) {
    return SCORES.contains(name);
  }

  /** The file's name without its folder, which is another one on the next machine. */
  public static String name(String path) {
    return path.substring(separator(path) + 1);
  }

  /** The files' names, with the last of its folders before a name that several have. */
  public static List<String> names(List<String> paths) {
    List<String> names = paths.stream().map(Provenance::name).toList();
    List<String> told = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      String folder = paths.get(i).substring(0, Math.max(0, separator(paths.get(i))));
      boolean several = Collections.frequency(names, name) > 1 && !folder.isEmpty();
      told.add(several ? name(folder) + "/" + name : name);
    }
    return told;
  }

  /** Where the last folder of a path ends, whichever system it is of; -1 without one. */
  private static int separator(String path) {
    return Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  }

  private static Map<String, Object> labelCounts(Corpus corpus) {
    Map<String, Object> counts = new LinkedHashMap<>();
    corpus.labels().labels().forEach(label -> counts.put(label, 0));
    for (Example example : corpus.split().train().examples()) {
      counts.merge(example.label(), 1, (sum, one) -> (Integer) sum + (Integer) one);
    }
    return counts;
  }

  /** Everything that decides how a run trains. */
  static Map<String, Object> options(TrainingOptions options) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("epochs", options.epochs());
    object.put("batch", options.batchSize());
    object.put("learningRate", options.learningRate());
    object.put("warmup", options.warmup());
    object.put("decay", Settings.text(options.decay()));
    object.put("weightDecay", options.weightDecay());
    object.put("labelSmoothing", options.labelSmoothing());
    object.put("clip", options.clip());
    object.put("average", options.average());
    object.put("misspell", options.misspell());
    object.put("balance", options.balance());
    object.put("patience", options.patience());
    if (!options.rejectLabel().isEmpty()) {
      object.put("rejectLabel", options.rejectLabel());
    }
    object.put("seed", options.seed());
    object.put("workers", options.workers());
    object.put("precision", Settings.text(options.precision()));
    return object;
  }
}
