package dev.goldcrest.app.reproduce;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * One model of the compression table.
 *
 * @param group {@link #PROFORMER}, {@link #MINILM} or {@link #LITE}
 * @param set name of the data set's folder, or of a built-in one
 * @param name what it is
 * @param from the step that it is made of, or null for one that is trained or given
 * @param options of {@code compress}, separated by blanks
 * @param learns whether it learns on
 */
record CompressionStep(
    String group, String set, String name, String from, String options, boolean learns) {
  /** ProFormer tiny on the sets of the classification table. */
  static final String PROFORMER = "proformer";

  /** MiniLM, fine-tuned. */
  static final String MINILM = "minilm";

  /** From a vanilla Transformer to a Lite Transformer of a twentieth of its size. */
  static final String LITE = "lite";

  static final String DENSE = "dense";
  static final String VANILLA = "vanilla";
  static final String INT8 = "int8";
  static final String SMALL = "small";
  static final String PRUNED = "pruned";

  private static final String TRANSLATION = "multi30k";
  private static final String PLAIN = "--quantize int8";
  private static final String TOGETHER =
      "--rank energy:0.998 --prune 0.1 --quantize kmeans4 --max-size 200KB";

  /** The same for sets on which no layer has so much of its energy in a rank that saves. */
  private static final String FLAT = "--rank 0.9 --prune 0.2 --quantize kmeans4 --max-size 200KB";

  private static final List<String> FLAT_SETS = List.of("clinc150", "sst2");
  private static final String LOW_RANK = "--rank 0.55 --embedding-rank 0.7 --quantize int8";
  private static final String SPARSE =
      "--prune 0.6 --embedding-prune 0 --quantize int8 --epochs 20 --lr 0.001";
  private static final List<String> FINE_TUNED = List.of("snips", "clinc150");

  /** The set on which each way to shrink is tried alone. */
  static final String ALONE_SET = "clinc150";

  /** These ways: what rows are called and the options of each. */
  private static final String[][] ALONE = {
    {"half", "--half"},
    {"kmeans8", "--quantize kmeans8"},
    {"kmeans4", "--quantize kmeans4"},
    {"rank-0.5", "--rank 0.5"},
    {"rank-0.5-snmf", "--rank 0.5 --solver snmf"},
    {"prune-0.4", "--prune 0.4"},
    {"prune-sensitivity-0.5", "--prune sensitivity:0.5"},
    {"structured-0.25", "--structured 0.25"},
  };

  /** All steps, the cheap sets first so that a table stands early. */
  private static List<CompressionStep> all() {
    List<CompressionStep> steps = new ArrayList<>();
    for (TextSet set : TextSet.ALL) {
      add(steps, PROFORMER, set.name(), FLAT_SETS.contains(set.name()) ? FLAT : TOGETHER);
      if (set.name().equals(ALONE_SET)) {
        for (String[] way : ALONE) {
          steps.add(new CompressionStep(PROFORMER, ALONE_SET, way[0], DENSE, way[1], false));
        }
      }
    }
    for (String set : FINE_TUNED) {
      add(steps, MINILM, set, LOW_RANK);
    }
    steps.add(new CompressionStep(LITE, TRANSLATION, VANILLA, null, "", false));
    steps.add(new CompressionStep(LITE, TRANSLATION, DENSE, null, "", false));
    steps.add(new CompressionStep(LITE, TRANSLATION, INT8, DENSE, PLAIN, false));
    steps.add(new CompressionStep(LITE, TRANSLATION, PRUNED, DENSE, SPARSE, true));
    return steps;
  }

  private static void add(List<CompressionStep> steps, String group, String set, String together) {
    steps.add(new CompressionStep(group, set, DENSE, null, "", true));
    steps.add(new CompressionStep(group, set, INT8, DENSE, PLAIN, false));
    steps.add(new CompressionStep(group, set, SMALL, DENSE, together, true));
  }

  /**
   * The steps of some sets or groups.
   *
   * @param names empty for all
   */
  static List<CompressionStep> plan(Collection<String> names) {
    return all().stream()
        .filter(
            step ->
                names.isEmpty()
                    || (names.contains(step.group) || groups(names).isEmpty())
                        && (names.contains(step.set) || sets(names).isEmpty()))
        .toList();
  }

  private static List<String> groups(Collection<String> names) {
    return List.of(PROFORMER, MINILM, LITE).stream().filter(names::contains).toList();
  }

  private static List<String> sets(Collection<String> names) {
    return all().stream().map(CompressionStep::set).distinct().filter(names::contains).toList();
  }

  /** What the rows of {@link #ALONE_SET} are called that are of one way alone. */
  static List<String> alone() {
    List<String> names = new ArrayList<>(List.of(INT8));
    for (String[] way : ALONE) {
      names.add(way[0]);
    }
    return names;
  }

  /** Names that {@code --only} takes. */
  static List<String> names() {
    List<String> names = new ArrayList<>(List.of(PROFORMER, MINILM, LITE));
    all().stream().map(CompressionStep::set).distinct().forEach(names::add);
    return names;
  }

  String key() {
    return CompressionRow.key(group, set, name);
  }

  /** The step of the same group and set that this one is compared with; itself if there is none. */
  CompressionStep reference() {
    String wanted = group.equals(LITE) ? VANILLA : DENSE;
    return all().stream()
        .filter(each -> each.group.equals(group) && each.set.equals(set))
        .filter(each -> each.name.equals(wanted))
        .findFirst()
        .orElseThrow();
  }

  /** The step that this one is made of, or null. */
  CompressionStep source() {
    return from == null
        ? null
        : all().stream()
            .filter(each -> each.key().equals(CompressionRow.key(group, set, from)))
            .findFirst()
            .orElseThrow();
  }
}
