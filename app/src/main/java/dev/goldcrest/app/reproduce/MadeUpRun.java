package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.data.TextPool;
import dev.goldcrest.app.train.Choices;
import dev.goldcrest.app.train.DataShape;
import dev.goldcrest.app.train.Recipe;
import dev.goldcrest.app.train.Start;
import dev.goldcrest.app.train.Teacher;
import dev.goldcrest.app.train.TrainingRecipe;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.text.TextConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What stands for data and models that are not there, to ask the recipe how it would train. */
final class MadeUpRun {
  /** Of whose model nothing is asked. */
  static final Teacher TEACHER = new Teacher("", null, TextPool.EMPTY);

  /** Short texts. */
  static final DataShape SHAPE = new DataShape(10_000, 20, 11, 24);

  private MadeUpRun() {}

  /** The recipe of some choices for data of some shape, in a line. */
  static String recipe(Choices choices, DataShape shape) {
    Recipe recipe = of(choices, shape);
    return recipe.architecture().settings()
        + TrainingRecipe.described(recipe.training())
        + (recipe.start().rates().isEmpty() ? "" : new TreeMap<>(recipe.start().rates()))
        + recipe.teaching()
        + (choices.teacher() == null ? "" : TrainingRecipe.augment(choices, shape.examples()))
        + choices.settings();
  }

  private static Recipe of(Choices choices, DataShape shape) {
    return Recipe.of(choices, shape, List.of(List.of("word")));
  }

  /** The model that some choices would train, to be gone on from with its head. */
  static Start trained(Choices choices, DataShape shape) {
    Recipe recipe = of(choices, shape);
    return start(recipe.architecture(), recipe.text(), true);
  }

  /** A model whose weights are all 0. */
  static Start start(Architecture architecture, TextConfig text, boolean head) {
    Map<String, float[]> zeros = new LinkedHashMap<>();
    architecture
        .whole()
        .parameters()
        .forEach((path, value) -> zeros.put(path, new float[value.shape().size()]));
    return new Start("", architecture, text, Weights.of(zeros), head, Set.of());
  }
}
