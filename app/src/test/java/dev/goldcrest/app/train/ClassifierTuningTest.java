package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.app.cli.TinyModels;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.TextPool;
import dev.goldcrest.runtime.ClassifierModel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClassifierTuningTest {
  private static final List<String> LABELS = List.of("play", "none", "wake");

  private static ClassifierModel model(Map<String, Object> provenance) {
    ClassifierModel tiny = TinyModels.of(LABELS);
    return new ClassifierModel(
        tiny.architecture(),
        tiny.text(),
        tiny.labels(),
        tiny.calibration(),
        provenance,
        tiny.weights());
  }

  private static Choices choices(Map<String, String> settings) {
    return new Choices("proformer", null, settings, null, null, null, 1, 1);
  }

  private static Dataset dev(String... labels) {
    return new Dataset(
        "dev", Stream.of(labels).map(label -> new Example(label, "some words")).toList());
  }

  private static String favoured(
      Map<String, Object> training, Map<String, String> settings, Dataset dev) {
    ClassifierModel before = model(training == null ? Map.of() : Map.of("training", training));
    return ClassifierTuning.favouring(choices(settings), before, dev).settings().get("rejectLabel");
  }

  private static String favoured(Map<String, Object> training, Map<String, String> settings) {
    return favoured(training, settings, dev("play", "none", "wake"));
  }

  @Test
  void favouring_labelOfTheTraining_isKeptUnlessAnotherIsNamed() {
    Map<String, Object> trained = Map.of("rejectLabel", "none");
    assertThat(favoured(trained, Map.of())).isEqualTo("none");
    assertThat(favoured(trained, Map.of("rejectLabel", "wake"))).isEqualTo("wake");
    assertThat(favoured(Map.of("rejectLabel", "gone"), Map.of())).isNull();
    assertThat(favoured(Map.of("epochs", 3), Map.of())).isNull();
    assertThat(favoured(null, Map.of())).isNull();
    assertThat(favoured(trained, Map.of("rejectLabel", ""))).isEmpty();
  }

  @Test
  void favouring_labelThatDevHasNot_isLeftAlone() {
    Map<String, Object> trained = Map.of("rejectLabel", "none");
    assertThat(favoured(trained, Map.of(), dev("play", "wake"))).isNull();
    assertThat(favoured(trained, Map.of("rejectLabel", "none"), dev("play"))).isEqualTo("none");
  }

  @Test
  void taught_shareOfZero_learnsFromLabelsAlone() {
    ClassifierModel before = model(Map.of());
    assertThat(ClassifierTuning.taught(choices(Map.of()), before).teacher().model())
        .isSameAs(before);
    Choices alone = ClassifierTuning.taught(choices(Map.of("teacherShare", "0")), before);
    assertThat(alone.teacher()).isNull();
    assertThat(alone.settings()).isEmpty();
    Choices half = ClassifierTuning.taught(choices(Map.of("teacherShare", "0.5")), before);
    assertThat(half.teacher()).isNotNull();
    assertThat(half.settings()).containsEntry("teacherShare", "0.5");
    Choices both = choices(Map.of("teacherShare", "0", "augment", "3"));
    assertThatThrownBy(() -> ClassifierTuning.taught(both, before))
        .hasMessage("setting augment is for a teacher, and teacherShare=0 takes it away");
  }

  /** The examples, as often as without a teacher, with most of the weight on what it thinks. */
  @Test
  void recipe_ofWhatWasCompressed_learnsFromItsModelWithFurtherTextsIfItHasFew() {
    ClassifierModel model = model(Map.of());
    Choices plain = choices(Map.of()).withStart(ClassifierTuning.start(model, Set.of()));
    Choices taught = plain.withTeacher(new Teacher("t", model, TextPool.EMPTY));
    DataShape shape = new DataShape(9_000, LABELS.size(), 9, 20);
    Recipe recipe = Recipe.of(taught, shape, List.of());
    assertThat(recipe.teaching().share()).isEqualTo(0.9);
    assertThat(recipe.training()).isEqualTo(Recipe.of(plain, shape, List.of()).training());
    assertThat(TrainingRecipe.augment(taught, 9_000)).isZero();
    assertThat(TrainingRecipe.augment(taught, 8_000)).isEqualTo(8);
    Recipe more = Recipe.of(taught.with(Map.of("augment", "4")), shape, List.of());
    assertThat(more.training().epochs()).isLessThan(recipe.training().epochs());
  }
}
