package dev.goldcrest.app.reproduce;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.energy.World;
import dev.goldcrest.app.reproduce.GreenModels.Size;
import dev.goldcrest.compress.Rank;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.cost.Cost;
import dev.goldcrest.runtime.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the steps of the Greenformers table that have no row yet, and keeps finished rows one
 * JSON object a line.
 */
final class GreenTable {
  static final String BERT = "bert-base";
  static final String TRAINING = "training";
  static final String LENGTHS = "lengths";

  /** Tokens of a pass and of a training text of BERT-base. */
  static final int TOKENS = 128;

  static final List<Integer> LENGTH_ROWS = List.of(128, 256, 512, 1024, 2048);
  static final List<Size> SIZES = List.of(new Size(256, 8, 4, 2048), new Size(768, 12, 2, 2048));

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int BATCH = 2;
  private static final int TURNS = 3;
  private static final double PAIR_SECONDS = 20;
  private static final double LENGTH_SECONDS = 20;

  private final Terminal terminal;
  private final World world;
  private final int workers;
  private final Path file;
  private final List<Map<String, Object>> rows = new ArrayList<>();

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
  private record Step(String kind, Variant variant, Size size, int length) {
    String key() {
      return variant != null
          ? kind + "-" + variant.name().toLowerCase(java.util.Locale.ROOT)
          : kind + "-" + size.name() + "-" + length;
    }
  }

  GreenTable(Terminal terminal, Path work, int workers) throws IOException {
    this.terminal = terminal;
    this.world = World.of(terminal);
    this.workers = workers;
    this.file = work.resolve("greenformers.jsonl");
    Warnings.to(sentence -> terminal.notice("%s", sentence));
    Files.createDirectories(work);
    if (Files.exists(file)) {
      String text = Files.readString(file);
      // A line that a crash cut short is measured again.
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
        rows.add(MAPPER.readValue(line, new TypeReference<Map<String, Object>>() {}));
      }
    }
  }

  /** What {@code --only} takes. */
  static List<String> names() {
    return List.of(BERT, TRAINING, LENGTHS);
  }

  private static List<Step> plan(List<String> only) {
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

  /** Rows that there will be. */
  static int planned(List<String> only) {
    return plan(only).size();
  }

  /** Measures what is missing. */
  void run(List<String> only) throws IOException {
    for (Step step : plan(only)) {
      if (find(step) != null) {
        continue;
      }
      terminal.say("measuring " + step.key());
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("key", step.key());
      row.put("kind", step.kind());
      row.put("variant", step.variant() == null ? null : step.variant().name());
      row.put("size", step.size() == null ? null : step.size().name());
      row.put("length", step.length());
      row.put("contenders", step.kind().equals(TRAINING) ? training(step) : passes(step));
      row.put("world", world);
      row.put("machine", Machine.description());
      row.put("commit", Machine.commit());
      rows.add(row);
      Files.writeString(
          file,
          MAPPER.writeValueAsString(row) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }

  /** The finished rows of a plan, in its order. */
  List<Map<String, Object>> finished(List<String> only) {
    List<Map<String, Object>> finished = new ArrayList<>();
    for (Step step : plan(only)) {
      Map<String, Object> row = find(step);
      if (row != null) {
        finished.add(row);
      }
    }
    return finished;
  }

  private Map<String, Object> find(Step step) {
    Map<String, Object> found = null;
    for (Map<String, Object> row : rows) {
      found = row.get("key").equals(step.key()) ? row : found;
    }
    return found;
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
    StepTimes.of(models, BATCH, step.length(), TURNS, workers, world)
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
