package dev.goldcrest.app.train;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.ProFormer;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.text.TextConfig;
import dev.goldcrest.torch.Beginning;
import dev.goldcrest.torch.Teaching;
import dev.goldcrest.torch.TrainingOptions;
import java.util.List;

/**
 * The one default recipe: {@link ModelRecipe which model} to train on data of a given shape, and
 * {@link TrainingRecipe how}. It looks at the number of examples, their lengths and the number of
 * labels, never at which data set it is, and the user's {@link Choices} go before it.
 *
 * @param linearTeacher share of each example's aim that a cross-fitted linear model has, 0 to 1
 * @param teaching how to learn from the teacher, or null without one
 * @param start weights that are not drawn but taken over; none without {@code --init}
 */
public record Recipe(
    Architecture architecture,
    TextConfig text,
    TrainingOptions training,
    double linearTeacher,
    Teaching teaching,
    Beginning start) {

  /** What one gets without {@code --arch}. */
  public static final String ARCHITECTURE = ProFormer.NAME;

  /**
   * The recipe for data of this shape.
   *
   * @param words of the training texts; read only for a vocabulary
   * @throws IllegalArgumentException in a sentence for the user, for settings that are unknown, out
   *     of range or do not go together
   */
  public static Recipe of(Choices choices, DataShape data, Iterable<List<String>> words) {
    ModelRecipe model = ModelRecipe.of(choices, data, words);
    Architecture architecture = model.architecture();
    TrainingRecipe training = TrainingRecipe.of(model.front(), choices, data, architecture);
    choices.requireKnown(model.sized(), model.front());
    // Shapes that do not go together are found by building.
    architecture.trace(Architecture.WHOLE, Sizes.single(architecture.lengthMultiple()));
    Start start = choices.start();
    return new Recipe(
        architecture,
        model.text(),
        training.options(),
        training.linearTeacher(),
        training.teaching(),
        start == null ? Beginning.FRESH : start.beginning(architecture, training.wordRate()));
  }

  /** Judges the choices before any data are read; throws as {@link #of} does. */
  public static Recipe judge(Choices choices) {
    return of(choices, DataShape.UNREAD, List.of(List.of("a")));
  }

  /** The model as tables call it: {@code proformer tiny}. */
  public static String title(Choices choices) {
    String preset = ModelRecipe.presetName(choices);
    return choices.architecture()
        + (preset == null ? "" : " " + preset)
        + (choices.start() == null ? "" : " from " + choices.start().name())
        + (choices.teacher() == null ? "" : " taught by " + choices.teacher().name());
  }

  /** Labels that the model tells apart. */
  public int classes() {
    return Integer.parseInt(architecture.settings().get("classes"));
  }
}
