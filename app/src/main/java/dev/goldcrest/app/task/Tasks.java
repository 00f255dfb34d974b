package dev.goldcrest.app.task;

import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.core.models.Nearest;
import dev.goldcrest.runtime.SequenceModel;
import java.util.List;

/** Every task: one line each. */
public final class Tasks {
  /** What is trained where nothing is said. */
  public static final String DEFAULT = "classify";

  private static final List<Task> ALL =
      List.of(
          new ClassifyTask(),
          new WritingTask(SequenceModel.TRANSLATE),
          new WritingTask(SequenceModel.SUMMARIZE),
          new LanguageTask(),
          new StreamTask(),
          new EmbedTask());

  private Tasks() {}

  /** Names that {@link #of} takes. */
  public static List<String> names() {
    return ALL.stream().map(Task::name).toList();
  }

  /** The task {@code name}; a mistyped one is a usage error. */
  public static Task of(String name) {
    for (Task task : ALL) {
      if (task.name().equals(name)) {
        return task;
      }
    }
    throw UserError.usage("unknown task %s%s", name, Nearest.hint(name, names()));
  }

  /**
   * Refuses an option that a model's task would not look at.
   *
   * @param readers the tasks that do
   */
  public static void refuse(
      String verb, boolean given, String option, String task, String... readers) {
    if (given && !List.of(readers).contains(task)) {
      throw UserError.usage(
          "%s: %s is for task %s, not for %s", verb, option, String.join(" or ", readers), task);
    }
  }
}
