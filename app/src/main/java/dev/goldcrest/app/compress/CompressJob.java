package dev.goldcrest.app.compress;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.Units;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.app.task.CompressCommand;
import dev.goldcrest.app.train.Attended;
import dev.goldcrest.app.train.Effort;
import dev.goldcrest.app.train.Tuned;
import dev.goldcrest.compress.Calibration;
import dev.goldcrest.compress.Change;
import dev.goldcrest.compress.Compression;
import dev.goldcrest.compress.Planner;
import dev.goldcrest.compress.Pruning;
import dev.goldcrest.compress.Solver;
import dev.goldcrest.cost.Cost;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compresses one model: step by step, each step measured as a device would run what is in the file
 * by then, and trained on at the end where there are data.
 */
public final class CompressJob {
  /** What training may make of the entropy of codes. */
  private static final double TRAINING_SLACK = 0.98;

  /** Has as many digits as the options of any plan that is tried have letters. */
  private static final double LONG_OPTION = 0.12345678901234567;

  /** Rows of a linear's input that say enough of what it reads... */
  private static final int CALIBRATION_ROWS = 4_000;

  /** ...and texts or frames that are read for them at most. */
  private static final int CALIBRATION_INPUTS = 2_000;

  private final Terminal terminal;
  private final CompressCommand command;
  private final Subject subject;
  private final Long most;
  private final boolean calibrates;
  private boolean half;
  private double measuring;
  private final List<Stage> stages = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();

  /**
   * @param most bytes of the file, or null
   * @param calibrates whether factors are to be best for what the model reads in the data
   * @param half whether the given file stores floats in 16 bits; a quantised one always does
   */
  public CompressJob(
      Terminal terminal,
      CompressCommand command,
      Subject subject,
      Long most,
      boolean calibrates,
      boolean half) {
    this.terminal = terminal;
    this.command = command;
    this.subject = subject;
    this.most = most;
    this.calibrates = calibrates;
    this.half = half;
  }

  /**
   * What came of it.
   *
   * @param plan that was carried out
   * @param stages from the model as it was given to the one that is written
   * @param changes to single weights
   * @param effort of training on, or null
   */
  record Outcome(Compression plan, List<Stage> stages, List<Change> changes, Effort effort) {
    Stage before() {
      return stages.get(0);
    }

    Stage after() {
      return stages.get(stages.size() - 1);
    }
  }

  /**
   * Compresses and writes the file; nothing is written that is larger than was asked for, and
   * nothing is returned if the process is asked to stop while it trains.
   *
   * @param asked what to do; nothing for whatever makes the file small enough
   */
  Optional<Outcome> run(ModelFile given, Compression asked) throws Exception {
    Compression plan = asked.isEmpty() ? planned(given) : asked;
    half |= plan.stored() != null;
    boolean learns = command.data() != null;
    stage("as given", given, Files.size(Path.of(command.model())));
    ModelFile model = named(given, plan);
    if (plan.reshapes()) {
      model = reshaped(plan, model);
      stage(plan.withPrune(null).withStored(null).options(), model);
    }
    if (plan.prune() != null) {
      model = take(plan.pruned(model));
      stage("--prune " + plan.prune().text(), model);
    }
    if (plan.stored() != null) {
      ModelFile coded = take(plan.stored(model));
      stage(plan.stored().name().toLowerCase(Locale.ROOT), coded);
    }
    requireSmall(plan, given, learns ? TRAINING_SLACK : 1);
    Effort effort = null;
    if (learns) {
      Optional<Tuned> tuned = subject.tune(storing(plan, model), pruned(), attended());
      if (tuned.isEmpty()) {
        return Optional.empty();
      }
      effort = tuned.get().effort();
      stage("fine-tuned", Compression.encoded(tuned.get().model()));
      keepTheBetter();
      requireSmall(plan, given, 1);
    }
    time();
    Outcome outcome = new Outcome(plan, List.copyOf(stages), List.copyOf(changes), effort);
    outcome.after().model().save(command.request().out(), half);
    Files.deleteIfExists(command.request().checkpoint());
    if (learns) {
      Files.deleteIfExists(command.request().opinions());
    }
    return Optional.of(outcome);
  }

  /**
   * What stands around training on; what comes of it takes as long to measure as the last stage.
   */
  private Attended attended() {
    Energy energy = command.request().startEnergy(terminal);
    Attended attended = new Attended(terminal, command.request(), energy);
    attended.keepBack(measuring);
    return attended;
  }

  /** With factors that are best for what the model reads in the data, where there are data. */
  private ModelFile reshaped(Compression plan, ModelFile model) throws IOException {
    ModelFile narrow = take(plan.withRank(null).withTableRank(null).reshaped(model));
    Calibration calibration = null;
    if (plan.rank() != null && plan.solver() == Solver.SVD && calibrates) {
      terminal.say("looking at what the linears read");
      calibration = calibrated(narrow);
    }
    return take(plan.withLinformer(null).withUnits(null).reshaped(narrow, calibration));
  }

  private Calibration calibrated(ModelFile model) throws IOException {
    Calibration calibration = new Calibration(model, CALIBRATION_ROWS);
    Kernels watching = calibration.kernels(KernelsProvider.kernels());
    try (Subject.Runner reader = subject.reader(calibration.model(), watching)) {
      for (int i = 0; i < CALIBRATION_INPUTS && !calibration.full(); i++) {
        reader.run(i);
      }
    }
    return calibration;
  }

  /** Says in the file where it comes from; scores differ from data to data and stay out of it. */
  private ModelFile named(ModelFile given, Compression plan) {
    Map<String, Object> compressed = new LinkedHashMap<>();
    compressed.put("options", plan.options());
    compressed.put("from", name(command.model()));
    if (command.data() != null) {
      compressed.put("data", name(command.data()));
    }
    Map<String, Object> provenance = new LinkedHashMap<>(given.provenance());
    provenance.put("compressed", compressed);
    return new ModelFile(
        given.task(), given.architecture(), given.sections(), provenance, given.weights());
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Training on with little may end below where it began; then that stays. */
  private void keepTheBetter() {
    Stage tuned = stages.get(stages.size() - 1);
    Stage before = stages.get(stages.size() - 2);
    double gain = tuned.score().value() - before.score().value();
    if (subject.higherIsBetter() ? gain >= 0 : gain <= 0) {
      return;
    }
    terminal.notice(
        "training on did not help: %s %s instead of %s; what was before it is kept",
        subject.metric(),
        subject.text(tuned.score().value()),
        subject.text(before.score().value()));
    stages.remove(before);
    stages.add(before);
  }

  /** With the forms that the file will have, so that training learns around them. */
  private static ModelFile storing(Compression plan, ModelFile model) {
    return plan.stored() == null
        ? model
        : model.with(Compression.storing(model.architecture(), plan.stored()), model.weights());
  }

  private Compression planned(ModelFile given) {
    double limit = command.data() == null ? most : TRAINING_SLACK * most;
    Planner.Found found = nearest(given, limit);
    terminal.say("to fit into " + Units.bytes(most) + ": " + found.plan().options());
    return found.plan();
  }

  /** The gentlest plan whose file, its name included, has so many bytes. */
  private Planner.Found nearest(ModelFile given, double limit) {
    ModelFile longest =
        named(given, Compression.NONE.withPrune(new Pruning.Magnitude(LONG_OPTION)));
    Planner.Found found = Planner.find(longest, true, (long) limit);
    if (found.fits()) {
      return found;
    }
    throw UserError.unreachable(
        "--max-size %s: %s cannot be made so small; the nearest is %s with %s",
        Units.bytes(most), command.model(), Units.bytes(found.bytes()), found.plan().options());
  }

  /** The post-condition; says which plan would have kept it. */
  private void requireSmall(Compression plan, ModelFile given, double slack) {
    long bytes = stages.get(stages.size() - 1).bytes();
    if (most == null || bytes <= slack * most) {
      return;
    }
    Planner.Found found = nearest(given, slack * most);
    throw UserError.unreachable(
        "--max-size %s: with %s the file takes %s; the nearest that fits takes %s: %s",
        Units.bytes(most),
        plan.options(),
        Units.bytes(bytes),
        Units.bytes(found.bytes()),
        found.plan().options());
  }

  /** Paths of the weights whose zeros are to stay. */
  private Set<String> pruned() {
    return changes.stream()
        .filter(change -> change.kind() == Change.Kind.PRUNED)
        .map(Change::path)
        .collect(Collectors.toSet());
  }

  private ModelFile take(Compression.Result result) {
    changes.addAll(result.changes());
    return result.model();
  }

  private void stage(String name, ModelFile model) throws IOException {
    stage(name, model, -1);
  }

  /** Measures what a reader of the model's file has; its own file has {@code bytes} if not -1. */
  private void stage(String name, ModelFile model, long bytes) throws IOException {
    long start = System.nanoTime();
    ModelFile read = model;
    long size = bytes;
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    model.write(stream, half);
    byte[] file = stream.toByteArray();
    Memory.Source source = () -> ModelFile.load(new ByteArrayInputStream(file));
    if (bytes < 0) {
      size = file.length;
      read = source.read();
    }
    Subject.Score score = subject.score(read);
    Cost cost = subject.cost(read);
    long memory = Memory.peak(subject, source);
    stages.add(new Stage(name, read, size, score, cost.macs(), memory, Double.NaN));
    measuring = (System.nanoTime() - start) / 1e9;
    terminal.say(
        String.format(
            Locale.ROOT,
            "%s: %s%s",
            name,
            Units.bytes(size),
            Double.isNaN(score.value())
                ? ""
                : ", " + subject.metric() + " " + subject.text(score.value())));
  }

  /** The model as given and the last one, in turns. */
  private void time() throws IOException {
    Stage first = stages.get(0);
    int end = stages.size() - 1;
    try (Subject.Runner before = subject.runner(first.model());
        Subject.Runner after = subject.runner(stages.get(end).model())) {
      double[] micros = Turns.p50Micros(List.of(before, after));
      stages.set(0, first.timed(micros[0]));
      stages.set(end, stages.get(end).timed(micros[1]));
    }
  }
}
