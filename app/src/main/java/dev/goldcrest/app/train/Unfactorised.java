package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.compress.Change;
import dev.goldcrest.compress.Compression;
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

  /** Says which options change nothing at all. */
  public static void sayIdle(Terminal terminal, List<String> options) {
    options.forEach(option -> terminal.notice("%s finds nothing to change in this model", option));
  }

  /** Says both of a model that is factorised before it is trained. */
  public static void say(Terminal terminal, Compression design, Architecture model) {
    List<Change> changes = design.designing(model.dense());
    String left = text(changes);
    if (!left.isEmpty()) {
      terminal.notice("%s", left);
    }
    sayIdle(terminal, design.idle(changes, model));
  }
}
