package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.cli.DataOptions;
import dev.goldcrest.app.cli.ModelFiles;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.compress.Subject;
import dev.goldcrest.app.compress.Turns;
import dev.goldcrest.app.metrics.PairedBootstrap;
import dev.goldcrest.app.task.CompressCommand;
import dev.goldcrest.app.task.Tasks;
import dev.goldcrest.app.train.Choices;
import dev.goldcrest.app.train.Recipe;
import dev.goldcrest.app.train.TrainingRequest;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.core.models.Task;
import dev.goldcrest.cost.Cost;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.Warnings;
import dev.goldcrest.runtime.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Runs the steps of the compression table that have no row yet: each calls {@code train} or {@code
 * compress} as a reader would, reads the file back and measures it on the official test file beside
 * the model that it was made of.
 */
final class CompressionTable {
  private static final int SENTENCE = 30;
  private static final int HEADER = 1 << 20;

  private final Terminal terminal;
  private final Path root;
  private final Path work;
  private final Integer epochs;
  private final int threads;
  private final Map<String, Path> given;
  private final RowFile<CompressionRow> rows;
  private final Set<String> saidMissing = new HashSet<>();

  /**
   * @param root folder of the data sets, or null to render alone
   * @param work folder for models, checkpoints and rows; made if it is not there
   * @param epochs instead of the recipes', or null
   * @param given model files that are not made here, by {@link CompressionStep#MINILM}, {@link
   *     CompressionStep#VANILLA} and {@link CompressionStep#LITE}
   */
  CompressionTable(
      Terminal terminal, Path root, Path work, Integer epochs, int threads, Map<String, Path> given)
      throws IOException {
    this.terminal = terminal;
    this.root = root;
    this.work = work;
    this.epochs = epochs;
    this.threads = threads;
    this.given = Map.copyOf(given);
    Warnings.to(sentence -> terminal.notice("%s", sentence));
    Files.createDirectories(work);
    this.rows = RowFile.open(work.resolve("compression.jsonl"), CompressionRow.class);
  }

  /**
   * Runs what is missing of a plan.
   *
   * @return false if the process was asked to stop; the step it was in resumes next time
   */
  boolean run(List<CompressionStep> plan) throws Exception {
    int number = 0;
    for (CompressionStep step : plan) {
      number++;
      if (!present(step) || rows.find(step.key(), fingerprint(step)) != null) {
        continue;
      }
      terminal.say(String.format("%s (%d of %d)", step.key(), number, plan.size()));
      if (!make(step)) {
        return false;
      }
      CompressionRow row = measured(step);
      rows.append(row);
      terminal.say(
          String.format(
              Locale.ROOT,
              "%s: %,d bytes, %s %.4f",
              step.key(),
              row.size().bytes(),
              row.score().metric(),
              row.score().value()));
    }
    return true;
  }

  /**
   * The finished rows of a plan, in its order; of models that others give, the newest where these
   * are not given now.
   */
  List<CompressionRow> finished(List<CompressionStep> plan) throws IOException {
    List<CompressionRow> finished = new ArrayList<>();
    for (CompressionStep step : plan) {
      CompressionRow row =
          given.keySet().containsAll(needed(step))
              ? rows.find(step.key(), fingerprint(step))
              : rows.newest(step.key());
      if (row != null) {
        finished.add(row);
      }
    }
    return finished;
  }

  private boolean present(CompressionStep step) {
    String missing = null;
    boolean builtIn = step.set().equals(TextSet.GLOSSES);
    if (!builtIn && !Files.isDirectory(root.resolve(step.set()))) {
      missing = "there is no folder " + root.resolve(step.set());
    }
    for (String file : needed(step)) {
      if (given.get(file) == null) {
        missing = "it needs --" + file + " FILE";
      }
    }
    if (missing != null && saidMissing.add(step.group() + " " + step.set())) {
      terminal.notice("%s on %s is left out: %s", step.group(), step.set(), missing);
    }
    return missing == null;
  }

  /** Files that somebody has to give before a step can be made. */
  private static List<String> needed(CompressionStep step) {
    return switch (step.group()) {
      case CompressionStep.MINILM -> List.of(CompressionStep.MINILM);
      case CompressionStep.LITE -> List.of(CompressionStep.VANILLA, CompressionStep.LITE);
      default -> List.of();
    };
  }

  /** Whether the step's model stands; false if the process was asked to stop. */
  private boolean make(CompressionStep step) throws Exception {
    Path model = model(step);
    if (Files.exists(model)) {
      return true;
    }
    if (step.group().equals(CompressionStep.LITE) && step.from() == null) {
      String which =
          step.name().equals(CompressionStep.VANILLA)
              ? CompressionStep.VANILLA
              : CompressionStep.LITE;
      Files.copy(given.get(which), model, StandardCopyOption.REPLACE_EXISTING);
      return true;
    }
    CompressionStep source = step.source();
    if (source != null && !make(source)) {
      return false;
    }
    // Under another name until it stands: a file that is there is complete.
    Path unfinished = model.resolveSibling("unfinished-" + model.getFileName());
    boolean resumes = Files.exists(Path.of(unfinished + ".checkpoint"));
    Path from = source == null ? null : model(source);
    List<String> words = new ArrayList<>(command(step, from, unfinished));
    if (from != null) {
      words.addAll(List.of("--report", work.resolve(step.key() + ".html").toString()));
    }
    words.add(resumes ? "--resume" : "--force");
    if (!Calls.run(terminal, words)) {
      return false;
    }
    Files.deleteIfExists(Path.of(unfinished + ".run.json"));
    Files.move(unfinished, model, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  private Path model(CompressionStep step) throws IOException {
    return work.resolve("compression-" + step.key() + "-" + fingerprint(step) + ".safetensors");
  }

  /** The files of a set, as the verbs take them. */
  private record Parts(String train, String dev, String test) {}

  private Parts parts(CompressionStep step) {
    if (step.set().equals(TextSet.GLOSSES)) {
      return new Parts("glosses:train", "glosses:dev", "glosses:test");
    }
    Path folder = root == null ? Path.of(step.set()) : root.resolve(step.set());
    boolean translates = step.group().equals(CompressionStep.LITE);
    String test = part(folder, translates ? "test2016" : "test");
    String dev = part(folder, "dev");
    return new Parts(part(folder, "train"), Files.exists(Path.of(dev)) ? dev : null, test);
  }

  private static String part(Path folder, String name) {
    Path packed = folder.resolve(name + ".tsv.gz");
    return (Files.exists(packed) ? packed : folder.resolve(name + ".tsv")).toString();
  }

  private List<String> command(CompressionStep step, Path source, Path out) {
    Parts parts = parts(step);
    List<String> words = new ArrayList<>();
    if (step.from() == null) {
      words.addAll(List.of("train", "--no-half"));
      if (step.group().equals(CompressionStep.MINILM)) {
        words.addAll(List.of("--init", String.valueOf(given.get(CompressionStep.MINILM))));
      } else {
        rejectLabel(step).forEach(pair -> words.addAll(List.of("--set", pair)));
      }
    } else {
      words.addAll(List.of("compress", "--model", source.toString()));
      words.addAll(Arrays.asList(step.options().split(" ")));
    }
    if (step.learns()) {
      words.addAll(List.of("--data", parts.train(), "--threads", Integer.toString(threads)));
      if (step.group().equals(CompressionStep.MINILM)) {
        words.addAll(List.of("--set", "precision=bfloat16")); // nine tenths of it are products
      }
      if (epochs != null) {
        words.addAll(List.of("--epochs", epochs.toString()));
      }
    }
    if (parts.dev() != null) {
      words.addAll(List.of("--dev", parts.dev()));
    }
    words.addAll(List.of("--out", out.toString()));
    return words;
  }

  /** As the classification table trains: the label for what fits no other is favoured. */
  private static List<String> rejectLabel(CompressionStep step) {
    return TextSet.ALL.stream()
        .filter(set -> set.name().equals(step.set()) && set.outOfScope() != null)
        .map(set -> "rejectLabel=" + set.outOfScope())
        .toList();
  }

  /** Names the commands, the recipe behind them and the models that they were given. */
  private String fingerprint(CompressionStep step) throws IOException {
    StringBuilder all = new StringBuilder(step.options()).append(epochs);
    for (String file : needed(step)) {
      all.append(beginning(given.get(file)));
    }
    if (step.from() != null) {
      all.append(fingerprint(step.source()));
    } else if (step.group().equals(CompressionStep.PROFORMER)) {
      Map<String, String> settings = Map.of();
      for (String pair : rejectLabel(step)) {
        settings = Map.of("rejectLabel", pair.substring(pair.indexOf('=') + 1));
      }
      all.append(
          ClassificationTable.fingerprint(
              new Choices(Recipe.ARCHITECTURE, null, settings, epochs, null, null, 1, threads)));
    }
    return Integer.toHexString(all.toString().hashCode());
  }

  /** A file's header names its weights' checksum, so two files that begin alike are alike. */
  private static String beginning(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Integer.toHexString(Arrays.hashCode(in.readNBytes(HEADER))) + Files.size(file);
    }
  }

  private CompressionRow measured(CompressionStep step) throws Exception {
    CompressionStep reference = step.reference();
    if (!make(reference)) {
      throw new IllegalStateException(reference.key() + " was not made");
    }
    Parts parts = parts(step);
    terminal.say("measuring on " + parts.test());
    ModelFile after = ModelFiles.load(terminal, model(step).toString());
    ModelFile before = ModelFiles.load(terminal, model(reference).toString());
    Subject subject = subject(step, parts, after);
    Subject.Score score = subject.score(after);
    Subject.Score first = step.equals(reference) ? score : subject.score(before);
    PairedBootstrap difference = subject.difference(score, first);
    double[] micros = {Double.NaN, Double.NaN};
    try (Subject.Runner one = subject.runner(before);
        Subject.Runner other = subject.runner(after)) {
      micros = Turns.p50Micros(List.of(one, other));
    }
    double points = subject.metric().equals("accuracy") ? 100 : 1;
    return new CompressionRow(
        step.group(),
        step.set(),
        step.name(),
        fingerprint(step),
        size(step, after),
        new CompressionRow.Score(
            subject.metric(),
            score.answers().size(),
            score.value(),
            points * (first.value() - score.value()),
            step.equals(reference) ? 1 : difference.p()),
        new CompressionRow.Device(
            subject.cost(after).macs(), paperMacs(after.architecture()), micros[1], micros[0]),
        origin(step, parts));
  }

  private Subject subject(CompressionStep step, Parts parts, ModelFile file) throws Exception {
    String model = model(step).toString();
    Choices none =
        new Choices(file.architecture().name(), null, Map.of(), null, null, null, 1, threads);
    TrainingRequest request =
        new TrainingRequest(none, model(step), true, false, false, null, null, null, "");
    CompressCommand command =
        new CompressCommand(model, null, parts.test(), null, DataOptions.defaults(), request);
    return Tasks.of(file.task()).compressing(terminal, command, file);
  }

  private static long paperMacs(Architecture model) {
    if (model.task() != Task.TRANSLATE) {
      return 0;
    }
    Graph graph = model.trace(Architecture.WHOLE, new Sizes(1, SENTENCE, 1, SENTENCE));
    return Cost.of(graph, model::paperCounts).macs();
  }

  private CompressionRow.Size size(CompressionStep step, ModelFile file) throws IOException {
    Architecture architecture = file.architecture();
    Graph graph = architecture.trace(Architecture.WHOLE, architecture.smallest());
    return new CompressionRow.Size(
        Files.size(model(step)), inner(model(step), words(graph)), graph.parameterCount());
  }

  /** Tables that are read by word and layers that end in words or labels, as they were declared. */
  private static Set<String> words(Graph graph) {
    Set<String> words = new HashSet<>();
    for (Value value : graph.values()) {
      if (value.op() instanceof Op.Gather && value.input(0).op() instanceof Op.Parameter) {
        words.add(declared(graph, value.input(0).path()));
      } else if (value.op() instanceof Op.Linear && graph.outputs().containsValue(value)) {
        words.add(declared(graph, value.input(1).path()));
      }
    }
    return words;
  }

  /** The weight that a factor belongs to, or the weight itself. */
  private static String declared(Graph graph, String path) {
    String parent = path.substring(0, Math.max(0, path.lastIndexOf('.')));
    return graph.lowRank().containsKey(parent) ? parent : path;
  }

  /** Bytes of all tensors that do not belong to one of these weights. */
  private static long inner(Path model, Set<String> words) throws IOException {
    long bytes = 0;
    try (SafetensorsFile file = SafetensorsFile.open(model)) {
      for (String name : file.names()) {
        boolean word =
            words.stream().anyMatch(path -> name.equals(path) || name.startsWith(path + "."));
        bytes += word ? 0 : file.elements(name) * file.type(name).bytes();
      }
    }
    return bytes;
  }

  private Row.Origin origin(CompressionStep step, Parts parts) {
    boolean copied = step.group().equals(CompressionStep.LITE) && step.from() == null;
    Path out = Path.of(step.key() + ".safetensors");
    Path source = step.from() == null ? null : Path.of(step.source().key() + ".safetensors");
    String made =
        copied
            ? "given with --" + (step.name().equals(CompressionStep.DENSE) ? "lite" : step.name())
            : "./goldcrest " + String.join(" ", command(step, source, out));
    return new Row.Origin(
        made,
        "./goldcrest evaluate --model " + out + " --data " + parts.test(),
        Machine.commit(),
        Machine.description(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }
}
