package dev.goldcrest.app.train;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Texts near the training texts, for a teacher to have opinions about: words are left out or
 * replaced by others of the training texts, and some texts shrink to a few words or end as another
 * one does (after Tang et al., 2019, arXiv 1903.12136). Nobody knows their labels, so they are of
 * use with a teacher only.
 */
final class Augmenter {
  private static final double DROP = 0.1;
  private static final double REPLACE = 0.1;

  /** Share of the texts of which a few words are left. */
  private static final double CROP = 0.15;

  /** Share of the texts that go on with the end of another. */
  private static final double SPLICE = 0.15;

  private static final int FEWEST_WORDS = 2;
  private static final int CROPPED_WORDS = 5;

  private final List<List<String>> texts = new ArrayList<>();
  private final List<String> words = new ArrayList<>();
  private final SplittableRandom random;

  private Augmenter(List<String> texts, long seed) {
    for (String text : texts) {
      List<String> own = List.of(text.strip().split("\\s+"));
      this.texts.add(own);
      words.addAll(own);
    }
    random = new SplittableRandom(seed);
  }

  /**
   * Up to {@code times} further texts for each text; none of them is one of those given or comes
   * twice.
   */
  static List<String> around(List<String> texts, int times, long seed) {
    List<String> made = new ArrayList<>();
    if (times == 0) {
      return made;
    }
    Augmenter augmenter = new Augmenter(texts, seed);
    Set<String> seen = new HashSet<>();
    texts.forEach(text -> seen.add(key(text)));
    for (List<String> text : augmenter.texts) {
      for (int i = 0; i < times; i++) {
        String other = augmenter.near(text);
        if (!other.isEmpty() && seen.add(key(other))) {
          made.add(other);
        }
      }
    }
    return made;
  }

  private static String key(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private String near(List<String> text) {
    double form = random.nextDouble();
    List<String> base = text;
    if (form < CROP && text.size() > FEWEST_WORDS) {
      int most = Math.min(CROPPED_WORDS, text.size() - 1);
      int length = FEWEST_WORDS + random.nextInt(Math.max(1, most - FEWEST_WORDS + 1));
      int from = random.nextInt(text.size() - length + 1);
      return String.join(" ", text.subList(from, from + length));
    }
    if (form < CROP + SPLICE) {
      List<String> other = texts.get(random.nextInt(texts.size()));
      base = new ArrayList<>(text.subList(0, (text.size() + 1) / 2));
      base.addAll(other.subList(other.size() / 2, other.size()));
    }
    List<String> changed = new ArrayList<>(base.size());
    for (String word : base) {
      double fate = random.nextDouble();
      if (fate < REPLACE) {
        changed.add(words.get(random.nextInt(words.size())));
      } else if (fate >= REPLACE + DROP) {
        changed.add(word);
      }
    }
    return String.join(" ", changed);
  }
}
