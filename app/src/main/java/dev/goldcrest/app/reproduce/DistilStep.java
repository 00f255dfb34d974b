package dev.goldcrest.app.reproduce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One row of the distillation table: a model that is trained, and what is measured on it.
 *
 * @param set name of the data set; {@link #BASE} for the general encoder, which belongs to none
 */
record DistilStep(String set, Variant variant, long seed) {
  /** What the general encoder stands under. */
  static final String BASE = "base";

  /** The general encoder. */
  private static final DistilStep ENCODER = new DistilStep(BASE, Variant.ENCODER, 1);

  /** What is trained. */
  enum Variant {
    /** The general encoder: MiniLM's vectors of texts without labels. */
    ENCODER,
    /** A ProFormer as wide as the general encoder, on the labels alone. */
    SCRATCH,
    /** The general encoder, fine-tuned on the labels. */
    TUNED,
    /** As {@link #SCRATCH}, with a few labels of each class. */
    FEW_SCRATCH,
    /** As {@link #TUNED}, with a few labels of each class. */
    FEW_TUNED,
    /** MiniLM, fine-tuned on the labels: who teaches the next. */
    TEACHER,
    /** A small ProFormer, taught by the fine-tuned MiniLM. */
    TAUGHT;

    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Labels of each class in the rows with few. */
  static final int FEW = 10;

  /** Sets of short texts that the general encoder is fine-tuned on. */
  static final List<String> TUNED_SETS =
      List.of("snips", "atis", "clinc150", "sst2", "ag_news_10pct", "mrda", "swda");

  /** Sets with a teacher of their own. */
  static final List<String> TAUGHT_SETS = List.of("clinc150", "sst2");

  /** The set with few labels. */
  private static final String FEW_SET = "clinc150";

  /** Texts that the general encoder learns from: train parts without their labels. */
  static final List<String> TEXTS =
      List.of(
          "wordnet",
          "clinc150/train.tsv#2",
          "snips/train.tsv#2",
          "atis/train.tsv#2",
          "sst2/train.tsv#2",
          "ag_news_10pct/train.tsv.gz#2",
          "mrda/train.tsv.gz#2",
          "swda/train.tsv.gz#2",
          "tatoeba_de_en/train.tsv.gz#1",
          "multi30k/train.tsv.gz#1",
          "wikitext2/train.txt.gz",
          "imdb/train.tsv.gz#2");

  /**
   * Texts that no model may learn from: what the rows are measured and chosen on. A set without a
   * dev part holds rows of its train part out, whose texts the encoder has read without labels.
   */
  static final List<String> EXCLUDED =
      List.of(
          "clinc150/dev.tsv#2",
          "clinc150/test.tsv#2",
          "snips/dev.tsv#2",
          "snips/test.tsv#2",
          "atis/dev.tsv#2",
          "atis/test.tsv#2",
          "sst2/dev.tsv#2",
          "sst2/test.tsv#2",
          "ag_news_10pct/test.tsv.gz#2",
          "mrda/dev.tsv#2",
          "mrda/test.tsv#2",
          "swda/dev.tsv#2",
          "swda/test.tsv#2");

  /** Texts without labels for the teacher of a set. */
  static final Map<String, List<String>> UNLABELLED =
      Map.of(
          "clinc150",
          List.of("snips/train.tsv#2", "atis/train.tsv#2"),
          "sst2",
          List.of("imdb/train.tsv.gz#2"));

  /**
   * Of sets with many labels, for which four bits a weight of a wider model are worth more than
   * eight of the usual one.
   */
  private static final Map<String, Map<String, String>> WIDTHS =
      Map.of("clinc150", new TreeMap<>(Map.of("dim", "144", "wordHidden", "224", "ffn", "288")));

  /** What the general encoder's file may take. */
  static final String MOST_BYTES_OF_ENCODER = "1MB";

  /**
   * Who reads 873,519 texts ten times: an hour or two of two processors, whatever the rows take.
   */
  static final int WORKERS_OF_ENCODER = 2;

  /** What its file may take. The usual width in few bits leaves more room than 16-bit floats. */
  static final String MOST_BYTES = "300KB";

  /** How a model that is taught learns. */
  Map<String, String> teaching() {
    Map<String, String> settings = new LinkedHashMap<>(WIDTHS.getOrDefault(set, Map.of()));
    settings.put("teacherShare", "0.9");
    settings.put("temperature", "2");
    settings.put("augment", "8");
    return settings;
  }

  /**
   * All rows, each after those that it needs.
   *
   * @param names sets or kinds of rows to include, {@link #BASE} among them; a row needs one of
   *     each that is named; empty for all
   * @param seeds of everything but the general encoder; empty for 1
   */
  static List<DistilStep> plan(Collection<String> names, List<Long> seeds) {
    boolean anySet = TUNED_SETS.stream().noneMatch(names::contains);
    boolean anyKind = kinds().noneMatch(names::contains);
    Set<DistilStep> steps = new LinkedHashSet<>();
    for (String set : TUNED_SETS) {
      for (long seed : seeds.isEmpty() ? List.of(1L) : seeds) {
        for (Variant variant : variants(set)) {
          DistilStep step = new DistilStep(set, variant, seed);
          if ((anySet || names.contains(set)) && (anyKind || names.contains(variant.text()))) {
            steps.addAll(step.origins());
            steps.add(step);
          }
        }
      }
    }
    if (names.contains(BASE) && anySet && anyKind) {
      steps.clear();
    }
    List<DistilStep> plan = new ArrayList<>(steps);
    if (plan.remove(ENCODER) || names.contains(BASE)) {
      plan.add(0, ENCODER);
    }
    return plan;
  }

  private static List<Variant> variants(String set) {
    List<Variant> variants = new ArrayList<>(List.of(Variant.SCRATCH, Variant.TUNED));
    if (set.equals(FEW_SET)) {
      variants.addAll(List.of(Variant.FEW_SCRATCH, Variant.FEW_TUNED));
    }
    if (TAUGHT_SETS.contains(set)) {
      variants.addAll(List.of(Variant.TEACHER, Variant.TAUGHT));
    }
    return variants;
  }

  private static Stream<String> kinds() {
    return Arrays.stream(Variant.values())
        .filter(variant -> variant != Variant.ENCODER)
        .map(Variant::text);
  }

  /** The step whose model this one begins with; null for MiniLM or none. */
  DistilStep start() {
    return switch (variant) {
      case TUNED, FEW_TUNED -> ENCODER;
      case TAUGHT, ENCODER, SCRATCH, FEW_SCRATCH, TEACHER -> null;
    };
  }

  /** The step whose model has opinions for this one; null for MiniLM or none. */
  DistilStep teacher() {
    return taught() ? new DistilStep(set, Variant.TEACHER, seed) : null;
  }

  /** The step from scratch that this one is compared with, or null. */
  DistilStep rival() {
    return switch (variant) {
      case TUNED -> new DistilStep(set, Variant.SCRATCH, seed);
      case FEW_TUNED -> new DistilStep(set, Variant.FEW_SCRATCH, seed);
      case ENCODER, SCRATCH, FEW_SCRATCH, TEACHER, TAUGHT -> null;
    };
  }

  /** The steps whose models this one needs. */
  List<DistilStep> origins() {
    return Stream.of(start(), teacher(), rival()).filter(Objects::nonNull).toList();
  }

  /** Names that {@link #plan} takes. */
  static List<String> names() {
    List<String> names = new ArrayList<>(List.of(BASE));
    names.addAll(TUNED_SETS);
    kinds().forEach(names::add);
    return names;
  }

  /** Whether it has a few labels of each class only. */
  boolean few() {
    return variant == Variant.FEW_SCRATCH || variant == Variant.FEW_TUNED;
  }

  /** Whether a fine-tuned MiniLM has opinions for it. */
  boolean taught() {
    return variant == Variant.TAUGHT;
  }

  /** {@code sst2-taught-seed1}: names files and rows. */
  String key() {
    return set + "-" + variant.text() + "-seed" + seed;
  }
}
