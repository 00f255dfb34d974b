package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.energy.World;
import dev.goldcrest.app.reproduce.GreenModels.Size;
import dev.goldcrest.compress.Rank;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.cost.Cost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What low rank saves on BERT-base, and where it and Linformer are ahead as texts grow. */
final class GreenTable extends Table<GreenTable.Step, MeasuredRow> {
  static final String BERT = "bert-base";
  static final String TRAINING = "training";
  static final String LENGTHS = "lengths";

  /** Tokens of a pass and of a training text of BERT-base. */
  static final int TOKENS = 128;

  static final List<Integer> LENGTH_ROWS = List.of(128, 256, 512, 1024, 2048);
  static final List<Size> SIZES = List.of(new Size(256, 8, 4, 2048), new Size(768, 12, 2, 2048));

  private static final int BATCH = 2;
  private static final int TURNS = 3;
  private static final double PAIR_SECONDS = 20;
  private static final double LENGTH_SECONDS = 20;

  private World world;

  /** The low-rank variants of BERT-base whose sizes greenformer's authors' code gives. */
  enum Variant {
    RANK_256("rank 256", "256", 0, 66_818_304),
    RANK_04("rank 0.4", "0.4", 0, 58_052_352),
    LAST_SIX("rank 0.2, last 6 layers", "0.2", 6, 74_965_248);

    final String text;
    final long published;
    private final Rank rank;
    private final int firstLayer;

    Variant(String text, String rank, int firstLayer, long published) {
      this.text = text;
      this.rank = Rank.parse(rank);
      this.firstLayer = firstLayer;
      this.published = published;
    }

    Architecture of(Architecture dense) {
      return GreenModels.lowRank(dense, rank, firstLayer);
    }
  }

  /** One measurement: a low-rank variant, its training, or a length. */
  record Step(String kind, Variant variant, Size size, int length) {
    String key() {
      return variant != null
          ? kind + "-" + variant.name().toLowerCase(java.util.Locale.ROOT)
          : kind + "-" + size.name() + "-" + length;
    }
  }

  GreenTable(Setup setup) throws IOException {
    super("greenformers", MeasuredRow.class, setup);
  }

  /** What {@code --only} takes. */
  static List<String> names() {
    return List.of(BERT, TRAINING, LENGTHS);
  }

  @Override
  List<Step> plan(Collection<String> only, List<Long> seeds) {
    List<Step> steps = new ArrayList<>();
    for (Variant variant : Variant.values()) {
      steps.add(new Step(BERT, variant, null, TOKENS));
    }
    for (Variant variant : List.of(Variant.RANK_256, Variant.RANK_04)) {
      steps.add(new Step(TRAINING, variant, null, TOKENS));
    }
    for (Size size : SIZES) {
      for (int length : LENGTH_ROWS) {
        steps.add(new Step(LENGTHS, null, size, length));
      }
    }
    steps.removeIf(step -> !only.isEmpty() && !only.contains(step.kind()));
    return steps;
  }

  @Override
  String key(Step step) {
    return step.key();
  }

  /** A row stands until it is removed: nothing here is trained. */
  @Override
  String recipe(Step step) {
    return "";
  }

  @Override
  MeasuredRow make(Step step) throws IOException {
    if (world == null) {
      world = World.of(setup.terminal());
    }
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("key", step.key());
    row.put("kind", step.kind());
    row.put("variant", step.variant() == null ? null : step.variant().name());
    row.put("size", step.size() == null ? null : step.size().name());
    row.put("length", step.length());
    row.put("contenders", step.kind().equals(TRAINING) ? training(step) : passes(step));
    row.put("world", world);
    row.put("threads", step.kind().equals(TRAINING) ? setup.threads() : 1);
    row.put("machine", Machine.description());
    row.put("commit", Machine.commit());
    return new MeasuredRow(row);
  }

  @Override
  String told(MeasuredRow row) {
    return "measured";
  }

  @Override
  String page(List<MeasuredRow> finished, String command) {
    return page(finished, command, null);
  }

  @Override
  String page(List<MeasuredRow> finished, String command, String picture) {
    return GreenPage.render(fields(finished), command, picture);
  }

  @Override
  String picture(List<MeasuredRow> finished) {
    return GreenPage.picture(fields(finished));
  }

  private static List<Map<String, Object>> fields(List<MeasuredRow> rows) {
    return rows.stream().map(MeasuredRow::fields).toList();
  }

  private static Map<String, Architecture> pair(Variant variant, Architecture dense) {
    Map<String, Architecture> pair = new LinkedHashMap<>();
    pair.put("dense", dense);
    pair.put(variant.text, variant.of(dense));
    return pair;
  }

  private List<Map<String, Object>> passes(Step step) {
    Map<String, Architecture> models =
        step.variant() == null
            ? GreenModels.contenders(step.size())
            : pair(step.variant(), GreenModels.bertBase());
    double seconds = step.variant() == null ? LENGTH_SECONDS : PAIR_SECONDS;
    List<Map<String, Object>> contenders = new ArrayList<>();
    Contest.of(models, step.length(), seconds, world)
        .forEach(
            (name, result) -> {
              Map<String, Object> one = counts(name, models.get(name), step.length());
              one.put("millis", result.millis());
              one.put("wallMillis", result.wallMillis());
              one.put("wattHours", result.wattHours());
              one.put("energyMeasured", result.measured());
              one.put("rounds", result.rounds());
              one.put("weightBytes", result.weightBytes());
              one.put("sessionBytes", result.sessionBytes());
              contenders.add(one);
            });
    return contenders;
  }

  private List<Map<String, Object>> training(Step step) throws IOException {
    Map<String, Architecture> models = pair(step.variant(), GreenModels.bertBaseClassifier());
    List<Map<String, Object>> contenders = new ArrayList<>();
    StepTimes.of(models, BATCH, step.length(), TURNS, setup.threads(), world)
        .forEach(
            (name, result) -> {
              Map<String, Object> one = counts(name, models.get(name), step.length());
              one.put("millis", result.millis());
              one.put("wallMillis", result.wallMillis());
              one.put("wattHours", result.wattHours());
              one.put("energyMeasured", result.measured());
              one.put("steps", result.steps());
              one.put("batch", BATCH);
              contenders.add(one);
            });
    return contenders;
  }

  private static Map<String, Object> counts(String name, Architecture model, int length) {
    Cost cost = Cost.of(model.trace(Architecture.WHOLE, Sizes.single(length)));
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("name", name);
    one.put("parameters", cost.parameters());
    one.put("macs", cost.macs());
    one.put("plannedBytes", cost.peakActivationBytes());
    return one;
  }
}
