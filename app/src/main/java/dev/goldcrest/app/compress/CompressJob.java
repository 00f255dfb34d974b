package dev.goldcrest.app.compress;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.Units;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.app.task.CompressCommand;
import dev.goldcrest.app.train.Attended;
import dev.goldcrest.app.train.Effort;
import dev.goldcrest.app.train.Provenance;
import dev.goldcrest.app.train.Tuned;
import dev.goldcrest.app.train.Unfactorised;
import dev.goldcrest.compress.Calibration;
import dev.goldcrest.compress.Change;
import dev.goldcrest.compress.Compression;
import dev.goldcrest.compress.Planner;
import dev.goldcrest.compress.Solver;
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
  private static final String COMPRESSED = "compressed";

  /** What training, and factors that are best for data, may make of the entropy of codes. */
  private static final double SLACK = 0.98;

  /** Rows of a linear's input that say enough of what it reads... */
  private static final int CALIBRATION_ROWS = 4_000;

  /** ...and texts or frames that are read for them at most. */
  private static final int CALIBRATION_INPUTS = 2_000;

  private final Terminal terminal;
  private final CompressCommand command;
  private final Subject subject;
  private final Long most;
  private final boolean calibrates;
  private final Floats floats;

  /** Whether floats of the stages that come take 16 bits. */
  private boolean half;

  private double measuring;
  private final List<Stage> stages = new ArrayList<>();
  private int written;
  private final List<Change> changes = new ArrayList<>();

  /**
   * In how many bits floats are stored, 16 or 32.
   *
   * @param given whether the given file stores them in 16
   * @param asked whether the new one should; null for as the given one, or in 16 beside codes and
   *     where that makes it small enough
   */
  public record Floats(boolean given, Boolean asked) {
    private boolean atFirst() {
      return asked == null ? given : asked;
    }

    private boolean mayBeHalved() {
      return asked == null || asked;
    }
  }

  /**
   * @param most bytes of the file, or null
   * @param calibrates whether factors are to be best for what the model reads in the data
   */
  public CompressJob(
      Terminal terminal,
      CompressCommand command,
      Subject subject,
      Long most,
      boolean calibrates,
      Floats floats) {
    this.terminal = terminal;
    this.command = command;
    this.subject = subject;
    this.most = most;
    this.calibrates = calibrates;
    this.floats = floats;
    this.half = floats.given();
  }

  /**
   * What came of it.
   *
   * @param options what was carried out, as one would ask for it; empty for nothing
   * @param stages in the order in which they were made, from the model as it was given
   * @param written which of them is in the file: the last, or the one before a training that did
   *     not help
   * @param changes to single weights
   * @param effort of training on, or null
   */
  record Outcome(
      String options, List<Stage> stages, int written, List<Change> changes, Effort effort) {
    Stage before() {
      return stages.get(0);
    }

    Stage after() {
      return stages.get(written);
    }
  }

  /**
   * Compresses and writes the file; nothing is written that is larger than was asked for, and
   * nothing is returned if the process is asked to stop while it trains.
   *
   * @param asked what to do; nothing for whatever makes the file small enough
   */
  Optional<Outcome> run(ModelFile given, Compression asked) throws Exception {
    Goal goal = asked.isEmpty() && most != null ? planned(given) : goal(asked);
    Compression plan = goal.plan();
    boolean learns = command.data() != null;
    stage("as given", given, Files.size(Path.of(command.model())));
    ModelFile model = named(given, goal.options());
    if (plan.reshapes()) {
      model = reshaped(plan, model);
      stage(plan.withPrune(null).withStored(null).options(), kept(model, given));
    }
    if (plan.prunes()) {
      model = take(plan.pruned(model));
      Compression zeros = Compression.NONE.withPrune(plan.prune());
      stage(zeros.withTablePrune(plan.tablePrune()).options(), kept(model, given));
    }
    boolean converts = half != goal.half();
    half = goal.half();
    if (plan.stored() != null) {
      ModelFile coded = take(plan.stored(model));
      stage(plan.stored().name().toLowerCase(Locale.ROOT), coded);
    } else if (converts) {
      stage(half ? "16-bit floats" : "32-bit floats", kept(model, given));
    } else if (plan.isEmpty()) {
      stage("as it was", kept(model, given));
    }
    if (!asked.isEmpty()) {
      Unfactorised.sayIdle(terminal, plan.idle(changes, model.architecture()));
    }
    requireSmall(goal, given);
    Effort effort = null;
    if (learns) {
      Optional<Tuned> tuned = subject.tune(storing(plan, model, given), pruned(), attended());
      if (tuned.isEmpty()) {
        return Optional.empty();
      }
      effort = tuned.get().effort();
      stage("fine-tuned", Compression.encoded(tuned.get().model()));
      keepTheBetter();
    }
    if (!plan.isEmpty() && !(learns && written == stages.size() - 1)) {
      calibrate();
    }
    weigh();
    time();
    Outcome outcome =
        new Outcome(goal.options(), List.copyOf(stages), written, List.copyOf(changes), effort);
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

  /**
   * Says in the file where it comes from, step after step. What the model that was given scored
   * goes with its name: this one scores otherwise.
   */
  private ModelFile named(ModelFile given, String options) {
    if (options.isEmpty() && command.data() == null) {
      return given; // which stays as it was
    }
    Map<String, Object> step = new LinkedHashMap<>();
    step.put("options", options);
    step.put("from", Provenance.name(command.model()));
    Map<String, Object> provenance = new LinkedHashMap<>();
    given
        .provenance()
        .forEach((name, value) -> (Provenance.isScore(name) ? step : provenance).put(name, value));
    if (command.data() != null) {
      step.put("data", Provenance.name(command.data()));
    }
    List<Object> steps = new ArrayList<>();
    if (given.provenance().get(COMPRESSED) instanceof List<?> earlier) {
      steps.addAll(earlier);
    } else if (given.provenance().containsKey(COMPRESSED)) {
      steps.add(given.provenance().get(COMPRESSED)); // of a file with room for one
    }
    steps.add(step);
    provenance.put(COMPRESSED, steps);
    return new ModelFile(
        given.task(), given.architecture(), given.sections(), provenance, given.weights());
  }

  /** Training on with little may end below where it began, or larger; then that stays. */
  private void keepTheBetter() {
    Stage tuned = stages.get(written);
    Stage before = stages.get(written - 1);
    double gain = tuned.score().value() - before.score().value();
    boolean fits = most == null || tuned.bytes() <= most;
    if (fits && (subject.higherIsBetter() ? gain >= 0 : gain <= 0)) {
      return;
    }
    String why =
        fits
            ? String.format(
                "%s %s instead of %s",
                subject.metric(),
                subject.text(tuned.score().value()),
                subject.text(before.score().value()))
            : Units.bytes(tuned.bytes()) + " instead of " + Units.bytes(before.bytes());
    terminal.notice("training on did not help: %s; what was before it is kept", why);
    stages.set(written, tuned.named(tuned.name() + ", not kept"));
    written--;
  }

  /**
   * What training does at its end, where none has; without room for the few digits nothing changes.
   */
  private void calibrate() throws IOException {
    Stage last = stages.get(written);
    ModelFile calibrated = subject.calibrated(last.model());
    if (calibrated == last.model()) {
      return;
    }
    byte[] file = file(calibrated);
    if (most == null || file.length <= most) {
      ModelFile read = ModelFile.load(new ByteArrayInputStream(file));
      stages.set(written, last.with(read, file.length));
    } else {
      terminal.notice("no byte is left to fit probabilities and the threshold of trust anew");
    }
  }

  /** As it would be written if this were all: a model of bytes goes on being one. */
  private static ModelFile kept(ModelFile model, ModelFile given) {
    return Compression.NONE.stored(model, given.architecture().forms()).model();
  }

  /** With the forms that the file will have, so that training learns around them. */
  private static ModelFile storing(Compression plan, ModelFile model, ModelFile given) {
    return model.with(
        plan.storing(model.architecture(), given.architecture().forms()), model.weights());
  }

  /** What was asked for. */
  private Goal goal(Compression asked) {
    boolean halved = floats.atFirst() || asked.stored() != null && floats.mayBeHalved();
    return new Goal(asked, halved, options(asked, halved), -1);
  }

  private Goal planned(ModelFile given) {
    Goal found = nearest(given);
    terminal.say("to fit into " + Units.bytes(most) + ": " + found.text());
    return found;
  }

  /**
   * What is to become of a model.
   *
   * @param half whether its floats take 16 bits
   * @param options as one would ask for it
   * @param bytes of the file, or -1 where nobody has counted
   */
  private record Goal(Compression plan, boolean half, String options, long bytes) {
    String text() {
      return options.isEmpty() ? "it is as it is" : options;
    }
  }

  /** The gentlest that gives a file, its name included, of so many bytes: at best nothing. */
  private Goal nearest(ModelFile given) {
    String more = " --no-half";
    ModelFile longest = named(given, "-".repeat(Planner.longestOptions() + more.length()));
    boolean halved = floats.mayBeHalved();
    for (boolean bits : new boolean[] {floats.atFirst(), halved}) {
      boolean nothing = bits == floats.given() && command.data() == null;
      long bytes = Planner.bytes(Compression.encoded(nothing ? given : longest), bits);
      if (bytes <= (command.data() == null ? most : limit())) {
        return new Goal(Compression.NONE, bits, options(Compression.NONE, bits), bytes);
      }
    }
    Planner.Found found = Planner.find(longest, halved, limit());
    if (found.fits()) {
      return new Goal(found.plan(), halved, options(found.plan(), halved), found.bytes());
    }
    throw UserError.unreachable(
        "--max-size %s%s: %s cannot be made so small; the nearest is %s with %s",
        Units.bytes(most),
        slack(),
        command.model(),
        Units.bytes(found.bytes()),
        options(found.plan(), halved));
  }

  /** As one would ask for it; that floats take 16 bits goes without saying beside codes. */
  private String options(Compression plan, boolean halved) {
    String options = plan.options();
    boolean said = halved != floats.given() && (!halved || plan.stored() == null);
    return said ? (options + (halved ? " --half" : " --no-half")).strip() : options;
  }

  /** The post-condition, before anything is learned; says which plan would have kept it. */
  private void requireSmall(Goal goal, ModelFile given) {
    long bytes = stages.get(written).bytes();
    if (most == null || bytes <= most) { // what training makes too large is not kept
      return;
    }
    Goal found = nearest(given);
    throw UserError.unreachable(
        "--max-size %s%s: with %s the file takes %s; the nearest that fits takes %s: %s",
        Units.bytes(most),
        slack(),
        goal.options(),
        Units.bytes(bytes),
        Units.bytes(found.bytes()),
        found.text());
  }

  /** What a planned file may take where it is counted before its weights are what they will be. */
  private long limit() {
    return guesses() ? (long) (SLACK * most) : most;
  }

  private boolean guesses() {
    return command.data() != null || calibrates;
  }

  private String slack() {
    return guesses() ? " (less 2 % for what is fitted to data)" : "";
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
    if (bytes < 0) {
      byte[] file = file(model);
      read = ModelFile.load(new ByteArrayInputStream(file));
      size = file.length;
    }
    Subject.Score score = subject.score(read);
    long macs = subject.macs(read);
    written = stages.size();
    stages.add(new Stage(name, read, size, score, macs, Memory.NONE, Double.NaN));
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

  private byte[] file(ModelFile model) throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    model.write(stream, half);
    return stream.toByteArray();
  }

  /** All stages one after the other, when nothing else is going on. */
  private void weigh() throws IOException {
    for (int i = 0; i < stages.size(); i++) {
      byte[] file = file(stages.get(i).model());
      Memory.Source source = () -> ModelFile.load(new ByteArrayInputStream(file));
      stages.set(i, stages.get(i).weighed(Memory.peak(subject, source, file.length)));
    }
  }

  /** The model as given and the one that is written, in turns. */
  private void time() throws IOException {
    Stage first = stages.get(0);
    try (Subject.Runner before = subject.runner(first.model());
        Subject.Runner after = subject.runner(stages.get(written).model())) {
      double[] micros = Turns.p50Micros(List.of(before, after));
      stages.set(0, first.timed(micros[0]));
      stages.set(written, stages.get(written).timed(micros[1]));
    }
  }
}
