package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.cli.DataOptions;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.energy.Spending;
import dev.goldcrest.app.stream.StreamScores;
import dev.goldcrest.app.stream.StreamSpeed;
import dev.goldcrest.app.stream.StreamTraining;
import dev.goldcrest.app.task.EvaluateCommand;
import dev.goldcrest.app.task.TrainCommand;
import dev.goldcrest.app.train.Stopped;
import dev.goldcrest.compress.Compression;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.runtime.StreamModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** LSTR on streams. What a step leaves behind carries the fingerprint of its recipe in its name. */
final class StreamsTable extends Table<StreamsTable.Step, MeasuredRow> {
  /** Folder of the data set under the data root. */
  static final String SET = "hapt_stream";

  static final String SPEED = "speed";
  private static final List<Long> SEEDS = List.of(1L, 2L, 3L);
  private static final int ROUNDS = 21;
  private static final int PUBLISHED_FRAMES = 200;
  private static final int TINY_FRAMES = 100_000;

  /** What is trained: a name, and what it changes of the recipe. */
  enum Variant {
    MODEL("long and short memory", Map.of(), true),
    SHORT("short memory only", Map.of("longSamples", "0"), true),
    ONE_STAGE("one stage", Map.of("layers2", "0", "queries", "16"), false),
    SELF_ATTENTION("self-attention encoder", Map.of("queries", "0", "layers2", "0"), false);

    final String text;
    final Map<String, String> settings;
    final boolean everySeed;

    Variant(String text, Map<String, String> settings, boolean everySeed) {
      this.text = text;
      this.settings = settings;
      this.everySeed = everySeed;
    }
  }

  /** One training run, or without variant the measurement of a preset's speed. */
  record Step(Variant variant, long seed, String preset) {
    /** As {@code --only} calls it. */
    String kind() {
      return variant == null ? SPEED : Settings.text(variant);
    }

    String key() {
      return variant == null ? "speed-" + preset : kind() + "-seed" + seed;
    }
  }

  StreamsTable(Setup setup) throws IOException {
    super("streams", MeasuredRow.class, setup);
  }

  /** What {@code --only} takes. */
  static List<String> names() {
    List<String> names = new ArrayList<>(List.of(SPEED));
    for (Variant variant : Variant.values()) {
      names.add(Settings.text(variant));
    }
    return names;
  }

  @Override
  List<Step> plan(Collection<String> only, List<Long> seeds) {
    List<Long> wanted = seeds.isEmpty() ? SEEDS : seeds;
    List<Step> steps = new ArrayList<>();
    steps.add(new Step(null, 0, "tiny"));
    steps.add(new Step(null, 0, "paper"));
    // Seed by seed, so that what is compared stands early.
    for (long seed : wanted) {
      for (Variant variant : Variant.values()) {
        if (variant.everySeed) {
          steps.add(new Step(variant, seed, null));
        }
      }
    }
    for (Variant variant : Variant.values()) {
      if (!variant.everySeed) {
        steps.add(new Step(variant, wanted.get(0), null));
      }
    }
    steps.removeIf(step -> !only.isEmpty() && !only.contains(step.kind()));
    return steps;
  }

  @Override
  String key(Step step) {
    return step.key();
  }

  @Override
  String lacking(Step step) {
    return step.variant() == null ? null : setup.unread(SET);
  }

  @Override
  MeasuredRow make(Step step) throws Exception {
    Map<String, Object> row = step.variant() == null ? speed(step) : train(step);
    return row == null ? null : new MeasuredRow(row);
  }

  @Override
  String told(MeasuredRow row) {
    return row.fields().get("scores") instanceof Map<?, ?> scores
        ? String.format(Locale.ROOT, "mAP %.4f", scores.get("mAP"))
        : "measured";
  }

  @Override
  String page(List<MeasuredRow> finished, String command) {
    return StreamsPage.render(finished.stream().map(MeasuredRow::fields).toList(), command);
  }

  @Override
  String recipe(Step step) {
    if (step.variant() == null) {
      return StreamSpeed.preset(step.preset()).settings().toString();
    }
    return StreamTraining.recipe(command(step, null));
  }

  private Map<String, Object> row(Step step) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("key", step.key());
    row.put("recipe", recipe(step));
    row.put("seed", step.seed());
    row.put("variant", step.variant() == null ? step.preset() : step.variant().name());
    row.put("commit", Machine.commit());
    row.put("machine", Machine.description());
    row.put("finished", Origin.now());
    return row;
  }

  private Map<String, Object> speed(Step step) {
    boolean tiny = step.preset().equals("tiny");
    StreamSpeed speed =
        StreamSpeed.of(
            StreamSpeed.preset(step.preset()), ROUNDS, tiny ? TINY_FRAMES : PUBLISHED_FRAMES);
    Map<String, Object> row = row(step);
    row.put("speed", speed);
    return row;
  }

  private TrainCommand command(Step step, Path out) {
    Path data = setup.folder(SET);
    StringBuilder line = new StringBuilder("./goldcrest train --task stream");
    line.append(" --data ").append(data.resolve("frames.train.tsv.gz"));
    line.append(" --dev ").append(data.resolve("frames.dev.tsv.gz"));
    step.variant().settings.forEach((k, v) -> line.append(" --set " + k + "=" + v));
    if (setup.epochs() != null) {
      line.append(" --epochs ").append(setup.epochs());
    }
    line.append(" --seed ").append(step.seed()).append(" --threads ").append(setup.threads());
    line.append(" --out ").append(step.key()).append(".safetensors");
    return new TrainCommand(
        data.resolve("frames.train.tsv.gz").toString(),
        data.resolve("frames.dev.tsv.gz").toString(),
        null,
        new DataOptions(),
        out,
        null,
        null,
        step.variant().settings,
        setup.epochs(),
        null,
        null,
        step.seed(),
        setup.threads(),
        out != null && Files.exists(Path.of(out + ".checkpoint")),
        true,
        true,
        null,
        Spending.FREE,
        null,
        null,
        Compression.NONE,
        null,
        List.of(),
        line.toString());
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> train(Step step) throws Exception {
    String recipe = Integer.toHexString(recipe(step).hashCode());
    Path model = setup.work().resolve(step.key() + "-" + recipe + ".safetensors");
    TrainCommand command = command(step, model);
    Report trained = StreamTraining.run(setup.terminal(), command);
    if (trained instanceof Stopped) {
      return null;
    }
    String test = setup.folder(SET).resolve("frames.test.tsv.gz").toString();
    Report scores =
        StreamScores.of(
            setup.terminal(),
            new EvaluateCommand(model.toString(), test, new DataOptions(), null, 0, 1),
            StreamModel.load(model));
    Map<String, Object> row = row(step);
    row.put("train", command.line());
    Map<String, Object> training = new LinkedHashMap<>((Map<String, Object>) trained.json());
    training.remove("model");
    row.put("training", training);
    Map<String, Object> measured = new LinkedHashMap<>((Map<String, Object>) scores.json());
    measured.remove("model");
    row.put("scores", measured);
    return row;
  }
}
