package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.cli.DataOptions;
import dev.goldcrest.app.cli.ModelFiles;
import dev.goldcrest.app.compress.Subject;
import dev.goldcrest.app.compress.Turns;
import dev.goldcrest.app.metrics.PairedBootstrap;
import dev.goldcrest.app.task.CompressCommand;
import dev.goldcrest.app.task.Tasks;
import dev.goldcrest.app.train.Choices;
import dev.goldcrest.app.train.DataShape;
import dev.goldcrest.app.train.Recipe;
import dev.goldcrest.app.train.SequenceRecipe;
import dev.goldcrest.app.train.Start;
import dev.goldcrest.app.train.TrainingRequest;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.core.models.Task;
import dev.goldcrest.cost.Cost;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compressed models. Each step calls {@code train} or {@code compress} as a reader would, reads the
 * file back and measures it on the official test file beside the model that it was made of.
 */
final class CompressionTable extends Table<CompressionStep, CompressionRow> {
  private static final int SENTENCE = 30;
  private static final int HEADER = 1 << 20;

  /** Sentences of multi30k, about. */
  private static final int PAIRS = 29_000;

  private Start miniLm;

  /**
   * @param setup with the models that are not made here, given as {@link CompressionStep#MINILM},
   *     {@link CompressionStep#VANILLA} and {@link CompressionStep#LITE}
   */
  CompressionTable(Setup setup) throws IOException {
    super("compression", CompressionRow.class, setup);
  }

  @Override
  List<CompressionStep> plan(Collection<String> only, List<Long> seeds) {
    return CompressionStep.plan(only);
  }

  @Override
  String key(CompressionStep step) {
    return step.key();
  }

  /** Of models that others give the newest row, where these are not given now. */
  @Override
  CompressionRow find(CompressionStep step) throws IOException {
    return setup.given().keySet().containsAll(asked(step)) ? super.find(step) : newest(step);
  }

  @Override
  String lacking(CompressionStep step) {
    List<String> missing = new ArrayList<>(asked(step));
    missing.removeAll(setup.given().keySet());
    if (!missing.isEmpty()) {
      return "%s on %s is left out: it needs --%s FILE"
          .formatted(step.group(), step.set(), String.join(" FILE and --", missing));
    }
    return setup.unread(step.set());
  }

  @Override
  CompressionRow make(CompressionStep step) throws Exception {
    return stands(step) ? measured(step) : null;
  }

  @Override
  String told(CompressionRow row) {
    return String.format(
        Locale.ROOT,
        "%,d bytes, %s %.4f",
        row.size().bytes(),
        row.score().metric(),
        row.score().value());
  }

  @Override
  String page(List<CompressionRow> finished, String command) {
    return CompressionPage.render(finished, command);
  }

  @Override
  Map<String, String> given(List<CompressionRow> finished) {
    Map<String, String> files = new LinkedHashMap<>();
    for (CompressionRow row : finished) {
      asked(row.group()).forEach(option -> files.put(option, fileOf(option)));
    }
    return files;
  }

  private static List<String> asked(CompressionStep step) {
    return asked(step.group());
  }

  /** Files that somebody has to give before a step of a group can be made. */
  private static List<String> asked(String group) {
    return switch (group) {
      case CompressionStep.MINILM -> List.of(CompressionStep.MINILM);
      case CompressionStep.LITE -> List.of(CompressionStep.VANILLA, CompressionStep.LITE);
      default -> List.of();
    };
  }

  /** Whether the step's model stands; false if the process was asked to stop. */
  private boolean stands(CompressionStep step) throws Exception {
    Path model = model(step);
    if (Files.exists(model)) {
      return true;
    }
    if (step.group().equals(CompressionStep.LITE) && step.from() == null) {
      String which =
          step.name().equals(CompressionStep.VANILLA)
              ? CompressionStep.VANILLA
              : CompressionStep.LITE;
      Files.copy(setup.given().get(which), model, StandardCopyOption.REPLACE_EXISTING);
      return true;
    }
    CompressionStep source = step.source();
    if (source != null && !stands(source)) {
      return false;
    }
    // Under another name until it stands: a file that is there is complete.
    Path unfinished = model.resolveSibling("unfinished-" + model.getFileName());
    boolean resumes = Files.exists(Path.of(unfinished + ".checkpoint"));
    Path from = source == null ? setup.given().get(CompressionStep.MINILM) : model(source);
    List<String> words = command(step, from, unfinished);
    if (source != null) {
      words.addAll(List.of("--report", setup.work().resolve(step.key() + ".html").toString()));
    }
    words.add(resumes ? "--resume" : "--force");
    if (!Calls.run(setup.terminal(), words)) {
      return false;
    }
    Files.deleteIfExists(Path.of(unfinished + ".run.json"));
    Files.move(unfinished, model, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  private Path model(CompressionStep step) throws IOException {
    return file(step, ".safetensors");
  }

  private Parts parts(CompressionStep step) {
    String test = step.group().equals(CompressionStep.LITE) ? "test2016" : "test";
    return setup.parts(step.set(), setup.hasDev(step.set()), test);
  }

  /**
   * @param from what is compressed, or MiniLM where that is fine-tuned; others begin with nothing
   */
  List<String> command(CompressionStep step, Path from, Path out) {
    Parts parts = parts(step);
    List<String> words = new ArrayList<>();
    if (step.from() == null) {
      words.addAll(List.of("train", "--no-half"));
      if (step.group().equals(CompressionStep.MINILM)) {
        words.addAll(List.of("--init", from.toString()));
      }
    } else {
      words.addAll(List.of("compress", "--model", from.toString()));
      words.addAll(Arrays.asList(step.options().split(" ")));
    }
    if (step.learns()) {
      words.addAll(
          List.of("--data", parts.train(), "--threads", Integer.toString(setup.threads())));
      settings(step).forEach((name, value) -> words.addAll(List.of("--set", name + "=" + value)));
      if (setup.epochs() != null) {
        int own = words.indexOf("--epochs");
        if (own >= 0) {
          words.subList(own, own + 2).clear();
        }
        words.addAll(List.of("--epochs", setup.epochs().toString()));
      }
    }
    if (parts.dev() != null) {
      words.addAll(List.of("--dev", parts.dev()));
    }
    words.addAll(List.of("--out", out.toString()));
    return words;
  }

  /** What a training has of its own beside the recipe. */
  private static Map<String, String> settings(CompressionStep step) {
    Map<String, String> settings = new LinkedHashMap<>();
    if (step.group().equals(CompressionStep.MINILM)) {
      settings.put("precision", "bfloat16"); // nine tenths of it are products
    }
    String reject = TextSet.outOfScope(step.set());
    if (reject != null && step.from() == null) { // compressed models go on favouring it
      settings.put("rejectLabel", reject);
    }
    return settings;
  }

  /** Names the commands, the recipe behind them and the models that they were given. */
  @Override
  String recipe(CompressionStep step) throws IOException {
    StringBuilder all = new StringBuilder(step.options()).append(setup.epochs());
    for (String file : asked(step)) {
      all.append(beginning(setup.given().get(file)));
    }
    if (step.from() != null) {
      all.append(recipe(step.source()));
    }
    if (step.learns()) {
      all.append(learning(step));
    }
    return Integer.toHexString(all.toString().hashCode());
  }

  private String learning(CompressionStep step) throws IOException {
    Choices plain =
        new Choices(
            Recipe.ARCHITECTURE,
            null,
            settings(step),
            setup.epochs(),
            null,
            null,
            1,
            setup.threads());
    return switch (step.group()) {
      case CompressionStep.LITE ->
          SequenceRecipe.describeTuning(SequenceModel.TRANSLATE, plain, PAIRS);
      case CompressionStep.MINILM -> {
        Choices tuned = plain.withStart(miniLm());
        yield step.from() == null
            ? MadeUpRun.recipe(tuned, MadeUpRun.SHAPE)
            : goingOn(plain, MadeUpRun.trained(tuned, MadeUpRun.SHAPE), MadeUpRun.SHAPE);
      }
      default ->
          step.from() == null
              ? ClassificationTable.fingerprint(plain)
              : ClassificationTable.SHAPES.stream()
                  .map(shape -> goingOn(plain, MadeUpRun.trained(plain, shape), shape))
                  .collect(Collectors.joining());
    };
  }

  /** How a compressed model learns on from its labels and from what it was made of. */
  private static String goingOn(Choices plain, Start start, DataShape shape) {
    return MadeUpRun.recipe(plain.withStart(start).withTeacher(MadeUpRun.TEACHER), shape);
  }

  private Start miniLm() throws IOException {
    if (miniLm == null) {
      Path file = setup.given().get(CompressionStep.MINILM);
      miniLm = Start.of(ModelFile.load(file), file.toString());
    }
    return miniLm;
  }

  /** A file's header names its weights' checksum, so two files that begin alike are alike. */
  private static String beginning(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Integer.toHexString(Arrays.hashCode(in.readNBytes(HEADER))) + Files.size(file);
    }
  }

  private CompressionRow measured(CompressionStep step) throws Exception {
    CompressionStep reference = step.reference();
    if (!stands(reference)) {
      throw new IllegalStateException(reference.key() + " was not made");
    }
    Parts parts = parts(step);
    setup.terminal().say("measuring on " + parts.test());
    ModelFile after = ModelFiles.load(setup.terminal(), model(step).toString());
    ModelFile before = ModelFiles.load(setup.terminal(), model(reference).toString());
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
        recipe(step),
        size(step, after),
        new CompressionRow.Score(
            subject.metric(),
            score.answers().size(),
            score.value(),
            points * (first.value() - score.value()),
            step.equals(reference) ? 1 : difference.p()),
        new CompressionRow.Device(
            subject.macs(after), paperMacs(after.architecture()), micros[1], micros[0]),
        origin(step, parts));
  }

  private Subject subject(CompressionStep step, Parts parts, ModelFile file) throws Exception {
    String model = model(step).toString();
    Choices none =
        new Choices(
            file.architecture().name(), null, Map.of(), null, null, null, 1, setup.threads());
    TrainingRequest request =
        new TrainingRequest(none, model(step), true, false, false, null, null, null, "");
    CompressCommand command =
        new CompressCommand(model, null, parts.test(), null, DataOptions.defaults(), request);
    return Tasks.of(file.task()).compressing(setup.terminal(), command, file);
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
    Graph graph = architecture.whole();
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

  private Origin origin(CompressionStep step, Parts parts) {
    boolean copied = step.group().equals(CompressionStep.LITE) && step.from() == null;
    Path out = Path.of(step.key() + ".safetensors");
    String from = step.from() == null ? CompressionStep.MINILM : step.source().key();
    String made =
        copied
            ? "given with --" + (step.name().equals(CompressionStep.DENSE) ? "lite" : step.name())
            : "./goldcrest " + String.join(" ", command(step, Path.of(from + ".safetensors"), out));
    return Origin.of(made, "./goldcrest evaluate --model " + out + " --data " + parts.test());
  }
}
