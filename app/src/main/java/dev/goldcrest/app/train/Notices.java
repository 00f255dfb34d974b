package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.Units;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** Says what is odd about the texts but no mistake. */
final class Notices {
  private static final int LABELS_NAMED = 5;

  private final Terminal terminal;

  Notices(Terminal terminal) {
    this.terminal = terminal;
  }

  void of(Corpus corpus, int limit, Recipe recipe) {
    SortedMap<String, Integer> unseen = corpus.labels().unseen(corpus.split().dev());
    if (!unseen.isEmpty()) {
      int examples = unseen.values().stream().mapToInt(Integer::intValue).sum();
      String names =
          unseen.keySet().stream()
              .limit(LABELS_NAMED)
              .map(Units::printable)
              .collect(Collectors.joining(", "));
      terminal.notice(
          "%s: %,d of %,d examples carry labels that training does not have (%s%s); they count as"
              + " errors",
          corpus.split().dev().name(),
          examples,
          corpus.split().dev().size(),
          names,
          unseen.size() > LABELS_NAMED ? ", ..." : "");
    }
    int longer = corpus.longerThan(limit);
    if (longer > 0) {
      terminal.notice(
          "%,d of %,d texts have more than %d words; the model reads the first %d"
              + " (--set maxLength=N changes that)",
          longer, corpus.size(), limit, limit);
    }
    if (corpus.wordless() > 0) {
      terminal.notice(
          "%,d texts have no word; each is read as one unreadable word", corpus.wordless());
    }
    if (recipe.text().vocabulary() != null) {
      terminal.notice(
          "the model knows %,d words by number; others are one unknown word",
          recipe.text().vocabulary().size());
    }
  }
}
