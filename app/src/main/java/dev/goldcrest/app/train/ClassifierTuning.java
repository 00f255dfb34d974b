package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Split;
import dev.goldcrest.app.data.TextPool;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.torch.LabelledText;
import dev.goldcrest.torch.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Trains on with a classifier that was compressed: same labels, same texts, its head too. What it
 * was made of is its teacher beside the labels, so that it goes back to answering as that did
 * rather than learning the training texts by heart; {@code teacherShare=0} leaves the labels alone.
 */
public final class ClassifierTuning {
  private static final String TRAINING = "training";
  private static final String REJECT_LABEL = "rejectLabel";
  private static final String TEACHER_SHARE = "teacherShare";

  /** Settings of the training that need a teacher. */
  private static final List<String> OF_TEACHERS = List.of("temperature", "augment");

  private ClassifierTuning() {}

  /**
   * Trains to the end, or until the process is asked to stop; then the checkpoint holds the run and
   * nothing is returned.
   *
   * @param request whose choices begin with nothing; {@code model} is what is gone on from
   * @param before what it was made of
   * @param pruned paths of weights whose zeros are what pruning left
   */
  public static Optional<Tuned> run(
      Terminal terminal,
      TrainingRequest request,
      Attended attended,
      ClassifierModel before,
      ClassifierModel model,
      Set<String> pruned,
      Split split)
      throws IOException {
    Choices asked = UserError.judging(() -> taught(request.choices(), before));
    Choices choices = favouring(asked, before, split.dev()).withStart(start(model, pruned));
    Teacher teacher = choices.teacher();
    Corpus corpus =
        Corpus.of(
            split,
            teacher == null ? List.of() : teacher.further(choices, split),
            ModelRecipe.cutter(choices),
            ModelRecipe.mostWords(choices));
    DataShape shape = corpus.shape().withClasses(model.labels().size());
    Recipe whole = UserError.judging(() -> Recipe.of(choices, shape, List.of()));
    requireLabels(corpus, model, whole.training().rejectLabel());
    int limit = whole.text().mostWords(whole.architecture().maxLength());
    List<LabelledText> dev = relabelled(corpus.dev(limit), split.dev(), model);
    List<LabelledText> texts =
        teacher == null
            ? corpus.train(limit)
            : teacher
                .lesson(
                    terminal, request, attended, whole.teaching(), corpus, model.labels(), limit)
                .texts();
    List<LabelledText> train = relabelled(texts, split.train(), model);
    int wanted = whole.training().epochs();
    int planned =
        (int)
            attended.planned(
                wanted,
                Attended.WHOLE,
                () -> Pace.measure(whole, model.labels(), train, dev, attended));
    Recipe recipe =
        planned == wanted ? whole : Recipe.of(choices.withEpochs(planned), shape, List.of());
    return attended.run(
        planned,
        TrainingRun.Epoch::devAccuracy,
        (stop, display) -> {
          TrainingRun.Outcome outcome =
              trainingRun(model, recipe, train, dev, request.checkpoint())
                  .run(request.resume(), false, stop::requested, attended::expired, display);
          return attended.tuned(outcome.finished(), display, () -> file(model, recipe, outcome));
        });
  }

  private static TrainingRun trainingRun(
      ClassifierModel model,
      Recipe recipe,
      List<LabelledText> train,
      List<LabelledText> dev,
      Path checkpoint) {
    return new TrainingRun(
        recipe.architecture(),
        model.text(),
        model.labels(),
        train,
        dev,
        recipe.training(),
        checkpoint,
        recipe.teaching(),
        recipe.start());
  }

  private static ModelFile file(ClassifierModel model, Recipe recipe, TrainingRun.Outcome outcome) {
    return outcome
        .model(
            recipe.architecture(),
            model.text(),
            model.labels(),
            favouring(model.provenance(), recipe.training().rejectLabel()))
        .file();
  }

  private static void requireLabels(Corpus corpus, ClassifierModel model, String favoured)
      throws UserError {
    List<String> unknown = new ArrayList<>(corpus.labels().labels());
    unknown.removeAll(model.labels());
    if (!unknown.isEmpty()) {
      throw UserError.failed(
          "%s has labels that the model does not have: %s", corpus.split().train().name(), unknown);
    }
    if (!favoured.isEmpty() && !model.labels().contains(favoured)) {
      throw UserError.usage("--set %s=%s: the model has no such label", REJECT_LABEL, favoured);
    }
  }

  /** What is gone on from, with its head. */
  static Start start(ClassifierModel model, Set<String> pruned) {
    return new Start(
        "the model", model.architecture(), model.text(), model.weights(), true, pruned);
  }

  /**
   * The choices with what was compressed as the teacher, unless they give it no share: {@code --set
   * teacherShare=0}.
   */
  static Choices taught(Choices choices, ClassifierModel before) {
    // 1 stands for whatever share the recipe has.
    if (new Settings(choices.settings()).number(TEACHER_SHARE, 1, 0, 1) > 0) {
      return choices.withTeacher(new Teacher("what it was made of", before, TextPool.EMPTY));
    }
    for (String setting : OF_TEACHERS) {
      if (choices.settings().containsKey(setting)) {
        throw new IllegalArgumentException(
            "setting " + setting + " is for a teacher, and teacherShare=0 takes it away");
      }
    }
    return choices.without(TEACHER_SHARE);
  }

  /**
   * The choices with the label that the model was trained to favour, unless they name one, or with
   * an empty name none. Without an example of it in dev nobody could say what that is worth.
   */
  static Choices favouring(Choices choices, ClassifierModel before, Dataset dev) {
    String label = trainedToFavour(before);
    return !choices.settings().containsKey(REJECT_LABEL)
            && before.labels().contains(label)
            && dev.examples().stream().anyMatch(example -> example.label().equals(label))
        ? choices.with(Map.of(REJECT_LABEL, label))
        : choices;
  }

  /** The label that a model says it was trained to favour, or an empty name. */
  private static String trainedToFavour(ClassifierModel model) {
    return model.provenance().get(TRAINING) instanceof Map<?, ?> training
            && training.get(REJECT_LABEL) instanceof String label
        ? label
        : "";
  }

  /** The provenance of a model that was trained to favour a label, or with an empty name none. */
  private static Map<String, Object> favouring(Map<String, Object> provenance, String label) {
    Map<String, Object> training = new LinkedHashMap<>();
    if (provenance.get(TRAINING) instanceof Map<?, ?> before) {
      before.forEach((name, value) -> training.put((String) name, value));
    }
    training.remove(REJECT_LABEL);
    if (!label.isEmpty()) {
      training.put(REJECT_LABEL, label);
    }
    Map<String, Object> changed = new LinkedHashMap<>(provenance);
    if (!training.isEmpty()) {
      changed.put(TRAINING, training);
    }
    return changed;
  }

  /** With the model's numbers of the data's labels; texts behind the data's have none. */
  private static List<LabelledText> relabelled(
      List<LabelledText> texts, Dataset data, ClassifierModel model) {
    List<LabelledText> relabelled = new ArrayList<>(texts.size());
    for (LabelledText text : texts) {
      int row = relabelled.size();
      int label = row < data.size() ? model.labels().indexOf(data.examples().get(row).label()) : -1;
      relabelled.add(new LabelledText(text.words(), label, text.soft(), text.taught()));
    }
    return relabelled;
  }
}
