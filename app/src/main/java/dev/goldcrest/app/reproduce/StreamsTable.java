package dev.goldcrest.app.reproduce;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.app.cli.DataOptions;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
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
import dev.goldcrest.runtime.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the steps of the streams table that have no row yet, and keeps finished rows one JSON object
 * a line. A step that was stopped resumes from its checkpoint.
 */
final class StreamsTable {
  /** Folder of the data set under the data root. */
  static final String SET = "hapt_stream";

  private static final String SPEED = "speed";
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final List<Long> SEEDS = List.of(1L, 2L, 3L);
  private static final int ROUNDS = 21;
  private static final int PUBLISHED_FRAMES = 200;
  private static final int TINY_FRAMES = 100_000;

  private final Terminal terminal;
  private final Path root;
  private final Path work;
  private final Integer epochs;
  private final int threads;
  private final Path file;
  private final List<Map<String, Object>> rows = new ArrayList<>();

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
  private record Step(Variant variant, long seed, String preset) {
    /** As {@code --only} calls it. */
    String kind() {
      return variant == null ? SPEED : Settings.text(variant);
    }

    String key() {
      return variant == null ? "speed-" + preset : kind() + "-seed" + seed;
    }
  }

  StreamsTable(Terminal terminal, Path root, Path work, Integer epochs, int threads)
      throws IOException {
    this.terminal = terminal;
    this.root = root;
    this.work = work;
    this.epochs = epochs;
    this.threads = threads;
    this.file = work.resolve("streams.jsonl");
    Warnings.to(sentence -> terminal.notice("%s", sentence));
    Files.createDirectories(work);
    if (Files.exists(file)) {
      String text = Files.readString(file);
      // A line that a crash cut short is run again.
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
        rows.add(MAPPER.readValue(line, new TypeReference<Map<String, Object>>() {}));
      }
    }
  }

  /** What {@code --only} takes. */
  static List<String> names() {
    List<String> names = new ArrayList<>(List.of(SPEED));
    for (Variant variant : Variant.values()) {
      names.add(Settings.text(variant));
    }
    return names;
  }

  private static List<Step> plan(List<Long> seeds, List<String> only) {
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

  /** Rows that there will be. */
  static int planned(List<Long> seeds, List<String> only) {
    return plan(seeds, only).size();
  }

  /**
   * Runs what is missing.
   *
   * @param seeds instead of 1 to 3, or empty
   * @param only kinds of rows, or empty for all
   * @return false if the process was asked to stop
   */
  boolean run(List<Long> seeds, List<String> only) throws Exception {
    for (Step step : plan(seeds, only)) {
      if (find(step) != null) {
        continue;
      }
      if (step.variant() != null && !Files.isDirectory(root.resolve(SET))) {
        terminal.notice("%s is left out: there is no folder %s", step.key(), root.resolve(SET));
        continue;
      }
      terminal.say(step.key());
      Map<String, Object> row = step.variant() == null ? speed(step) : train(step);
      if (row == null) {
        return false;
      }
      rows.add(row);
      Files.writeString(
          file,
          MAPPER.writeValueAsString(row) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
    return true;
  }

  /** The finished rows of a plan, in its order. */
  List<Map<String, Object>> finished(List<Long> seeds, List<String> only) {
    List<Map<String, Object>> finished = new ArrayList<>();
    for (Step step : plan(seeds, only)) {
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
      found =
          row.get("key").equals(step.key()) && row.get("recipe").equals(recipe(step)) ? row : found;
    }
    return found;
  }

  /** Names what a row depends on: a row of another recipe is out of date. */
  private String recipe(Step step) {
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
    row.put("finished", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    return row;
  }

  private Map<String, Object> speed(Step step) {
    boolean tiny = step.preset().equals("tiny");
    StreamSpeed speed =
        StreamSpeed.of(
            StreamSpeed.preset(step.preset()), ROUNDS, tiny ? TINY_FRAMES : PUBLISHED_FRAMES);
    Map<String, Object> row = row(step);
    row.put("speed", MAPPER.convertValue(speed, new TypeReference<Map<String, Object>>() {}));
    return row;
  }

  private TrainCommand command(Step step, Path out) {
    Path data = root == null ? Path.of(SET) : root.resolve(SET);
    StringBuilder line = new StringBuilder("./goldcrest train --task stream");
    line.append(" --data ").append(data.resolve("frames.train.tsv.gz"));
    line.append(" --dev ").append(data.resolve("frames.dev.tsv.gz"));
    step.variant().settings.forEach((k, v) -> line.append(" --set " + k + "=" + v));
    if (epochs != null) {
      line.append(" --epochs ").append(epochs);
    }
    line.append(" --seed ").append(step.seed()).append(" --threads ").append(threads);
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
        epochs,
        null,
        null,
        step.seed(),
        threads,
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
    Path model = work.resolve(step.key() + "-" + recipe + ".safetensors");
    TrainCommand command = command(step, model);
    Report trained = StreamTraining.run(terminal, command);
    if (trained instanceof Stopped) {
      return null;
    }
    String test = root.resolve(SET).resolve("frames.test.tsv.gz").toString();
    Report scores =
        StreamScores.of(
            terminal,
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
    // As it will be read back.
    return MAPPER.convertValue(row, new TypeReference<Map<String, Object>>() {});
  }
}
