package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.compress.Change;
import dev.goldcrest.core.models.Architecture;
import java.util.List;

/** Names the weights that were to be factorised and are left, and why. */
public final class Unfactorised {
  private static final int NAMED = 8;

  private Unfactorised() {}

  /** A sentence, or nothing if there are none. */
  public static String text(List<Change> changes) {
    List<String> left =
        changes.stream()
            .filter(change -> change.kind() == Change.Kind.LEFT)
            .map(change -> change.path() + " (" + change.detail() + ")")
            .toList();
    if (left.isEmpty()) {
      return "";
    }
    String more = left.size() > NAMED ? " and " + (left.size() - NAMED) + " more" : "";
    String names = String.join(", ", left.subList(0, Math.min(NAMED, left.size())));
    return "Not factorised: " + names + more + ".";
  }

  /** The same of a model that is factorised before it is trained. */
  public static void say(Terminal terminal, Choices choices, Architecture model) {
    String left = text(choices.design().designing(model.dense()));
    if (!left.isEmpty()) {
      terminal.notice("%s", left);
    }
  }
}
