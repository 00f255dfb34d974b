package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.Split;
import dev.goldcrest.app.data.TextPool;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.TextClassifier;
import dev.goldcrest.torch.Beginning;
import dev.goldcrest.torch.LabelledText;
import dev.goldcrest.torch.TrainingRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Trains on with a classifier that was compressed: same labels, same texts, its head too. What it
 * was made of is its teacher beside the labels, so that it goes back to answering as that did
 * rather than learning the training texts by heart.
 */
public final class ClassifierTuning {
  private static final String REJECT_LABEL = "rejectLabel";
  private static final String TEACHER_SHARE = "teacherShare";

  private ClassifierTuning() {}

  /**
   * Trains to the end, or until the process is asked to stop; then the checkpoint holds the run and
   * nothing is returned.
   *
   * @param request whose choices begin with nothing; {@code model} is what is gone on from
   * @param before what it was made of
   * @param pruned paths of weights whose zeros are what pruning left
   */
  public static Optional<ClassifierModel> run(
      Terminal terminal,
      TrainingRequest request,
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
            Recipe.cutter(choices),
            Recipe.mostWords(choices));
    DataShape shape = corpus.shape().withClasses(model.labels().size());
    Recipe recipe = UserError.judging(() -> Recipe.of(choices, shape, List.of()));
    int limit = recipe.text().mostWords(recipe.architecture().maxLength());
    List<String> unknown = unknown(corpus, model);
    if (!unknown.isEmpty()) {
      throw UserError.failed(
          "%s has labels that the model does not have: %s", split.train().name(), unknown);
    }
    String favoured = recipe.training().rejectLabel();
    if (!favoured.isEmpty() && !model.labels().contains(favoured)) {
      throw UserError.usage("--set %s=%s: the model has no such label", REJECT_LABEL, favoured);
    }
    Attended attended = new Attended(terminal, request, request.startEnergy(terminal));
    List<LabelledText> dev = relabelled(corpus.dev(limit), corpus, model);
    List<LabelledText> train =
        relabelled(
            teacher == null
                ? corpus.train(limit)
                : teacher.taught(
                    terminal, request, recipe.teaching(), corpus, model.labels(), limit),
            corpus,
            model);
    Beginning beginning =
        favoured.isEmpty() || !favoured.equals(favoured(before))
            ? recipe.start()
            : recipe.start().withOthersAccuracy(othersAccuracy(before, favoured, split.dev()));
    return attended.run(
        recipe.training().epochs(),
        TrainingRun.Epoch::devAccuracy,
        (stop, display) -> {
          TrainingRun run =
              new TrainingRun(
                  recipe.architecture(),
                  model.text(),
                  model.labels(),
                  train,
                  dev,
                  recipe.training(),
                  request.checkpoint(),
                  recipe.teaching(),
                  beginning);
          TrainingRun.Outcome outcome = run.run(request.resume(), false, stop::requested, display);
          return outcome.finished()
              ? Optional.of(
                  outcome.model(
                      recipe.architecture(), model.text(), model.labels(), model.provenance()))
              : Optional.empty();
        });
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
    return new Settings(choices.settings()).number(TEACHER_SHARE, 1, 0, 1) == 0
        ? choices.without(TEACHER_SHARE)
        : choices.withTeacher(new Teacher("what it was made of", before, TextPool.EMPTY));
  }

  /**
   * The choices with the label that the model was trained to favour, unless they name one, or with
   * an empty name none. Without an example of it in dev nobody could say what that is worth.
   */
  static Choices favouring(Choices choices, ClassifierModel before, Dataset dev) {
    String label = favoured(before);
    return !choices.settings().containsKey(REJECT_LABEL)
            && before.labels().contains(label)
            && dev.examples().stream().anyMatch(example -> example.label().equals(label))
        ? choices.with(Map.of(REJECT_LABEL, label))
        : choices;
  }

  /** The label that a model says it was trained to favour, or an empty name. */
  private static String favoured(ClassifierModel model) {
    return model.provenance().get("training") instanceof Map<?, ?> training
            && training.get(REJECT_LABEL) instanceof String label
        ? label
        : "";
  }

  /** Share of the dev examples of labels but {@code favoured} that a model has right. */
  static double othersAccuracy(ClassifierModel model, String favoured, Dataset dev) {
    List<Example> others =
        dev.examples().stream().filter(example -> !example.label().equals(favoured)).toList();
    try (TextClassifier classifier = new TextClassifier(model)) {
      long right =
          others.parallelStream()
              .filter(text -> classifier.classify(text.text()).label().equals(text.label()))
              .count();
      return others.isEmpty() ? 0 : (double) right / others.size();
    }
  }

  /** With the model's numbers of the labels in place of the data's. */
  private static List<LabelledText> relabelled(
      List<LabelledText> texts, Corpus corpus, ClassifierModel model) {
    List<LabelledText> relabelled = new ArrayList<>(texts.size());
    for (LabelledText text : texts) {
      int label =
          text.label() < 0
              ? -1
              : model.labels().indexOf(corpus.labels().labels().get(text.label()));
      relabelled.add(new LabelledText(text.words(), label, text.soft(), text.taught()));
    }
    return relabelled;
  }

  private static List<String> unknown(Corpus corpus, ClassifierModel model) {
    List<String> unknown = new ArrayList<>(corpus.labels().labels());
    unknown.removeAll(model.labels());
    return unknown;
  }
}
