package dev.goldcrest.app.reproduce;

import dev.goldcrest.core.models.EvolvedTransformer;
import dev.goldcrest.core.models.LiteTransformer;
import dev.goldcrest.core.models.MaskAttention;
import dev.goldcrest.core.models.VanillaTransformer;
import dev.goldcrest.runtime.SequenceModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A data set of the sequence table and the models that meet on it. All numbers but widths and
 * epochs are those of the default recipe; widths make the models of a budget cost as many
 * multiply-adds, counted as Lite Transformer's authors count.
 *
 * @param name of its folder below the data root
 * @param task of {@link SequenceModel}
 * @param train file name; dev and test likewise
 * @param floor ROUGE-1 F1 in percent of the first words of the text, or NaN; see the set's README
 */
record SequenceSet(
    String name,
    String task,
    String train,
    String dev,
    String test,
    double floor,
    List<Contender> contenders) {

  /**
   * A fifth to two fifths of the time saved without learning anything else: after two epochs of ptb
   * the dev perplexity is 207.70, and 207.72 in float32. All models of a budget have it, but for
   * the small ones of multi30k, whose rows are older.
   */
  private static final String FASTER = "precision=bfloat16 ";

  /** All summaries together, as {@code --only} may say. */
  static final String SUMMARIES = "summaries";

  /**
   * A model of the table.
   *
   * @param budget what it is compared within
   * @param settings laid over the recipe, {@code name=value} separated by blanks
   */
  record Contender(String budget, String architecture, String settings, int epochs, int seeds) {
    Map<String, String> settingsByName() {
      Map<String, String> map = new LinkedHashMap<>();
      for (String pair : settings.split(" ")) {
        map.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
      }
      return map;
    }
  }

  private static Contender lite(String budget, String settings, int epochs, int seeds) {
    return new Contender(budget, LiteTransformer.NAME, settings, epochs, seeds);
  }

  private static Contender vanilla(String budget, String settings, int epochs, int seeds) {
    return new Contender(budget, VanillaTransformer.NAME, settings, epochs, seeds);
  }

  /** The sets, and within each the models, that of the paper first in every budget. */
  static final List<SequenceSet> ALL =
      List.of(
          new SequenceSet(
              "multi30k",
              SequenceModel.TRANSLATE,
              "train.tsv.gz",
              "dev.tsv",
              "test2016.tsv",
              Double.NaN,
              List.of(
                  lite("10 M", "dim=136", 40, 3),
                  vanilla("10 M", "dim=88", 40, 3),
                  // Alone: 2.6 times fewer multiply-adds than the vanilla of 40 M; the
                  // compression table begins with these two.
                  lite("15 M", FASTER + "dim=168", 40, 1),
                  lite("40 M", FASTER + "dim=272", 30, 1),
                  vanilla("40 M", FASTER + "dim=176", 30, 1),
                  new Contender(
                      "40 M",
                      MaskAttention.NAME,
                      FASTER + "dim=208 ffn=208 decoderFirst=none",
                      30,
                      1),
                  new Contender(
                      "40 M", EvolvedTransformer.NAME, FASTER + "dim=160 layers=2", 30, 1))),
          new SequenceSet(
              "tatoeba_de_en",
              SequenceModel.TRANSLATE,
              "train.tsv.gz",
              "dev.tsv",
              "test.tsv",
              Double.NaN,
              List.of(
                  lite("10 M", FASTER + "dim=136", 8, 1),
                  vanilla("10 M", FASTER + "dim=88", 8, 1))),
          new SequenceSet(
              "ptb",
              SequenceModel.LANGUAGE_MODEL,
              "train.txt.gz",
              "dev.txt",
              "test.txt",
              Double.NaN,
              List.of(
                  lite("1.1 M", FASTER + "dim=256", 20, 2),
                  vanilla("1.1 M", FASTER + "dim=144", 20, 2))),
          new SequenceSet(
              "wikitext2",
              SequenceModel.LANGUAGE_MODEL,
              "train.txt.gz",
              "dev.txt.gz",
              "test.txt.gz",
              Double.NaN,
              List.of(
                  lite("1.1 M", FASTER + "dim=256", 10, 1),
                  vanilla("1.1 M", FASTER + "dim=144", 10, 1))),
          new SequenceSet(
              "reuters_headlines",
              SequenceModel.SUMMARIZE,
              "train.tsv.gz",
              "dev.tsv",
              "test.tsv.gz",
              24.3,
              List.of(
                  lite("10 M", FASTER + "dim=136", 20, 1),
                  vanilla("10 M", FASTER + "dim=88", 20, 1))),
          new SequenceSet(
              "aeslc",
              SequenceModel.SUMMARIZE,
              "train.tsv.gz",
              "dev.tsv.gz",
              "test.tsv.gz",
              12.5,
              List.of(
                  lite("10 M", FASTER + "dim=136", 20, 1),
                  vanilla("10 M", FASTER + "dim=88", 20, 1))));

  /** Names that {@code --only} takes. */
  static List<String> names() {
    List<String> names = new ArrayList<>(ALL.stream().map(SequenceSet::name).toList());
    names.add(SUMMARIES);
    return names;
  }

  boolean among(Collection<String> wanted) {
    return wanted.isEmpty()
        || wanted.contains(name)
        || task.equals(SequenceModel.SUMMARIZE) && wanted.contains(SUMMARIES);
  }

  boolean text() {
    return task.equals(SequenceModel.LANGUAGE_MODEL);
  }

  /**
   * One training run.
   *
   * @param contender what is trained
   */
  record Step(SequenceSet set, Contender contender, long seed) {
    String key() {
      return SequenceRow.key(set.name(), contender.budget(), contender.architecture(), seed);
    }
  }

  /**
   * All steps; the models of a budget meet seed by seed, so that a comparison stands early.
   *
   * @param names sets to include; empty for all
   * @param seeds to use instead of each model's own; empty for those, 1 and up
   */
  static List<Step> plan(Collection<String> names, List<Long> seeds) {
    List<Step> steps = new ArrayList<>();
    for (SequenceSet set : ALL) {
      if (set.among(names)) {
        Map<String, List<Contender>> budgets = new LinkedHashMap<>();
        for (Contender contender : set.contenders()) {
          budgets.computeIfAbsent(contender.budget(), b -> new ArrayList<>()).add(contender);
        }
        budgets.values().forEach(meeting -> set.plan(meeting, seeds, steps));
      }
    }
    return steps;
  }

  private void plan(List<Contender> meeting, List<Long> seeds, List<Step> steps) {
    long most = meeting.stream().mapToInt(Contender::seeds).max().orElse(0);
    List<Long> wanted = new ArrayList<>(seeds);
    for (long seed = 1; seeds.isEmpty() && seed <= most; seed++) {
      wanted.add(seed);
    }
    for (long seed : wanted) {
      for (Contender contender : meeting) {
        if (!seeds.isEmpty() || seed <= contender.seeds()) {
          steps.add(new Step(this, contender, seed));
        }
      }
    }
  }
}
